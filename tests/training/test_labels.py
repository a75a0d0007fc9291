from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.labels import shares, snippet_labels, token_counts, weights

FIRST = "The council voted on Monday to keep the old bridge open for another year."
SECOND = "Engineers had asked for its closure after cracks were found in two of the piers."
GOLD = f"{FIRST}\n\n{SECOND}"
WORDS = st.lists(st.sampled_from(GOLD.split()), max_size=30)


def test_blocks_of_the_article_have_share_one_and_others_zero() -> None:
    texts = ["Home News Sport", FIRST, "Read more: ten bridges worth a visit", SECOND]
    assert shares(texts, GOLD).tolist() == [0, 1, 0, 1]


def test_a_block_that_is_partly_the_article_has_a_share_between_zero_and_one() -> None:
    extra = "Sign up for the newsletter of this paper and get all news of town first"
    share = shares([f"{SECOND} {extra}", FIRST], GOLD)[0]
    assert 0.4 < share < 0.6


def test_a_heading_of_three_words_counts_if_the_article_contains_it() -> None:
    assert shares(["Engineers had asked", "Old bridge closure"], GOLD).tolist() == [1, 0]


def test_only_the_copy_inside_the_article_counts() -> None:
    """A teaser or a pull quote repeats a paragraph elsewhere on the page."""
    menu = ["Most read today in town", "Sport and weather", "Culture and travel"]
    assert shares([SECOND, *menu, FIRST, SECOND], GOLD).tolist() == [0, 0, 0, 0, 1, 1]


def test_a_block_counts_as_often_as_the_article_contains_it() -> None:
    assert shares([FIRST, SECOND, FIRST], f"{GOLD}\n{FIRST}").tolist() == [1, 1, 1]


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=8), WORDS.map(" ".join))
def test_shares_of_any_texts_are_between_zero_and_one(texts: list[str], gold: str) -> None:
    result = shares(texts, gold)
    assert len(result) == len(texts)
    assert ((result >= 0) & (result <= 1)).all()


def test_the_weight_of_a_block_depends_on_its_words_and_the_length_of_the_article() -> None:
    counts = np.array([100.0, 20.0])
    long, short = weights(counts, np.array([1.0, 0.0])), weights(counts, np.array([0.0, 1.0]))
    assert long[0] > 4 * long[1]
    assert short[1] > long[1]


def test_the_weight_of_a_page_with_much_other_text_is_limited() -> None:
    assert weights(np.array([10_000.0, 40.0]), np.array([0.0, 1.0])).sum() < 251


def test_snippets_correct_guesses() -> None:
    texts = [FIRST, SECOND, "Share this article with your friends"]
    counts = token_counts(texts)
    labels, weight = snippet_labels(
        texts, counts, np.array([1.0, 0.1, 0.9]), ["cracks were found in two"], ["Share this article"]
    )
    assert labels.tolist() == [1, 1, 0]
    assert (weight > 0).all()


def test_an_unwanted_snippet_does_not_exclude_a_long_block() -> None:
    labels, _ = snippet_labels([SECOND], token_counts([SECOND]), np.array([1.0]), [], ["piers"])
    assert labels.tolist() == [1]


def test_a_guess_near_one_half_has_little_weight() -> None:
    texts = [FIRST, SECOND]
    _, weight = snippet_labels(texts, token_counts(texts), np.array([1.0, 0.55]), [], [])
    assert weight[1] < 0.2 * weight[0]
