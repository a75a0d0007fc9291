from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.extraction.characters import count_characters
from worker.extraction.wording import BITS, hash_words, score


def numbers(text: str) -> list[int]:
    return sorted(hash_words(count_characters([text])).number.tolist())


def test_a_text_has_its_words_and_pairs_of_words() -> None:
    assert len(numbers("one two three")) == 3 + 2
    assert set(numbers("one")) < set(numbers("one two"))
    assert set(numbers("one two")) < set(numbers("one two three"))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Read More", "read more"), ("5 comments", "7 comments"), ("ÉTÉ", "été"), ("a  b", "a b"), ("a\nb", "a b")],
)
def test_case_digits_and_spaces_do_not_count(one: str, other: str) -> None:
    assert numbers(one) == numbers(other)


def test_order_counts() -> None:
    assert numbers("one two") != numbers("two one")


def test_marks_and_wide_characters_are_words() -> None:
    assert len(numbers("a, b")) == 3 + 2
    assert len(numbers("漢字")) == 2 + 1


@given(st.lists(st.text(min_size=1), min_size=1))
def test_the_hashes_of_a_text_do_not_depend_on_other_texts(texts: list[str]) -> None:
    together = hash_words(count_characters(texts))
    for at, text in enumerate(texts):
        assert sorted(together.number[together.block == at].tolist()) == numbers(text)
    assert ((together.number >= 0) & (together.number < 1 << BITS)).all()


@given(st.lists(st.text(min_size=1), min_size=1))
def test_every_text_has_a_score(texts: list[str]) -> None:
    weights = np.random.default_rng(5).integers(-127, 128, 1 << BITS, np.int8)
    found = score(hash_words(count_characters(texts)), weights)
    assert found.shape == (len(texts),)
    assert np.isfinite(found).all()
