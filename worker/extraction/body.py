"""The body of the article: one model scores the blocks of a page, a second one judges the sections they form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from worker.extraction.blocks import BIT, MAX_CELL_CHARS, Blocks
from worker.extraction.fast_features import features
from worker.extraction.headline import Hints
from worker.extraction.model import page_model
from worker.extraction.sections import Sections, read_sections, section_model
from worker.extraction.structure import StructuredBlocks
from worker.text.structure import CELL_SEPARATOR, Line
from worker.trees import Trees

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
    """A block of a page: its text, how likely it is to belong to the article (0..1), and whether it was kept.

    The scores of some sections leave it open whether they belong to the article. In these, `section_score` says how
    likely the section does, and decides. Elsewhere it is None.
    """

    text: str
    score: float
    section_score: float | None
    kept: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """For each block, whether it belongs to the article; and how likely each doubtful section of the page does."""

    kept: NDArray[np.bool_]
    sections: Sections
    likelihoods: NDArray[np.float32]


def find_body(blocks: Blocks, hints: Hints) -> Body | None:
    """The body of the article among the blocks of a page, or None if no text there could be one."""
    blocks = _longest(blocks)
    if not blocks.texts:
        return None
    judged = judge(blocks, _scores(blocks, hints), section_model())
    lengths = judged.sections.chars
    chars = float(lengths @ judged.kept)
    if not chars:
        return None
    kept = np.flatnonzero(judged.kept).tolist()
    lines = list(_lines(blocks, kept))
    return Body(
        text="\n".join(blocks.texts[line[0]] if len(line) == 1 else _row(blocks, line) for line in lines),
        kept_share=chars / float(lengths.sum()),
        link_share=min(1.0, float(np.array(blocks.link_chars) @ judged.kept) / chars),
        code=blocks.preformatted(kept),
        lines=[each for line in lines for each in blocks.lines(line)] if isinstance(blocks, StructuredBlocks) else None,
    )


def explain_body(blocks: Blocks, hints: Hints) -> list[ScoredBlock]:
    """Every block in page order, with the judgement of `find_body`."""
    blocks = _longest(blocks)
    if not blocks.texts:
        return []
    scores = _scores(blocks, hints)
    judged = judge(blocks, scores, section_model())
    of_sections = judged.sections.spread(judged.likelihoods)
    rows = zip(blocks.texts, scores.tolist(), of_sections, judged.kept.tolist(), strict=True)
    return [ScoredBlock(*row) for row in rows]


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


def judge(blocks: Blocks, scores: NDArray[np.float32], model: Trees) -> Judgement:
    """Which blocks belong to the article. `model` is of sections."""
    sections = read_sections(blocks, scores)
    likelihoods = model.probabilities(sections.features)
    kept = sections.decide(likelihoods)
    return Judgement(kept if kept.any() else sections.kept, sections, likelihoods)


def _lines(blocks: Blocks, kept: Sequence[int]) -> Iterator[list[int]]:
    """The blocks of each line, or of several lines if a block has several: one block, or the cells of a table row.

    A row is one line if each of its cells is one short block.
    """
    if not any(blocks.inherited[blocks.container[at]] & BIT["in_table"] for at in kept):
        yield from ([at] for at in kept)
        return
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


def _row(blocks: Blocks, line: Sequence[int]) -> str:
    return CELL_SEPARATOR.join(blocks.texts[at].replace("\n", " ") for at in line)
