"""Decides whether one article is a copy of another, from what their sequences of words have in common.

The evidence comes from the words alone, so it is the same in every language. Shared words in the same order speak for a
copy. Different numbers speak against one, and so do stretches in which neither article has the other's words: two
stories from one template share most words and differ in the facts. Boosted trees, trained on pairs of both kinds, turn
the evidence into the likelihood of a copy (MATCH.md is their model card).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq, MatchingBlock

from worker.dedup.counts import PAIRS, Counts
from worker.dedup.word_codes import FUNCTION_WORDS, Words
from worker.messages import DuplicateKind
from worker.trees import Trees

FILE = "match.npz"
COPY_FROM = 0.7  # likelihood from which an article is called a copy
POSSIBLE_FROM = 0.4  # likelihood from which it is called a possible copy
# A pair with less is not a copy. This loses one of 2,050 pairs that the trees would call copies, and saves the trees a
# third of all pairs.
LEAST_ORDER = 0.24
LOW_ORDER, LEAST_NUMBERS = 0.45, 0.6  # a pair needs this much in order, or this share of the numbers
# If the article with fewer numbers has at least this many, and less than this share of them agrees, the pair is not a
# copy. Of 910 true pairs with six or more numbers, none is below .23; of 470 with ten or more, none is below .38.
VETO = ((10, 0.36), (4, 0.22))
SHORTEST = 4  # content words

# The kind of a copy follows from two shares: of the new article in the old one, and of the old one in the new one.
EXCERPT_FROM = 0.75  # at least this share of the shorter article is in the longer one,
EXCERPT_RATIO = 0.8  # and the share of the longer one in the shorter one is less than this times that
SPUN_BELOW = 0.55  # both shares are lower than this: words were swapped
# An article that contains another one whole, and this many more words, is an article in its own right: a round-up.
ROUND_UP_SHARE, ROUND_UP_WORDS, ROUND_UP_BELOW = 0.8, 250, 0.8
UNSPACED_FROM = 0.97  # a greater share of content words means that the tokens are ideographs,
WORDS_IN_IDEOGRAPH = 0.5  # each of which counts as half a word

PARTS = 6  # parts of the new article, for the evenness
DIAGONAL = 0.06  # how far a word of a copy may be from its old place, as a share of the article
NO_NUMBERS = 0.7  # the agreement of numbers if an article has none

_FUNCTION = bytes(range(FUNCTION_WORDS))
_TINY = 1e-6


class Profile:
    """The words of an article, prepared for comparison."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.sequence = words.sequence
        self.numbers = words.numbers
        self.content = words.sequence.translate(None, _FUNCTION)

    @cached_property
    def pairs(self) -> NDArray[np.uint16]:
        """The pairs of neighbouring content words in order, two bytes per pair."""
        codes = np.frombuffer(self.content, np.uint8).astype(np.uint16)
        return codes[:-1] << np.uint16(8) | codes[1:]

    @cached_property
    def has(self) -> NDArray[np.bool_]:
        """For every possible pair, whether this article has it."""
        has = np.zeros(PAIRS, bool)
        has[self.pairs] = True
        return has


class Evidence(NamedTuple):
    """What speaks for and against a copy. Shares are in 0..1, most of them of the shorter article."""

    order: float  # longest common subsequence of the content words
    overlap: float  # weighted pairs of neighbouring content words of one article that are in the other one
    likeness: float  # weighted pairs in both, of those in either
    numbers: float  # shared numbers, of those of the article with fewer
    all_numbers: float  # shared numbers, of those in either
    shared_numbers: int
    gap: float  # longest stretch in which neither article has the other's words
    evenness: float  # words at their old place, in the second worst sixth of the article
    diagonal: float  # words at their old place, of the words in common
    in_place: float  # words at their old place
    length: int  # content words of the shorter article


FEATURES = Evidence._fields
RISING = {name: -1 if name == "gap" else 0 if name == "length" else 1 for name in FEATURES}
"""In which direction each feature may move the likelihood; 0: in both."""


