"""Handles damaged values: stored values that the worker cannot have written. They count as not found.

A failing disk, a bad copy or another program can change stored values. The code that unpacks a value therefore
checks it and raises `DamagedError`. Its caller uses `Damage.intact` and continues as if there were no value.
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
    """The worker cannot have written this stored value."""


class Damage:
    """Counts reads of damaged values by kind. Logs the first one of each kind."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, what: str) -> None:
        """Count a read of a damaged value of this kind."""
        if what not in self.counts:
            log.warning(
                "stored_value_damaged", what=what,
                advice="it counts as not found (see damaged_values in the metrics). Check the disk or the index server",
            )  # fmt: skip
        self.counts[what] += 1

    def intact(self, what: str, unpack: Callable[P, T], *packed: P.args, **more: P.kwargs) -> T | None:
        """Return what `unpack` makes of a stored value of this kind; None if the value is damaged."""
        try:
            return unpack(*packed, **more)
        except DamagedError:
            self.add(what)
            return None
