"""Decides what kind of copy an article is, from its match with a published one.

A longer article is a superset if its additional text is the story's own: then readers need it. Text of the site around
the story (furniture) is not. The two are told apart without any list of words, by how often the additional text repeats
words and names of the rest, and by the length of its lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf, log, log1p, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.dedup.match import COPY_FROM, POSSIBLE_FROM, Match
from worker.dedup.profile import WORDS_IN_IDEOGRAPH, Profile
from worker.dedup.word_codes import FUNCTION_WORDS, Words, bits, line_starts
from worker.messages import DuplicateKind

# The kind of a copy follows from two shares: of the new article in the old one, and of the old one in the new one.
EXCERPT_FROM = 0.75  # at least this share of the shorter article is in the longer one,
EXCERPT_RATIO = 0.8  # and the share of the longer one in the shorter one is less than this times that
SPUN_BELOW = 0.55  # both shares are lower than this: words were swapped,
LEAST_IN_PLACE = 0.05  # and at least this share stands where it stood; or else the articles have only a part in common
# If at least this share of the new article is in paragraphs of its own between common ones, both may be mixed from
# several stories. Such a paragraph has as many words as `LONG_LINE`, and no more than this share of these in stretches
# of `BLOCK` common words.
MOST_OWN, IN_COMMON = 0.3, 0.1
# An article that contains another one whole, and this many more content words, is an article in its own right: a
# round-up. All words would not do: languages with long words have half as many.
ROUND_UP_SHARE, ROUND_UP_WORDS, ROUND_UP_BELOW = 0.8, 150, 0.8

# An article that adds to the old one but lacks more than this share of it does not replace it. It lacks a stretch of at
# least `LACKED` words if it has less than `SWAPPED` of its words in order (single ones may be chance), and no more than
# `MOVED` of its pairs of words.
MOST_LACKED, LACKED, SWAPPED, MOVED = 0.05, 20, 0.2, 0.18
MUCH_LACKED, EXCHANGED = 0.1, 40  # if it is not longer; then it also adds at least as many words as `EXCHANGED`
# A superset is longer than the old article, has most of its words, and adds this many words or more, and this share,
LEAST_WORDS, LEAST_SHARE, LEAST_HELD = 36, 0.09, 0.7
BLOCK, STRETCH = 4, 8  # where this many words in a row are common, or added
# and these are the story's own: the weighted sum of
OWN_NAMES, OWN_PAIRS, OWN_NEIGHBOURS = 2.2, 1.6, 1.3  # square roots: names, pairs of content words and of words, that
# the common part has, too,
REPEATED, LEAST_REPEATED = 4.0, 0.15  # the logarithm of the share of its content words that repeat common ones, in
# ratio to the share that more of the same story would repeat, which is at least this,
COMMON = -4.2  # the logarithm of the different content words of the common part,
IN_LONG_LINES, LONG_LINE = 3.2, 25  # the share of the added words in lines as long as the story's own, or as this,
AROUND = -3.0  # and whether the added words stand both before and behind all others,
LEAST_OWN, LEAST_OWN_OF_MUCH = -20.5, -12.5  # is at least this. Fitted to pairs as benchmarks/arrival.py makes them.
# But if many other articles have it, it is furniture: its pairs of words weigh less than this share of what all weigh.
KNOWN_BELOW = 0.8
LEAST_FRESH = 0.3  # of the added text: what the old article has already, in another order, is not new


class _Addition(NamedTuple):
    """The additional text of a longer article, and how much speaks for its being the story's own.

    If `unseen`, some of it comes after the words that can be compared. `is_whole` tells whether the article has the old
    one whole, apart from small changes.
    """

    own: float
    unseen: bool
    is_whole: bool


def kind_of(match: Match, new: Profile, old: Profile) -> DuplicateKind | None:
    """The kind of the new article; None if the two articles are unrelated."""
    if match.likelihood < POSSIBLE_FROM:
        return None
    more = _addition(match, new, old)
    extends = more is not None and _extends(match, more)
    replaces = more is not None and extends and more.is_whole
    if is_round_up(match) and not replaces:
        return DuplicateKind.CONTAINS
    if match.likelihood < COPY_FROM or (extends and not replaces):
        return DuplicateKind.POSSIBLE
    if replaces:
        return DuplicateKind.SUPERSET
    return DuplicateKind.POSSIBLE if _is_mixed(match, new, old) else _kind_of_copy(match)


def is_round_up(match: Match) -> bool:
    """Whether the new article contains the old one whole, among much else."""
    return match.in_new >= ROUND_UP_SHARE and match.in_old < ROUND_UP_BELOW and match.beside >= ROUND_UP_WORDS


def _extends(match: Match, more: _Addition) -> bool:
    """Whether the additional text is more of the old article's story, as far as it can be seen."""
    if not is_round_up(match):
        return more.own >= LEAST_OWN or more.unseen
    if match.evidence.titles == 1:
        return match.evidence.same_site or more.own >= LEAST_OWN
    return more.own >= LEAST_OWN_OF_MUCH


