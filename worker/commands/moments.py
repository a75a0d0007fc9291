"""The times that a user gives on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from worker.config.units import parse_duration
from worker.errors import SettingsError


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
