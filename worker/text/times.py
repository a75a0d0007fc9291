"""Parses times as pages and crawlers write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal, NamedTuple

Precision = Literal["day", "second"]
"""Whether the time of a date is known. A time to the minute counts as `second`."""

_MIDNIGHT: Final = time()
_LONGEST_DATE: Final = 64
_YEARS: Final = range(1600, 2200)  # anything outside is a mistake or a null value such as 0001-01-01
_CALENDAR_DIGITS: Final = (8, 14)  # 20260302, 20260302071530
_NUMBER: Final = re.compile(r"[0-9]{1,19}(?:\.[0-9]{1,9})?")
_ISO: Final = re.compile(r"([0-9]{4})[-/]?([0-9]{2})[-/]?([0-9]{2})(?:[T ]\s*([0-9:.,]+)\s*(.*))?", re.IGNORECASE)
_UTC_NAMES: Final = ("", "Z", "UTC", "GMT")
_HALF_DAY: Final = re.compile(r"\b(1[0-2]|0?[1-9])(:[0-5][0-9](?::[0-5][0-9])?)\s?([ap])\.?m\b\.?", re.IGNORECASE)
# The names of zones that RFC 2822 lacks and that mean the same everywhere.
_ZONES: Final = {
    "WET": "+0000", "WEST": "+0100", "BST": "+0100", "CET": "+0100", "MEZ": "+0100", "CEST": "+0200", "MESZ": "+0200",
    "EET": "+0200", "SAST": "+0200", "EEST": "+0300", "MSK": "+0300", "SGT": "+0800", "HKT": "+0800", "JST": "+0900",
    "KST": "+0900", "AEST": "+1000", "AEDT": "+1100", "NZST": "+1200", "NZDT": "+1300",
}  # fmt: skip
_ZONE: Final = re.compile(rf"\b(?:{'|'.join(_ZONES)})\b")
_ORDINAL: Final = re.compile(r"\b([0-9]{1,2})(?:\.|st|nd|rd|th)(?=[ ,])")
# The size of a number since 1970 tells its unit: nanoseconds, microseconds, milliseconds, seconds. Smaller numbers are
# not dates: they are years, counters, or the zero that means nothing.
_EPOCHS: Final = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3), (1e8, 1.0))
# For some hostile text, the calls of the standard library below raise each of these errors.
_ERRORS: Final = (ValueError, TypeError, IndexError, OverflowError, OSError)


class Publication(NamedTuple):
    """When something was published, aware and in UTC. With the precision `day`, it is midnight UTC of that day."""

    at: datetime
    precision: Precision


def parse_time(value: Any) -> datetime | None:
    """The moment that a value means, aware and in UTC; None if it cannot be parsed. Never raises.

    Accepts RFC 3339 and `str(datetime)` (no zone means UTC), dates alone, RFC 2822 and HTTP dates, other dates with an
    English month ("Feb 3, 2026 10:15 PM CET", "November 18, 2025"), and numbers since 1970, also as text; their size
    tells seconds from milliseconds and so on. Years outside 1600..2199 count as missing.
    """
    try:
        return _bounded(_as_written(value))
    except _ERRORS:
        return None


def parse_publication(value: Any) -> Publication | None:
    """The date of publication that a value means; None if `parse_time` cannot parse it.

    Midnight counts as a date without a time, because most software writes midnight when only the date is known. The day
    is then the day as written, whatever the zone.
    """
    try:
        written = _as_written(value)
        if written is not None and written.timetz().replace(tzinfo=None) == _MIDNIGHT:
            return _publication(_bounded(written.replace(tzinfo=UTC)), "day")
        return _publication(_bounded(written), "second")
    except _ERRORS:
        return None


def _publication(at: datetime | None, precision: Precision) -> Publication | None:
    return Publication(at, precision) if at else None


def _as_written(value: Any) -> datetime | None:
    """The time in the zone in which it is written; without a zone if that is not written. May raise `_ERRORS`."""
    if isinstance(value, str):
        return _from_text(value.strip())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    return None


def _from_text(text: str) -> datetime | None:
    if not text or len(text) > _LONGEST_DATE:
        return None
    if _NUMBER.fullmatch(text) and len(text) not in _CALENDAR_DIGITS:
        return _from_number(float(text))
    if len(text) == _CALENDAR_DIGITS[1] and text.isdigit():
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    text = _HALF_DAY.sub(_whole_day, text)
    match = _ISO.fullmatch(text)
    if match is None:
        return _from_words(text)
    year, month, day, time, zone = match.groups()
    zone = "" if (zone or "").upper() in _UTC_NAMES else zone
    return datetime.fromisoformat(f"{year}-{month}-{day}" + (f"T{time}{zone}" if time else ""))


def _whole_day(clock: re.Match[str]) -> str:
    """The time on a clock of 24 hours: 22:15 for 10:15 PM."""
    return f"{int(clock[1]) % 12 + 12 * (clock[3] in 'pP'):02}{clock[2]}"


def _from_words(text: str) -> datetime:
    text = _ZONE.sub(lambda zone: _ZONES[zone[0]], _ORDINAL.sub(r"\1", text))
    try:
        return parsedate_to_datetime(text)
    except _ERRORS:
        return parsedate_to_datetime(f"{text} 00:00")  # a date alone


def _from_number(number: float) -> datetime | None:
    for least, per_second in _EPOCHS:
        if number >= least:
            return datetime.fromtimestamp(number / per_second, UTC)
    return None


def _bounded(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment if moment.year in _YEARS else None