def _is_mixed(match: Match, new: Profile, old: Profile) -> bool:
    """Whether the new article has many paragraphs that the old one lacks between common ones, as long as a story's."""
    count = len(new.sequence)
    unit = WORDS_IN_IDEOGRAPH if new.is_unspaced else 1.0
    least = MOST_OWN * count
    if match.beside <= least * new.content_share:  # most copies
        return False
    starts = line_starts(new.words).tolist()
    lines = [line for line in pairwise((*starts, count)) if line[1] - line[0] >= LONG_LINE / unit]
    if sum(end - start for start, end in lines) <= least:
        return False
    common = _sums(_covered(((start, size) for start, _, size in match.blocks if size >= BLOCK), count))
    content, pairs = _sums(np.frombuffer(new.sequence, np.uint8) >= FUNCTION_WORDS), _sums(new.pairs_in(old))
    own = 0
    for start, end in lines:
        is_moved = _is_moved(pairs, content[start], content[end])
        is_between = common[start] > 0 and common[end] < common[-1]
        is_own = is_between and not is_moved and common[end] - common[start] <= IN_COMMON * (end - start)
        own += end - start if is_own else 0
    return own > least


def _kind_of_copy(match: Match) -> DuplicateKind:
    if max(match.in_old, match.in_new) < SPUN_BELOW:
        return DuplicateKind.SPIN if match.evidence.in_place >= LEAST_IN_PLACE else DuplicateKind.POSSIBLE
    if match.in_old >= EXCERPT_FROM and match.in_new < EXCERPT_RATIO * match.in_old:
        return DuplicateKind.EXCERPT
    return DuplicateKind.COPY


def _addition(match: Match, new: Profile, old: Profile) -> _Addition | None:
    """What the new article adds; None if that is too little, or if most of it are swapped words."""
    grown = new.words.length - old.words.length
    if max(grown, 3 * match.beside) < LEAST_WORDS:  # nearly all copies
        return None
    count = len(new.sequence)
    unit = WORDS_IN_IDEOGRAPH if new.is_unspaced else 1.0
    least = max(LEAST_WORDS / unit, LEAST_SHARE * new.words.length)
    is_longer = grown >= least
    enough = least if is_longer else max(least, EXCHANGED / unit)
    common = [block for block in match.blocks if block[2] >= BLOCK]
    held = sum(size for _, _, size in common)
    if count - held < enough and not new.words.more:
        return None
    gaps = _gaps([(start, size) for start, _, size in common], count, STRETCH)
    words = sum(end - start for start, end in gaps)
    unseen = new.words.more > 0 and is_longer and (words < least or grown - words >= LEAST_WORDS / unit)
    if words < enough and not unseen:
        return None
    old_gaps = _gaps(
        [(start, size) for _, start, size in common], len(old.sequence), (LACKED if is_longer else EXCHANGED) / unit
    )
    lacking = _lacking(match, new, old, old_gaps)
    is_whole = lacking <= (MOST_LACKED if is_longer else MUCH_LACKED) * len(old.sequence)
    if (is_whole and not is_longer) or held + lacking < LEAST_HELD * len(old.sequence):
        return None
    absent = 1 - float(np.count_nonzero(new.pairs_in(old))) / max(1, len(new.pairs))
    if words < least or absent * count < LEAST_FRESH * words or 1 - match.in_old < KNOWN_BELOW * absent:
        return _Addition(-inf, unseen, is_whole)
    return _Addition(_own(new, common, gaps, LONG_LINE / unit), unseen, is_whole)


def _gaps(spans: Iterable[tuple[int, int]], count: int, least: float) -> list[tuple[int, int]]:
    """The start and the end of each stretch of at least `least` of the `count` words that is in no span.

    A span has a start and a size.
    """
    edges = [0, *(edge for start, size in spans for edge in (start, start + size)), count]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(start, end) for start, end in pairs if end - start >= least]


