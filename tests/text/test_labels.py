"""Descriptions, tags and sections in the forms in which pages and crawlers send them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.text.cleaning import MAX_LINE_CHARS
from worker.text.labels import (
    MAX_LABEL_CHARS,
    MAX_TAGS,
    line_of,
    read_line,
    read_section,
    read_tags,
    section_of,
    tags_of,
)


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


@pytest.mark.parametrize(
    ("value", "tags", "is_whole"),
    [
        (["Washington, D.C.", "AC|DC", "Paris; France"], ("Washington, D.C.", "AC|DC", "Paris; France"), True),
        ("Washington, D.C.", ("Washington", "D.C."), True),
        (["C<T>", "<none>", "a < b", "<b>A &amp; B</b>", "a  b"], ("C<T>", "<none>", "a < b", "A & B", "a b"), True),
        ([2024, 1.5, "ok"], ("2024", "1.5", "ok"), True),
        ([{"name": "A, B"}, {"name": 7}], ("A, B", "7"), True),
        (["ok", "OK", "", "null"], ("ok",), True),
        (["ok", "x" * (MAX_LABEL_CHARS + 1)], ("ok",), False),
        (["ok", None], ("ok",), False),
        (["ok", True], ("ok",), False),
        (["ok", ["a"]], ("ok",), False),
        (["ok", {"label": "a"}], ("ok",), False),
        (["ok"] * 201, ("ok",), False),
        ("ok, " + "x" * MAX_LINE_CHARS, ("ok",), False),
        ([["a"]], None, False),
        ({"a": 1}, None, False),
        (5, None, False),
    ],
)
def test_each_item_of_a_crawlers_list_is_one_tag(value: Any, tags: tuple[str, ...] | None, is_whole: bool) -> None:
    assert tags_of(value) == (tags, is_whole)


def test_as_many_tags_as_are_allowed_are_whole_at_any_length() -> None:
    tags = [f"{number:03}{'x' * (MAX_LABEL_CHARS - 3)}" for number in range(MAX_TAGS + 1)]
    assert tags_of(tags[:-1]) == (tuple(tags[:-1]), True)
    assert tags_of(tags) == (tuple(tags[:-1]), False)


def test_the_number_of_tags_is_limited() -> None:
    assert read_tags(",".join(map(str, range(100_000)))) == tuple(map(str, range(MAX_TAGS)))
    assert read_tags([str(number) for number in range(100_000)]) == tuple(map(str, range(MAX_TAGS)))


@pytest.mark.parametrize(
    ("value", "section"),
    [("Local", "Local"), ([" Local\n", "News"], "Local"), ([], None), ("x" * 101, None), ({"name": "x"}, None)],
)
def test_a_section_is_one_short_line(value: Any, section: str | None) -> None:
    assert read_section(value) == section


def test_a_line_or_a_section_of_which_a_part_is_left_out_is_not_whole() -> None:
    assert line_of("x" * MAX_LINE_CHARS).is_whole
    assert line_of("x" * (MAX_LINE_CHARS + 1)) == ("x" * MAX_LINE_CHARS, False)
    assert section_of(["Local"]) == ("Local", True)
    assert section_of(["Local", "News"]) == ("Local", False)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_value_is_read(value: Any) -> None:
    line, tags = read_line(value), (read_tags(value) or ()) + (tags_of(value).value or ())
    assert line is None or 0 < len(line) <= MAX_LINE_CHARS
    assert all(0 < len(tag) <= MAX_LABEL_CHARS for tag in tags)
