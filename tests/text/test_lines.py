from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.peak import peak_below
from worker.text import lines
from worker.text.lines import blocks, edges, single_spaced

TEXTS = st.text(st.sampled_from("ab é\n\t\r\u2003🌍"), max_size=60)


@pytest.mark.cost
@pytest.mark.parametrize("filling", ["ab ", "ab\n", "🌍\n"])
def test_spacing_a_hostile_text_takes_only_a_few_times_its_memory(filling: str) -> None:
    text = filling * 1_000_000
    with peak_below(40 << 20):
        single_spaced(text)


@pytest.fixture(scope="module")
def small_blocks() -> Iterator[None]:
    """Makes blocks small, so that a text of a few characters has several."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_BLOCK", "_WORDS"):
            pattern = getattr(lines, name).pattern
            patch.setattr(lines, name, re.compile(pattern.replace(str(lines._BLOCK_CHARS), "4")))
        patch.setattr(lines, "_BLOCK_CHARS", 4)
        yield


@given(TEXTS, st.integers(1, 9))
def test_the_first_lines_the_rest_and_the_last_lines_make_up_the_text(text: str, count: int) -> None:
    first, midst, last = edges(text, count)
    assert "\n".join([*first, *midst, *last]) == text
    all_lines = text.split("\n")
    assert first == all_lines[:count]
    assert last == all_lines[count:][-count:]
    assert len(midst) == (len(all_lines) > 2 * count)


@pytest.mark.usefixtures("small_blocks")
@given(TEXTS)
def test_blocks_contain_the_lines_of_the_text(text: str) -> None:
    found = list(blocks(text))
    assert "".join(found) == text
    assert [line for block in found for line in block.split("\n") if line] == [
        line for line in text.split("\n") if line
    ]
    assert all(len(block) - len(block.split("\n")[-1]) <= 4 for block in found)


@pytest.mark.usefixtures("small_blocks")
@given(TEXTS)
def test_lines_in_all_blocks_are_single_spaced(text: str) -> None:
    spaced = [" ".join(line.split()) for line in text.split("\n")]
    assert single_spaced(text) == "\n".join(line for line in spaced if line)
