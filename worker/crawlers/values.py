"""Parses single values as crawlers write them: statuses, authors, languages. `worker.text.times` parses times."""

from __future__ import annotations

import re
from typing import Any, Final

_LANGUAGE: Final = re.compile(r"\s*([A-Za-z]{2})(?:[-_][A-Za-z0-9_-]{1,30})?\s*")


def parse_status(value: Any) -> int | None:
    """An HTTP status from a number or digits; None, which means unknown, for anything outside 100..999."""
    if isinstance(value, str):
        value = value.strip()
        value = int(value) if len(value) == 3 and value.isascii() and value.isdigit() else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 100 <= value <= 999:
        return None
    return int(value)


def is_error(status: int | None) -> bool:
    """Whether an HTTP status is known and does not indicate success."""
    return status is not None and not 200 <= status <= 299


def parse_language(value: str) -> str | None:
    """`en` from `en`, `EN-us`, `en_GB`; None for anything else."""
    match = _LANGUAGE.fullmatch(value)
    return match[1].lower() if match else None


def parse_authors(value: Any) -> list[str] | None:
    """Names from `"A; B"`, a list of names, or objects with a `name`; None for any other type."""
    while isinstance(value, dict):  # hostile objects nest a thousand levels deep
        value = value.get("name") or []
    if isinstance(value, str):
        return value.split(";")
    if not isinstance(value, list):
        return None
    names: list[str] = []
    for item in value:
        found = item.split(";") if isinstance(item, str) else _name(item)
        if found is None:
            return None
        names += found
    return names


def kind(value: Any) -> str:
    """The JSON name of a value's type, with its article, for messages."""
    names = {
        str: "a string",
        bool: "a boolean",
        int: "a number",
        float: "a number",
        list: "an array",
        dict: "an object",
    }
    return names.get(type(value), "null")


def _name(item: Any) -> list[str] | None:
    if item is None:
        return []
    name = item.get("name") if isinstance(item, dict) else None
    return [name] if isinstance(name, str) else None
