"""The compiled part gives the same as the Python code, for any text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.implementations import in_python, needs_compiled
from worker.dedup import word_codes
from worker.dedup.characters import describe

pytestmark = needs_compiled
CHARACTERS = st.sampled_from(
    [
        *"aZ09_.,-'’ \n/:é\u0301٣語한กİßﬁ\ufdfa\u00a0…\ud800\x00🌍𝟙𠀀",
        "Mr ",
        " 1,000.5",
        " Abc",
        " the ",
        "字字",
        "a.1",
        "1.a",
        ". The",
        "\U0010ffff",
    ]
)
MIXED = st.lists(CHARACTERS, max_size=80).map("".join) | st.text(st.characters())


@given(MIXED, MIXED, st.integers(0, 2**64 - 1))
@example("Word Name 12 " * 900, "Title " * 90, 3)
@example("Abc " * 3000, "", 1)
@example("字" * 5000, "字", 1)
def test_the_compiled_part_gives_the_same(text: str, title: str, seed: int) -> None:
    found = word_codes.words_of(text, title, "example.org", seed=seed)
    with in_python():
        assert found == word_codes.words_of(text, title, "example.org", seed=seed)


@pytest.mark.parametrize("plane", [0, 1, 2, 14])
def test_each_character_gives_the_same(plane: int) -> None:
    for first in range(plane << 16, (plane + 1) << 16, 64):
        text = " ".join(f"a{char}2 Abc{char}{char}d" for char in map(chr, range(first, first + 64)))
        found = word_codes.words_of(text, text[:9], seed=3)
        with in_python():
            assert found == word_codes.words_of(text, text[:9], seed=3), hex(first)


@pytest.mark.parametrize("text", ["…" * 20_000, "a… " * 9_000 + "b c", "x" * 32_767 + "…a", "a\u00a0B…\u00a0C 1…2"])
def test_characters_that_nfkc_replaces_give_the_same(text: str) -> None:
    found = word_codes.words_of(text, text, seed=3)
    with in_python():
        assert found == word_codes.words_of(text, text, seed=3)


def test_the_compiled_part_refuses_what_does_not_fit() -> None:
    module = word_codes.C_WORDS
    assert module
    with pytest.raises(ValueError, match="not a text between spaces"):
        module.read(" ", 0, 1, describe, 0)
    with pytest.raises(ValueError, match="not a block"):
        module.read(" \U0010ab00 ", 0, 1, lambda _: b"1234", 0)
    with pytest.raises(ZeroDivisionError):
        module.read(" \U0010ab00 ", 0, 1, lambda number: number // 0, 0)
    assert module.read(" e\u0301 ", 0, 1, describe, 1) is None
    assert module.read("aa", 5, 1, describe, 1)[6] == 0
