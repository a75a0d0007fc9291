from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ByteSize, TypeAdapter, ValidationError

from worker.config.units import format_bytes, format_duration, parse_duration, split_words

BYTES = TypeAdapter(ByteSize)
HUNDRED_YEARS = timedelta(days=36_500)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("250ms", 0.25),
        ("30s", 30),
        ("5m", 300),
        ("1.5h", 5400),
        ("30d", 2_592_000),
        ("2w", 1_209_600),
        ("90", 90),
        (" 90 s ", 90),
        (90, 90),
        (0.25, 0.25),
        (0, 0),
        ("0ms", 0),
        (timedelta(minutes=1), 60),
    ],
)
def test_a_duration_is_a_number_and_a_unit_and_seconds_without_a_unit(text: object, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "-5s",
        -5,
        "5 parsecs",
        "5S",
        "1h30m",
        "PT5M",
        "1e3s",
        "s",
        True,
        None,
        [],
        b"5s",
        float("nan"),
        float("inf"),
    ],
)
def test_a_malformed_duration_is_refused_with_an_example(value: object) -> None:
    with pytest.raises(ValueError, match=r"not a duration; write a number and a unit: 250ms, 30s"):
        parse_duration(value)


@pytest.mark.parametrize("value", ["99999999999d", "9" * 400 + "d", 10**20])
def test_a_duration_that_is_too_long_is_refused_and_does_not_overflow(value: object) -> None:
    with pytest.raises(ValueError, match="the duration is too long"):
        parse_duration(value)


@given(st.timedeltas(min_value=timedelta(0), max_value=HUNDRED_YEARS))
def test_every_written_duration_is_read_back_unchanged(value: timedelta) -> None:
    assert parse_duration(format_duration(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(days=30), "30d"),
        (timedelta(hours=36), "36h"),
        (timedelta(seconds=90), "90s"),
        (timedelta(milliseconds=250), "250ms"),
        (timedelta(seconds=1, microseconds=500), "1000.5ms"),
        (timedelta(0), "0ms"),
    ],
)
def test_a_duration_is_written_in_the_largest_unit_that_needs_no_fraction(value: timedelta, text: str) -> None:
    assert format_duration(value) == text


@given(st.text(max_size=20))
def test_any_text_is_a_duration_or_a_value_error_and_nothing_else(text: str) -> None:
    try:
        parsed = parse_duration(text)
    except ValueError:
        return
    assert parsed >= timedelta(0)


@given(st.integers(min_value=0, max_value=2**53))
def test_every_written_size_is_read_back_unchanged(value: int) -> None:
    assert BYTES.validate_python(format_bytes(value)) == value


@pytest.mark.parametrize(
    ("value", "text"), [(8 << 20, "8MiB"), (64 << 30, "64GiB"), (1536, "1536B"), (3 << 10, "3KiB"), (0, "0B")]
)
def test_a_size_is_written_in_the_largest_unit_that_needs_no_fraction(value: int, text: str) -> None:
    assert format_bytes(value) == text


@pytest.mark.parametrize("value", ["", "much", "-1", "8 XB", 1.5, None])
def test_a_malformed_size_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        BYTES.validate_python(value)


def test_lists_are_split_at_commas_and_lose_spaces_and_empty_words() -> None:
    assert split_words(" a:1, b:2 ,,c:3,") == ["a:1", "b:2", "c:3"]
    assert split_words("") == []


def test_a_list_of_words_stays_unchanged() -> None:
    assert split_words(["a,b"]) == ["a,b"]
