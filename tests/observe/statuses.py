"""The status of a made-up worker, for tests of what is made from it."""

from __future__ import annotations

from typing import Any, cast

from worker.messages import Outcome, RawRecord, Reason, Result, Source
from worker.observe.metrics import About, Metrics, Seen
from worker.observe.status import Status


def status_of(instance: str = "crawl-0", **changes: object) -> Status:
    """The status of a worker that has processed 20 records, in whole seconds of a made-up clock."""
    clock = iter(range(10_000))
    metrics = Metrics(
        About(instance, "news", "1.2.3", "abcd"), clock=lambda: float(next(clock)), wall_clock=lambda: 1e9
    )
    record = RawRecord(Source("articles.raw", 0, 0), b"", size_bytes=1000)
    for outcome, reason, times in (
        (Outcome.PUBLISHED, Reason.NEW, 11),
        (Outcome.DUPLICATE, Reason.RECRAWL, 2),
        (Outcome.DROPPED, Reason.HTTP_ERROR, 4),
        (Outcome.DEAD, Reason.BAD_JSON, 3),
    ):
        stage_ms = {"decode": 0.2, "extract": 30.0}
        results = [Result(record, outcome, reason, (), stage_ms, {"ad_label": 2}, "blocked.example")] * times
        metrics.add(results, 1.5)
    metrics.seen = Seen(7, {0: 5, 1: 2}, 1e9 - 42, rebalances=1, rebalance_s=0.5)
    metrics.index = {"articles": 11, "bytes": 9000, "limit_bytes": 64 << 30, "span_s": 86_400}
    metrics.line()
    return {**metrics.status(), **changes}  # type: ignore[typeddict-item]


def status(**changes: Any) -> Status:
    """The status of a worker that has not processed anything yet, with these keys changed."""
    return cast("Status", Metrics().status() | changes)
