"""The body of the article: the model scores the blocks of a page, and the likely ones are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from worker.extraction.blocks import MAX_CELL_CHARS, Blocks
from worker.extraction.features import features
from worker.extraction.headline import Hints
from worker.extraction.model import page_model
from worker.extraction.structure import StructuredBlocks
from worker.text.structure import CELL_SEPARATOR, Line

_THRESHOLD: Final = 0.5
# If hardly anything is that likely, the model may not know this kind of page. Then the likeliest blocks count.
_FEW_CHARS: Final = 200
_SHARE_OF_BEST: Final = 0.5
_LEAST: Final = 0.1

# Scoring takes 2 KB and 10 us a block, and 50 bytes a character. Of 4,000 real pages, none had 6,000 blocks.
MAX_BLOCKS: Final = 60_000
_BLOCKS_AT_ONCE: Final = 10_000
_AROUND: Final = 500
_CHARS_AT_ONCE: Final = 1_000_000
_CHARS_OF_A_BLOCK: Final = 10_000  # on a page that is scored in stretches, blocks are cut to this


@dataclass(frozen=True, slots=True)
class Body:
    """The text of an article, one paragraph per line, and its share of the page.

    `kept_share` is the share of the page's characters that were kept. `link_share` is the share of the kept characters
    that are in links. `code` are the preformatted texts in it. `lines` says what the lines of the text are; None if the
    page was read without its structure.
    """

    text: str
    kept_share: float
    link_share: float
    code: Sequence[str] = ()
    lines: Sequence[Line] | None = None


@dataclass(frozen=True, slots=True)
class ScoredBlock:
    """A block of a page: its text, how likely it is to belong to the article (0..1), and whether it was kept."""

    text: str
    score: float
    kept: bool


def find_body(blocks: Blocks, hints: Hints) -> Body | None:
    """The body of the article among the blocks of a page, or None if no text there could be one."""
    blocks = _longest(blocks)
    if not blocks.texts:
        return None
    kept = np.flatnonzero(keep(_scores(blocks, hints), blocks.texts)).tolist()
    chars = sum(len(blocks.texts[at]) for at in kept)
    if not chars:
        return None
    lines = list(_lines(blocks, kept))
    return Body(
        text="\n".join(_text(blocks, line) for line in lines),
        kept_share=chars / sum(map(len, blocks.texts)),
        link_share=min(1.0, sum(blocks.link_chars[at] for at in kept) / chars),
        code=blocks.preformatted(kept),
        lines=[each for line in lines for each in blocks.lines(line)] if isinstance(blocks, StructuredBlocks) else None,
    )


def explain_body(blocks: Blocks, hints: Hints) -> list[ScoredBlock]:
    """Every block in page order, with the judgement of `find_body`."""
    blocks = _longest(blocks)
    if not blocks.texts:
        return []
    scores = _scores(blocks, hints)
    kept = keep(scores, blocks.texts)
    return [ScoredBlock(*row) for row in zip(blocks.texts, scores.tolist(), kept.tolist(), strict=True)]


def _longest(blocks: Blocks) -> Blocks:
    """The page without its shortest blocks, if it has more blocks than any article needs."""
    if len(blocks.texts) <= MAX_BLOCKS:
        return blocks
    lengths = np.fromiter(map(len, blocks.texts), np.int64, len(blocks.texts))
    return blocks.select(np.sort(np.argsort(-lengths, kind="stable")[:MAX_BLOCKS]))


def _scores(blocks: Blocks, hints: Hints) -> NDArray[np.float32]:
    """For each block, how likely it is to belong to the article."""
    model = page_model()
    return np.concatenate(
        [model.trees.probabilities(features(part, hints, model.wording))[own] for part, own in _stretches(blocks)]
    )


def _stretches(blocks: Blocks) -> Iterator[tuple[Blocks, slice]]:
    """The page, split into stretches to bound the memory if it has very many blocks or characters.

    Each stretch is scored as a page. The slice gives its own blocks; the others overlap with its neighbours, so that
    the model does not mistake the edge of a stretch for the edge of the page.
    """
    count = len(blocks.texts)
    if count <= _BLOCKS_AT_ONCE and sum(map(len, blocks.texts)) <= _CHARS_AT_ONCE:
        yield blocks, slice(None)
        return
    blocks = replace(blocks, texts=[text[:_CHARS_OF_A_BLOCK] for text in blocks.texts])
    lengths = np.fromiter(map(len, blocks.texts), np.float64, count)
    load = np.cumsum(lengths / _CHARS_AT_ONCE + 1 / _BLOCKS_AT_ONCE)
    stretch = np.ceil(load * (np.ceil(load[-1]) / load[-1]) - 1e-9)
    edges = [0, *(np.flatnonzero(np.diff(stretch)) + 1).tolist(), count]
    for begin, end in pairwise(edges):
        first = max(begin - _AROUND, 0)
        around = np.arange(first, min(end + _AROUND, count))
        yield blocks.select(around), slice(begin - first, end - first)


def keep(scores: NDArray[np.float32], texts: Sequence[str]) -> NDArray[np.bool_]:
    """Which blocks belong to the article, given their scores."""
    kept = scores > _THRESHOLD
    if sum(len(texts[at]) for at in np.flatnonzero(kept).tolist()) >= _FEW_CHARS:
        return kept
    best = float(scores.max())
    return scores > min(_THRESHOLD, best * _SHARE_OF_BEST) if best > _LEAST else kept


def _lines(blocks: Blocks, kept: Iterable[int]) -> Iterator[list[int]]:
    """The blocks of each line, or of several lines if a block has several: one block, or the cells of a table row.

    A row is one line if each of its cells is one short block.
    """
    for row, group in groupby(kept, lambda at: blocks.parent[blocks.cell(at)]):
        cells = list(group)
        if row and len(cells) > 1 and _is_line(blocks, cells):
            yield cells
        else:
            yield from ([at] for at in cells)


def _is_line(blocks: Blocks, cells: Sequence[int]) -> bool:
    if max(len(blocks.texts[at]) for at in cells) > MAX_CELL_CHARS:
        return False
    return len({blocks.cell(at) for at in cells}) == len(cells)


def _text(blocks: Blocks, line: Sequence[int]) -> str:
    if len(line) == 1:
        return blocks.texts[line[0]]
    return CELL_SEPARATOR.join(blocks.texts[at].replace("\n", " ") for at in line)
