"""Times as crawlers and pages write them."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.text.times import parse_publication, parse_time

MOMENT = datetime(2026, 3, 2, 7, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-02T07:15:30Z",
        "2026-03-02t07:15:30z",
        "2026-03-02T08:15:30+01:00",
        "2026-03-02T02:15:30-0500",
        "2026-03-02 07:15:30",
        "2026-03-02 07:15:30 UTC",
        "2026-03-02 08:15:30 +0100",
        "2026/03/02 07:15:30",
        "20260302T071530Z",
        "20260302071530",
        " 2026-03-02T07:15:30.000000000Z ",
        "Mon, 02 Mar 2026 07:15:30 GMT",
        "Mon, 02 Mar 2026 07:15:30 -0000",
        "02 Mar 2026 08:15:30 +0100",
        "Monday, 02-Mar-26 07:15:30 GMT",
        "Mon Mar  2 07:15:30 2026",
        "March 2, 2026 7:15:30 AM",
        "Mar 2nd, 2026 8:15:30 a.m. CET",
        "2. March 2026 08:15:30 MEZ",
        "2026-03-02 7:15:30am",
        1772435730,
        1772435730.0,
        1772435730000,
        1772435730000000,
        1772435730000000000,
        "1772435730",
        "1772435730.0",
        "1772435730000",
    ],
)
def test_every_form_of_a_time_is_parsed(value: Any) -> None:
    assert parse_time(value) == MOMENT


@pytest.mark.parametrize(
    ("clock", "hour"),
    [("12:15 AM", 0), ("1:15 am", 1), ("11:15 a.m.", 11), ("12:15 PM", 12), ("1:15pm", 13), ("11:15 P.M.", 23)],
)
def test_a_clock_of_twelve_hours_is_read(clock: str, hour: int) -> None:
    assert parse_publication(f"Mar 2, 2026 {clock}") == (datetime(2026, 3, 2, hour, 15, tzinfo=UTC), "second")


@pytest.mark.parametrize(
    "value", ["2026-03-02", "20260302", "2026/03/02", "March 2, 2026", "2 Mar 2026", "2. March 2026", "Mar 2nd 2026"]
)
def test_a_date_alone_means_its_first_moment_in_utc(value: str) -> None:
    assert parse_time(value) == datetime(2026, 3, 2, tzinfo=UTC)


def test_fractions_of_a_second_are_kept() -> None:
    assert parse_time("2026-03-02 07:15:30.123456") == MOMENT.replace(microsecond=123456)
    assert parse_time(1772435730.25) == MOMENT.replace(microsecond=250000)
    assert parse_time("1772435730250") == MOMENT.replace(microsecond=250000)


@pytest.mark.parametrize(
    "value",
    [
        None, "", "None", "null", "yesterday", "2026", 2026, 0, "0", -5, -1772435730, True, [], {}, [2026, 3, 2],
        "2026-13-02", "2026-02-30", "2026-03-02T25:00:00", "99999-01-01", "0001-01-01T00:00:00", "9999-12-31T23:59:59Z",
        "0000-00-00 00:00:00", "1500-01-01", 10**19, 10**400, 1e300, math.nan, math.inf, -math.inf, "9" * 19, "9" * 5000,
        "2026-03-02T07:15:30+99:99", "March 2", "11/18/2025", "Monday 10:15", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
        "Mon, 99 Mar 2026 07:15:30 GMT", "Mon, 02 Mar 99999 07:15:30 GMT", "\x00", "٢٠٢٦-٠٣-٠٢", "２０２６０３０２",
        "1e9", "0x10", "  ",
    ],
)  # fmt: skip
def test_other_values_are_not_times(value: Any) -> None:
    assert parse_time(value) is None


@given(st.datetimes(datetime(1600, 1, 2), datetime(2199, 12, 30)))  # noqa: DTZ001 - str(datetime) without a zone
def test_str_of_a_datetime_is_read_back_as_utc(moment: datetime) -> None:
    assert parse_time(str(moment)) == moment.replace(tzinfo=UTC)
    assert parse_time(moment.replace(tzinfo=UTC).isoformat()) == moment.replace(tzinfo=UTC)


@given(
    st.text(max_size=70)
    | st.text("0123456789-+:/. TZGMTUCMonJa,", max_size=40)
    | st.integers()
    | st.floats()
    | st.lists(st.integers())
)
def test_parsing_a_time_never_raises_and_gives_utc(value: Any) -> None:
    moment = parse_time(value)
    assert moment is None or (moment.tzinfo is UTC and 1600 <= moment.year < 2200)
