"""Scores the containers of a page, to find the one that holds the article's text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from worker.extraction.blocks import Blocks

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Containers:
    """Arrays with one entry per container. `score` is relative to that of the best container, whose number is `best`.

    The score is Readability's (Arc90, 2010): a paragraph's score goes to the parent of its container, and half of it to
    the grandparent; links reduce it. `best_share` is the best container's share of all scores.
    """

    depth: Ints
    region: Ints
    outer_region: Ints
    first_block: Ints
    end_block: Ints
    good_words: Floats
    score: Floats
    best: int
    best_share: float
    _begins: Ints  # of the best container and all containers around it, outermost first
    _ends: Ints  # of the same containers, innermost first

    def common_depth(self, containers: Ints) -> Ints:
        """For each container, the depth of the innermost one that holds both it and the best one."""
        begun = np.searchsorted(self._begins, containers, side="right")
        ended = np.searchsorted(self._ends, containers, side="right")
        return np.minimum(begun, len(self._ends) - ended) - 1


def read_containers(blocks: Blocks, score: Floats, sums: Floats, parents: Ints, grandparents: Ints) -> Containers:
    """Score the containers of a page.

    Args:
        blocks: The page.
        score: The score of each block.
        sums: Totals of good words, linked characters and characters of all earlier blocks: 3 x (blocks + 1).
        parents: For each block, the parent of its container.
        grandparents: For each block, the parent of that parent.
    """
    parent, depth, region = np.array(blocks.parent), np.array(blocks.depth), np.array(blocks.region)
    first, end = np.array(blocks.first_block), np.array(blocks.end_block)
    good_words, linked, chars = sums[:, end] - sums[:, first]
    direct = np.bincount(parents, score, len(parent)) + np.bincount(grandparents, score / 2, len(parent))
    scores = direct * (1 - linked / np.maximum(chars, 1))
    best = int(np.argmax(scores))
    top = max(float(scores[best]), 1e-9)
    line = [best]
    while line[-1]:
        line.append(int(parent[line[-1]]))
    return Containers(
        depth, region, region[parent[region]], first, end, good_words, scores / top, best,
        top / max(float(scores.sum()), 1e-9), np.array(line[::-1]), _ends(depth, line),
    )  # fmt: skip


def _ends(depth: Ints, containers: list[int]) -> Ints:
    """For each container, the number of the first later container that is not inside it."""
    ends = []
    for number in containers:
        outside = np.flatnonzero(depth[number + 1 :] <= depth[number])
        ends.append(number + 1 + int(outside[0]) if len(outside) else len(depth))
    return np.array(ends)
