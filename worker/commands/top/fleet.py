"""What is known of the workers of a group, and of the last minutes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from worker.observe.status import Status, WarningLine
from worker.observe.total import total

HISTORY = 60
"""How many rates are kept, one for each look at the workers."""

MOST_WARNINGS = 8
GONE_S = 60.0  # a worker that is silent for this long is no longer shown
LOOKS = 6  # over which a rate is measured: articles count when their batch is committed, so they come in bursts
_LEAST_S = 0.5  # a rate over less time would say nothing


@dataclass(slots=True)
class Worker:
    """The latest status of a worker, and when it came."""

    status: Status
    seen_s: float
    counted: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=LOOKS))  # times, articles so far

    @property
    def rate(self) -> float:
        """Articles per second over the last looks, or in the worker's own interval."""
        (before_s, before), (now_s, now) = self.counted[0], self.counted[-1]
        if now_s - before_s < _LEAST_S:
            return self.status["articles_per_s"]
        return (now - before) / (now_s - before_s)


class Fleet:
    """The workers by name. `clock` is monotonic."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.workers: dict[str, Worker] = {}
        self.rates: deque[float] = deque(maxlen=HISTORY)
        self.unreachable: dict[str, str] = {}  # addresses, and why
        self._warnings: deque[WarningLine] = deque(maxlen=MOST_WARNINGS)

    def hear(self, status: Status) -> None:
        """Note the status of a worker."""
        now_s, name = self._clock(), status["instance"]
        worker = self.workers.setdefault(name, Worker(status, now_s))
        worker.status, worker.seen_s = status, now_s
        if worker.counted and worker.counted[-1][1] > status["articles_in"]:  # it was restarted
            worker.counted.clear()
        worker.counted.append((now_s, status["articles_in"]))

    def warn(self, warning: WarningLine) -> None:
        """Note a warning of a worker's log."""
        self._warnings.append(warning)

    def look(self) -> None:
        """End a look at the workers: note the rate of all, and forget those that are gone."""
        now_s = self._clock()
        self.workers = {name: each for name, each in self.workers.items() if now_s - each.seen_s < GONE_S}
        self.rates.append(self.rate)

    @property
    def rate(self) -> float:
        """Articles per second of all workers."""
        return sum(worker.rate for worker in self.workers.values())

    @property
    def statuses(self) -> Sequence[Status]:
        """The latest statuses, by name."""
        return [self.workers[name].status for name in sorted(self.workers)]

    @property
    def all(self) -> Status | None:
        """The status of all workers together; None if there is none."""
        statuses = self.statuses
        if not statuses:
            return None
        return total(statuses, None, "", min(status["started_at"] for status in statuses))

    def age_s(self, name: str) -> float:
        """How old the latest status of a worker is."""
        return self._clock() - self.workers[name].seen_s

    @property
    def warnings(self) -> Iterable[WarningLine]:
        """The latest warnings, oldest first: those of the log, and those that the workers report."""
        together = self.all
        lines = [*(together["warnings"] if together else ()), *self._warnings]
        distinct = {(line["timestamp"], line["event"]): line for line in lines}
        return [distinct[key] for key in sorted(distinct)][-MOST_WARNINGS:]
