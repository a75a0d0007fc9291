"""Puts two articles side by side: which words they have in common in the same order, and what stands between these.

Two words that differ between words in common were swapped. Where a name or a number was swapped for another one, the
articles probably tell different facts in the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from rapidfuzz.distance import LCSseq

from worker.compiled import compiled

C_COMPARE = compiled("worker.dedup._compare")

Block = tuple[int, int, int]
"""Words in common: the first one in the new article, the first one in the old one, and how many.

The last block is empty, at the end of both articles.
"""

PARTS = 6  # parts of the new article, for the evenness
DIAGONAL = 0.06  # how far a word of a copy may be from its old place, as a share of the article
SMALL = 4  # words on each side of a gap in which words were swapped, at most
LONG = 8  # words in a stretch that is hardly in both articles by chance, at least
NO_NAMES = 0.7  # the share of names in common if the shorter article has none

_NAME = 1


class Alignment(NamedTuple):
    """What two articles have in common. Shares are of the shorter article, unless something else is said.

    `blocks` are the longest stretches of words, in order, that both articles have.
    """

    blocks: Sequence[Block]
    matched: int  # words in common
    gap: float  # longest stretch in which neither article has the other's words
    evenness: float  # words at their old place, in the second worst sixth of the new article
    diagonal: float  # words at their old place, of the words in common
    in_place: float  # words at their old place
    verbatim: float  # words in long stretches
    swaps: int  # small gaps with words on both sides
    renamed: int  # of these, those with a name or a number on both sides
    names: float  # names and numbers in common

    @property
    def renamed_share(self) -> float:
        """The renamed gaps, as a share of all stretches in common."""
        return self.renamed / len(self.blocks)


def names_of(packed: bytes) -> bytes:
    """The bits of `Words.names` as bytes of 0 and 1, and some zeros at the end."""
    return np.unpackbits(np.frombuffer(packed, np.uint8)).tobytes()


def align(new: bytes, old: bytes, names_new: bytes, names_old: bytes) -> Alignment:
    """Align two sequences of words, not empty, with their `Words.names`."""
    count = C_COMPARE.align if C_COMPARE else _counted
    blocks, matched, longest, second_part, in_place, verbatim, swaps, renamed, names, nameless = count(
        new, old, names_new, names_old
    )
    shorter = min(len(new), len(old))
    return Alignment(
        blocks,
        matched,
        longest / shorter,
        second_part * PARTS / len(new),
        in_place / max(1, matched),
        in_place / shorter,
        verbatim / shorter,
        swaps,
        renamed,
        (names - nameless + 1) / (names + 1) if names else NO_NAMES,
    )


def _counted(new: bytes, old: bytes, packed_new: bytes, packed_old: bytes) -> tuple[Any, ...]:
    """What `align` counts: words, gaps and names, of neither article in particular."""
    names_new, names_old = names_of(packed_new), names_of(packed_old)
    blocks = [(block.a, block.b, block.size) for block in LCSseq.editops(new, old).as_matching_blocks()]
    length_new, length_old = len(new), len(old)
    new_is_shorter = length_new <= length_old
    by_part = [0] * PARTS
    in_place = matched = longest = alone_new = alone_old = end_new = end_old = verbatim = swaps = renamed = nameless = 0
    scale_new, scale_old = 0.5 / length_new, 0.5 / length_old
    for start_new, start_old, count in blocks:
        gap_new, gap_old = start_new - end_new, start_old - end_old
        if 0 < gap_new <= SMALL and 0 < gap_old <= SMALL:
            swaps += 1
            if names_new.find(_NAME, end_new, start_new) >= 0 and names_old.find(_NAME, end_old, start_old) >= 0:
                renamed += 1
        if new_is_shorter and gap_new:
            nameless += names_new.count(_NAME, end_new, start_new)
        elif gap_old and not new_is_shorter:
            nameless += names_old.count(_NAME, end_old, start_old)
        alone_new += gap_new
        alone_old += gap_old
        end_new, end_old = start_new + count, start_old + count
        if count == 1:  # one word between two gaps may be chance
            alone_new += 1
            alone_old += 1
        else:
            longest = max(longest, min(alone_new, alone_old))
            alone_new = alone_old = 0
            if count >= LONG:
                verbatim += count
        matched += count
        place = (start_new + end_new) * scale_new
        if count and -DIAGONAL < place - (start_old + end_old) * scale_old < DIAGONAL:
            in_place += count
            by_part[int(place * PARTS)] += count
    names = (names_new if new_is_shorter else names_old).count(_NAME)
    second_part = sorted(by_part)[1]
    return blocks, matched, longest, second_part, in_place, verbatim, swaps, renamed, names, nameless
