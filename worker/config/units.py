"""Reads and writes durations, sizes and lists as people write them in settings."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, ByteSize, PlainSerializer

_UNITS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_DURATION = re.compile(r"\s*+(\d++(?:\.\d++)?)\s*+(ms|s|m|h|d|w)?\s*+")
_HOW_TO = "not a duration; write a number and a unit: 250ms, 30s, 5m, 12h, 30d"
_SIZES = (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))


def parse_duration(value: object) -> timedelta:
    """`"30d"`, `"1.5h"`, `"250ms"`, or plain seconds, as a timedelta.

    Raises:
        ValueError: it is not a duration, or does not fit into a timedelta.
    """
    if isinstance(value, timedelta):
        return value
    # A number from TOML is read as its text, so that both follow the same rule: no sign, no infinity.
    text = str(value) if isinstance(value, str | int | float) else ""
    match = _DURATION.fullmatch(text)
    if not match:
        raise ValueError(_HOW_TO)
    try:
        return float(match[1]) * _UNITS[match[2] or "s"]
    except OverflowError:
        raise ValueError("the duration is too long") from None


def format_duration(value: timedelta) -> str:
    """The text in the largest unit without a fraction: `30d`, `90s`, `250ms`. `parse_duration` reads it back."""
    for unit in ("d", "h", "m", "s"):
        if value and not value % _UNITS[unit]:
            return f"{value // _UNITS[unit]}{unit}"
    return f"{value / _UNITS['ms']!r}".removesuffix(".0") + "ms"


def format_bytes(value: int) -> str:
    """The text in the largest unit without a fraction: `8MiB`, `1500B`. pydantic's `ByteSize` reads it back."""
    for unit, size in _SIZES:
        if value and value % size == 0:
            return f"{value // size}{unit}"
    return f"{value}B"


def split_words(value: object) -> object:
    """Comma-separated text as a list; any other value unchanged."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def split_entries(value: object) -> object:
    """Entries `KEY=VALUE` as a list: from comma-separated text, from a list of such texts, or from a table.

    In a table, a value may be a list, and a text may contain commas. Any other value is returned unchanged.

    Raises:
        ValueError: a value in a table is neither a text nor a list of texts.
    """
    if isinstance(value, dict):
        return [f"{key}={text}" for key, found in value.items() for text in _texts(key, found)]
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return [part.strip() for each in value for part in each.split(",") if part.strip()]
    return split_words(value)


def _texts(key: str, value: object) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
        return texts
    raise ValueError(f'the value of {key} must be a text or a list of texts: write FIELD = "NAME"')


Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(format_duration)]
Bytes = Annotated[ByteSize, PlainSerializer(format_bytes)]
