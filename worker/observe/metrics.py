"""Collects the numbers about a worker, and makes its status of them."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from worker.messages import Outcome, Result
from worker.observe.health import Heartbeat
from worker.observe.histograms import ARTICLE_BOUNDS_S, BATCH_BOUNDS_S, Histogram, fine_bucket, percentile
from worker.observe.hosts import Hosts
from worker.observe.memory import memory_bytes
from worker.observe.status import Counts, IndexSize, Interval, Now, State, Status, Totals, Who
from worker.observe.warnings import LATEST
from worker.store.damage import Damage


@dataclass(frozen=True, slots=True)
class About:
    """Which worker it is. See `Status` for the fields."""

    instance: str = ""
    group: str | None = None
    version: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the loop last saw of its input. `oldest_at` is when the oldest unread record was written, if not earlier.

    See `Status` for the other fields. Times are in seconds since 1970; None if unknown.
    """

    lag: int | None = None
    lag_by_partition: Mapping[int, int] = field(default_factory=dict)
    oldest_at: float | None = None
    has_joined: bool = True
    group_wait_s: float = 0.0
    rebalances: int = 0
    rebalance_s: float = 0.0


@dataclass(slots=True)
class Tally:
    """Everything counted since `began_s`."""

    began_s: float
    bytes: int = 0
    outcomes: Counter[tuple[Outcome, str]] = field(default_factory=Counter)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    latency: Counter[int] = field(default_factory=Counter)

    @property
    def records(self) -> int:
        """How many input records have ended, with any outcome."""
        return self.outcomes.total()

    def counts(self) -> Counts:
        """The counts by outcome and reason."""
        return {
            "articles_in": self.records,
            "bytes_in": self.bytes,
            "published": sum(self._by_reason(Outcome.PUBLISHED).values()),
            "duplicate": sum(self._by_reason(Outcome.DUPLICATE).values()),
            "kinds": self._by_reason(Outcome.PUBLISHED, Outcome.DUPLICATE),
            "dropped": self._by_reason(Outcome.DROPPED),
            "dead": self._by_reason(Outcome.DEAD),
        }

    def _by_reason(self, *outcomes: Outcome) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for (outcome, reason), times in self.outcomes.items():
            if outcome in outcomes:
                counts[reason] += times
        return dict(counts.most_common())

    def copy(self, now_s: float) -> Tally:
        """The same counts, as the mark at which an interval begins."""
        seconds = defaultdict(float, self.seconds)
        return Tally(now_s, self.bytes, self.outcomes.copy(), seconds, self.latency.copy())

    def since(self, mark: Tally) -> Tally:
        """What was counted since the mark."""
        seconds = {name: spent - mark.seconds.get(name, 0.0) for name, spent in self.seconds.items()}
        spent = defaultdict(float, {name: seconds for name, seconds in seconds.items() if seconds > 0})
        return Tally(
            mark.began_s, self.bytes - mark.bytes, self.outcomes - mark.outcomes, spent, self.latency - mark.latency
        )


