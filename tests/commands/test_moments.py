from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.commands.moments import earliest_output, parse_moment
from worker.errors import SettingsError

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24T10:00:00Z", NOW.replace(hour=10)),
        ("2026-11-24T10:00:00+02:00", NOW.replace(hour=8)),
        ("2026-11-24T10:00:00.250Z", NOW.replace(hour=10, microsecond=250_000)),
        ("2026-11-24T10:00:00", NOW.replace(hour=10)),
        ("2026-11-24", NOW.replace(hour=0)),
        ("-7d", NOW - timedelta(days=7)),
        ("-90m", NOW - timedelta(minutes=90)),
        ("-0s", NOW),
        ("-7", NOW - timedelta(seconds=7)),
        ("-1.5h", NOW - timedelta(minutes=90)),
    ],
)
def test_a_time_is_rfc_3339_or_relative_and_without_a_zone_it_is_utc(text: str, moment: datetime) -> None:
    parsed = parse_moment(text, NOW)
    assert parsed == moment
    assert parsed.tzinfo is not None


@pytest.mark.parametrize("text", ["earliest", "latest"])
def test_earliest_and_latest_have_no_time(text: str) -> None:
    assert parse_moment(text, NOW) is None


@pytest.mark.parametrize("text", ["", "yesterday", "-", "7d", "--7d", "-7y", "-999999999d", "24.11.2026", "2026-13-01"])
def test_anything_but_a_time_is_refused_with_examples(text: str) -> None:
    with pytest.raises(SettingsError, match="is not a time: write 2026-11-24T10:00:00Z, -7d, earliest or latest"):
        parse_moment(text, NOW)


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9)), timezone(timedelta(hours=14))])))
def test_every_time_is_parsed_back_exactly(moment: datetime) -> None:
    assert parse_moment(moment.isoformat(), NOW) == moment


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_a_settings_error(text: str) -> None:
    try:
        moment = parse_moment(text, NOW)
    except SettingsError:
        return
    assert moment is None or moment.tzinfo is not None


def test_an_output_is_at_most_a_day_older_than_its_input_by_the_clocks_of_both() -> None:
    assert earliest_output(NOW) == NOW - timedelta(days=1)
    assert earliest_output(None) is None


def test_an_input_of_the_first_day_of_the_calendar_limits_nothing() -> None:
    assert earliest_output(parse_moment("0001-01-01", NOW)) is None
