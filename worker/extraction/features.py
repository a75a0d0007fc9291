"""The model's features: several hundred numbers for each block of a page, computed by whole-array operations.

Apart from the wording, they depend on no language: only on lengths, links, punctuation, positions, the names that the
page's author gave, and the surrounding blocks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from worker.extraction import characters as of
from worker.extraction.block_arrays import (
    CHARS,
    GOOD,
    GOOD_WORDS,
    HEADINGS,
    LINKED,
    ONE,
    SHARES,
    WORDS,
    BlockArrays,
    Ints,
    Rows,
    block_arrays,
)
from worker.extraction.blocks import CONTAINER_TAGS, STRUCTURE, Blocks
from worker.extraction.categories import CATEGORIES
from worker.extraction.headline import Hints, described_block, title_block
from worker.extraction.wording import BITS, hash_words, score

MAX_FEATURES: Final = 384
TAG_GROUPS: Final = {
    "p": "p", "li": "li dd dt", "h1": "h1", "h2": "h2", "h3": "h3", "h456": "h4 h5 h6", "div": "div center body",
    "cell": "td th", "quote": "blockquote", "caption": "figcaption caption figure", "pre": "pre",
    "section": "section article main", "time": "time address",
}  # fmt: skip
_GROUPS: Final = np.array([[tag in tags.split() for tag in CONTAINER_TAGS] for tags in TAG_GROUPS.values()], np.float64)
_IS_H1: Final = np.array([tag == "h1" for tag in CONTAINER_TAGS])
_IS_ARTICLE: Final = np.array([tag == "article" for tag in CONTAINER_TAGS])

NAMED_BITS: Final = (*CATEGORIES, *STRUCTURE)
_SHIFTS: Final = np.arange(len(NAMED_BITS))[:, None]
# An article often begins or ends at one of these.
_LANDMARKS: Final = ("author", "share", "related", "comment", "tag", "newsletter", "ad", "caption", "meta", "title")
LANDMARK_BITS: Final = np.array([NAMED_BITS.index(name) for name in _LANDMARKS])
_WINDOWS: Final = (3, 6, 12)
_ONE_SIDED: Final = 8
_LEVELS: Final = ("c0", "c1", "c2", "c3", "region", "outer")
_AROUND: Final = (*(f"window{width}" for width in _WINDOWS), "before", "after")
_LOOKS: Final = ("words", "linked", "good", "last", "heading", "p")
_STEPS: Final = (-2, -1, 1, 2)
_NOWHERE: Final = -999
# Larger values are cut off, because few training pages have them.
_FAR, _FAR_WORDS, _MANY = 150, 2000, 1000  # blocks, words, blocks of a page
_STRETCH_SHARES: Final = tuple(f"{stretch}_{share}" for stretch in (*_LEVELS, *_AROUND) for share in SHARES)
_STEP_NAMES: Final = tuple(map("{:+d}".format, _STEPS))
_LOOKS_THERE: Final = tuple(look + step for look in _LOOKS for step in _STEP_NAMES)
WORDING: Final = ("own", "around1", "around4")


class _Matrix:
    """A matrix of features x blocks that is filled group by group."""

    def __init__(self, blocks: int) -> None:
        self._rows = np.empty((MAX_FEATURES, blocks), np.float32)
        self._groups: list[tuple[str, Collection[str]]] = []
        self._size = 0

    def put(self, prefix: str, names: Collection[str], rows: Iterable[NDArray[np.generic] | float] | Rows) -> None:
        first, self._size = self._size, self._size + len(names)
        self._groups.append((prefix, names))
        if isinstance(rows, np.ndarray):
            self._rows[first : self._size] = rows
        else:
            for number, row in enumerate(rows, first):
                self._rows[number] = row

    def names(self) -> list[str]:
        """Computed on demand: judging a page does not need them."""
        return [f"{prefix}_{name}" for prefix, names in self._groups for name in names]

    def rows(self) -> NDArray[np.float32]:
        return self._rows[: self._size]


def features(blocks: Blocks, hints: Hints, wording: NDArray[np.int8]) -> NDArray[np.float32]:
    """The features of a page, as features x blocks, in the order of `feature_names`. There must be at least one block.

    `wording` has the weights of hashed words (`worker.extraction.wording`). The features computed from them come last.
    The time is linear in the number of blocks and containers, about a millisecond for a page of 170 blocks.
    """
    return _matrix(blocks, hints, wording).rows()


def feature_names() -> list[str]:
    """The names of the features, in order."""
    blocks = Blocks.empty()
    blocks.add(0, ["A"], 0, 0, 0)
    blocks.end_block[0] = 1
    return _matrix(blocks, Hints(), np.zeros(1 << BITS, np.float32)).names()


def _matrix(blocks: Blocks, hints: Hints, wording: NDArray[np.int8]) -> _Matrix:
    page = block_arrays(blocks)
    matrix = _Matrix(len(blocks.texts))
    _put_own(matrix, page)
    _put_names(matrix, page)
    _put_stretches(matrix, page)
    _put_templates(matrix, page)
    _put_neighbours(matrix, page)
    _put_position(matrix, page, hints)
    _put_landmarks(matrix, page)
    _put_document(matrix, page)
    matrix.put("wording", WORDING, wording_rows(score(hash_words(page.chars), wording)))
    return matrix


def _put_own(matrix: _Matrix, page: BlockArrays) -> None:
    blocks, chars, words = page.blocks, page.chars, page.words
    counts, lengths = chars.counts, np.maximum(chars.lengths, 1)
    letters = counts[[of.LOWER, of.UPPER, of.WIDE, of.COMPLEX]].sum(axis=0)
    ends = (chars.last == of.STOP) | ((chars.last == of.QUOTE) & (counts[of.STOP] > 0))
    own = {
        "words": np.log1p(words),
        "chars_a_word": letters / words,
        "linked": page.linked,
        "linked_chars": np.log1p(page.linked * lengths),
        "links": np.array(blocks.links),
        "bold": np.array(blocks.bold_chars) / lengths,
        "upper": counts[of.UPPER] / np.maximum(letters, 1),
        "digit": counts[of.DIGIT] / lengths,
        "comma": counts[of.COMMA] / words,
        "stop": counts[of.STOP] / words,
        "stops": counts[of.STOP],
        "colon": counts[of.COLON],
        "quote": counts[of.QUOTE] / words,
        "symbol": counts[of.SYMBOL] / words,
        "wide": counts[of.WIDE] / lengths,
        "first": chars.first,
        "last": chars.last,
        "ends": ends,
        "copy": _copies(blocks.texts),
        "depth": page.containers.depth[page.parents[0]],
    }
    matrix.put("own", own, own.values())


def _copies(texts: list[str]) -> Ints:
    """For each text, how often it occurred before."""
    seen: Counter[str] = Counter()
    copies = np.zeros(len(texts), np.int64)
    for at, text in enumerate(texts):
        copies[at] = seen[text]
        seen[text] += 1
    return copies


def _put_names(matrix: _Matrix, page: BlockArrays) -> None:
    """The tags, classes and ids of the block's container, its parent, and all containers around them."""
    c0, c1, *_ = page.parents
    tags, own = np.array(page.blocks.tag), np.array(page.blocks.own)
    matrix.put("tag", TAG_GROUPS, _GROUPS[:, tags[c0]])
    matrix.put("parent_tag", TAG_GROUPS, _GROUPS[:, tags[c1]])
    matrix.put("within", NAMED_BITS, (np.array(page.blocks.inherited)[c0] >> _SHIFTS) & 1)
    matrix.put("near", NAMED_BITS, ((own[c0] | own[c1]) >> _SHIFTS) & 1)


