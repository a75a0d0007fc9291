"""The compiled part gives the same as the Python code, for any text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.implementations import in_python, needs_compiled
from worker.dedup import word_codes

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


def test_the_compiled_part_refuses_tables_that_do_not_fit() -> None:
    module = word_codes.C_WORDS
    assert module
    for arguments in (("  ", b"", b"1234"), ("  ", b"1", b""), ("", b"1", b"1234"), ("  ", b"1", b"1234", b"1")):
        text, classes, lower, *far = arguments
        with pytest.raises(ValueError, match="not a text between spaces"):
            module.read(text, 0, 1, classes, lower, *(far or [b""]), b"", b"")
    assert module.read("  ", 0, 1, b"", b"", b"", b"", b"") is None
    assert module.read(" a ", 0, 1, bytes(98), bytes(4 * 98), b"", b"", b"")[0] == b""
