"""Combinations of concepts that make a line a candidate for a class."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from worker.residue.bits import mask_of

_LOW: Final = (1 << 64) - 1

Combo = tuple[int, ...]
"""A line fits if it has a concept of every mask."""


def combos(*rows: str) -> tuple[Combo, ...]:
    """The combinations of these rows. In `read watch + also more`, one concept of each side is needed."""
    return tuple(tuple(mask_of(part) for part in row.split("+")) for row in rows)


class Candidates:
    """Tells to which classes lines may belong, for all lines of an article at once."""

    def __init__(self, classes: Sequence[tuple[Combo, ...]]) -> None:
        rows = [combo for own in classes for combo in own]
        self._parts = Groups([mask for combo in rows for mask in combo])
        self._combos = _begins(rows)
        self._classes = _begins(classes)

    def of(self, masks: Sequence[int]) -> NDArray[np.bool_]:
        """Whether a line may belong to each class (lines x classes), given the concepts of each line."""
        combos_ = np.logical_and.reduceat(self._parts.of(masks), self._combos, axis=1)
        return np.logical_or.reduceat(combos_, self._classes, axis=1)


class Groups:
    """Tells to which groups of concepts masks belong, for many masks at once."""

    def __init__(self, groups: Sequence[int]) -> None:
        self._low, self._high = _words(groups)

    def of(self, masks: Sequence[int]) -> NDArray[np.bool_]:
        """Whether each mask has a concept of each group (masks x groups)."""
        low, high = _words(masks)
        found: NDArray[np.bool_] = (low[:, None] & self._low | high[:, None] & self._high) != 0
        return found


def bits_of(masks: Sequence[int], count: int) -> NDArray[np.uint8]:
    """The first bits of each mask, one each (masks x count)."""
    low, high = _words(masks)
    return np.unpackbits(np.stack([low, high], axis=1).view(np.uint8), axis=1, count=count, bitorder="little")


def _words(masks: Sequence[int]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The masks in two words of 64 bits."""
    low = np.array([mask & _LOW for mask in masks], np.uint64)
    return low, np.array([mask >> 64 for mask in masks], np.uint64)


def _begins(groups: Sequence[Sequence[object]]) -> list[int]:
    """Where each group begins, if all follow each other."""
    return [0, *accumulate(map(len, groups[:-1]))]
