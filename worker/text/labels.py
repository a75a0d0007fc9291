"""Reads descriptions, tags and sections in the forms in which pages and crawlers send them.

A value of any other form gives None: these fields are too unlike to call a value wrong.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Final

from worker.text.cleaning import MAX_LINE_CHARS, plain_line

MAX_TAGS: Final = 30
MAX_LABEL_CHARS: Final = 100
"""A longer tag or section is a sentence."""

_MAX_ITEMS: Final = 200  # limits the work on a hostile list
_SEPARATOR: Final = re.compile("[,;،、，；|\\n]")
_NO_LETTERS: Final = re.compile(r"[\W_]+")
_NULLS: Final = frozenset({"none", "null", "undefined", "n/a", "-"})  # left behind by careless templates


def read_line(value: Any) -> str | None:
    """A string as one line of plain text, at most `MAX_LINE_CHARS` long."""
    line = plain_line(value) if isinstance(value, str) else ""
    return line if line and line.lower() not in _NULLS else None


def read_section(value: Any) -> str | None:
    """The section, or the first of a list of sections."""
    line = read_line(value[0] if isinstance(value, list) and value else value)
    return line if line and len(line) <= MAX_LABEL_CHARS else None


def read_tags(value: Any) -> tuple[str, ...] | None:
    """Distinct tags in their order, from `"A, B"`, or from strings or objects with a `name` in a list."""
    items = value[:_MAX_ITEMS] if isinstance(value, list) else [value]
    names = [item.get("name") if isinstance(item, dict) else item for item in items]
    text = ", ".join(name for name in names if isinstance(name, str))
    parts = _SEPARATOR.split(plain_line(text))  # cleaned as one line, which takes a fifth of the time
    if len(text) > MAX_LINE_CHARS:
        del parts[-1]  # it may be cut
    tags: dict[str, str] = {}
    for tag in map(str.strip, parts):
        if 0 < len(tag) <= MAX_LABEL_CHARS and tag.lower() not in _NULLS:
            tags.setdefault(tag.casefold(), tag)
    return tuple(islice(tags.values(), MAX_TAGS)) or None


def letters(text: str) -> str:
    """The text without case, spaces and punctuation, for comparing titles and names."""
    return _NO_LETTERS.sub("", text).casefold()
