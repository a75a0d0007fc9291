"""Gradient-boosted oblivious trees as flat arrays. No learning library is needed to use them.

In an oblivious tree all nodes of a level ask the same question, so a tree of depth 6 is six comparisons, whose answers
are the six bits of the number of a leaf. CatBoost makes such trees (https://arxiv.org/abs/1706.09516).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_CHUNK = 2048  # blocks scored at once: bounds the memory of a page with very many


@dataclass(frozen=True, slots=True)
class Trees:
    """The arrays have a row a tree.

    `feature` and `border` are trees x depth: a bit of the leaf's number is set where feature > border. `leaf` is
    trees x 2**depth, in log-odds; `bias` is added to their sum.
    """

    feature: NDArray[np.uint16]
    border: NDArray[np.float32]
    leaf: NDArray[np.float32]
    bias: float

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """For each column of features x blocks, how likely that block belongs to the article, in 0..1."""
        count = features.shape[1]
        parts = [self._log_odds(features[:, at : at + _CHUNK]) for at in range(0, count, _CHUNK)]
        odds = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        return (1 / (1 + np.exp(-odds))).astype(np.float32)

    def _log_odds(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        trees, depth = self.feature.shape
        answers = features[self.feature.T.ravel()] > self.border.T.ravel()[:, None]
        bits = answers.view(np.uint8).reshape(depth, trees, -1)
        leaf = bits[0]
        for level in range(1, depth):
            leaf |= bits[level] << level
        at = leaf + (np.arange(trees, dtype=np.int32) * self.leaf.shape[1])[:, None]
        return np.asarray(self.leaf.ravel().take(at).sum(axis=0) + self.bias, np.float32)
