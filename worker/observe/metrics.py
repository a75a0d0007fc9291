"""Numbers about the worker: counts since the start, and rates, latencies and time shares of an interval."""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypedDict

from worker.messages import Outcome, Result
from worker.store.damage import Damage

_GROWTH = 1.05  # each latency bucket is this much wider than the one before, so percentiles are accurate to 5 %


class MetricsLine(TypedDict):
    """The keys of a `metrics` log line. The worker logs one every `metrics_interval`, and at the end one with `final`.

    Only committed records count: a batch that was rewound counts once it has been committed.
    """

    final: bool  # whether this is the last line of the run
    articles_in: int  # input records since the start; the sum of the next four
    published: int  # since the start
    duplicate: int  # since the start
    kinds: dict[str, int]  # since the start, `published` and `duplicate` by reason, the most frequent first
    dropped: dict[str, int]  # since the start, by reason, the most frequent first
    dead: dict[str, int]  # since the start, by reason, the most frequent first
    damaged_values: dict[str, int]  # since the start, reads of damaged stored values, by kind
    interval_s: float  # seconds that the keys below cover: since the last line, or since the start if final
    articles_per_s: float  # input records in the interval
    mb_per_s: float  # input, in millions of bytes as received
    lag: int | None  # records between the position and the end of the input, now; None if unknown
    article_ms: dict[str, float | None]  # p50, p95, p99 of milliseconds in all stages, to 5 %; None without articles
    time_share: dict[str, float]  # share of the interval (0..1) spent in poll, each stage and commit, largest first


class Histogram:
    """Counts milliseconds in buckets that grow by 5 %, so its memory is bounded however long the run."""

    def __init__(self) -> None:
        self._buckets: Counter[int] = Counter()

    def add(self, value_ms: float) -> None:
        """Count one value."""
        self._buckets[math.floor(math.log(max(value_ms, 0.001), _GROWTH))] += 1

    def percentile(self, share: float) -> float | None:
        """The value in milliseconds below which `share` (0..1) of the values lie; None if there are no values."""
        wanted = share * sum(self._buckets.values())
        seen = 0
        for bucket in sorted(self._buckets):
            seen += self._buckets[bucket]
            if seen >= wanted:
                return round(float(_GROWTH ** (bucket + 0.5)), 3)
        return None


class Window:
    """Everything counted since `started`."""

    def __init__(self, started: float) -> None:
        self.started = started
        self.bytes = 0
        self.outcomes: Counter[tuple[Outcome, str]] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.latency = Histogram()

    @property
    def records(self) -> int:
        """How many input records have ended, with any outcome."""
        return sum(self.outcomes.values())

    def count(self, outcome: Outcome) -> int:
        """How many records ended with this outcome."""
        return sum(times for (which, _), times in self.outcomes.items() if which is outcome)

    def by_reason(self, *outcomes: Outcome) -> dict[str, int]:
        """How many records ended with these outcomes, by reason, the most frequent first."""
        return {reason: times for (which, reason), times in self.outcomes.most_common() if which in outcomes}

    def shares(self, elapsed_s: float) -> dict[str, float]:
        """The share of `elapsed_s` in each phase, largest first."""
        largest_first = sorted(self.seconds.items(), key=lambda item: -item[1])
        return {name: round(seconds / elapsed_s, 4) for name, seconds in largest_first}


class Metrics:
    """Collects the numbers. The engine regularly asks for a `line` and logs it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, damage: Damage | None = None) -> None:
        self._clock = clock
        self._damage = damage or Damage()
        self.total = Window(clock())
        self._interval = Window(self.total.started)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Charge the time of the body to `poll`, `commit`, or another phase of the loop."""
        begin = self._clock()
        try:
            yield
        finally:
            self._charge(name, self._clock() - begin)

    def add(self, results: Sequence[Result]) -> None:
        """Count a committed batch."""
        for result in results:
            total_ms = sum(result.stage_ms.values())
            for name, ms in result.stage_ms.items():
                self._charge(name, ms / 1000)
            for window in (self.total, self._interval):
                window.bytes += result.record.size_bytes
                window.outcomes[result.outcome, result.reason.value] += 1
                window.latency.add(total_ms)

    def _charge(self, name: str, seconds: float) -> None:
        self.total.seconds[name] += seconds
        self._interval.seconds[name] += seconds

    def line(self, lag: int | None, *, final: bool = False) -> MetricsLine:
        """The line to log now. It ends the current interval."""
        window = self.total if final else self._interval
        now = self._clock()
        elapsed_s = max(now - window.started, 1e-9)
        self._interval = Window(now)
        return {
            "final": final,
            "articles_in": self.total.records,
            "published": self.total.count(Outcome.PUBLISHED),
            "duplicate": self.total.count(Outcome.DUPLICATE),
            "kinds": self.total.by_reason(Outcome.PUBLISHED, Outcome.DUPLICATE),
            "dropped": self.total.by_reason(Outcome.DROPPED),
            "dead": self.total.by_reason(Outcome.DEAD),
            "damaged_values": dict(self._damage.counts.most_common()),
            "interval_s": round(elapsed_s, 3),
            "articles_per_s": round(window.records / elapsed_s, 1),
            "mb_per_s": round(window.bytes / elapsed_s / 1e6, 3),
            "lag": lag,
            "article_ms": {f"p{p}": window.latency.percentile(p / 100) for p in (50, 95, 99)},
            "time_share": window.shares(elapsed_s),
        }
