"""Reads descriptions, tags and sections in the forms in which pages and crawlers send them.

A value of any other form gives None: these fields are too unlike to call a value wrong.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Final, Generic, NamedTuple, TypeVar

from worker.text.cleaning import MAX_LINE_CHARS, plain_line

MAX_TAGS: Final = 30
MAX_LABEL_CHARS: Final = 100
"""A longer tag or section is a sentence."""

_MAX_ITEMS: Final = 200  # limits the work on a hostile list
_SEPARATOR: Final = re.compile("[,;،、，；|\\n]")
_NO_LETTERS: Final = re.compile(r"[\W_]+")
_LOWER: Final = bytes(range(128)).lower() + bytes(128)
_NO_ASCII_LETTERS: Final = bytes(code for code in range(128) if _NO_LETTERS.match(chr(code)))
_MARKED: Final = re.compile("[<&]|  ")  # what cleaning may change in printable ASCII
_NULLS: Final = frozenset({"none", "null", "undefined", "n/a", "-"})  # left behind by careless templates

T = TypeVar("T")


class Read(NamedTuple, Generic[T]):
    """What a value says; None if it has another form. `is_whole` is false if a part of the value was left out."""

    value: T | None
    is_whole: bool = True


def read_line(value: Any) -> str | None:
    """A string as one line of plain text, at most `MAX_LINE_CHARS` long."""
    return line_of(value).value


def line_of(value: Any) -> Read[str]:
    """As `read_line`."""
    if not isinstance(value, str):
        return Read(None)
    line = plain_line(value)
    return Read(line if line and line.lower() not in _NULLS else None, len(value) <= MAX_LINE_CHARS)


def read_section(value: Any) -> str | None:
    """The section, or the first of a list of sections."""
    line = read_line(value[0] if isinstance(value, list) and value else value)
    return line if line and len(line) <= MAX_LABEL_CHARS else None


def section_of(value: Any) -> Read[str]:
    """As `read_section`."""
    return Read(read_section(value), not isinstance(value, list) or len(value) == 1)


def read_tags(value: Any) -> tuple[str, ...] | None:
    """Distinct tags in their order, from `"A, B"`, or from such strings or objects with such a `name` in a list."""
    items = value[:_MAX_ITEMS] if isinstance(value, list) else [value]
    names = [item.get("name") if isinstance(item, dict) else item for item in items]
    return tags_of(", ".join(name for name in names if isinstance(name, str))).value


def read_listed_tags(value: Any) -> tuple[str, ...] | None:
    """As `read_tags`, but each string in a list is one tag, whatever signs it has."""
    return tags_of(value).value


def tags_of(value: Any) -> Read[tuple[str, ...]]:
    """Distinct tags in their order, from `"A, B"`, or from strings, numbers or objects with a `name` in a list.

    A string or a number in the list is one tag, whatever signs it has.
    """
    found = list(map(_tag, value[:_MAX_ITEMS])) if isinstance(value, list) else _split(value)
    tags: dict[str, str] = {}
    dropped = isinstance(value, list) and len(value) > _MAX_ITEMS
    for tag in found:
        if tag is None or len(tag) > MAX_LABEL_CHARS:
            dropped = True
        elif tag and tag.lower() not in _NULLS:
            tags.setdefault(tag.casefold(), tag)
    return Read(tuple(islice(tags.values(), MAX_TAGS)) or None, not dropped and len(tags) <= MAX_TAGS)


def _split(value: Any) -> list[str | None]:
    """The tags of a string, cleaned as one line, which takes a fifth of the time. The last one is None if it is cut."""
    if not isinstance(value, str):
        return [None]
    parts = list(map(str.strip, _SEPARATOR.split(plain_line(value))))
    return [*parts] if len(value) <= MAX_LINE_CHARS else [*parts[:-1], None]


def _tag(item: Any) -> str | None:
    """An item of a list as one line of plain text; None if it is of an odd type."""
    name = item.get("name") if isinstance(item, dict) else item
    if isinstance(name, int | float) and not isinstance(name, bool):
        return str(name)
    if not isinstance(name, str):
        return None
    is_plain = name.isascii() and name.isprintable() and not _MARKED.search(name)
    return name.strip() if is_plain else plain_line(name)


def letters(text: str) -> str:
    """The text without case, spaces and punctuation, for comparing titles and names."""
    if text.isascii():  # titles are compared some forty times a page; this takes a quarter of the time
        return text.encode().translate(_LOWER, _NO_ASCII_LETTERS).decode()
    return _NO_LETTERS.sub("", text).casefold()
