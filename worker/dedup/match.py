"""Whether one article is a copy of another: what two sequences of words have in common, and what that is worth.

The evidence is taken from the words alone, so it is the same in every language. Shared words in the same order speak
for a copy; different numbers, and stretches in which neither has the other's words, speak against it, for two stories
of one template share most words and differ in the facts. How likely a copy is, trees say that were taught with pairs
of both sorts (MATCH.md is their card): each number may only raise the likelihood, or only lower it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from worker.dedup.counts import PAIRS, Counts
from worker.dedup.word_codes import FUNCTION_WORDS
from worker.messages import DuplicateKind
from worker.trees import Trees

FILE = "match.npz"
COPY_FROM = 0.7  # likelihood from which an article is called a copy
POSSIBLE_FROM = 0.4  # likelihood from which it is said that it may be one
# A pair with less is none; of 2,050 pairs that the trees would call a copy it costs one, and spares a third of all.
LEAST_ORDER = 0.24
LOW_ORDER, LEAST_NUMBERS = 0.45, 0.6  # so much in order, or else so many of the numbers
# Where the article with fewer numbers has so many, and so few of them agree, no text is a copy: of 910 true pairs with
# six numbers or more none agrees in less than .23, of 470 with ten or more none in less than .38.
VETO = ((10, 0.36), (4, 0.22))
SHORTEST = 4  # content words

# What a copy is called, by the shares of the new article in the old one and of the old in the new one.
EXCERPT_FROM = 0.75  # so much of the shorter one stands in the longer one,
EXCERPT_RATIO = 0.8  # and by so much less of the longer one in the shorter one
SPUN_BELOW = 0.55  # less than this of either stands in the other: the words were swapped
# An article that holds another one whole, and so many words beside it, is one of its own: a round-up.
ROUND_UP_SHARE, ROUND_UP_WORDS, ROUND_UP_BELOW = 0.8, 250, 0.8
UNSPACED_FROM = 0.97  # so many content words among all are found where an ideograph is a word,
WORDS_IN_IDEOGRAPH = 0.5  # and there it is half of one

PARTS = 6  # of both articles, compared one by one
DIAGONAL = 0.06  # how far, in shares of the articles, words of a copy stand from the place they had
NO_NUMBERS = 0.7  # how well numbers agree where an article has none

_FUNCTION = bytes(range(FUNCTION_WORDS))
_TINY = 1e-6


class Profile:
    """A sequence of words made ready for comparison."""

    def __init__(self, sequence: bytes, numbers: frozenset[int]) -> None:
        self.sequence = sequence
        self.numbers = numbers
        self.content = sequence.translate(None, _FUNCTION)

    @cached_property
    def pairs(self) -> NDArray[np.uint16]:
        """The neighbouring content words, two bytes a pair, as they come."""
        codes = np.frombuffer(self.content, np.uint8).astype(np.uint16)
        return codes[:-1] << np.uint16(8) | codes[1:]

    @cached_property
    def has(self) -> NDArray[np.bool_]:
        """For every pair there can be, whether this is one of them."""
        has = np.zeros(PAIRS, bool)
        has[self.pairs] = True
        return has


class Evidence(NamedTuple):
    """What speaks for and against a copy. Shares are in 0..1, most of them of the shorter article."""

    order: float  # longest common subsequence of the content words
    overlap: float  # rare pairs of neighbouring content words of the one that stand in the other
    likeness: float  # those in both, of those in either
    numbers: float  # shared numbers of the article with fewer
    all_numbers: float  # shared numbers of all in either
    shared_numbers: int
    gap: float  # longest stretch in which neither has the other's words
    evenness: float  # words at their old place, in the second worst sixth of the article
    diagonal: float  # of the words in common, those at their old place
    in_place: float  # words at their old place
    length: int  # content words of the shorter article


FEATURES = Evidence._fields
RISING = {name: -1 if name == "gap" else 0 if name == "length" else 1 for name in FEATURES}
"""Which way each number may move the likelihood."""


class Match(NamedTuple):
    """What speaks for a copy and how likely one is."""

    evidence: Evidence
    likelihood: float
    in_old: float  # share of the new article's pairs of words that stand in the old one, by weight
    in_new: float  # the other way round
    beside: float  # words of the new article that it has not in common with the old one


class Comparison:
    """One new article, to be compared with earlier ones, where pairs of words are worth what the counts say."""

    def __init__(self, new: Profile, counts: Counts) -> None:
        self._new = new
        self._counts = counts

    @cached_property
    def _worth(self) -> NDArray[np.float32]:
        return self._counts.worth(self._new.pairs)

    def with_all(self, olds: Iterable[Profile]) -> list[Match | None]:
        """What the new article is to each of the old ones; None where it is clear that it is no copy."""
        unjudged = [self._with(old) for old in olds]
        evidence = [match.evidence for match in unjudged if match]
        if not evidence:
            return unjudged
        likelihoods = iter(match_model().probabilities(np.array(evidence, np.float32).T).tolist())
        return [match and match._replace(likelihood=next(likelihoods)) for match in unjudged]

    def _with(self, old: Profile) -> Match | None:
        """As `with_all`, the likelihood still to be filled in."""
        new = self._new
        shorter = min(len(new.content), len(old.content))
        if shorter < SHORTEST:
            return None
        order = LCSseq.similarity(new.content, old.content) / shorter
        if order < LEAST_ORDER:
            return None
        common, fewer = len(new.numbers & old.numbers), min(len(new.numbers), len(old.numbers))
        numbers = (common + 1) / (fewer + 1) if fewer else NO_NUMBERS
        if order < LOW_ORDER and numbers < LEAST_NUMBERS:
            return None
        if any(fewer >= many and numbers < least for many, least in VETO):
            return None
        in_old = _share(self._worth, old.has.take(new.pairs))
        in_new = _share(self._counts.worth(old.pairs), new.has.take(old.pairs))
        places = _places(new.sequence, old.sequence)
        evidence = Evidence(
            order,
            overlap=max(in_old, in_new),
            likeness=1 / max(1 / max(in_old, _TINY) + 1 / max(in_new, _TINY) - 1, 1.0),
            numbers=numbers,
            all_numbers=(common + 1) / (len(new.numbers) + len(old.numbers) - common + 1),
            shared_numbers=common,
            gap=places.gap,
            evenness=places.evenness,
            diagonal=places.diagonal,
            in_place=places.in_place,
            length=shorter,
        )
        unspaced = len(new.content) > UNSPACED_FROM * len(new.sequence)
        beside = (len(new.sequence) - places.matched) * (WORDS_IN_IDEOGRAPH if unspaced else 1.0)
        return Match(evidence, 0.0, in_old, in_new, beside)


def _share(worth: NDArray[np.float32], chosen: NDArray[np.bool_]) -> float:
    """What the chosen ones are worth, of all."""
    return float(worth.dot(chosen) / worth.sum())


class _Places(NamedTuple):
    """Of the longest common subsequence of all words: four fields of the evidence, and its length."""

    gap: float
    evenness: float
    diagonal: float
    in_place: float
    matched: int


def _places(new: bytes, old: bytes) -> _Places:
    by_part = [0] * PARTS
    in_place = matched = longest = alone_new = alone_old = end_new = end_old = 0
    scale_new, scale_old = 0.5 / len(new), 0.5 / len(old)
    for block in LCSseq.editops(new, old).as_matching_blocks():  # the last has no words and ends both articles
        start_new, start_old, count = block.a, block.b, block.size
        alone_new += start_new - end_new
        alone_old += start_old - end_old
        end_new, end_old = start_new + count, start_old + count
        if count == 1:  # one word between two gaps may well be chance
            alone_new += 1
            alone_old += 1
        else:
            longest = max(longest, min(alone_new, alone_old))
            alone_new = alone_old = 0
        matched += count
        place = (start_new + end_new) * scale_new
        if count and -DIAGONAL < place - (start_old + end_old) * scale_old < DIAGONAL:
            in_place += count
            by_part[int(place * PARTS)] += count
    shorter = min(len(new), len(old))
    evenness = sorted(by_part)[1] * PARTS / len(new)
    return _Places(longest / shorter, evenness, in_place / max(1, matched), in_place / shorter, matched)


def kind_of(match: Match) -> DuplicateKind | None:
    """What the new article is called; None where the two have nothing to do with each other."""
    if match.likelihood < POSSIBLE_FROM:
        return None
    if is_round_up(match):
        return DuplicateKind.CONTAINS
    if match.likelihood < COPY_FROM:
        return DuplicateKind.POSSIBLE
    return _kind_of_copy(match)


def _kind_of_copy(match: Match) -> DuplicateKind:
    if max(match.in_old, match.in_new) < SPUN_BELOW:
        return DuplicateKind.SPIN
    if match.in_old >= EXCERPT_FROM and match.in_new < EXCERPT_RATIO * match.in_old:
        return DuplicateKind.EXCERPT
    if match.in_new >= EXCERPT_FROM and match.in_old < EXCERPT_RATIO * match.in_new:
        return DuplicateKind.SUPERSET
    return DuplicateKind.COPY


def is_round_up(match: Match) -> bool:
    """Whether the new article holds the old one whole, among much else."""
    return match.in_new >= ROUND_UP_SHARE and match.in_old < ROUND_UP_BELOW and match.beside >= ROUND_UP_WORDS


@cache
def match_model() -> Trees:
    """The trees in the package."""
    with resources.files("worker.dedup").joinpath(FILE).open("rb") as file, np.load(file) as data:
        if tuple(data["names"].tolist()) != FEATURES:
            raise RuntimeError(f"{FILE} was taught with other numbers: {data['names']}")
        return Trees(data["feature"], data["border"], data["leaf"].astype(np.float32), float(data["bias"]))


def save_model(trees: Trees, path: Path) -> None:
    """Write the trees' file, the same bytes for the same trees."""
    np.savez_compressed(
        path,
        names=np.array(FEATURES),
        feature=trees.feature,
        border=trees.border,
        leaf=trees.leaf.astype(np.float16),
        bias=np.float64(trees.bias),
    )
