"""The compiled part gives the same as the Python code, for any text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.implementations import in_python, needs_compiled
from worker.text import words
from worker.text.cleaning import clean_html, holds, scrub
from worker.text.kinds import count_kinds

ANY_TEXT = st.text(st.characters(), max_size=200)  # lone surrogates too
MOSTLY_CLEAN = st.lists(
    st.sampled_from(
        [
            *"aÃÂâàé\n\r\v\f\t \x00\x1f\x7f\x80\x9f\u00a0é“\u2029\u202a\u202e\u202f\u2065\u2066\u2069\u206a\ud800🌍",
            "\r\n",
        ]
    )
    | st.just("“" * 50),
    max_size=20,
).map("".join)


@needs_compiled
@given(ANY_TEXT | MOSTLY_CLEAN)
def test_the_compiled_part_gives_the_same(text: str) -> None:
    found = scrub(text), clean_html(text), holds(text, "aa")
    with in_python():
        assert found == (scrub(text), clean_html(text), holds(text, "aa"))


TOLD = st.lists(
    st.sampled_from(
        [*"aZé0٣_.,'’\"»)-‐ \n–。？।۔…!?Жİ한ºﬁ語ก\u0301\u200d\u3000🌍𝟙\ud800\x00", "\U000f0000", "\U00040000"]
    )
    | st.characters(),
    max_size=80,
).map("".join)


@needs_compiled
@given(TOLD, st.integers(-1, 30))
@example("one two " * 40, 20)
def test_words_and_kinds_of_characters_are_the_same(text: str, most: int) -> None:
    found = words.measure_words(text, max(most, 0))
    assert words.C_SIZES
    words.C_SIZES.measure(text, b"\1" * 98, most)  # whatever the table
    expected_count, expected_kinds = words.count_words(text), count_kinds(text)
    with in_python():
        in_words = words.measure_words(text, max(most, 0))
        assert (found.words, found.chars, found.first.tolist()) == (
            in_words.words,
            in_words.chars,
            in_words.first.tolist(),
        )
        assert (words.count_words(text), count_kinds(text)) == (expected_count, expected_kinds)


@needs_compiled
@pytest.mark.cost
def test_every_character_is_plain_in_both_or_in_none() -> None:
    assert words.C_SIZES
    for code in range(0x110000):
        char = chr(code)
        assert (words.C_SIZES.measure(char, words._classes(), 0) is not None) == words._is_plain(char), hex(code)
