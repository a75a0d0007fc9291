"""What a message holds beside the fields that were read, and guesses at its page and URL."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.crawlers.field_map import FieldMap
from worker.crawlers.unread import has_values, names, suggested_map
from worker.text.terminal import printable

PAGE = "<html><body><p>The ferry runs again.</p></body></html>"
STORY = "The ferry runs again on Monday, five months after the storm that broke the pier, the city said on Sunday. " * 3
URL = "https://harbour.example.org/ferry"


def test_the_names_are_sorted_and_lead_into_objects() -> None:
    assert names({"b": 1, "a": {"d": {"e": None}, "c": []}, "x": {}}, 80) == "a.c (blank), a.d.e (blank), b, x (blank)"
    assert names({}, 80) == ""


@pytest.mark.parametrize("fields", [{}, {"a": None, "b": {"c": " ", "d": {}}, "e": []}], ids=str)
def test_blank_fields_have_no_values(fields: dict[str, Any]) -> None:
    assert not has_values(fields)
    assert has_values({**fields, "z": {"z": 0}})


def test_names_that_do_not_fit_are_counted() -> None:
    assert names({f"name_{number}": 1 for number in range(20)}, 40) == "name_0, name_1, name_10, and 17 more"
    assert names({"a" * 500: 1, "b": 2}, 10) == "2 fields"


def test_names_are_safe_to_print() -> None:
    assert names({"\x1b[31mred\u202e\n": 1}, 80) == r"\x1b[31mred\u202e\n"


def test_only_part_of_a_hostile_message_is_looked_at() -> None:
    wide = {f"k{number}": {"a": {"b": number}} for number in range(100_000)}
    assert len(names(wide, 80)) <= 80
    deep: dict[str, Any] = {}
    for _ in range(10_000):
        deep = {"a": deep}
    assert names(deep, 80) == "a.a.a.a.a.a"
    assert suggested_map(deep, has_url=False) == ()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"markup": PAGE}, ("html=markup",)),
        ({"page": {"uri": URL, "markup": PAGE}}, ("url=page.uri", "html=page.markup")),
        ({"short": "<b>x</b>", "long": PAGE, "story": STORY}, ("html=long",)),
        ({"packed": base64.b64encode(PAGE.encode()).decode()}, ("html=packed",)),
        ({"story": STORY, "teaser": "Short."}, ("text=story",)),
        ({"story": [STORY, STORY], "tags": ["a"]}, ("text=story",)),
        ({"teaser": "Short.", "where": URL}, ()),
        ({"lists": [{"html": PAGE}]}, ()),
        ({"markup": PAGE, "image_url": "https://e.org/i.png", "page": {"url": URL}}, ("url=page.url", "html=markup")),
        ({"markup": PAGE, "logo": "https://e.org/i.png"}, ("html=markup",)),
    ],
    ids=str,
)
def test_the_page_or_text_and_its_url_are_suggested(fields: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert suggested_map(fields, has_url=False) == expected


def test_a_url_that_was_read_is_not_suggested() -> None:
    assert suggested_map({"markup": PAGE, "uri2": {"url": URL}}, has_url=True) == ("html=markup",)


@pytest.mark.parametrize("name", ["a,b", "", " a", "a..b", "a\x1b", "a\u202e", "x" * 200, "a.b.c.d.e.f.g"])
def test_a_name_that_no_flag_can_carry_is_not_suggested(name: str) -> None:
    assert suggested_map({name: PAGE}, has_url=False) == ()


_FIELDS = st.recursive(
    st.none() | st.integers() | st.sampled_from([PAGE, STORY, URL]) | st.lists(st.just(STORY), max_size=2),
    lambda inner: st.dictionaries(st.text(max_size=6) | st.sampled_from(["url", "page"]), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=6), _FIELDS, max_size=5), st.booleans())
def test_every_suggestion_is_a_valid_entry_for_the_map(fields: dict[str, Any], has_url: bool) -> None:
    entries = suggested_map(fields, has_url=has_url)
    assert FieldMap(entries).entries == entries
    assert all(entry.isprintable() for entry in entries)
    shown = names(fields, 80)
    assert printable(shown) == shown
