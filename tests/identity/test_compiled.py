"""The compiled part gives the same as the Python code, for any text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.implementations import in_python, needs_compiled
from worker.identity import content

pytestmark = needs_compiled
CHARACTERS = st.sampled_from(
    [*"aZ09_.,+#-−–$%<>( \n:éßİſͅΣ\u0301\u00ad\u200d\ufe0f한ﬁ\ufdfa…\ud800\x00🌍𝟙𐐀𠀀", " -1", "C++", "+1", "\U0010ffff"]
)
MIXED = st.lists(CHARACTERS, max_size=60).map("".join) | st.text(st.characters())


@given(MIXED)
@example("é+#")
@example("é+")
@example("é C++\u00ad+")
def test_the_compiled_part_gives_the_same(text: str) -> None:
    found = content._words(text)
    with in_python():
        assert content._words(text) == found


@pytest.mark.parametrize("before", ["é", "é 1", "éx"])
def test_each_character_gives_the_same(before: str) -> None:
    for first in range(0, 0x20000, 64):
        text = " ".join(f"{before}{chr(code)}2" for code in range(first, first + 64))
        found = content._words(text)
        with in_python():
            assert content._words(text) == found, hex(first)


@pytest.mark.parametrize("size", [0, 1, 4, 97, 400])
def test_a_table_of_any_size_can_be_read(size: int) -> None:
    assert content.C_CONTENT
    for text in ("", "a", "ab+1", "\U0010ffff", "\ud800"):
        words = content.C_CONTENT.words(text, b"x" * size)
        assert words is None or len(words) <= 5 * len(text)
