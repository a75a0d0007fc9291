"""Compares how two articles begin: opposite news before the same background differ in a word or two of the first lines.

An edited copy has other words in its first lines as well, but then also further down.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from worker.dedup.alignment import SMALL, Block
from worker.dedup.word_codes import FUNCTION_WORDS, Words

OPENING = 50  # words: a title and the first sentence
JOINED = 2  # words in common on both sides of a swap, at least, unless both articles begin there: one may be chance
PASSAGE = 20  # so many words in a gap count as one difference more
IN_STEP = 0.6  # of the words before a swap, at least this share is in common; or else the opening is another one
SWAPPED_LETTERS = (
    5  # of a word that stands in place of another, at least so many differ; a typing mistake changes fewer
)
AS_OFTEN = 2  # an opening of an edited copy may by chance differ this many times as often as the rest


def turned(new: Words, old: Words, blocks: Sequence[Block], unit: float = 1) -> float:
    """How many content words were swapped in the opening by unlike words, if the rest of the articles differs less.

    `blocks` are the words in common, as in `Alignment`. A token is `unit` words.
    """
    swaps = _swaps(new.sequence, old.sequence, blocks, unit)
    return swaps and min(swaps, _unlike(new.letters, old.letters) / (SWAPPED_LETTERS * unit))


def _swaps(new: bytes, old: bytes, blocks: Sequence[Block], unit: float) -> float:
    """How many more content words were swapped in the opening than differences in the rest explain."""
    opening, joined, small = OPENING / unit, JOINED / unit, SMALL / unit
    swaps = matched = end_new = end_old = 0
    before = joined
    differences = 0.0
    for start_new, start_old, count in blocks:
        gap_new, gap_old = start_new - end_new, start_old - end_old
        if end_new >= opening and end_old >= opening:
            if not swaps:
                return 0.0
            differences += 1 + (gap_new + gap_old) * unit / PASSAGE if count else 0
        elif (
            0 < gap_new <= small
            and 0 < gap_old <= small
            and min(before, count) >= joined
            and matched >= IN_STEP * min(end_new, end_old)
        ):
            swaps += _has_content(new[end_new:start_new]) and _has_content(old[end_old:start_old])
        before = count
        matched += count
        end_new, end_old = start_new + count, start_old + count
    explained = AS_OFTEN * opening * differences / max(1.0, matched - opening)
    return max(0.0, swaps - explained)


def _has_content(words: bytes) -> bool:
    return max(words) >= FUNCTION_WORDS


def _unlike(letters: bytes, others: bytes) -> int:
    """How many letters one article has more often than the other one. Both count them modulo 256."""
    difference = np.frombuffer(letters, np.int8) - np.frombuffer(others, np.int8)
    return int(np.abs(difference.astype(np.int16)).sum())
