"""Stored values that cannot be what was kept there: such a value counts as not found, and is counted.

A failing disk, a bad copy or another program can change what a store holds. Whoever unpacks a value therefore checks
it, and raises `DamagedError`; whoever asked goes on through `Damage.intact`, as if there were nothing.
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
    """A stored value is none that the worker writes."""


class Damage:
    """How often a damaged value was read, by what it is; each sort is logged once."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, what: str) -> None:
        """Count a value that was read and is damaged."""
        if what not in self.counts:
            log.warning(
                "stored_value_damaged", what=what,
                advice="it counts as not found; the metrics count such values. Look at the disk or at the index server",
            )  # fmt: skip
        self.counts[what] += 1

    def intact(self, what: str, unpack: Callable[P, T], *packed: P.args, **more: P.kwargs) -> T | None:
        """What `unpack` makes of a stored value; None if that is damaged."""
        try:
            return unpack(*packed, **more)
        except DamagedError:
            self.add(what)
            return None
