"""Picks the lines that may be boilerplate, by the votes of their words, their length and their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import sqrt
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
    *("head", "head votes", "signature"),
)
"""What counts beside the votes: see `terms`."""

_OF_LINE: Final = TERMS.index("head")  # what comes before it needs no look at the head
_MAX_HEAD_CHARS: Final = 60
_SAMPLE_LINES: Final = 20
_FAR: Final = 4
_NEAR_END: Final = 2  # lines: where signatures stand
_MOST_VOTES: Final = 3.0  # of a head
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
    """The indexes of the lines with enough votes. The heads of most lines are never looked at."""
    of_line, of_head = tuple(weights[:_OF_LINE]), weights[_OF_LINE:]
    most = max(0.0, of_head[0] + max(0.0, of_head[1]) * _MOST_VOTES), max(0.0, of_head[2])
    least = min(0.0, of_head[0] - abs(of_head[1]) * _MOST_VOTES) + min(0.0, of_head[2])
    last = len(lines) - 1
    for at, telling, score in _scored(lines, votes, of_line, most):
        if telling and score + least > 0:
            yield at
            continue
        of_this = _terms_of_head(lines[at], min(at, last - at), votes)
        if (telling or of_this[-1]) and score + sum(map(mul, of_head, of_this)) > 0:
            yield at


def _scored(
    lines: Sequence[str], votes: Votes, weights: tuple[float, ...], most: tuple[float, float]
) -> Iterable[tuple[int, int, float]]:
    """The lines that may have enough votes: index, number of words that tell, score without that of their head.

    `most` is what the head and a signature may add.
    """
    if C_VOTES:
        votes.table = votes.table or C_VOTES.table(hash("differs between processes"))
        try:
            rules = (*weights, *most, BEGINS, MARK), (MAX_LINE_CHARS, _FAR, _NEAR_END), "".join(_STOPS)
            found: list[tuple[int, int, float]] | None = C_VOTES.scored(votes.table, votes, lines, *rules)
        except UnicodeEncodeError:  # lone surrogates
            found = None
        if found is not None:
            return found
    return _scored_in_python(lines, votes, weights, most)


def _scored_in_python(
    lines: Sequence[str], votes: Votes, weights: tuple[float, ...], most: tuple[float, float]
) -> Iterator[tuple[int, int, float]]:
    one, per_word, per_root, stop, per_start, per_end, two, three = weights
    last = len(lines) - 1
    for at, words, telling, of_line in votes_of(lines, votes):
        score = of_line + one + per_word * words + per_root * sqrt(words) + stop * lines[at].endswith(_STOPS)
        score += per_start * min(at, _FAR) + per_end * min(last - at, _FAR)
        score += two * (telling >= 2) + three * (telling >= 3)
        if score + most[0] + most[1] * (min(at, last - at) < _NEAR_END) > 0:
            yield at, telling, score


def votes_of(lines: Sequence[str], votes: Votes) -> Iterator[tuple[int, int, int, float]]:
    """The lines that tell something by a word or by their form: index, number of words, of words that tell, votes."""
    last = len(lines) - 1
    for at, line in enumerate(lines):
        if line and len(line) <= MAX_LINE_CHARS and (words := line.split()):
            telling, of_line = votes.of(words)
            if telling or (min(at, last - at) < _NEAR_END and is_signature(line)):
                yield at, len(words), telling, of_line


def terms(lines: Sequence[str], at: int, words: int, telling: int, votes: Votes) -> tuple[float, ...]:
    """The `TERMS` of a line of so many words, some of which tell anything."""
    line, from_end = lines[at], len(lines) - 1 - at
    places = min(at, _FAR), min(from_end, _FAR)
    counts = telling >= 2, telling >= 3
    return (
        1.0,
        words,
        sqrt(words),
        line.endswith(_STOPS),
        *places,
        *counts,
        *_terms_of_head(line, min(at, from_end), votes),
    )


def _terms_of_head(line: str, from_ends: int, votes: Votes) -> tuple[float, float, float]:
    head = SEPARATOR.search(line, 2, _MAX_HEAD_CHARS)
    telling, of_head = votes.of(line[: head.start()].split() or [""]) if head else (0, 0.0)
    limited = min(max(of_head, -_MOST_VOTES), _MOST_VOTES) if telling else 0.0
    return telling > 0, limited, from_ends < _NEAR_END and is_signature(line)
