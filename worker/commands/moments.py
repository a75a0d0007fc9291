"""The times that a user gives on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from worker.config.units import parse_duration
from worker.errors import SettingsError

_CLOCKS: Final = timedelta(days=1)
"""How far the clocks of crawlers and workers may differ."""


def parse_moment(text: str, now: datetime) -> datetime | None:
    """The time that a text means: RFC 3339 (UTC if it has no zone) or `-7d`. None for `earliest` and `latest`.

    Raises:
        SettingsError: it is none of these.
    """
    if text in ("earliest", "latest"):
        return None
    try:
        if text.startswith("-"):
            return now - parse_duration(text[1:])
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise SettingsError(f"{text!r} is not a time: write 2026-11-24T10:00:00Z, -7d, earliest or latest") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def earliest_output(of_input: datetime | None) -> datetime | None:
    """The earliest time at which an output on an input of this time was written. None for no limit."""
    try:
        return of_input and of_input - _CLOCKS
    except OverflowError:  # within a day of the year 1
        return None
