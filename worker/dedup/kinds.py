"""Decides what kind of copy an article is, from its match with a published one.

A longer article is a superset if its additional text is the story's own: then readers need it. Text of the site around
the story (furniture) is not. The two are told apart without any list of words, by how often the additional text repeats
words and names of the rest, and by the length of its lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, log1p, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.dedup.match import COPY_FROM, POSSIBLE_FROM, UNSPACED_FROM, WORDS_IN_IDEOGRAPH, Match, Profile
from worker.dedup.word_codes import FUNCTION_WORDS, Words, bits, line_starts
from worker.messages import DuplicateKind

# The kind of a copy follows from two shares: of the new article in the old one, and of the old one in the new one.
EXCERPT_FROM = 0.75  # at least this share of the shorter article is in the longer one,
EXCERPT_RATIO = 0.8  # and the share of the longer one in the shorter one is less than this times that
SPUN_BELOW = 0.55  # both shares are lower than this: words were swapped,
LEAST_IN_PLACE = 0.05  # and at least this share stands where it stood; or else the articles have only a part in common
# An article that contains another one whole, and this many more words, is an article in its own right: a round-up.
ROUND_UP_SHARE, ROUND_UP_WORDS, ROUND_UP_BELOW = 0.8, 250, 0.8

# An article that adds to the old one but lacks more than this share of it (if it is not longer: the second share) does
# not replace it. It lacks stretches of at least `LACKED` words (`LEAST_WORDS` if it is not longer) if it has less than
# `SWAPPED` of their words in order (single ones may be chance), and no more than `MOVED` of their pairs of words.
MOST_LACKED, MUCH_LACKED, LACKED, SWAPPED, MOVED = 0.05, 0.1, 20, 0.2, 0.18
# A superset is longer than the old article, has most of its words, and adds this many words or more,
LEAST_WORDS, LEAST_SHARE, LEAST_HELD = 40, 0.1, 0.7
BLOCK, STRETCH = 4, 8  # where this many words in a row are common, or added
# and these are the story's own: the weighted sum of
OWN_WORDS, OWN_NAMES = 3.88, 1.47  # the square roots of the added words and names that the common part has, too,
IN_LONG_LINES = 2.84  # the share of the added words in lines as long as the story's own,
ADDED, COMMON = -3.40, -6.45  # and the logarithms of the added words, and of the different words of the common part,
LEAST_OWN = -35.2  # is at least this. Fitted to pairs as benchmarks/arrival.py makes them.
LONG_LINE, LONG_LINES, LESS_OWN = 25, 0.8, 2.5  # if this share of the added words is in long lines, less is enough
# An article with `ROUND_UP_WORDS` more is a round-up, unless the sum is at least this, or this if it begins with the
# old article after no more than so many words. With the old article's title, it needs no more than others.
LEAST_OWN_OF_MUCH, LEAST_OWN_BEHIND, LEAD = -24.0, -28.0, 20
# But if many other articles have it, it is furniture: its pairs of words weigh less than this share of what all weigh.
KNOWN_BELOW = 0.8
LEAST_FRESH = 0.3  # of the added text: what the old article has already, in another order, is not new


class _Addition(NamedTuple):
    """The additional text of a longer article: how much speaks for its being the story's own, and its long lines.

    `in_long_lines` is a share of its words. If `unseen`, some of it comes after the words that can be compared.
    `is_whole` tells whether the article has the old one whole, apart from small changes.
    """

    own: float
    in_long_lines: float
    unseen: bool
    is_whole: bool

    @property
    def is_own(self) -> bool:
        """Whether it is the story's own, as far as it can be seen."""
        return self.own >= LEAST_OWN - LESS_OWN * (self.in_long_lines >= LONG_LINES)


def kind_of(match: Match, new: Profile, old: Profile) -> DuplicateKind | None:
    """The kind of the new article; None if the two articles are unrelated."""
    if match.likelihood < POSSIBLE_FROM:
        return None
    more = _addition(match, new, old)
    extends = more is not None and _extends(match, more, old)
    replaces = more is not None and extends and more.is_whole
    if is_round_up(match) and not replaces:
        return DuplicateKind.CONTAINS
    if match.likelihood < COPY_FROM or (extends and not replaces):
        return DuplicateKind.POSSIBLE
    return DuplicateKind.SUPERSET if replaces else _kind_of_copy(match)


def is_round_up(match: Match) -> bool:
    """Whether the new article contains the old one whole, among much else."""
    return match.in_new >= ROUND_UP_SHARE and match.in_old < ROUND_UP_BELOW and match.beside >= ROUND_UP_WORDS


def _extends(match: Match, more: _Addition, old: Profile) -> bool:
    """Whether the additional text is more of the old article's story."""
    if not is_round_up(match):
        return more.is_own or more.unseen
    if match.evidence.titles == 1:
        return match.evidence.same_site or more.is_own
    return more.own >= (LEAST_OWN_BEHIND if _begins(match, old) else LEAST_OWN_OF_MUCH)


