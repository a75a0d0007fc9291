"""Tells how much of a text is prose, by its lines, and how many lines repeat earlier ones."""

from __future__ import annotations

import re
from typing import NamedTuple

from worker.text.kinds import SENTENCE_END

SENTENCE_BYTES, PARAGRAPH_BYTES = 60, 300
"""From the first length on, a line that ends with a full stop is prose; from the second one on, any line is.

UTF-8 measures all scripts alike: 20 Chinese characters say as much as 60 Latin letters. Thai has no full stops.
"""

LEAST_SENTENCE_BYTES = 25
"""From this length on, a sentence counts in proportion to its length: the lines of an interview are short."""

LIST_LINES, LIST_MEAN_BYTES, LIST_DEVIATION, LIST_PROSE = 8, 100, 0.35, 0.3
"""A list of headlines with full stops: at least LIST_LINES sentences, each on a line of its own. Their average length
is at most LIST_MEAN_BYTES, and their mean deviation from it at most the share LIST_DEVIATION. Of its prose, the share
LIST_PROSE counts.
"""

LEAST_LINE_CHARS = 15
"""Shorter lines may repeat: `}`, `Q:`, the names in a play."""

_FULL_STOPS = tuple(".!?…。！？।؟۔։።")
_ENDS = (*_FULL_STOPS, *':：”»」』"')
_GOES_ON = tuple(",;–—、，；،")
_AFTER_A_STOP = "\"'”’»›)]】」』）〉》* "
_LETTER = re.compile(r"[^\W\d_]")


class Lines(NamedTuple):
    """The lines of a text that are not empty, without the blanks around them.

    `prose` is how many of their `bytes` are prose: sentences, short ones in part, and long paragraphs. `sentences` has
    the sizes of the sentences that are one line each. `long` is how many lines have a letter and are not very short;
    `repeated` of them have occurred before.
    """

    prose: float
    bytes: int
    number: int
    sentences: list[int]
    long: int
    repeated: int

    @property
    def prose_share(self) -> float:
        """The share of the bytes that are prose. Of a list of headlines, only a part counts."""
        listed = len(self.sentences) >= 0.8 * self.number and _is_even(self.sentences)
        return share(self.prose * (LIST_PROSE if listed else 1), self.bytes)

    @property
    def repeated_share(self) -> float:
        """The share of the lines that occurred before. Lines that are very short or have no letter are left out."""
        return share(self.repeated, self.long)


def share(part: float, whole: int) -> float:
    """The part as a share of the whole, rounded; 0 if the whole is 0."""
    return round(part / whole, 4) if whole else 0.0


def read_lines(text: str) -> Lines:
    """The lines of any text, and what is prose in them."""
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    sizes = list(map(_size, lines))
    sentences: list[int] = []
    prose = run = 0.0
    for line, size, after in zip(lines, sizes, [*lines, ""][1:], strict=True):
        run += size
        if size >= PARAGRAPH_BYTES:
            prose, run = prose + size, 0
        elif line.endswith(_ENDS) or line.rstrip(_AFTER_A_STOP).endswith(_FULL_STOPS):
            if run >= LEAST_SENTENCE_BYTES:
                prose += run * min(1.0, run / SENTENCE_BYTES)
            if run == size:
                sentences.append(size)
            run = 0
        elif not (line.endswith(_GOES_ON) or after[:1].islower()):  # otherwise a verse: the sentence goes on below
            prose, run = prose + _whole_sentences(line, size), 0
    long = [line for line in lines if len(line) >= LEAST_LINE_CHARS and _LETTER.search(line)]
    return Lines(prose, sum(sizes), len(lines), sentences, len(long), len(long) - len(set(long)))


def _whole_sentences(line: str, size: int) -> int:
    """The bytes of a line up to its last full stop; 0 if they are too few. A source or a link may follow it."""
    if size < SENTENCE_BYTES:
        return 0
    end = max((found.end() for found in SENTENCE_END.finditer(line)), default=0)
    whole = _size(line[:end])
    return whole if whole >= SENTENCE_BYTES else 0


def _size(line: str) -> int:
    return len(line) if line.isascii() else len(line.encode(errors="replace"))


def _is_even(sizes: list[int]) -> bool:
    """Whether lines of these sizes look like a list."""
    if len(sizes) < LIST_LINES:
        return False
    mean = sum(sizes) / len(sizes)
    deviation = sum(abs(size - mean) for size in sizes) / len(sizes)
    return mean <= LIST_MEAN_BYTES and deviation <= LIST_DEVIATION * mean
