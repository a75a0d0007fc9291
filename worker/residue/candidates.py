"""Picks the lines that may be boilerplate, by the votes of their words, their length and their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from math import sqrt
from operator import add, mul
from typing import Final

from worker.compiled import compiled
from worker.residue.entries import SEED
from worker.residue.forms import is_signature
from worker.residue.lexicon import lexicons
from worker.residue.reading import SEPARATOR
from worker.residue.tokens import has_tokens
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
_STOPS: Final = tuple(".!?。।։።…")

C_VOTES = compiled("worker.residue._votes")


def language_of(lines: Sequence[str], language: str | None) -> int:
    """The number of the article's language (ISO 639-1). If that is unknown or has no lexicon, the lines tell it."""
    number = lexicons().number
    if language not in number:
        language, _ = detect("\n".join(lines[:_SAMPLE_LINES]))
    return number.get(language or "", number["en"])


def candidates(lines: Sequence[str], votes: Votes, weights: Sequence[float], most: int = 1 << 30) -> list[int]:
    """The indexes of the lines that may be boilerplate: up to `most` from each end of the text.

    These are the lines with a word whose votes, with the weighted `terms`, are above zero.
    """
    found = [at for at in _voted(lines, votes, weights) if has_tokens(lines[at])]
    return found if len(found) <= 2 * most else found[:most] + found[-most:]


def _voted(lines: Sequence[str], votes: Votes, weights: Sequence[float]) -> Iterator[int]:
    """The indexes of the lines with enough votes, or with a head that has enough, as if the line ended there."""
    for at, needs_signature in _chosen(lines, votes, weights):
        if not needs_signature or is_signature(lines[at]):
            yield at


def head_of(line: str) -> str:
    """What stands before the first separator, if that is near the beginning; else an empty string."""
    match = SEPARATOR.search(line, 2, _MAX_HEAD_CHARS)
    return line[: match.start()] if match else ""


def _chosen(lines: Sequence[str], votes: Votes, weights: Sequence[float]) -> Iterable[tuple[int, bool]]:
    """The lines that have enough votes, or would have if they were signatures: index, and whether they must be that."""
    if C_VOTES:
        limits = MAX_LINE_CHARS, _MAX_HEAD_CHARS, _FAR, _NEAR_END, votes.most
        try:
            found: list[tuple[int, bool]] | None = C_VOTES.chosen(
                _table(votes), votes, lines, (*weights, BEGINS, MARK), votes.packed, votes.own, limits, "".join(_STOPS)
            )
        except UnicodeEncodeError:  # lone surrogates
            found = None
        if found is not None:
            return found
    return _chosen_in_python(lines, votes, weights)


def _table(votes: Votes) -> object:
    """What _votes.c remembers of words."""
    assert C_VOTES
    votes.table = votes.table or C_VOTES.table(SEED, lexicons().compiled)
    return votes.table


def _chosen_in_python(lines: Sequence[str], votes: Votes, weights: Sequence[float]) -> Iterator[tuple[int, bool]]:
    last = len(lines) - 1
    for at, line in enumerate(lines):
        if not (line and len(line) <= MAX_LINE_CHARS and (words := line.split())):
            continue
        telling, score = _score(words, votes, weights, at, last - at)
        is_chosen = telling > 0 and score > 0
        if telling and not is_chosen and (head := head_of(line).split()):
            of_head, score_of_head = _score(head, votes, weights, at, last - at)
            is_chosen = of_head > 0 and score_of_head > 0
        if is_chosen or (min(at, last - at) < _NEAR_END and score + weights[-1] > 0):
            yield at, not is_chosen


def _score(
    words: Sequence[str], votes: Votes, weights: Sequence[float], from_start: int, from_end: int
) -> tuple[int, float]:
    """How many of these words tell something, and their votes with the weighted terms, but for that of a signature."""
    telling, of_words = votes.of(words)
    weighted = map(mul, weights, _terms(words, from_start, from_end, telling))
    return telling, reduce(add, weighted, of_words)  # `sum` rounds otherwise since Python 3.12


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
