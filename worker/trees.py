"""Gradient-boosted oblivious trees as flat arrays. Evaluating them needs no machine-learning library.

In an oblivious tree, all nodes of a level test the same feature against the same border. So a tree of depth 6 makes six
comparisons, and their results are the six bits of the leaf index. CatBoost builds such trees
(https://arxiv.org/abs/1706.09516).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from worker.compiled import compiled

C_TREES = compiled("worker._trees")
_C_LEVELS = 6  # of the deepest trees that it takes

_CHUNK = 2048  # columns that are scored at once, to bound the memory


@dataclass(frozen=True, slots=True)
class Trees:
    """The arrays have one row per tree.

    `feature` and `border` are trees x depth: a bit of the leaf index is set if feature > border. `leaf` is
    trees x 2**depth, in log-odds; `bias` is added to their sum.
    """

    feature: NDArray[np.uint16]
    border: NDArray[np.float32]
    leaf: NDArray[np.float32]
    bias: float
    _questions: tuple[NDArray[np.uint16], NDArray[np.float32]] = field(init=False, repr=False)
    _first_leaf: NDArray[np.int32] = field(init=False, repr=False)
    _flat: tuple[NDArray[np.uint16], NDArray[np.float32], NDArray[np.float32]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_level = self.feature.T.ravel(), self.border.T.reshape(-1, 1)
        object.__setattr__(self, "_questions", by_level)
        first = np.arange(len(self.leaf), dtype=np.int32)[:, None] * np.int32(self.leaf.shape[1])
        object.__setattr__(self, "_first_leaf", first)
        arrays = (self.feature, np.uint16), (self.border, np.float32), (self.leaf, np.float32)
        object.__setattr__(self, "_flat", tuple(np.ascontiguousarray(array, kind) for array, kind in arrays))

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """For each column of `features` (features x items), the probability (0..1) of the learned class."""
        count = features.shape[1]
        if C_TREES and count > 1 and self.feature.shape[1] <= _C_LEVELS:  # numpy sums a single column in another order
            odds = self._compiled_log_odds(features)
        else:
            parts = [self._log_odds(features[:, at : at + _CHUNK]) for at in range(0, count, _CHUNK)]
            odds = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        return (1 / (1 + np.exp(-odds))).astype(np.float32)

    def _compiled_log_odds(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        assert C_TREES
        trees, depth = self.feature.shape
        sums = np.empty(features.shape[1], np.float32)
        rows = np.ascontiguousarray(features, np.float32)
        C_TREES.sum_leaves(rows, *self._flat, sums, len(sums), trees, depth)
        return sums + np.float32(self.bias)

    def _log_odds(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        trees, depth = self.feature.shape
        asked, borders = self._questions
        answers = features.take(asked, axis=0) > borders
        bits = answers.view(np.uint8).reshape(depth, trees, -1)
        leaf = bits[0]
        for level in range(1, depth):
            leaf |= bits[level] << level
        at = leaf + self._first_leaf
        return np.asarray(self.leaf.ravel().take(at).sum(axis=0) + self.bias, np.float32)
