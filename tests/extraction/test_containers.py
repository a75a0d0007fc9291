from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extraction.pages import any_page, blocks_of
from worker.extraction.blocks import CONTAINER_TAGS, Blocks
from worker.extraction.containers import Containers, Floats, Ints, read_containers

STORY = "<article><div><p>One.</p><p>Two.</p></div><div><p>Three.</p></div></article>"
PAGE = f"<div><ul><li><a href=/>link</a></li></ul></div>{STORY}<aside><p>Four.</p></aside>"


def lines(blocks: Blocks) -> list[list[int]]:
    """For each container, itself and all containers around it, innermost first."""
    found = []
    for number in range(len(blocks.parent)):
        line = [number]
        while line[-1]:
            line.append(blocks.parent[line[-1]])
        found.append(line)
    return found


def read(blocks: Blocks, score: Floats | None = None) -> Containers:
    """The containers. Each character of a block counts as a good word."""
    chars = np.array([len(text) for text in blocks.texts], np.float64)
    linked = np.minimum(np.array(blocks.link_chars, np.float64), chars)
    rows = np.stack([chars, linked, chars])
    sums = np.concatenate([np.zeros((3, 1)), np.cumsum(rows, axis=1)], axis=1)
    parent = np.array(blocks.parent)
    above: Ints = parent[np.array(blocks.container)]
    return read_containers(blocks, chars if score is None else score, sums, above, parent[above])


def tag(blocks: Blocks, number: int) -> str:
    return CONTAINER_TAGS[blocks.tag[number]]


def test_the_best_container_is_the_parent_of_the_most_text() -> None:
    blocks = blocks_of(PAGE)
    known = read(blocks)
    assert tag(blocks, known.best) == "div"
    assert (known.first_block[known.best], known.end_block[known.best]) == (1, 3)
    assert known.score[known.best] == pytest.approx(1)
    assert 0 < known.best_share < 1


def test_linked_text_does_not_count() -> None:
    blocks = blocks_of("<ul><li><a href=/>A long headline of the day</a></li></ul><div><p>Short.</p></div>")
    assert tag(blocks, read(blocks).best) == "div"


def test_good_words_include_those_of_all_inner_containers() -> None:
    blocks = blocks_of(PAGE)
    known = read(blocks)
    article = next(number for number in range(len(blocks.parent)) if tag(blocks, number) == "article")
    assert known.good_words[article] == len("One.Two.Three.")
    assert known.good_words[0] == sum(map(len, blocks.texts))


def test_a_page_without_scores_still_has_a_best_container() -> None:
    blocks = blocks_of(PAGE)
    known = read(blocks, np.zeros(len(blocks.texts)))
    assert known.best == 0
    assert np.isfinite(known.score).all()


@given(any_page, st.data())
def test_the_common_depth_is_the_depth_of_the_innermost_shared_container(html: str, data: st.DataObject) -> None:
    blocks = blocks_of(html)
    if not blocks.texts:
        return
    score = data.draw(st.lists(st.integers(0, 9), min_size=len(blocks.texts), max_size=len(blocks.texts)))
    known = read(blocks, np.array(score, np.float64))
    found = lines(blocks)
    expected = [len(set(line) & set(found[known.best])) - 1 for line in found]
    assert known.common_depth(np.arange(len(found))).tolist() == expected
    assert known.depth.tolist() == [len(line) - 1 for line in found]
