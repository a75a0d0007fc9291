from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from worker.extraction.headline import H1, IN_TITLE, UNKNOWN, described_block, title_block

TEXTS = ["Menu", "The Example Herald", "Old mill reopens after forty years", "It ground its first sack of flour."]


def title(headings: list[int], h1: list[int], text: str) -> tuple[int, int]:
    return title_block(TEXTS, np.array(headings, np.int64), np.array(h1, np.int64), text)


def test_the_headline_is_the_heading_that_the_title_contains() -> None:
    assert title([1, 2], [1, 2], "Old mill  reopens after forty YEARS | The Herald") == (2, IN_TITLE)


def test_a_heading_of_another_level_may_be_the_headline() -> None:
    assert title([1, 2], [1], "Old mill reopens after forty years - Herald") == (2, IN_TITLE)


def test_a_heading_that_contains_the_title_is_the_headline() -> None:
    assert title([2], [], "Old mill reopens") == (2, IN_TITLE)


def test_without_a_title_the_first_h1_is_the_headline() -> None:
    assert title([0, 1, 2], [1, 2], "") == (1, H1)
    assert title([0, 1, 2], [1, 2], "Something else") == (1, H1)


def test_without_headings_the_first_block_is_the_headline() -> None:
    assert title([], [], "Old mill reopens after forty years") == (0, UNKNOWN)


def test_a_single_word_of_the_title_is_not_the_headline() -> None:
    assert title([0], [0], "Menu for a mill") == (0, H1)


def test_the_described_block_contains_the_beginning_of_the_description() -> None:
    assert described_block(TEXTS, "It ground  its first sack of flour.") == 3
    assert described_block(TEXTS, "It ground its first loaf, they say.") == -1
    assert described_block(TEXTS, "Old mill") == -1
    assert described_block(TEXTS, "") == -1


@given(st.lists(st.text(min_size=1), min_size=1), st.text(), st.data())
def test_a_headline_is_a_block_of_the_page(texts: list[str], text: str, data: st.DataObject) -> None:
    numbers = st.lists(st.integers(0, len(texts) - 1), unique=True).map(sorted)
    headings, h1 = data.draw(numbers), data.draw(numbers)
    at, _ = title_block(texts, np.array(headings, np.int64), np.array(h1, np.int64), text)
    assert 0 <= at < len(texts)
    assert -1 <= described_block(texts, text) < len(texts)
