"""Writes any value as JSON. What JSON cannot hold is left out or becomes null."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from worker.text.cleaning import scrub

_MAX_DEPTH = 100


def dumps(message: object) -> bytes:
    """The message as JSON. Only if orjson refuses it, it is made `writable` first."""
    try:
        written = orjson.dumps(message)
    except TypeError:
        written = orjson.dumps(writable(message))
    # orjson returns a buffer of up to eight times the size, and a batch has hundreds of messages.
    return bytes(memoryview(written))


def writable(value: object, depth: int = 0) -> object:
    """The value as JSON can hold it: text scrubbed, numbers within 64 bits, no deeper than orjson can write."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, int):
        return value if -(1 << 63) <= value < 1 << 64 else None
    if isinstance(value, Mapping) and depth < _MAX_DEPTH:
        return {scrub(str(key)): writable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple) and depth < _MAX_DEPTH:
        return [writable(item, depth + 1) for item in value]
    return value if isinstance(value, float | orjson.Fragment) else None  # orjson writes NaN as null
