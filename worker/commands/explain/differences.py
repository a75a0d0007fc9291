"""What differs between a message as published and the same message with the current rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

_REPORTED: Final = (
    *("outcome", "reason", "detail", "stage", "host", "status", "title", "shape", "extractor", "language"),
    *("page_kind", "score", "removed", "measures"),
)
_PUBLISHED: Final = (
    *("canonical_url", "authors", "description", "tags", "section", "published_at", "published_at_precision"),
    *("fetched_at", "site_name", "image", "paywalled", "markdown", "extra"),
)
_BY_FIELD: Final = ("removed", "measures", "extra")
"""Objects whose fields are compared one by one."""

Fields = Mapping[str, Any]


class Difference(NamedTuple):
    """A field, and its values then and now. None stands for a missing one."""

    field: str
    then: Any
    now: Any


def differences(report: Fields, clean: Fields | None, now_report: Fields, now_clean: Fields | None) -> list[Difference]:
    """The fields that differ between two reports and, if there are both, between two clean articles.

    The verdict on duplicates is left out: only a worker can judge.
    """
    found = list(_compared(_REPORTED, report, now_report))
    if clean and now_clean:
        found += _compared(_PUBLISHED, clean, now_clean)
    return found


def _compared(names: tuple[str, ...], then: Fields, now: Fields) -> Iterator[Difference]:
    for name in names:
        before, after = then.get(name), now.get(name)
        if name == "measures" and None in (before, after):  # there was no text to measure
            continue
        if name in _BY_FIELD:
            yield from _each(name, before or {}, after or {})
        elif before != after:
            yield Difference(name, before, after)


def _each(name: str, then: Any, now: Any) -> Iterator[Difference]:
    if not (isinstance(then, Mapping) and isinstance(now, Mapping)):
        yield Difference(name, then, now)
        return
    for key in dict.fromkeys((*then, *now)):
        if then.get(key) != now.get(key):
            yield Difference(f"{name}.{key}", then.get(key), now.get(key))
