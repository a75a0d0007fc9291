"""Measures how long a member of a group takes part in rebalances, and says so while one leaves it nothing to read."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog

from worker.transport.base import Membership

_log = structlog.get_logger(__name__)

TELL_S = 15.0


class Joins:
    """The joins of one member. Call all methods from the thread that polls."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, log: Any = _log) -> None:
        self._clock, self._log = clock, log
        self._count = 0
        self._seconds = 0.0
        self._began_s: float | None = None
        self._waits_since_s: float | None = None
        self._told_s = 0.0

    @property
    def waits(self) -> bool:
        """Whether there is nothing to read until all other members have rejoined or timed out."""
        return self._waits_since_s is not None

    def membership(self, *, has_joined: bool) -> Membership:
        """What the member has seen of its group."""
        return Membership(
            has_joined=has_joined,
            wait_s=self._since(self._waits_since_s),
            rebalances=self._count,
            rebalance_s=self._seconds + self._since(self._began_s),
        )

    def begin(self) -> None:
        """Note that a join begins."""
        self._began_s = self._clock()

    def end(self, *, failed: bool) -> None:
        """Note that the join has ended."""
        self._count += not failed
        self._seconds += self._since(self._began_s)
        self._began_s = None

    def read_on(self) -> None:
        """Note that there is something to read."""
        self._waits_since_s = None

    def wait(self) -> None:
        """Note that there is nothing to read. Log it from time to time."""
        now = self._clock()
        if self._waits_since_s is None:
            self._waits_since_s = self._told_s = now
        elif now - self._told_s >= TELL_S:
            self._told_s = now
            self._log.info(
                "rebalancing", waited_s=round(now - self._waits_since_s, 1),
                advice="look for the member that hangs. Its partitions are free after session_timeout if it has "
                "stopped, otherwise after max_poll_interval",
            )  # fmt: skip

    def _since(self, moment_s: float | None) -> float:
        return 0.0 if moment_s is None else self._clock() - moment_s
