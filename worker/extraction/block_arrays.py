"""The blocks of a page as arrays, from which the features are computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from worker.extraction import characters as of
from worker.extraction.blocks import CONTAINER_TAGS, Blocks
from worker.extraction.containers import Containers, read_containers
from worker.text.scripts import COMPLEX_LETTERS_A_WORD

Rows = NDArray[np.float64]
Ints = NDArray[np.int64]

# The model was trained with this estimate of words from characters. Counting words would take ten times as long.
_IDEOGRAPHS_A_WORD: Final = 2.0
_GOOD_WORDS, _GOOD_LINKED = 10, 0.4  # minimum words of a paragraph, maximum share of linked characters
_SCORED_WORDS, _SCORED_LINKED = 8, 0.5

# What is summed over stretches of blocks, and the features that are computed from these sums.
ONE, WORDS, CHARS, LINKED, GOOD_WORDS, GOOD, MARKS, HEADINGS = range(8)
SHARES: Final = (
    "words", "linked", "goodness", "good_of_page", "words_of_page", "mean_words", "good_blocks", "marks", "headings",
)  # fmt: skip

_IS_HEADING: Final = np.array([tag[0] == "h" and tag[1:].isdigit() for tag in CONTAINER_TAGS])


@dataclass(frozen=True, slots=True)
class BlockArrays:
    """Arrays with one entry per block, unless a comment says otherwise."""

    blocks: Blocks
    at: Ints
    chars: of.Characters
    words: Rows
    linked: Rows  # share of the characters
    good: NDArray[np.bool_]  # long and with few links, like a paragraph
    heading: NDArray[np.bool_]
    parents: tuple[Ints, Ints, Ints, Ints]  # the block's container and the three above it
    containers: Containers
    sums: Rows  # ONE .. HEADINGS x (blocks + 1): totals of all earlier blocks
    total: Rows  # the total of each sum, at least 1

    def shares(self, begins: Sequence[Ints], ends: Sequence[Ints]) -> Rows:
        """For each pair of arrays, the `SHARES` of the blocks from `begin` up to `end`, exclusive.

        Returns (pairs x SHARES) x blocks.
        """
        begin, end = np.stack(begins), np.stack(ends)
        sums, total = self.sums[:, end] - self.sums[:, begin], self.total  # each row is pairs x blocks
        one, words = np.maximum(sums[ONE], 1), np.maximum(sums[WORDS], 1)
        rows = np.empty((len(begin), len(SHARES), begin.shape[1]))
        rows[:, 0] = np.log1p(sums[WORDS])
        rows[:, 1] = sums[LINKED] / np.maximum(sums[CHARS], 1)
        rows[:, 2] = sums[GOOD_WORDS] / words
        rows[:, 3] = sums[GOOD_WORDS] / total[GOOD_WORDS]
        rows[:, 4] = sums[WORDS] / total[WORDS]
        rows[:, 5] = sums[WORDS] / one
        rows[:, 6] = sums[GOOD] / one
        rows[:, 7] = sums[MARKS] / words
        rows[:, 8] = sums[HEADINGS] / one
        return rows.reshape(-1, begin.shape[1])


def _words(counts: Rows) -> Rows:
    """An estimate of the words of each block, from the number of its characters in each class."""
    words: Rows = counts[of.SPACE] + counts[of.WIDE] / _IDEOGRAPHS_A_WORD + counts[of.COMPLEX] / COMPLEX_LETTERS_A_WORD
    return words


def block_arrays(blocks: Blocks) -> BlockArrays:
    """The arrays of a page, which must have at least one block."""
    n = len(blocks.texts)
    chars = of.count_characters(blocks.texts)
    counts = chars.counts
    words = np.maximum(_words(counts), 1)
    linked_chars = np.minimum(np.array(blocks.link_chars, np.float64), chars.lengths)
    linked = linked_chars / np.maximum(chars.lengths, 1)
    marks = counts[of.COMMA] + counts[of.STOP]
    good = (words >= _GOOD_WORDS) & (linked < _GOOD_LINKED) & (marks > 0)
    scored = (words >= _SCORED_WORDS) & (linked < _SCORED_LINKED)
    score = scored * (1 + counts[of.COMMA] + np.minimum(chars.lengths / 100, 3))
    c0, parent = np.array(blocks.container), np.array(blocks.parent)
    heading = _IS_HEADING[np.array(blocks.tag)[c0]]
    sums = np.zeros((8, n + 1))
    rows = np.stack([np.ones(n), words, chars.lengths, linked_chars, words * good, good, marks, heading])
    np.cumsum(rows, axis=1, out=sums[:, 1:])
    c1 = parent[c0]
    c2 = parent[c1]
    parents = (c0, c1, c2, parent[c2])
    return BlockArrays(
        blocks, np.arange(n), chars, words, linked, good, heading, parents,
        read_containers(blocks, score, sums[[GOOD_WORDS, LINKED, CHARS]], c1, c2), sums, np.maximum(sums[:, -1], 1),
    )  # fmt: skip
