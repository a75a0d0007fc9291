from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extraction.pages import any_page, blocks_of
from tests.stages.news_page import ENGLISH, STORIES, Story, news_page
from worker.extraction.fast_features import features as all_features
from worker.extraction.features import MAX_FEATURES, feature_names
from worker.extraction.headline import Hints
from worker.extraction.model import page_model

features = partial(all_features, wording=page_model().wording)
HINTS = Hints(ENGLISH.title, ENGLISH.paragraphs[0])


def table(html: str, hints: Hints = HINTS) -> tuple[list[str], dict[str, list[float]]]:
    """The texts of the page, and the values of each feature."""
    blocks = blocks_of(html)
    return blocks.texts, dict(zip(feature_names(), features(blocks, hints).tolist(), strict=True))


def test_every_feature_has_its_own_name() -> None:
    names = feature_names()
    assert len(names) == len(set(names)) <= MAX_FEATURES


def test_the_trees_of_the_shipped_model_use_only_existing_features() -> None:
    assert set(page_model().names) <= set(feature_names())


def test_features_describe_the_text_of_a_block() -> None:
    texts, rows = table("<p>One, two, <a href=/>three</a> FOUR.</p><h2>Five 5</h2>")
    assert texts == ["One, two, three FOUR.", "Five 5"]
    assert rows["own_words"] == pytest.approx([np.log1p(4), np.log1p(2)])
    assert rows["own_comma"] == pytest.approx([2 / 4, 0])
    assert rows["own_linked"] == pytest.approx([5 / len(texts[0]), 0])
    assert rows["own_digit"] == pytest.approx([0, 1 / 6])
    assert rows["own_ends"] == [1, 0]
    assert rows["tag_p"] == [1, 0]
    assert rows["tag_h2"] == [0, 1]


def test_features_describe_the_containers_of_a_block() -> None:
    texts, rows = table("<div class=related><p>one</p></div><article><p>two</p></article>")
    assert texts == ["one", "two"]
    assert rows["within_related"] == [1, 0]
    assert rows["within_in_article"] == [0, 1]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
def test_features_give_the_position_of_a_block_relative_to_the_headline(story: Story) -> None:
    texts, rows = table(news_page(story), Hints(story.title, story.paragraphs[0]))
    at = texts.index(story.title)
    assert [number for number, is_title in enumerate(rows["place_is_title"]) if is_title] == [at]
    assert rows["place_title"] == [number - at for number in range(len(texts))]
    assert rows["place_described"][texts.index(story.paragraphs[0])] == 1


def test_a_repeated_text_is_counted_as_a_copy() -> None:
    assert table("<p>one</p><p>two</p><p>one</p><p>one</p>")[1]["own_copy"] == [0, 0, 1, 2]


def test_positions_increase_from_the_first_block_to_the_last() -> None:
    rows = table(news_page(ENGLISH))[1]
    for name in ("place_share", "place_at", "place_words", "place_good"):
        assert all(one <= other for one, other in pairwise(rows[name]))


@given(any_page, st.text(), st.text())
def test_every_feature_of_any_page_is_a_finite_number(html: str, title: str, description: str) -> None:
    blocks = blocks_of(html)
    if blocks.texts:
        names, values = feature_names(), features(blocks, Hints(title, description))
        assert names == feature_names()
        assert values.shape == (len(names), len(blocks.texts))
        assert values.dtype == np.float32
        assert np.isfinite(values).all()


@given(any_page)
def test_the_same_page_has_the_same_features(html: str) -> None:
    one, other = blocks_of(html), blocks_of(html)
    if one.texts:
        assert np.array_equal(features(one, HINTS), features(other, HINTS))