def _put_stretches(matrix: _Matrix, page: BlockArrays) -> None:
    """Sums over containers and windows, and the position of the block relative to the best container."""
    n, at, known = len(page.at), page.at, page.containers
    c0 = page.parents[0]
    levels = np.stack((*page.parents, known.region[c0], known.outer_region[c0]))
    begins, ends = [*known.first_block[levels]], [*known.end_block[levels]]
    for width in _WINDOWS:
        begins.append(np.maximum(at - width, 0))
        ends.append(np.minimum(at + width + 1, n))
    begins += [np.maximum(at - _ONE_SIDED, 0), at + 1]
    ends += [at, np.minimum(at + 1 + _ONE_SIDED, n)]
    matrix.put("in", _STRETCH_SHARES, page.shares(begins, ends))
    matrix.put("score", _LEVELS, known.score[levels])
    common = known.common_depth(c0)
    best = {
        "common": common - known.depth[known.best],
        "common_depth": common,
        "below_common": known.depth[c0] - common,
        "same_region": known.region[c0] == known.region[known.best],
        "region_depth": known.depth[known.region[c0]],
    }
    matrix.put("best", best, best.values())


def _put_templates(matrix: _Matrix, page: BlockArrays) -> None:
    """Sums over all blocks with the same template, and over those of them that have the same parent."""
    template = np.array(page.blocks.template)[page.parents[0]]
    each = np.diff(page.sums[[ONE, WORDS, CHARS, LINKED, GOOD_WORDS]], axis=1)
    for prefix, key in (("same", template), ("brothers", template ^ (page.parents[1] * 0x9E3779B97F4A7C))):
        _, group = np.unique(key, return_inverse=True)
        one, words, chars, linked, good = (np.bincount(group, row)[group] for row in each)
        rows = {
            "count": one,
            "words": np.log1p(words),
            "of_page": words / page.total[WORDS],
            "mean_words": words / one,
            "linked": linked / np.maximum(chars, 1),
            "good": good / np.maximum(words, 1),
        }
        matrix.put(prefix, rows, rows.values())


def _put_neighbours(matrix: _Matrix, page: BlockArrays) -> None:
    n, c0, c1 = len(page.at), *page.parents[:2]
    template = np.array(page.blocks.template)[c0]
    is_p = _GROUPS[0, np.array(page.blocks.tag)[c0]]
    looks = np.stack([np.log1p(page.words), page.linked, page.good, page.chars.last, page.heading, is_p])
    there = page.at + np.array(_STEPS)[:, None]
    inside = (there >= 0) & (there < n)
    there = np.clip(there, 0, n - 1)
    matrix.put("at", _LOOKS_THERE, np.where(inside, looks[:, there], -1).reshape(-1, n))
    matrix.put("same_template", _STEP_NAMES, inside & (template[there] == template))
    matrix.put("same_parent", _STEP_NAMES, inside & (c1[there] == c1))


