"""The numbers of all processes as those of one worker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from worker.observe.status import Counts, Status
from worker.observe.total import since, total

_NOTHING: dict[str, Any] = {
    "articles_in": 0,
    "bytes_in": 0,
    "published": 0,
    "duplicate": 0,
    "kinds": {},
    "dropped": {},
    "dead": {},
    "busy_s": {},
}


class Meter:
    """Adds up what `counted` returns: see `Supervisor.counted`.

    `clock` is monotonic, `wall_clock` gives seconds since 1970. Any thread may ask.
    """

    def __init__(
        self,
        instance: str,
        counted: Callable[[], tuple[Sequence[Status], Status | None]],
        *,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._instance = instance
        self._counted = counted
        self._clock = clock
        self._started_at, self._began_s = round(wall_clock(), 3), clock()
        self._lock = threading.Lock()
        self._processes = 1  # that ran last
        self._mark: tuple[Mapping[str, Any], float] = _NOTHING, self._began_s

    def line(self, *, final: bool = False) -> Status | None:
        """The status at the end of an interval; None if no process has started yet. The final one covers all the time.

        A new interval begins.
        """
        with self._lock:
            now, at_s = self._now(), self._clock()
            if now is None:
                return None
            before, since_s = (_NOTHING, self._began_s) if final else self._mark
            interval = _interval(now, before, max(at_s - since_s, 1e-9), self._processes)
            self._mark = now, at_s
            state = "stopped" if final else now["state"]
            return cast("Status", {**now, **interval, "final": final, "state": state})

    def _now(self) -> Status | None:
        running, ended = self._counted()
        if running:
            self._processes = len(running)
            return total(running, ended, self._instance, self._started_at)
        if ended is None:
            return None
        together: Any = total([ended], None, self._instance, self._started_at)
        return cast("Status", {**together, "state": "starting", "memory_bytes": None})


def _interval(now: Status, before: Mapping[str, Any], seconds: float, processes: int) -> dict[str, Any]:
    """The keys of the status that cover an interval of so many seconds."""
    grown = since(now, cast("Counts", before))
    busy = {name: spent - before["busy_s"].get(name, 0.0) for name, spent in now["busy_s"].items()}
    shares = {name: round(spent / seconds / processes, 4) for name, spent in busy.items() if spent > 0}
    return {
        "interval_s": round(seconds, 3),
        "interval": grown,
        "articles_per_s": round(grown["articles_in"] / seconds, 1),
        "mb_per_s": round(grown["bytes_in"] / seconds / 1e6, 3),
        "time_share": dict(sorted(shares.items(), key=lambda item: -item[1])),
    }
