from __future__ import annotations

import pytest

from worker.extraction.block_arrays import block_arrays
from worker.extraction.walk import read_blocks
from worker.page.tree import encode, parse


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The council doesn’t vote.", 4),
        ("大桥周一恢复通车", 5),
        ("รัฐบาลประกาศแผนใหม่", 5.75),
        ("ရန်ကုန်", 2.75),
        ("다리가 다시 열렸다", 3),
    ],
)
def test_the_words_of_a_block_are_estimated_from_its_spaces_and_from_its_letters_without_spaces(
    text: str, words: float
) -> None:
    """The end of a block counts as a space."""
    arrays = block_arrays(read_blocks(parse(encode(f"<p>{text}</p>"))))
    assert arrays.words.tolist() == [words]


def test_a_thai_paragraph_counts_as_long_although_it_has_no_spaces() -> None:
    page = read_blocks(parse(encode(f"<p>{'รัฐบาลประกาศแผนใหม่' * 3}!</p>")))
    assert block_arrays(page).good.tolist() == [True]
