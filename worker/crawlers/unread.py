"""Describes what a message holds beside the fields that were read, and guesses which of it is the page and its URL."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Final

from worker.crawlers.charset import from_base64
from worker.crawlers.fields import MOST_NAMES, Path, is_blank
from worker.text.cleaning import looks_like_html
from worker.text.terminal import printable

# These limits keep the work on a hostile message small.
_MOST_VISITED: Final = 1000
_MOST_LOOKED_AT: Final = 3
_LONGEST_NAME_CHARS: Final = 40
_LONGEST_ENTRY_CHARS: Final = 60

_FEWEST_WORDS: Final = 20  # fewer are a title or a teaser
_COUNTED_CHARS: Final = 4000
_URL: Final = re.compile(r"https?://[^\s<>]{4,2000}")
_URL_NAMES: Final = ("url", "uri", "link", "href", "permalink", "address")

Leaf = tuple[Path, Any]


def names(fields: Mapping[str, Any], room: int) -> str:
    """The names of the fields, with dots between an object and its field: printable, in about `room` characters."""
    found = sorted((".".join(path), is_blank(value)) for path, value in _leaves(fields))
    shown: list[str] = []
    for number, (name, blank) in enumerate(found):
        more = f", and {len(found) - number} more"
        text = printable(name[:_LONGEST_NAME_CHARS]) + (" (blank)" if blank else "")
        if len(", ".join([*shown, text])) + len(more) > room:
            return ", ".join(shown) + more if shown else f"{len(found)} fields"
        shown.append(text)
    return ", ".join(shown)


def has_values(fields: Mapping[str, Any]) -> bool:
    """Whether a field, or a field of an object in it, is not blank."""
    return not all(is_blank(value) for _, value in _leaves(fields))


def suggested_map(fields: Mapping[str, Any], *, has_url: bool) -> tuple[str, ...]:
    """Entries for the user's map of fields (`html=page.markup`): the likely page or text, and its URL."""
    leaves = [leaf for leaf in _leaves(fields) if _can_be_mapped(leaf[0])]
    content = _content(leaves)
    url = None if has_url or content is None else _url(leaves)
    return tuple(entry for entry in (url, content) if entry)


def _leaves(fields: Mapping[str, Any]) -> Iterator[Leaf]:
    """The values that are not objects, the outer ones first."""
    todo: deque[Leaf] = deque(((name,), value) for name, value in list(fields.items())[:_MOST_VISITED])
    visited = len(todo)
    while todo:
        path, value = todo.popleft()
        if isinstance(value, dict) and value and len(path) < MOST_NAMES and visited < _MOST_VISITED:
            inner = list(value.items())[: _MOST_VISITED - visited]
            visited += len(inner)
            todo.extend(((*path, name), each) for name, each in inner)
        else:
            yield path, value


def _can_be_mapped(path: Path) -> bool:
    entry = ".".join(path)
    parts = entry.split(".")
    return (
        len(entry) <= _LONGEST_ENTRY_CHARS
        and len(parts) <= MOST_NAMES
        and all(part and part == part.strip() for part in parts)
        and entry.isprintable()
        and "," not in entry
    )


def _content(leaves: list[Leaf]) -> str | None:
    """The longest page; without one, the longest text or array of paragraphs."""
    texts = [(path, text) for path, value in leaves if (text := _text(value))]
    texts = sorted(texts, key=lambda leaf: -len(leaf[1]))[:_MOST_LOOKED_AT]
    for path, text in texts:
        if looks_like_html(text) or from_base64(text):
            return f"html={'.'.join(path)}"
    for path, text in texts:
        if len(text[:_COUNTED_CHARS].split()) >= _FEWEST_WORDS:
            return f"text={'.'.join(path)}"
    return None


def _text(value: Any) -> str | None:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "\n".join(value)
    return value if isinstance(value, str) else None


def _url(leaves: list[Leaf]) -> str | None:
    urls = [path for path, value in leaves if isinstance(value, str) and _URL.fullmatch(value)]
    named = [path for path in urls if path[-1].lower().endswith(_URL_NAMES)]
    best = min(named, key=lambda path: (path[-1].lower() not in _URL_NAMES, len(path)), default=None)
    return f"url={'.'.join(best)}" if best else None
