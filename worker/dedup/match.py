"""Decides whether one article is a copy of another, from what their sequences of words have in common.

The evidence comes from the words alone, so it is the same in every language. Shared words in the same order speak for a
copy. Different numbers speak against one, and so do names in place of other names, and stretches in which neither
article has the other's words: two stories from one template share most words and differ in the facts. Boosted trees,
trained on pairs of both kinds, turn the evidence into the likelihood of a copy (MATCH.md is their model card).

Two articles whose titles are unequal, but alike or on the same site, are siblings: articles of one series, as a rule. A
second set of trees, which is strict, must also take them for copies. If neither article has names or numbers, as in
scripts without capitals, a third set must do so, or else they are possible copies.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from worker.compiled import compiled
from worker.dedup.alignment import Alignment, Block, align
from worker.dedup.counts import Counts
from worker.dedup.opening import turned
from worker.dedup.profile import WORDS_IN_IDEOGRAPH, Profile
from worker.trees import Trees

C_COMPARE = compiled("worker.dedup._compare")

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
# A pair is not a copy either if at least so many gaps have names in place of other names, these are at least this share
# of all, and less than this share of the names is in common. MATCH.md says how many pairs this rejects.
RENAMED, RENAMED_SHARE, FEW_NAMES = 4, 0.4, 0.5
SHORTEST = 4  # content words
NOT_EQUAL = 0.99  # times the likeness of unequal titles: their words may have the same bytes
ALIKE = 0.1  # unequal titles are alike if at least this share of their words is in common

# If nearly all of a new article stands in a longer one, word by word and with all its names and numbers, its title does
# not matter. It has these shares of its words in order, in long stretches, and less than this share of the other's.
IN_ORDER, VERBATIM, MUCH_SHORTER = 0.95, 0.9, 0.8

# If so many words were swapped in the opening, and none elsewhere, the articles tell opposite news. One copy in 1,800
# has as many.
TURNED = 2.0
IN_DOUBT = 0.5  # the highest likelihood then, and if the trees for nameless articles see two stories

NO_NUMBERS = 0.7  # the agreement of numbers if an article has none

_TINY = 1e-6


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
    verbatim: float  # words in long stretches that both have
    swaps: int  # small gaps between words in common, with other words on both sides
    renamed: int  # of these, those with a name or a number on both sides
    renamed_share: float  # the same, as a share of all stretches in common
    names: float  # names and numbers in common, of those of the shorter article
    turned: float  # content words swapped in the opening, more than in the rest; 0 if the titles are equal
    nameless: bool  # neither article has names or numbers
    same_site: bool
    titles: float  # words in common of the titles; 1 if they are equal, -1 if one is unknown

    @property
    def of_siblings(self) -> bool:
        """Whether the titles are unequal, and alike or on the same site."""
        return 0 <= self.titles < 1 and (self.same_site or self.titles >= ALIKE)


FEATURES = Evidence._fields
_FALLING = {"gap", "swaps", "renamed", "renamed_share", "turned", "same_site"}
_NEITHER = {"length", "nameless", "titles"}
RISING = {name: -1 if name in _FALLING else 0 if name in _NEITHER else 1 for name in FEATURES}
"""In which direction each feature may move the likelihood; 0: in both."""
FOR_SIBLINGS = ("turned", "nameless", "same_site", "titles")
"""The features that only the trees for siblings use."""


class Models(NamedTuple):
    """The trees for all pairs, those that siblings must pass as well, and those that nameless articles must pass."""

    general: Trees
    siblings: Trees
    nameless: Trees

    def likelihoods(self, evidence: Sequence[Evidence]) -> NDArray[np.float32]:
        """How likely each pair is a copy."""
        features = np.array(evidence, np.float32).reshape(-1, len(FEATURES)).T
        likelihoods = _probabilities(self.general, features)
        siblings = [at for at, pair in enumerate(evidence) if pair.of_siblings]
        if siblings:
            strict = _probabilities(self.siblings, features[:, siblings])
            likelihoods[siblings] = np.minimum(likelihoods[siblings], strict)
        nameless = [at for at, pair in enumerate(evidence) if pair.nameless]
        if nameless:
            strict = np.maximum(_probabilities(self.nameless, features[:, nameless]), IN_DOUBT)
            likelihoods[nameless] = np.minimum(likelihoods[nameless], strict)
        for at, pair in enumerate(evidence):
            if pair.turned >= TURNED:
                likelihoods[at] = min(likelihoods[at], IN_DOUBT)
        return likelihoods


def _probabilities(trees: Trees, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """See `Trees.probabilities`. A pair has the same likelihood alone as among others: numpy would sum it otherwise."""
    return trees.probabilities(features if features.shape[1] > 1 else features.repeat(2, axis=1))[: features.shape[1]]


class Match(NamedTuple):
    """The evidence of a pair, and the likelihood of a copy.

    `blocks` are the longest stretches of words, in order, that both articles have.
    """

    evidence: Evidence
    likelihood: float
    in_old: float  # weighted share of the new article's pairs of words that are in the old one
    in_new: float  # weighted share of the old article's pairs of words that are in the new one
    beside: float  # about how many content words of the new article are not in the old one
    blocks: Sequence[Block] = ()


class Comparison:
    """Compares one new article with earlier ones. The counts give the weights of pairs of words; the id is for logs."""

    def __init__(self, new: Profile, counts: Counts, article_id: str = "") -> None:
        self.new, self.article_id = new, article_id
        self._counts = counts

    @cached_property
    def _worth(self) -> NDArray[np.float32]:
        return self._counts.worth(self.new.pairs)

    def may_match(self, records: list[bytes | None]) -> list[bool]:
        """Whether `with_all` must see these records. A damaged one counts, so that whoever unpacks it finds out."""
        if C_COMPARE is None:
            return [record is not None for record in records]
        found: list[bool] = C_COMPARE.may_match(self.new.content, self._numbers, records)
        return found

    @cached_property
    def _numbers(self) -> bytes:
        return struct.pack(f"<{len(self.new.numbers)}H", *sorted(self.new.numbers))

    def with_all(self, olds: Iterable[Profile]) -> list[Match | None]:
        """The match with each of the old articles; None if the new one is clearly not a copy of it."""
        unjudged = [self._with(old) for old in olds]
        evidence = [match.evidence for match in unjudged if match]
        if not evidence:
            return unjudged
        likelihoods = iter(match_models().likelihoods(evidence).tolist())
        return [match and match._replace(likelihood=next(likelihoods)) for match in unjudged]

    def _with(self, old: Profile) -> Match | None:
        """The match with one old article, still without the likelihood; None as in `with_all`."""
        new = self.new
        shorter = min(len(new.content), len(old.content))
        if shorter < SHORTEST:
            return None
        common, fewer = len(new.numbers & old.numbers), min(len(new.numbers), len(old.numbers))
        numbers = (common + 1) / (fewer + 1) if fewer else NO_NUMBERS
        if any(fewer >= many and numbers < least for many, least in VETO):
            return None
        order = LCSseq.similarity(new.content, old.content) / shorter
        if order < (LOW_ORDER if numbers < LEAST_NUMBERS else LEAST_ORDER):
            return None
        places = align(new.sequence, old.sequence, new.words.names, old.words.names)
        if places.renamed >= RENAMED and places.renamed_share >= RENAMED_SHARE and places.names < FEW_NAMES:
            return None
        titles, unit = _likeness(new.words.title, old.words.title), WORDS_IN_IDEOGRAPH if new.is_unspaced else 1.0
        in_old = _share(self._worth, new.pairs_in(old))
        in_new = _share(self._counts.worth(old.pairs), old.pairs_in(new))
        is_passage = common == len(new.numbers) and _is_passage(new, old, order, in_old, places)
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
            verbatim=places.verbatim,
            swaps=places.swaps,
            renamed=places.renamed,
            renamed_share=places.renamed_share,
            names=places.names,
            turned=0.0 if titles == 1 else turned(new.words, old.words, places.blocks, unit),
            nameless=new.is_nameless and old.is_nameless,
            same_site=new.words.site == old.words.site != 0,
            titles=-1.0 if is_passage else titles,
        )
        beside = (len(new.sequence) - places.matched) * new.content_share
        return Match(evidence, 0.0, in_old, in_new, beside, places.blocks)


def _is_passage(new: Profile, old: Profile, order: float, in_old: float, places: Alignment) -> bool:
    """Whether the new article stands word by word in a longer one, apart from its numbers."""
    is_shorter = len(new.content) < MUCH_SHORTER * len(old.content)
    has_names = places.names >= IN_ORDER or new.is_nameless
    return is_shorter and min(order, in_old) >= IN_ORDER and places.verbatim >= VERBATIM and has_names


def _likeness(title: bytes, other: bytes) -> float:
    if not title or not other:
        return -1.0
    return 1.0 if title == other else LCSseq.normalized_similarity(title, other) * NOT_EQUAL


def _share(worth: NDArray[np.float32], chosen: NDArray[np.bool_]) -> float:
    """The weight of the chosen ones, as a share of the total weight."""
    return float(worth.dot(chosen) / worth.sum())


@cache
def match_models() -> Models:
    """The trees that ship with the package."""
    with resources.files("worker.dedup").joinpath(FILE).open("rb") as file, np.load(file) as data:
        if tuple(data["names"].tolist()) != FEATURES:
            raise RuntimeError(f"{FILE} was trained with other features: {data['names']}")
        return Models(*(_read_trees(data, name) for name in Models._fields))


def _read_trees(data: Mapping[str, Any], name: str) -> Trees:
    leaf = data[f"{name}_leaf"].astype(np.float32)
    return Trees(data[f"{name}_feature"], data[f"{name}_border"], leaf, float(data[f"{name}_bias"]))


def save_models(models: Models, path: Path) -> None:
    """Write the file of the trees: the same bytes for the same trees."""
    arrays: dict[str, NDArray[Any]] = {"names": np.array(FEATURES)}
    for name, trees in models._asdict().items():
        arrays |= {
            f"{name}_feature": trees.feature,
            f"{name}_border": trees.border,
            f"{name}_leaf": trees.leaf.astype(np.float16),
            f"{name}_bias": np.array(trees.bias),
        }
    np.savez_compressed(path, allow_pickle=False, **arrays)
