"""Measures of the cleaned text, and one score made of them, so that readers can select by quality."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from worker.messages import Article
from worker.text.kinds import SENTENCE_END, CharKind, count_kinds
from worker.text.words import count_words, measure_words

SAMPLE_CHARS = 100_000
"""The shares are measured on this many characters from the start, which bounds the time for a text of any length."""

SAMPLE_WORDS = 1_000
"""The n-grams cover this many words from the start: enough to find a refrain."""

FAULTS = (
    ("repeated_line_share", 0.1, 0.5),
    ("top_2gram_share", 0.05, 0.3),
    ("top_3gram_share", 0.03, 0.2),
    ("symbol_share", 0.01, 0.1),
    ("digit_share", 0.08, 0.4),
    ("upper_share", 0.15, 0.6),
)
"""For each fault: its measure, the bound up to which it costs nothing, and the bound from which the score is 0.

Of 2,974 article bodies, most annotated by people, 95 % stay within the first bounds of repeated lines and of symbols,
and 99 % within each other first bound.
"""

FULL_LENGTH_WORDS = 600
"""From this many words on, a longer text scores no higher. Three in five of the article bodies above have as many."""

LEAST_PROSE = 0.1
"""What is left of the score of a text without a line of prose, such as a list of headlines."""

SENTENCE_BYTES, PARAGRAPH_BYTES = 60, 300
"""A line of prose is a sentence from the first length on, and without a full stop from the second.

UTF-8 measures all scripts alike: 20 Chinese characters say as much as 60 Latin letters. Thai has no full stops.
"""

LEAST_SENTENCE_BYTES = 25
"""From this length on, a sentence counts in proportion to its length: the lines of an interview are short."""

LIST_LINES, LIST_MEAN_BYTES, LIST_DEVIATION, LIST_PROSE = 8, 100, 0.35, 0.3
"""At least so many sentences, each a line, on average no longer than the second figure, whose mean deviation from that
average is at most this share of it: a list of headlines with full stops. The last share of their prose counts.
"""

LEAST_LINE_BYTES = 15
"""Shorter lines may repeat: `}`, `Q:`, the names in a play."""

LEAST_REST = 0.1
"""If less of a text is outside `<pre>`, what is inside is the text."""

_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd

_FULL_STOPS = tuple(".!?…。！？।؟۔։።")
_ENDS = (*_FULL_STOPS, *':：”»」』"')
_GOES_ON = tuple(",;–—、，；،")
_AFTER_A_STOP = "\"'”’»›)]】」』）〉》* "


def quality(article: Article) -> Article:
    """The article with its measures."""
    return replace(article, measures=measure(article))


def measure(article: Article) -> Mapping[str, Any]:
    """The measures of `article.text`, and its `score` in 0..1. schemas/quality_report.v2.json explains each measure.

    `words` and `sentences` cover the whole text. The others leave out lines of code. The shares cover the first
    `SAMPLE_CHARS` characters, and the n-grams the first `SAMPLE_WORDS` words.
    """
    text = article.text or ""
    sample = _without_code(text[:SAMPLE_CHARS], frozenset(article.code))
    sizes, kinds = measure_words(sample.lower(), SAMPLE_WORDS), count_kinds(sample)
    first = sizes.first
    lines = [line for line in map(str.strip, sample.split("\n")) if line]
    is_whole = len(text) == len(sample)
    ends = (kinds if is_whole else count_kinds(text)).sentence_ends
    measures = {
        "words": sizes.words if is_whole else count_words(text),
        "sentences": ends or int(bool(text.strip())),  # a text without a full stop is one
        "mean_word_length": round(sizes.chars / sizes.words, 2) if sizes.words else 0.0,
        **_char_shares(kinds.chars),
        "prose_share": _prose_share(lines),
        "repeated_line_share": _repeated(lines),
        "top_2gram_share": _top_share(pairs := first[:-1] * _MIX + first[1:]),
        "top_3gram_share": _top_share(pairs[:-1] * _MIX + first[2:]),
    }
    return {**measures, "score": score(measures)}


def score(measures: Mapping[str, Any]) -> float:
    """The product of the terms for length, prose and each fault. The schema states the formula too: change both."""
    value: float = min(1.0, measures["words"] / FULL_LENGTH_WORDS) ** 0.5
    value *= LEAST_PROSE + (1 - LEAST_PROSE) * measures["prose_share"]
    for name, good, bad in FAULTS:
        value *= max(0.0, min(1.0, (bad - measures[name]) / (bad - good)))
    return round(value, 4)


def _without_code(text: str, code: AbstractSet[str]) -> str:
    """The text without these lines. All of it if hardly more is left: then it is a letter or a poem in `<pre>`."""
    if not code:
        return text
    rest = "\n".join(line for line in text.split("\n") if line not in code)
    return rest if len(rest) > LEAST_REST * len(text) else text


def _prose_share(lines: list[str]) -> float:
    """The share of the bytes that are in prose: sentences, short ones in part, and long paragraphs."""
    prose = run = 0.0
    sizes = list(map(_size, lines))
    sentences = []  # the sizes of those that are one line
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
    listed = len(sentences) >= 0.8 * len(lines) and _is_even(sentences)
    return _share(prose * (LIST_PROSE if listed else 1), sum(sizes))


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


def _repeated(lines: list[str]) -> float:
    """The share of the lines that occurred before. Lines that are very short or have no letter are left out."""
    counted = [line for line in lines if len(line) >= LEAST_LINE_BYTES and _LETTER.search(line)]
    return _share(len(counted) - len(set(counted)), len(counted))


def _char_shares(chars: Mapping[CharKind, int]) -> dict[str, float]:
    visible = sum(chars.values()) - chars["blank"]
    return {
        "symbol_share": _share(chars["symbol"], visible),
        "digit_share": _share(chars["digit"], visible),
        "upper_share": _share(chars["upper"], chars["upper"] + chars["letter"]),
    }


_LETTER = re.compile(r"[^\W\d_]")


def _top_share(grams: NDArray[np.uint64]) -> float:
    """The share of the most frequent n-gram; 0 if none occurs twice, however short the text."""
    grams = np.sort(grams)
    edges = np.flatnonzero(np.concatenate(([True], grams[1:] != grams[:-1], [True])))
    top = int(np.diff(edges).max())
    return _share(top, len(grams)) if top > 1 else 0.0


def _share(part: float, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