def _own(new: Profile, blocks: Sequence[tuple[int, int, int]], gaps: Sequence[tuple[int, int]], long: float) -> float:
    """How much speaks for the added words, in the gaps, being the story's own. The blocks are what is in common."""
    count = len(new.sequence)
    common = _covered(((start, size) for start, _, size in blocks), count)
    added = _covered(((start, end - start) for start, end in gaps), count)
    codes = np.frombuffer(new.words.codes, "<u2")
    content = np.frombuffer(new.sequence, np.uint8) >= FUNCTION_WORDS
    names = content & bits(new.words.names, count) & (codes & 1 == 0)
    here, there = codes[common & content], codes[added & content]
    kept = Counter(here.tolist())
    own_names = {*codes[common & names].tolist()}.intersection(codes[added & names].tolist())
    neighbours = _shared_pairs(codes[common], codes[added])
    repeated = (sum(map(kept.__contains__, there.tolist())) + 0.5) / (len(there) + 1)
    # Good and Turing: the share of a story's next words that it has already is that of the words that it has twice.
    expected = (len(here) - list(kept.values()).count(1) + 0.5) / (len(here) + 1)
    is_around = gaps[0][0] == 0 and gaps[-1][1] == count
    return (
        OWN_NAMES * sqrt(len(own_names))
        + OWN_PAIRS * sqrt(_shared_pairs(here, there))
        + OWN_NEIGHBOURS * sqrt(neighbours)
        + REPEATED * log(repeated / max(LEAST_REPEATED, expected))
        + COMMON * log1p(len(kept))
        + IN_LONG_LINES * _in_long_lines(new.words, common, added, long)
        + AROUND * is_around
    )


def _shared_pairs(one: NDArray[np.uint16], other: NDArray[np.uint16]) -> int:
    """How many different pairs of neighbours both have."""
    return len({*_pairs(one)}.intersection(_pairs(other)))


def _pairs(codes: NDArray[np.uint16]) -> list[int]:
    pairs: list[int] = (codes[:-1].astype(np.uint32) << np.uint32(16) | codes[1:]).tolist()
    return pairs


def _covered(spans: Iterable[tuple[int, int]], count: int) -> NDArray[np.bool_]:
    """Which of `count` words are in the spans, each of which has a start and a size."""
    covered = np.zeros(count, bool)
    for start, size in spans:
        covered[start : start + size] = True
    return covered


def _lacking(match: Match, new: Profile, old: Profile, gaps: Sequence[tuple[int, int]]) -> int:
    """How many words of the old article are in those gaps that the new one does not have, not even elsewhere."""
    if not gaps:
        return 0
    count = len(old.sequence)
    matched = _sums(_covered(((start, size) for _, start, size in match.blocks if size > 1), count))
    content = _sums(np.frombuffer(old.sequence, np.uint8) >= FUNCTION_WORDS)
    pairs = _sums(old.pairs_in(new))
    lacking = 0
    for start, end in gaps:
        is_unseen = end == count and new.words.more > 0
        is_swapped = matched[end] - matched[start] >= SWAPPED * (end - start)
        is_moved = _is_moved(pairs, content[start], content[end])
        lacking += 0 if is_unseen or is_swapped or is_moved else end - start
    return lacking


def _is_moved(pairs: NDArray[np.intp], start: int, end: int) -> bool:
    """Whether the other article has more than `MOVED` of the pairs of a stretch, from a content word to another one.

    `pairs` are the sums of the pairs that it has. Without two content words, a stretch has no pair.
    """
    last = end - 1
    return last > start and bool(pairs[last] - pairs[start] > MOVED * (last - start))


def _sums(chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
    """How many are chosen before each place, and in all."""
    return np.concatenate(([0], np.cumsum(chosen)))


def _in_long_lines(new: Words, common: NDArray[np.bool_], added: NDArray[np.bool_], long: float) -> float:
    """The share of the added words in lines as long as the story's own usually are."""
    lengths = np.diff(line_starts(new), append=len(common))
    of_word = np.repeat(lengths, lengths)
    own = np.sort(of_word[common])
    usual = min(long, own[len(own) // 4]) if len(own) else long
    return float((of_word[added] >= usual).mean())
