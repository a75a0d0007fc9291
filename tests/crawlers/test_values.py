"""Statuses, authors and languages as crawlers write them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from worker.crawlers.values import kind, parse_authors, parse_language, parse_status


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (200, 200), ("404", 404), (" 200 ", 200), (301.0, 301), (999, 999), (0, None), ("0", None), (-1, None),
        (1000, None), (10**30, None), ("publish", None), ("20", None), ("２００", None), ("2_0", None), (True, None),
        (None, None), ([200], None), (math.nan, None),
    ],
)  # fmt: skip
def test_a_status_is_a_number_or_digits_from_100_to_999(value: Any, status: int | None) -> None:
    assert parse_status(value) == status


@pytest.mark.parametrize(
    ("value", "language"),
    [
        ("en", "en"), ("EN", "en"), ("de-AT", "de"), ("pt_BR", "pt"), ("zh-Hant-TW", "zh"), (" fr ", "fr"), ("", None),
        ("eng", None), ("English", None), ("e1", None), ("en;q=0.8", None), ("éé", None),
    ],
)  # fmt: skip
def test_a_language_is_two_letters_and_optionally_a_region(value: str, language: str | None) -> None:
    assert parse_language(value) == language


def nested_name(depth: int, value: Any) -> Any:
    """The value as the name of a name of a name ..."""
    for _ in range(depth):
        value = {"name": value}
    return value


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("A; B", ["A", " B"]),
        (["A", "B;C", None], ["A", "B", "C"]),
        ([{"name": "A", "url": "u"}], ["A"]),
        ({"@type": "Person", "name": "A"}, ["A"]),
        ({"name": ["A", "B"]}, ["A", "B"]),
        ({}, []),
        (5, None),
        ([5], None),
        ([{"name": 5}], None),
        ([["A"]], None),
        (nested_name(2000, "A"), ["A"]),
        (nested_name(2000, 1), None),
    ],
)
def test_authors_are_one_string_or_a_list_of_names_or_objects(value: Any, names: list[str] | None) -> None:
    assert parse_authors(value) == names


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("", "a string"), (1, "a number"), (1.5, "a number"), (True, "a boolean"), ([], "an array"), ({}, "an object"),
        (None, "null"),
    ],
)  # fmt: skip
def test_messages_use_the_json_names_of_types(value: Any, name: str) -> None:
    assert kind(value) == name
