"""Descriptions, tags and sections in the forms in which pages and crawlers send them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.text.cleaning import MAX_LINE_CHARS
from worker.text.labels import MAX_LABEL_CHARS, MAX_TAGS, read_line, read_section, read_tags


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        ("bridge, harbour", ("bridge", "harbour")),
        ("bridge;Harbour; harbour ,BRIDGE", ("bridge", "Harbour")),
        ("桥、港口，市议会", ("桥", "港口", "市议会")),
        (["bridge", "town, harbour"], ("bridge", "town", "harbour")),
        ([{"name": "<b>A &amp; B</b>", "@type": "DefinedTerm"}, 5, None, {}], ("A & B",)),
        ("a\x00\u202eb, \ud800", ("ab",)),
        ("None", None),
        ("", None),
        ({"a": 1}, None),
        (5, None),
        ("x" * (MAX_LABEL_CHARS + 1), None),
    ],
)
def test_tags_are_read_from_text_and_lists(value: Any, tags: tuple[str, ...] | None) -> None:
    assert read_tags(value) == tags


def test_the_number_of_tags_is_limited() -> None:
    assert read_tags(",".join(map(str, range(100_000)))) == tuple(map(str, range(MAX_TAGS)))
    assert read_tags([str(number) for number in range(100_000)]) == tuple(map(str, range(MAX_TAGS)))


@pytest.mark.parametrize(
    ("value", "section"),
    [("Local", "Local"), ([" Local\n", "News"], "Local"), ([], None), ("x" * 101, None), ({"name": "x"}, None)],
)
def test_a_section_is_one_short_line(value: Any, section: str | None) -> None:
    assert read_section(value) == section


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_value_is_read(value: Any) -> None:
    line, tags = read_line(value), read_tags(value)
    assert line is None or 0 < len(line) <= MAX_LINE_CHARS
    assert tags is None or all(0 < len(tag) <= MAX_LABEL_CHARS for tag in tags)
