"""Finds the hosts of which most records are dropped or dead, in bounded memory."""

from __future__ import annotations

import heapq
from collections.abc import Callable

from worker.messages import Outcome
from worker.observe.status import HostCounts

PERIOD_S = 600.0
MAX_HOSTS = 2000
MIN_RECORDS = 10
SHOWN = 5

_FIELD = {Outcome.DROPPED: 1, Outcome.DEAD: 2}


class Hosts:
    """Counts the records of each host in the current period of ten minutes and in the one before.

    If a period has more than `MAX_HOSTS` hosts, the half with the fewest records is forgotten. So a host that sends
    many records is counted nearly completely, and a host that sends few may be missing.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began_s = clock()
        self._now: dict[str, list[int]] = {}  # records, dropped, dead
        self._before: dict[str, list[int]] = {}

    def add(self, host: str, outcome: Outcome) -> None:
        """Count a record."""
        counts = self._now.get(host)
        if counts is None:
            if len(self._now) >= MAX_HOSTS:
                self._now = dict(heapq.nlargest(MAX_HOSTS // 2, self._now.items(), key=lambda item: item[1][0]))
            counts = self._now[host] = [0, 0, 0]
        counts[0] += 1
        if field := _FIELD.get(outcome):
            counts[field] += 1

    def worst(self) -> list[HostCounts]:
        """The hosts with the largest share of dropped and dead records, of those with at least `MIN_RECORDS`."""
        self._turn()
        known = [
            (host, [a + b for a, b in zip(self._now.get(host, _NONE), self._before.get(host, _NONE), strict=True)])
            for host in self._now.keys() | self._before.keys()
        ]
        failing = [
            ((dropped + dead) / records, records, host, dropped, dead)
            for host, (records, dropped, dead) in known
            if records >= MIN_RECORDS and dropped + dead
        ]
        return [
            {"host": host, "articles_in": records, "dropped": dropped, "dead": dead}
            for _, records, host, dropped, dead in heapq.nlargest(SHOWN, failing)
        ]

    def _turn(self) -> None:
        """Begin a new period if the current one is over."""
        passed_s = self._clock() - self._began_s
        if passed_s >= PERIOD_S:
            self._before = self._now if passed_s < 2 * PERIOD_S else {}
            self._now = {}
            self._began_s = self._clock()


_NONE = (0, 0, 0)