def _begins(match: Match, old: Profile) -> bool:
    """Whether the new article begins with the old one."""
    in_place = sum(block.size for block in match.blocks if block.size >= BLOCK and abs(block.a - block.b) <= LEAD)
    return in_place >= ROUND_UP_SHARE * len(old.sequence)


def _kind_of_copy(match: Match) -> DuplicateKind:
    if max(match.in_old, match.in_new) < SPUN_BELOW:
        return DuplicateKind.SPIN if match.evidence.in_place >= LEAST_IN_PLACE else DuplicateKind.POSSIBLE
    if match.in_old >= EXCERPT_FROM and match.in_new < EXCERPT_RATIO * match.in_old:
        return DuplicateKind.EXCERPT
    return DuplicateKind.COPY


def _addition(match: Match, new: Profile, old: Profile) -> _Addition | None:
    """What the new article adds; None if that is too little, or if most of it are swapped words."""
    grown = new.words.length - old.words.length
    if max(grown, 2 * match.beside) < LEAST_WORDS:  # nearly all copies
        return None
    count = len(new.sequence)
    sequence = np.frombuffer(new.sequence, np.uint8)
    content = sequence >= FUNCTION_WORDS
    unit = WORDS_IN_IDEOGRAPH if content.sum() > UNSPACED_FROM * count else 1.0
    least = max(LEAST_WORDS / unit, LEAST_SHARE * new.words.length)
    lacking = _lacking(match, new, old, (LACKED if grown >= least else LEAST_WORDS) / unit)
    is_whole = lacking <= (MOST_LACKED if grown >= least else MUCH_LACKED) * len(old.sequence)
    if grown < least and is_whole:
        return None
    common = _covered(((block.a, block.size) for block in match.blocks if block.size >= BLOCK), count)
    if common.sum() + lacking < LEAST_HELD * len(old.sequence):
        return None
    added = _covered(((start, end - start) for start, end in _stretches(~common, STRETCH)), count)
    words = int(added.sum())
    unseen = new.words.more > 0 and grown >= least and (words < least or grown - words >= LEAST_WORDS / unit)
    absent = 1 - float(old.has.take(new.pairs).mean())
    if words < least or absent * count < LEAST_FRESH * words or 1 - match.in_old < KNOWN_BELOW * absent:
        return _Addition(-inf, 0.0, unseen, is_whole)
    in_long_lines = _in_long_lines(new.words, common, added, LONG_LINE / unit) / words
    names = bits(new.words.names, count)
    codes = np.frombuffer(new.words.codes, "<u2")
    here, there = common & content, added & content
    kept = np.unique(codes[here])
    own = np.isin(np.unique(codes[there]), kept, assume_unique=True).sum()
    own_names = np.isin(np.unique(codes[there & names]), codes[here & names]).sum()
    sums = OWN_WORDS * sqrt(own) + OWN_NAMES * sqrt(own_names) + IN_LONG_LINES * in_long_lines
    return _Addition(sums + ADDED * log1p(words * unit) + COMMON * log1p(len(kept)), in_long_lines, unseen, is_whole)


def _covered(spans: Iterable[tuple[int, int]], count: int) -> NDArray[np.bool_]:
    """Which of `count` words are in the spans, each of which has a start and a size."""
    covered = np.zeros(count, bool)
    for start, size in spans:
        covered[start : start + size] = True
    return covered


def _stretches(words: NDArray[np.bool_], least: float) -> list[tuple[int, int]]:
    """The start and the end of each stretch of at least so many words."""
    edges = np.flatnonzero(np.diff(words, prepend=False, append=False)).tolist()
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(start, end) for start, end in pairs if end - start >= least]


def _lacking(match: Match, new: Profile, old: Profile, least: float) -> int:
    """How many words of the old article are in longer stretches that the new one does not have, not even elsewhere."""
    count = len(old.sequence)
    common = _covered(((block.b, block.size) for block in match.blocks if block.size >= BLOCK), count)
    matched = _sums(_covered(((block.b, block.size) for block in match.blocks if block.size > 1), count))
    content = _sums(np.frombuffer(old.sequence, np.uint8) >= FUNCTION_WORDS)
    pairs = _sums(new.has.take(old.pairs))
    lacking = 0
    for start, end in _stretches(~common, least):
        first, last = content[start], max(content[start], content[end] - 1)
        is_unseen = end == count and new.words.more > 0
        is_swapped = matched[end] - matched[start] >= SWAPPED * (end - start)
        is_moved = pairs[last] - pairs[first] > MOVED * (last - first)
        lacking += 0 if is_unseen or is_swapped or is_moved else end - start
    return lacking


def _sums(chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
    """How many are chosen before each place, and in all."""
    return np.concatenate(([0], np.cumsum(chosen)))


def _in_long_lines(new: Words, common: NDArray[np.bool_], added: NDArray[np.bool_], long: float) -> int:
    """The number of added words in lines as long as the story's own usually are."""
    lengths = np.diff(line_starts(new), append=len(common))
    of_word = np.repeat(lengths, lengths)
    usual = float(np.quantile(of_word[common], 0.25)) if common.any() else long
    return int((added & (of_word >= min(long, usual))).sum())
