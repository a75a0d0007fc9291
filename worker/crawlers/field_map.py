"""The user's own names of fields, such as `html=raw_html` or `url=page.uri`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from worker.crawlers.base import Shape
from worker.crawlers.fields import COMMON, MOST_NAMES, Aliases, Fields, Message, Path
from worker.errors import SettingsError


class FieldMap:
    """Where the fields of a message are. These places come before a shape's own names, and fill no other field.

    `entries` are `FIELD=NAME`. A dot in the name leads into an object, unless a field's name contains the dot. Of
    several names for one field, the first that is present and not blank counts.

    Raises:
        SettingsError: an entry is malformed, or there is no such field; the message lists the fields.
    """

    def __init__(self, entries: Iterable[str] = ()) -> None:
        pairs = dict.fromkeys(map(_parsed, entries))
        fields = list(COMMON)
        self.entries = tuple(f"{field}={name}" for field, name in sorted(pairs, key=lambda pair: fields.index(pair[0])))
        """The entries without repeats, sorted by field."""
        self._paths: Aliases = {
            field: tuple(path for other, name in pairs if other == field for path in _paths(name.split(".")))
            for field, _ in pairs
        }
        self._shapes: dict[str, Shape] = {}

    def applied(self, shape: Shape) -> Shape:
        """The shape with these places before its own names."""
        if not self._paths:
            return shape
        if shape.name not in self._shapes:
            aliases = {
                field: self._paths.get(field, ()) + paths for field, paths in self._others(shape.aliases).items()
            }
            self._shapes[shape.name] = replace(shape, aliases=aliases, fallback=self._others(shape.fallback))
        return self._shapes[shape.name]

    def unmatched(self, message: Message) -> tuple[str, ...]:
        """The entries whose fields a message lacks, or has blank."""
        places = {entry: tuple(_paths(entry.partition("=")[2].split("."))) for entry in self.entries}
        fields = Fields(message, places)
        return tuple(entry for entry in self.entries if not any(True for _ in fields.present(entry)))

    def _others(self, aliases: Aliases) -> Aliases:
        mine = {path for paths in self._paths.values() for path in paths}
        return {field: tuple(path for path in paths if path not in mine) for field, paths in aliases.items()}


def _parsed(entry: str) -> tuple[str, str]:
    field, equals, name = (part.strip() for part in entry.partition("="))
    if not equals:
        raise SettingsError(f"{entry!r} has no =: write FIELD=NAME, such as html=raw_html")
    if field not in COMMON:
        swapped = [f"{name}={field}"] if name in COMMON else []
        near = swapped or difflib.get_close_matches(field, COMMON, n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise SettingsError(f"{entry!r}: unknown field {field!r}{hint}; known: {', '.join(COMMON)}")
    names = name.split(".")
    if not all(names):
        raise SettingsError(f"{entry!r}: a name is empty; write FIELD=NAME, such as html=raw_html or url=page.uri")
    if len(names) > MOST_NAMES:
        raise SettingsError(f"{entry!r}: more than {MOST_NAMES} names with dots between them")
    return field, name


def _paths(names: list[str]) -> Iterator[Path]:
    """The ways to read dots as a part of a name or as a step into an object; the longest names first."""
    yield (".".join(names),)
    for end in range(len(names) - 1, 0, -1):
        for rest in _paths(names[end:]):
            yield (".".join(names[:end]), *rest)
