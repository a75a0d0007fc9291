"""The compiled part gives the same as the Python code, for any text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.implementations import in_python, needs_compiled
from worker.identity import content

pytestmark = needs_compiled
RARE = "".join(map(chr, range(0x40000, 0xE0000, 256)))  # of some, nobody has asked what they are
CHARACTERS = st.sampled_from(
    [*"aZ09_.,+#-−–$%<>( \n:éßİſͅΣ\u0301\u00ad\u200d\ufe0f한ﬁ\ufdfa…\ud800\x00🌍𝟙𐐀𠀀", " -1", "C++", "+1", "\U0010ffff"]
)
MIXED = st.lists(CHARACTERS, max_size=60).map("".join) | st.text(st.characters())


@given(MIXED)
@example("é+#")
@example("é+")
@example("é C++\u00ad+")
@example("straße+ +ß ß++ -\u200d1 +")
@example("a…\u00a0-1 …5 ….5")
def test_the_compiled_part_gives_the_same(text: str) -> None:
    found = content._words(text), content.content_hash(text)
    with in_python():
        assert (content._words(text), content.content_hash(text)) == found


@pytest.mark.parametrize("before", ["é", "é 1", "éx"])
@pytest.mark.parametrize("plane", [0, 1, 2, 14])
def test_each_character_gives_the_same(before: str, plane: int) -> None:
    for first in range(plane << 16, (plane + 1) << 16, 64):
        text = " ".join(f"{before}{chr(code)}2" for code in range(first, first + 64))
        found = content._words(text), content.content_hash(text)
        with in_python():
            assert (content._words(text), content.content_hash(text)) == found, hex(first)


def test_the_compiled_part_refuses_what_does_not_fit() -> None:
    assert content.C_CONTENT
    with pytest.raises(ValueError, match="not a block"):
        content.C_CONTENT.words(RARE, lambda _: b"1234", 0)
    with pytest.raises(ZeroDivisionError):
        content.C_CONTENT.words(RARE, lambda number: number // 0, 0)
    assert content.C_CONTENT.words("e\u0301", content._describe, 1) is None
    assert content.C_CONTENT.words("İx", content._describe, 0) is None
