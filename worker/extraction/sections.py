"""Judges the doubtful sections of a page, once the model has scored each block.

A section is a run of blocks that were all kept or all left out, in one place of the page. It is doubtful if the mean
score of its characters says little. The features of a section say how likely its blocks are, where it stands relative
to the rest of the article, and how the blocks that look like it were judged. They are shares and scores, not lengths,
so that they mean the same in every script and on pages of any length.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from worker.compiled import compiled
from worker.extraction.blocks import CONTAINER_TAGS, Blocks
from worker.trees import Trees

FILE: Final = "sections.npz"
NAMES: Final = (
    *("mean", "mean_after", "share", "kept_before", "page_mean", "page_kept", "side", "below", "left_out"),
    *("article_mean", "alike_mean", "alike_kept", "last_alike_mean", "last_alike_kept"),
)
"""The features in the order of the rows that the trees see."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_THRESHOLD: Final = 0.5
# If hardly anything is that likely, the model may not know this kind of page. Then the likeliest blocks count.
_FEW_CHARS: Final = 200
_SHARE_OF_BEST: Final = 0.5
_LEAST_BEST: Final = 0.1

_DOUBTFUL: Final = 0.3  # the mean score is less than this far from one half
# A kept section is left out below the first likelihood; one that was left out is taken above the second.
_LEAVE: Final = 0.4
_TAKE: Final = 0.5
_LEAST: Final = 0.2  # a less likely block is not taken with its section: the time of a live blog's entry
_NOWHERE: Final = -1.0  # the mean score after the last section
_MOST: Final = 0.9  # the innermost container with this share of the kept text counts as the article
_IS_HEADING: Final = np.array([tag[0] == "h" and tag[1:].isdigit() for tag in CONTAINER_TAGS])
_IS_TABLE: Final = np.array([tag in {"td", "th", "tr", "tbody", "thead", "tfoot", "table"} for tag in CONTAINER_TAGS])


@cache
def section_model() -> Trees:
    """The model that ships with the package."""
    with resources.files("worker.extraction").joinpath(FILE).open("rb") as file, np.load(file) as data:
        return Trees(data["feature"], data["border"], data["leaf"].astype(np.float32), float(data["bias"]))


