from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.commands.replay.diff import change
from worker.commands.replay.diff.change import changed_share
from worker.text.words import words

HUNDRED = [f"word{number}" for number in range(100)]


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        ("one two", "one two", 0.0),
        ("one, two.", "one two\n", 0.0),  # punctuation is no word
        ("", "", 0.0),
        ("", "one two", 1.0),
        ("one two", "three four", 1.0),
        ("one two three", "one three", 0.2),
        (" ".join(HUNDRED), " ".join(["other", *HUNDRED[1:]]), 0.01),
        ("今天下雨", "今天下雪", 0.25),  # each ideograph is a word
    ],
)
def test_the_share_counts_the_words_that_were_deleted_or_inserted(before: str, after: str, share: float) -> None:
    assert changed_share(before, after) == share


def test_texts_with_too_many_words_are_compared_as_bags_of_words(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = "one two three four", "four three two five"
    monkeypatch.setattr(change, "MOST_CELLS", 16)
    exact = changed_share(before, after)
    monkeypatch.setattr(change, "MOST_CELLS", 15)
    assert changed_share(before, after) == 0.25 < exact


def test_two_hostile_texts_of_a_megabyte_take_less_than_a_few_seconds() -> None:
    before, after = ("a b " * 250_000, "b b a " * 170_000)
    begin = time.process_time()
    assert 0 < changed_share(before, after) < 1
    assert time.process_time() - begin < 5


@given(st.text("ab .", max_size=40), st.text("ab .", max_size=40))
def test_the_share_is_symmetric_and_zero_only_for_the_same_words(before: str, after: str) -> None:
    share = changed_share(before, after)
    assert 0 <= share <= 1
    assert share == changed_share(after, before)
    assert (share == 0) == (words(before) == words(after))
