"""Counts durations in buckets, so that the memory for them is bounded however long the run."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from worker.observe.status import Buckets

ARTICLE_BOUNDS_S = (0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 20.0)
"""The upper bounds of the buckets for the time of one article, in seconds."""

BATCH_BOUNDS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 60.0)
"""The same for the time of one batch."""

_GROWTH = 1.05  # each bucket for percentiles is this much wider than the one before
_LOG_GROWTH = math.log(_GROWTH)


class Histogram:
    """Counts durations in buckets with fixed bounds, which are comparable between workers."""

    __slots__ = ("_bounds_s", "_counts", "_sum_s")

    def __init__(self, bounds_s: Sequence[float]) -> None:
        self._bounds_s = bounds_s
        self._counts = [0] * (len(bounds_s) + 1)
        self._sum_s = 0.0

    def add(self, duration_s: float) -> None:
        """Count one duration."""
        self._counts[bisect_left(self._bounds_s, duration_s)] += 1
        self._sum_s += duration_s

    @property
    def buckets(self) -> Buckets:
        """The present counts."""
        return {"counts": self._counts.copy(), "sum_s": round(self._sum_s, 6)}


def fine_bucket(value_ms: float) -> int:
    """The number of the bucket of a value for `percentile`. Buckets grow by 5 %, so percentiles are accurate to 5 %."""
    return math.floor(math.log(max(value_ms, 0.001)) / _LOG_GROWTH)


def percentile(counts: Counter[int], share: float) -> float | None:
    """The value in milliseconds below which `share` (0..1) of the values lie; None if there are no values.

    `counts` has the number of values by `fine_bucket`.
    """
    wanted = share * counts.total()
    seen = 0
    for bucket in sorted(counts):
        seen += counts[bucket]
        if seen >= wanted:
            return round(float(_GROWTH ** (bucket + 0.5)), 3)
    return None