class Metrics:
    """Collects the numbers. The loop's thread adds them; any thread may ask for the status.

    `clock` is monotonic, `wall_clock` gives seconds since 1970. The loop sets `seen` and `index`, and says with
    `is_idle` whether the last poll returned nothing. `is_away` tells whether the brokers do not answer.
    """

    def __init__(
        self,
        about: About | None = None,
        *,
        heartbeat: Heartbeat | None = None,
        damage: Damage | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._about = about or About()
        self._heartbeat = heartbeat
        self._damage = damage or Damage()
        self._clock, self._wall_clock = clock, wall_clock
        self._lock = threading.Lock()
        self._started_at = wall_clock()
        self._running: tuple[str, float] | None = None  # the current phase, and until when it is charged
        self.total = Tally(clock())
        self._mark = self.total.copy(clock())
        self._interval: tuple[Tally, float] | None = None  # the last complete one, and its length in seconds
        self._articles = Histogram(ARTICLE_BOUNDS_S)
        self._stages: defaultdict[str, Histogram] = defaultdict(lambda: Histogram(ARTICLE_BOUNDS_S))
        self._batches = Histogram(BATCH_BOUNDS_S)
        self._removed: Counter[str] = Counter()
        self._hosts = Hosts(clock)
        self._commits = self._rewinds = 0
        self.seen = Seen(has_joined=self._about.group is None)
        self.index: IndexSize | None = None
        self.is_idle = False
        self.is_away: Callable[[], bool] = lambda: False

    # -- in the loop's thread ------------------------------------------------------------------------------------

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Charge the time of the body to `poll`, `commit`, or another phase of the loop."""
        with self._lock:
            self._running = name, self._clock()
        try:
            yield
        finally:
            with self._lock:
                self._charge_running()
                self._running = None

    def add(self, results: Sequence[Result], batch_s: float = 0.0) -> None:
        """Count a committed batch, which took `batch_s` seconds."""
        with self._lock:
            self._commits += 1
            self._batches.add(batch_s)
            for result in results:
                self._add(result)

    def _add(self, result: Result) -> None:
        total, total_s = self.total, 0.0
        for name, ms in result.stage_ms.items():
            spent_s = ms / 1000
            total_s += spent_s
            total.seconds[name] += spent_s
            self._stages[name].add(spent_s)
        self._articles.add(total_s)
        total.latency[fine_bucket(total_s * 1000)] += 1
        total.bytes += result.record.size_bytes
        total.outcomes[result.outcome, result.reason.value] += 1
        self._removed.update(result.removed)
        if result.host:
            self._hosts.add(result.host, result.outcome)

    def rewound(self) -> None:
        """Count a batch that was not committed."""
        self._rewinds += 1

    def _charge_running(self) -> None:
        if self._running:
            (name, since_s), now_s = self._running, self._clock()
            self.total.seconds[name] += now_s - since_s
            self._running = name, now_s

    # -- in any thread -------------------------------------------------------------------------------------------

    def line(self, *, final: bool = False) -> Status:
        """The status at the end of an interval. A new interval begins. The final one covers the whole run."""
        with self._lock:
            self._charge_running()
            now_s = self._clock()
            mark = Tally(self.total.began_s) if final else self._mark
            self._interval = self.total.since(mark), now_s - mark.began_s
            self._mark = self.total.copy(now_s)
            return self._status(*self._interval, final=final)

    def status(self) -> Status:
        """The status now. The interval is that of the last line, or before the first one, the time since the start."""
        with self._lock:
            self._charge_running()
            return self._status(*(self._interval or (self.total, self._clock() - self.total.began_s)))

    def _status(self, interval: Tally, interval_s: float, *, final: bool = False) -> Status:
        return {
            "final": final,
            **self._who(),
            **self._totals(),
            **_interval(interval, max(interval_s, 1e-9)),
            **self._now("stopped" if final else self._state()),
            "warnings": LATEST.latest(),
            "article_seconds": self._articles.buckets,
            "stage_seconds": {name: histogram.buckets for name, histogram in self._stages.items()},
            "batch_seconds": self._batches.buckets,
        }

    def _who(self) -> Who:
        about = self._about
        return {
            "instance": about.instance,
            "group": about.group,
            "version": about.version,
            "fingerprint": about.fingerprint,
            "started_at": round(self._started_at, 3),
        }

    def _totals(self) -> Totals:
        return {
            **self.total.counts(),
            "removed": dict(self._removed.most_common()),
            "damaged_values": dict(self._damage.counts.most_common()),
            "commits": self._commits,
            "rewinds": self._rewinds,
            "rebalances": self.seen.rebalances,
            "rebalance_s": round(self.seen.rebalance_s, 3),
            "busy_s": _largest_first(self.total.seconds, 3),
        }

    def _now(self, state: State) -> Now:
        seen = self.seen
        return {
            "state": state,
            "heartbeat_age_s": round(self._heartbeat.age_s, 3) if self._heartbeat else 0.0,
            "lag": seen.lag,
            "lag_s": self._lag_s(),
            "lag_by_partition": {str(partition): lag for partition, lag in sorted(seen.lag_by_partition.items())},
            "group_wait_s": round(seen.group_wait_s, 3),
            "index": self.index,
            "memory_bytes": memory_bytes(),
            "worst_hosts": self._hosts.worst(),
        }

    def _state(self) -> State:
        said = self._heartbeat.state if self._heartbeat else ""
        if said:
            return cast("State", said)
        if self.is_away():  # perhaps the loop has not noticed yet: a commit waits for its own time limit
            return "waiting for the Kafka brokers"
        if self.seen.group_wait_s or not self.seen.has_joined:
            return "waiting for the group"
        return "waiting for input" if self.is_idle else "working"

    def _lag_s(self) -> float | None:
        if self.seen.lag == 0:
            return 0.0
        oldest_at = self.seen.oldest_at
        return None if oldest_at is None else round(max(0.0, self._wall_clock() - oldest_at), 1)


def _interval(counted: Tally, length_s: float) -> Interval:
    return {
        "interval_s": round(length_s, 3),
        "interval": counted.counts(),
        "articles_per_s": round(counted.records / length_s, 1),
        "mb_per_s": round(counted.bytes / length_s / 1e6, 3),
        "article_ms": {f"p{p}": percentile(counted.latency, p / 100) for p in (50, 95, 99)},
        "time_share": _largest_first({name: spent / length_s for name, spent in counted.seconds.items()}, 4),
    }


def _largest_first(values: Mapping[str, float], digits: int) -> dict[str, float]:
    return {name: round(value, digits) for name, value in sorted(values.items(), key=lambda item: -item[1])}
