"""Picks the lines that may be boilerplate, by the votes of their words and by their length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from worker.residue.concepts.lexicon import lexicons
from worker.residue.concepts.reading import SEPARATOR, Reader, Reading
from worker.residue.concepts.votes import Votes
from worker.text.language import detect

MAX_LINE_CHARS: Final = 240
"""Longer lines are never judged."""

_MAX_HEAD_CHARS: Final = 60
_SAMPLE_LINES: Final = 20
_LEAST_OF_HEAD: Final = 0.5  # votes


def language_of(lines: Sequence[str], language: str | None) -> int:
    """The number of the article's language (ISO 639-1). If that is unknown or has no lexicon, the lines tell it."""
    number = lexicons().number
    if language not in number:
        language, _ = detect("\n".join(lines[:_SAMPLE_LINES]))
    return number.get(language or "", number["en"])


def candidates(
    lines: Sequence[str], own: int, votes: Votes, least_votes: float, most: int = 1 << 30
) -> Mapping[int, Reading]:
    """The readings of the lines that may be boilerplate, by their index: up to `most` from each end of the text."""
    voted = [
        at
        for at, line in enumerate(lines)
        if line
        and len(line) <= MAX_LINE_CHARS
        and (votes.of(line) >= least_votes or ((head := _head(line)) and votes.of(head) >= _LEAST_OF_HEAD))
    ]
    if len(voted) > 2 * most:
        voted = voted[:most] + voted[-most:]
    reader = Reader(own)
    return {at: reading for at in voted if (reading := reader.read(lines[at].strip())) is not None}


def _head(line: str) -> str:
    """What stands before the first separator, if that is near the beginning; else an empty string."""
    line = line.strip()
    match = SEPARATOR.search(line, 1, _MAX_HEAD_CHARS)
    return line[: match.start()] if match else ""
