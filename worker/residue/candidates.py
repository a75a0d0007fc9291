"""Picks the lines that may be boilerplate, by the votes of their words, their length and their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf, sqrt
from operator import mul
from typing import Final

from worker.compiled import compiled
from worker.residue.forms import is_signature
from worker.residue.lexicon import lexicons
from worker.residue.reading import SEPARATOR, Reader, Reading
from worker.residue.votes import BEGINS, MARK, Votes
from worker.text.language import detect

MAX_LINE_CHARS: Final = 240
"""Longer lines are never judged."""

TERMS: Final = (
    *("one", "words", "root of words", "full stop", "from start", "from end", "two tell", "three tell"),
    "signature",
)
"""What counts beside the votes: see `terms`."""

_MAX_HEAD_CHARS: Final = 60
_SAMPLE_LINES: Final = 20
_FAR: Final = 4
_NEAR_END: Final = 2  # lines: where signatures stand
_ANY_SCORE: Final = 1e9  # for lines whose head may have enough votes
_STOPS: Final = tuple(".!?。।։።…")

C_VOTES = compiled("worker.residue._votes")


def language_of(lines: Sequence[str], language: str | None) -> int:
    """The number of the article's language (ISO 639-1). If that is unknown or has no lexicon, the lines tell it."""
    number = lexicons().number
    if language not in number:
        language, _ = detect("\n".join(lines[:_SAMPLE_LINES]))
    return number.get(language or "", number["en"])


def candidates(
    lines: Sequence[str], own: int, votes: Votes, weights: Sequence[float], most: int = 1 << 30
) -> Mapping[int, Reading]:
    """The readings of the lines that may be boilerplate, by their index: up to `most` from each end of the text.

    These are the lines whose votes, with the weighted `terms`, are above zero.
    """
    found = list(_voted(lines, votes, weights))
    if len(found) > 2 * most:
        found = found[:most] + found[-most:]
    reader = Reader(own)
    return {at: reading for at in found if (reading := reader.read(lines[at].strip())) is not None}


def _voted(lines: Sequence[str], votes: Votes, weights: Sequence[float]) -> Iterator[int]:
    """The indexes of the lines with enough votes, or with a head that has enough, as if the line ended there."""
    of_line, of_signature = tuple(weights[:-1]), weights[-1]
    last = len(lines) - 1
    for at, telling, score in _scored(lines, votes, of_line):
        is_signed = score + of_signature > 0 and min(at, last - at) < _NEAR_END and is_signature(lines[at])
        if is_signed or (telling and (score > 0 or _score_of_head(lines, at, votes, of_line) > 0)):
            yield at


def head_of(line: str) -> str:
    """What stands before the first separator, if that is near the beginning; else an empty string."""
    match = SEPARATOR.search(line, 2, _MAX_HEAD_CHARS)
    return line[: match.start()] if match else ""


def _score_of_head(lines: Sequence[str], at: int, votes: Votes, weights: Sequence[float]) -> float:
    words = head_of(lines[at]).split()
    telling, of_head = votes.of(words) if words else (0, 0.0)
    if not telling:
        return -inf
    of_place: float = sum(map(mul, weights, _terms(words, at, len(lines) - 1 - at, telling)))
    return of_head + of_place


def _scored(lines: Sequence[str], votes: Votes, weights: tuple[float, ...]) -> Iterable[tuple[int, int, float]]:
    """The lines that tell something: index, number of words that tell, and the score without that of a signature."""
    if C_VOTES:
        votes.table = votes.table or C_VOTES.table(hash("differs between processes"))
        try:
            rules = (*weights, _ANY_SCORE, 0.0, BEGINS, MARK), (MAX_LINE_CHARS, _FAR, _NEAR_END), "".join(_STOPS)
            found: list[tuple[int, int, float]] | None = C_VOTES.scored(votes.table, votes, lines, *rules)
        except UnicodeEncodeError:  # lone surrogates
            found = None
        if found is not None:
            return found
    return _scored_in_python(lines, votes, weights)


def _scored_in_python(
    lines: Sequence[str], votes: Votes, weights: tuple[float, ...]
) -> Iterator[tuple[int, int, float]]:
    one, per_word, per_root, stop, per_start, per_end, two, three = weights
    last = len(lines) - 1
    for at, words, telling, of_line in votes_of(lines, votes):
        score = of_line + one + per_word * words + per_root * sqrt(words) + stop * lines[at].endswith(_STOPS)
        score += per_start * min(at, _FAR) + per_end * min(last - at, _FAR)
        yield at, telling, score + two * (telling >= 2) + three * (telling >= 3)


def votes_of(lines: Sequence[str], votes: Votes) -> Iterator[tuple[int, int, int, float]]:
    """The lines that tell something by a word or by their form: index, number of words, of words that tell, votes."""
    last = len(lines) - 1
    for at, line in enumerate(lines):
        if line and len(line) <= MAX_LINE_CHARS and (words := line.split()):
            telling, of_line = votes.of(words)
            if telling or (min(at, last - at) < _NEAR_END and is_signature(line)):
                yield at, len(words), telling, of_line


def terms(lines: Sequence[str], at: int, telling: int) -> tuple[float, ...]:
    """The `TERMS` of a line, in which so many words tell something."""
    line, from_end = lines[at], len(lines) - 1 - at
    signature = min(at, from_end) < _NEAR_END and is_signature(line)
    return *_terms(line.split(), at, from_end, telling), signature


def _terms(words: Sequence[str], from_start: int, from_end: int, telling: int) -> tuple[float, ...]:
    count, stops = len(words), words[-1].endswith(_STOPS)
    places = min(from_start, _FAR), min(from_end, _FAR)
    return 1.0, count, sqrt(count), stops, *places, telling >= 2, telling >= 3
