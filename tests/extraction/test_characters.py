from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.extraction import characters as of
from worker.extraction.characters import count_characters
from worker.text.scripts import COMPLEX, IDEOGRAPHIC


def counts(text: str) -> dict[int, int]:
    found = count_characters([text]).counts[:, 0]
    return {number: int(count) for number, count in enumerate(found) if count}


def test_characters_are_counted_by_class() -> None:
    assert counts("Ab 12, c.") == {
        of.UPPER: 1, of.LOWER: 2, of.SPACE: 3, of.DIGIT: 2, of.COMMA: 1, of.STOP: 1,
    }  # fmt: skip


def test_letters_and_marks_of_other_scripts_are_counted() -> None:
    assert counts("Жук") == {of.UPPER: 1, of.LOWER: 2, of.SPACE: 1}
    assert counts("漢字、かな。") == {of.WIDE: 4, of.COMMA: 1, of.STOP: 1, of.SPACE: 1}
    assert counts("한국") == {of.LOWER: 2, of.SPACE: 1}
    assert counts("ไทย ลาว๑") == {of.COMPLEX: 6, of.DIGIT: 1, of.SPACE: 2}
    assert counts("𠮷ｱ豈・【") == {of.WIDE: 5, of.SPACE: 1}
    assert counts("😀\U000f0000") == {of.SYMBOL: 2, of.SPACE: 1}
    assert counts("هل؟") == {of.LOWER: 2, of.STOP: 1, of.SPACE: 1}


def test_the_first_and_last_class_of_each_text_are_given() -> None:
    found = count_characters(["“Yes.”", "7", "a b!"])
    assert found.first.tolist() == [of.QUOTE, of.DIGIT, of.LOWER]
    assert found.last.tolist() == [of.QUOTE, of.DIGIT, of.STOP]
    assert found.lengths.tolist() == [6, 1, 4]


def test_complex_letters_count_as_lower_case_for_the_model() -> None:
    found = count_characters(["ไทย"])
    assert (found.first[0], found.last[0]) == (of.LOWER, of.LOWER)


@pytest.mark.parametrize(("ranges", "number"), [(IDEOGRAPHIC, of.WIDE), (COMPLEX, of.COMPLEX)])
def test_the_classes_follow_the_table_of_scripts(ranges: tuple[range, ...], number: int) -> None:
    text = "".join(chr(code) for codes in ranges for code in codes)
    assert counts(text) == {number: len(text), of.SPACE: 1}


def test_a_text_counts_one_space_for_each_word() -> None:
    assert counts("one two three")[of.SPACE] == 3


@given(st.lists(st.text(min_size=1), min_size=1))
def test_each_character_belongs_to_one_class(texts: list[str]) -> None:
    """This includes lone surrogates and characters of four bytes."""
    found = count_characters(texts)
    assert found.counts.sum(axis=0).tolist() == [len(text) + 1 for text in texts]
    assert found.lengths.tolist() == [len(text) for text in texts]


@given(st.lists(st.text(min_size=1), min_size=1))
def test_the_counts_of_a_text_do_not_depend_on_other_texts(texts: list[str]) -> None:
    together = count_characters(texts)
    for at, text in enumerate(texts):
        alone = count_characters([text])
        assert alone.counts[:, 0].tolist() == together.counts[:, at].tolist()
        assert (alone.first[0], alone.last[0]) == (together.first[at], together.last[at])