class Match(NamedTuple):
    """The evidence of a pair, and the likelihood of a copy.

    `blocks` are the longest stretches of words, in order, that both articles have: `size` words from word `a` of the
    new article and from word `b` of the old one. The last block is empty, at the end of both articles.
    """

    evidence: Evidence
    likelihood: float
    in_old: float  # weighted share of the new article's pairs of words that are in the old one
    in_new: float  # weighted share of the old article's pairs of words that are in the new one
    beside: float  # number of words that the new article does not have in common with the old one
    blocks: Sequence[MatchingBlock] = ()


class Comparison:
    """Compares one new article with earlier ones. The counts give the weights of pairs of words."""

    def __init__(self, new: Profile, counts: Counts) -> None:
        self._new = new
        self._counts = counts

    @cached_property
    def _worth(self) -> NDArray[np.float32]:
        return self._counts.worth(self._new.pairs)

    def with_all(self, olds: Iterable[Profile]) -> list[Match | None]:
        """The match with each of the old articles; None if the new one is clearly not a copy of it."""
        unjudged = [self._with(old) for old in olds]
        evidence = [match.evidence for match in unjudged if match]
        if not evidence:
            return unjudged
        likelihoods = iter(match_model().probabilities(np.array(evidence, np.float32).T).tolist())
        return [match and match._replace(likelihood=next(likelihoods)) for match in unjudged]

    def _with(self, old: Profile) -> Match | None:
        """The match with one old article, still without the likelihood; None as in `with_all`."""
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
        blocks = LCSseq.editops(new.sequence, old.sequence).as_matching_blocks()
        places = _places(blocks, len(new.sequence), len(old.sequence))
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
        return Match(evidence, 0.0, in_old, in_new, beside, blocks)


def _share(worth: NDArray[np.float32], chosen: NDArray[np.bool_]) -> float:
    """The weight of the chosen ones, as a share of the total weight."""
    return float(worth.dot(chosen) / worth.sum())


class _Places(NamedTuple):
    """Four fields of the evidence, from the longest common subsequence of all words, and its length."""

    gap: float
    evenness: float
    diagonal: float
    in_place: float
    matched: int


def _places(blocks: Sequence[MatchingBlock], length_new: int, length_old: int) -> _Places:
    by_part = [0] * PARTS
    in_place = matched = longest = alone_new = alone_old = end_new = end_old = 0
    scale_new, scale_old = 0.5 / length_new, 0.5 / length_old
    for block in blocks:
        start_new, start_old, count = block.a, block.b, block.size
        alone_new += start_new - end_new
        alone_old += start_old - end_old
        end_new, end_old = start_new + count, start_old + count
        if count == 1:  # one word between two gaps may be chance
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
    shorter = min(length_new, length_old)
    evenness = sorted(by_part)[1] * PARTS / length_new
    return _Places(longest / shorter, evenness, in_place / max(1, matched), in_place / shorter, matched)


def kind_of(match: Match) -> DuplicateKind | None:
    """The kind of the new article; None if the two articles are unrelated."""
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
    """Whether the new article contains the old one whole, among much else."""
    return match.in_new >= ROUND_UP_SHARE and match.in_old < ROUND_UP_BELOW and match.beside >= ROUND_UP_WORDS


@cache
def match_model() -> Trees:
    """The trees that ship with the package."""
    with resources.files("worker.dedup").joinpath(FILE).open("rb") as file, np.load(file) as data:
        if tuple(data["names"].tolist()) != FEATURES:
            raise RuntimeError(f"{FILE} was trained with other features: {data['names']}")
        return Trees(data["feature"], data["border"], data["leaf"].astype(np.float32), float(data["bias"]))


def save_model(trees: Trees, path: Path) -> None:
    """Write the file of the trees: the same bytes for the same trees."""
    np.savez_compressed(
        path,
        names=np.array(FEATURES),
        feature=trees.feature,
        border=trees.border,
        leaf=trees.leaf.astype(np.float16),
        bias=np.float64(trees.bias),
    )