def _put_position(matrix: _Matrix, page: BlockArrays, hints: Hints) -> None:
    at, n, c0, sums = page.at, len(page.at), page.parents[0], page.sums
    region, tags = page.containers.region, np.array(page.blocks.tag)[c0]
    h1 = _IS_H1[tags]
    title_at, title_sure = title_block(page.blocks.texts, np.flatnonzero(page.heading), np.flatnonzero(h1), hints.title)
    described = described_block(page.blocks.texts, hints.description)
    from_title = sums[WORDS, :-1] - sums[WORDS, title_at]
    h1_before = np.cumsum(h1)
    good_at = np.where(page.good, at, -1)
    next_good = np.where(page.good, at, n)[::-1]
    rows: dict[str, NDArray[np.generic] | float] = {
        "share": at / n,
        "words": sums[WORDS, :-1] / page.total[WORDS],
        "good": sums[GOOD_WORDS, :-1] / page.total[GOOD_WORDS],
        "at": np.minimum(at, _FAR),
        "left": np.minimum(n - at, _FAR),
        "title": np.clip(at - title_at, -_FAR, _FAR),
        "title_words": np.sign(at - title_at) * np.log1p(np.minimum(np.abs(from_title), _FAR_WORDS)),
        "title_sure": title_sure,
        "is_title": at == title_at,
        "title_region": region[c0] == region[c0[title_at]],
        "h1_before": h1_before - h1_before[title_at] * (h1_before >= h1_before[title_at]),
        "headings_before": np.minimum(sums[HEADINGS, :-1], _FAR),
        "since_heading": np.minimum(at - np.maximum.accumulate(np.where(page.heading, at, -1)), _FAR),
        "since_good": np.minimum(at - np.maximum.accumulate(good_at), _FAR),
        "until_good": np.minimum(np.minimum.accumulate(next_good)[::-1] - at, _FAR),
        "described": at == described,
        "from_described": _NOWHERE if described < 0 else np.clip(at - described, -_FAR, _FAR),
    }
    matrix.put("place", rows, rows.values())


def _put_landmarks(matrix: _Matrix, page: BlockArrays) -> None:
    """The good words between the block and the nearest landmark of each kind, and the number of landmarks before it."""
    at, n, good = page.at, len(page.at), page.sums[GOOD_WORDS]
    inherited = np.array(page.blocks.inherited)[page.parents[0]]
    there = ((inherited >> LANDMARK_BITS[:, None]) & 1).astype(bool)
    before = np.maximum.accumulate(np.where(there, at, -1), axis=1)
    after = np.minimum.accumulate(np.where(there, at, n)[:, ::-1], axis=1)[:, ::-1]
    since = np.log1p(np.maximum(good[:-1] - good[before + 1], 0))
    until = np.log1p(np.maximum(good[after] - good[1:], 0))
    matrix.put("since", _LANDMARKS, np.where(before < 0, -1, since))
    matrix.put("until", _LANDMARKS, np.where(after >= n, -1, until))
    matrix.put("seen", _LANDMARKS, np.minimum(np.cumsum(there, axis=1) - there, _FAR))


def _put_document(matrix: _Matrix, page: BlockArrays) -> None:
    n, total, known, tags = len(page.at), page.total, page.containers, np.array(page.blocks.tag)
    c0 = page.parents[0]
    rows = {
        "blocks": min(n, _MANY),
        "words": np.log1p(total[WORDS]),
        "good": np.log1p(total[GOOD_WORDS]),
        "goodness": total[GOOD_WORDS] / total[WORDS],
        "linked": total[LINKED] / total[CHARS],
        "p": float(_GROUPS[0, tags[c0]].mean()),
        "mean_words": total[WORDS] / n,
        "mean_good": total[GOOD_WORDS] / total[GOOD],
        "best": known.good_words[known.best] / total[GOOD_WORDS],
        "best_score": known.best_share,
        "best_depth": known.depth[known.best],
        "articles": int(_IS_ARTICLE[tags].sum()),
        "h1": int(_IS_H1[tags[c0]].sum()),
        "headings": min(total[HEADINGS], _FAR),
        "wide": page.chars.counts[of.WIDE].sum() / total[CHARS],
    }
    matrix.put("page", rows, rows.values())


def wording_rows(scores: Rows) -> Rows:
    """The features from the wording: the score of each block, and the mean over one and four blocks on both sides."""
    n, at = len(scores), np.arange(len(scores))
    sums = np.concatenate(([0.0], np.cumsum(scores)))
    rows = [scores]
    for width in (1, 4):
        begin, end = np.maximum(at - width, 0), np.minimum(at + width + 1, n)
        rows.append((sums[end] - sums[begin]) / (end - begin))
    return np.stack(rows)