def save(trees: Trees, path: Path) -> None:
    """Write the model to a file. The same model always gives the same bytes."""
    np.savez_compressed(
        path,
        names=np.array(NAMES),
        feature=trees.feature, border=trees.border, leaf=trees.leaf.astype(np.float16), bias=np.float64(trees.bias),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sections:
    """The doubtful sections of a page in order.

    `chars` has the length of each block's text on the page. `kept` says whether the block's score speaks for it, and
    `possible` whether it may be kept. `first` and `end` are block numbers; `end` is exclusive. `features`
    is features x sections.
    """

    chars: Floats
    kept: Bools
    possible: Bools
    first: Ints
    end: Ints
    features: NDArray[np.float32]

    def decide(self, likelihoods: NDArray[np.float32]) -> Bools:
        """For each block, whether it belongs to the article, given how likely each section does.

        If hardly any text was kept, there is no article to compare sections with: the menu may look like a notice.
        """
        if self.chars @ self.kept < _FEW_CHARS:
            return self.kept
        taken = likelihoods >= np.where(self.kept[self.first], _LEAVE, _TAKE)
        kept = self.kept.copy()
        for first, end, of_article in zip(self.first.tolist(), self.end.tolist(), taken.tolist(), strict=True):
            kept[first:end] = self.possible[first:end] if of_article else False
        return kept

    def spread(self, likelihoods: NDArray[np.float32]) -> list[float | None]:
        """For each block, the likelihood of its section, or None if that is not doubtful."""
        values: list[float | None] = [None] * len(self.kept)
        for first, end, value in zip(self.first.tolist(), self.end.tolist(), likelihoods.tolist(), strict=True):
            values[first:end] = [value] * (end - first)
        return values


@dataclass(frozen=True, slots=True)
class _Page:
    """Arrays with one entry per block; `begin` and `close` have one per container."""

    kept: Bools
    tag: Ints
    container: Ints
    above: Ints  # the container around that of the block
    begin: Ints
    close: Ints
    chars: Floats
    likely_chars: Floats  # characters times score
    kept_chars: Floats
    # Totals over all earlier blocks: of characters, of those times their score, and of kept characters.
    before: Floats
    likely: Floats
    taken: Floats

    def mean(self, first: Ints, end: Ints) -> Floats:
        """The mean score of the characters between blocks."""
        mean: Floats = (self.likely[end] - self.likely[first]) / (self.before[end] - self.before[first])
        return mean


def keep(scores: NDArray[np.float32], chars: Floats) -> Bools:
    """Which blocks are likely to belong to the article, given their scores and their lengths."""
    kept = scores > _THRESHOLD
    if chars @ kept >= _FEW_CHARS:
        return kept
    best = float(scores.max())
    return scores > min(_THRESHOLD, best * _SHARE_OF_BEST) if best > _LEAST_BEST else kept


def read_sections(blocks: Blocks, scores: NDArray[np.float32]) -> Sections:
    """The doubtful sections of a page that has at least one block, given the scores of its blocks.

    The time is n log n in the number of blocks, and linear in the number of containers.
    """
    if C_SECTIONS is None:
        return _read_in_python(blocks, scores)
    chars, kept, possible, first, end, features = C_SECTIONS.read(blocks.texts, _columns(blocks), scores)
    return Sections(
        np.frombuffer(chars, np.float64), np.frombuffer(kept, np.bool_), np.frombuffer(possible, np.bool_),
        np.frombuffer(first, np.int64), np.frombuffer(end, np.int64),
        np.frombuffer(features, np.float32).reshape(len(NAMES), -1),
    )  # fmt: skip


def _columns(blocks: Blocks) -> tuple[array[int], ...]:
    return (
        *(blocks.container, blocks.parent, blocks.tag, blocks.depth, blocks.template),
        *(blocks.first_block, blocks.end_block),
    )


def _read_in_python(blocks: Blocks, scores: NDArray[np.float32]) -> Sections:
    chars = np.fromiter(map(len, blocks.texts), np.float64, len(blocks.texts))
    kept = keep(scores, chars)
    page = _page(blocks, chars, scores, kept)
    edges = _edges(page)
    means = page.mean(edges[:-1], edges[1:])
    which = np.flatnonzero(np.abs(means - 0.5) < _DOUBTFUL)
    first, end = edges[which], edges[which + 1]
    features = np.empty((len(NAMES), len(which)), np.float32)
    if len(which):
        rows = (*_own(page, edges, means, which), *_place(page, blocks, first), *_alike(page, blocks, first, end))
        for number, row in enumerate(rows):
            features[number] = row
    return Sections(chars, kept, kept | (scores >= _LEAST), first, end, features)


def _page(blocks: Blocks, chars: Floats, scores: NDArray[np.float32], kept: Bools) -> _Page:
    container = np.array(blocks.container)
    each = chars, chars * scores, chars * kept
    totals = np.zeros((3, len(container) + 1))
    np.cumsum(each, axis=1, out=totals[:, 1:])
    return _Page(
        kept, np.array(blocks.tag)[container], container, np.array(blocks.parent)[container],
        np.array(blocks.first_block), np.array(blocks.end_block), *each, *totals,
    )  # fmt: skip


def _edges(page: _Page) -> Ints:
    """The first block of each section, and the number of blocks.

    A section ends where the blocks' fate changes, at a heading, and where the page moves on to another place: at least
    two containers end and two begin, not in a table.
    """
    count = len(page.kept)
    at = np.arange(1, count)
    heading, table = _IS_HEADING[page.tag], _IS_TABLE[page.tag]
    ends, begins = page.close[page.above[:-1]] <= at, page.begin[page.above[1:]] >= at
    apart = ends & begins & ~(table[1:] | table[:-1])
    edge = np.ones(count + 1, np.bool_)
    edge[1:-1] = (page.kept[1:] != page.kept[:-1]) | (heading[1:] > heading[:-1]) | apart
    return np.flatnonzero(edge)


def _own(page: _Page, edges: Ints, means: Floats, which: Ints) -> tuple[NDArray[np.generic], ...]:
    """How likely a section and the next one are, its size, and how much of the article comes before it."""
    first, end, total = edges[which], edges[which + 1], max(page.taken[-1], 1.0)
    return (
        means[which],
        np.append(means, _NOWHERE)[which + 1],
        (page.before[end] - page.before[first]) / total,
        page.taken[first] / total,
    )


def _place(page: _Page, blocks: Blocks, first: Ints) -> tuple[NDArray[np.generic] | float, ...]:
    """The page as a whole, and where sections stand relative to the container that holds most of the article."""
    total = max(page.taken[-1], 1.0)
    holds = page.taken[page.close] - page.taken[page.begin]
    article = int(np.flatnonzero(holds >= _MOST * page.taken[-1])[-1]) if page.taken[-1] else 0
    begin, close = page.begin[article], page.close[article]
    depth = np.array(blocks.depth)
    return (
        float(np.cumsum(page.likely_chars * page.kept)[-1]) / total,  # in order, which `@` is not
        page.taken[-1] / page.before[-1],
        (first >= close).astype(np.int64) - (first < begin),
        depth[page.container[first]] - depth[article],
        ((page.before[first] - page.taken[first]) - (page.before[begin] - page.taken[begin])) / total,
        (page.likely[close] - page.likely[begin]) / (page.before[close] - page.before[begin]),
    )


def _alike(page: _Page, blocks: Blocks, first: Ints, end: Ints) -> tuple[NDArray[np.generic], ...]:
    """How all blocks were judged that look like the first block of a section, or like its last.

    Two blocks look alike if they have the same template, and so have the containers around them.
    """
    template = np.array(blocks.template)
    _, group = np.unique(template[page.container] ^ (template[page.above] * 0x9E3779B97F4A7C), return_inverse=True)
    mean = np.bincount(group, page.likely_chars) / np.bincount(group, page.chars)
    kept = np.bincount(group, page.kept_chars) / max(page.taken[-1], 1.0)
    one, last = group[first], group[end - 1]
    return mean[one], kept[one], mean[last], kept[last]


def _bound(module: ModuleType | None) -> ModuleType | None:
    """The compiled module with its tables, if it is there."""
    if module:
        kinds = bytes((_IS_HEADING + 2 * _IS_TABLE).tolist())
        numbers = (_THRESHOLD, _FEW_CHARS, _SHARE_OF_BEST, _LEAST_BEST, _DOUBTFUL, _LEAST, _NOWHERE, _MOST)
        assert module.bind(kinds, *numbers) == len(NAMES)
    return module


C_SECTIONS = _bound(compiled("worker.extraction._sections"))
