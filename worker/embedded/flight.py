"""The stream of React's server components, which Next.js pushes in pieces (`self.__next_f`).

Each row is `id:value`. A value is JSON, or a text with its length in bytes (`T4d2,...`), or a part of the program.
Elements are lists: `["$", "p", key, {"children": ...}]`. `$1f` or `$L1f` stands for row 1f.

Source: https://github.com/facebook/react/blob/main/packages/react-client/src/ReactFlightClient.js
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from typing import Any, Final

import orjson

from worker.embedded.literals import too_many_values
from worker.embedded.references import inner_json, items_of

_ROW: Final = re.compile(rb"\s*+([0-9a-f]{1,8}):(?:T([0-9a-f]{1,7}),)?+")
_REFERENCE: Final = re.compile(r"\$[L@]?([0-9a-f]{1,8})")
_MAX_ROWS: Final = 20_000


def rows_of(stream: str) -> Iterator[Any]:
    """The values of all rows, with the values that they refer to in place."""
    if too_many_values(stream):
        return
    rows = dict(_rows(stream.encode("utf-8", "replace")))
    for value in rows.values():
        _resolve(value, rows)
    values = [*rows.values()]
    inner_json(values)  # all at once: each row may lead to all the others
    yield from values


def _rows(stream: bytes) -> Iterator[tuple[str, Any]]:
    at = 0
    for _ in range(_MAX_ROWS):
        row = _ROW.match(stream, at)
        end = stream.find(b"\n", at)
        end = len(stream) if end < 0 else end
        if row and row[2]:
            end = row.end() + int(row[2], 16)
            yield row[1].decode(), stream[row.end() : end].decode("utf-8", "replace")
        elif row and stream[row.end() : row.end() + 1] in (b"[", b"{", b'"'):
            with suppress(orjson.JSONDecodeError):
                yield row[1].decode(), orjson.loads(stream[row.end() : end])
        at = end + (not (row and row[2]))
        if at >= len(stream):
            return


def _resolve(value: Any, rows: MutableMapping[str, Any]) -> None:
    waiting = [value]
    while waiting:
        container = waiting.pop()
        if not isinstance(container, dict | list):
            continue
        for key, item in items_of(container):
            if isinstance(item, dict | list):
                waiting.append(item)
            elif isinstance(item, str) and item[:1] == "$":
                if (name := _REFERENCE.fullmatch(item)) and name[1] in rows:
                    container[key] = rows[name[1]]
                elif item[:2] == "$$":
                    container[key] = item[1:]
