"""Stored values that cannot be what the worker stored: such a value is treated as not found, and counted.

A failing disk, a bad copy or another program can change what a store holds. The code that unpacks a value therefore
checks it, and raises `DamagedError`; its caller uses `Damage.intact`, and goes on as if there were no value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import structlog

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class DamagedError(Exception):
    """A stored value is not one that the worker writes."""


class Damage:
    """How often damaged values were read, by kind; each kind is logged once."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, what: str) -> None:
        """Count a damaged value that was read."""
        if what not in self.counts:
            log.warning(
                "stored_value_damaged", what=what,
                advice="it is treated as not found, and counted in the metrics. Check the disk or the index server",
            )  # fmt: skip
        self.counts[what] += 1

    def intact(self, what: str, unpack: Callable[P, T], *packed: P.args, **more: P.kwargs) -> T | None:
        """What `unpack` makes of a stored value; None if the value is damaged."""
        try:
            return unpack(*packed, **more)
        except DamagedError:
            self.add(what)
            return None
