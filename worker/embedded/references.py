"""Puts the values that a state refers to in their places: the result is ordinary data.

Known forms: the cache of Apollo (`{"__ref": "Paragraph:1"}`), the flat list of Nuxt 3 and SvelteKit (devalue, in which
a number is the place of a value), and JSON in a string. A value may be in several places, and may contain itself.

Sources: https://www.apollographql.com/docs/react/caching/overview, https://github.com/sveltejs/devalue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Final

import orjson

from worker.embedded.literals import MAX_VALUES, count_values

_SHORTEST_JSON: Final = 100  # characters

Container = dict[Any, Any] | list[Any]


def resolved(value: Any) -> Any:
    """The state with all references replaced."""
    value = _in_place(value)
    inner_json(value)
    _link(value)
    return value


def containers(value: Any) -> Iterator[Any]:
    """All objects and lists in a value, each once."""
    waiting, seen = [value], set()
    while waiting:
        item = waiting.pop()
        if not isinstance(item, dict | list) or id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        waiting += item.values() if isinstance(item, dict) else item


def inner_json(value: Any) -> None:
    """Replace the strings in a state that hold JSON, and those in that JSON."""
    left = MAX_VALUES
    for container in containers(value):  # goes on with the contents as they are then
        for key, item in [*items_of(container)]:
            if isinstance(item, str) and len(item) >= _SHORTEST_JSON and item[0] in "{[" and item[-1] in "}]":
                left -= count_values(item)
                if left < 0:
                    return
                with suppress(orjson.JSONDecodeError):
                    container[key] = _in_place(orjson.loads(item))


def items_of(container: Container) -> Iterable[tuple[Any, Any]]:
    """The keys or numbers of a container's values, and the values."""
    return container.items() if isinstance(container, dict) else enumerate(container)


def _in_place(value: Any) -> Any:
    return _unfolded(value) if isinstance(value, list) and _is_flat(value) else value


def _is_flat(value: list[Any]) -> bool:
    """Whether a list is devalue's: its first item refers to others by number."""
    first = value[0] if len(value) > 2 else None
    if isinstance(first, list) and len(first) == 2 and isinstance(first[0], str):  # ["ShallowReactive", 1]
        return isinstance(first[1], int)
    return (
        isinstance(first, dict)
        and bool(first)
        and all(isinstance(at, int) and at < len(value) for at in first.values())
    )


def _unfolded(flat: list[Any]) -> Any:
    made: list[Any] = [type(item)() if isinstance(item, dict | list) else item for item in flat]

    def at(number: Any) -> Any:
        return made[number] if isinstance(number, int) and 0 <= number < len(made) else None

    for item, whole in zip(flat, made, strict=True):
        if isinstance(item, dict):
            whole.update((key, at(number)) for key, number in item.items())
        elif isinstance(item, list):
            whole.extend(at(number) for number in item if isinstance(number, int))
    return made[0]


def _link(value: Any) -> None:
    known: dict[str, Any] = {}
    referring: list[tuple[Any, Any, str]] = []
    for container in containers(value):
        for key, item in items_of(container):
            if not isinstance(item, dict):
                continue
            if name := _reference(item):
                referring.append((container, key, name))
            elif isinstance(key, str) and "__typename" in item:
                known.setdefault(key, item)
    for container, key, name in referring:
        container[key] = known.get(name, container[key])


def _reference(item: dict[Any, Any]) -> str | None:
    """The key that an object of Apollo's cache refers to. Before version 3, it has the type `id`."""
    name = item.get("id") if item.get("type") == "id" else item.get("__ref")
    return name if isinstance(name, str) else None
