"""Logs the metrics at every interval, from a thread of its own: neither a long batch nor an outage delays a line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol

import structlog

from worker.observe.background import EndedWithin, in_background
from worker.observe.status import BesideTheLog, Status

_log = structlog.get_logger(__name__)


class Lines(Protocol):
    """What has a line to log, such as `worker.observe.metrics.Metrics`."""

    def line(self) -> Status | None:
        """The status at the end of an interval; None if there is nothing to log yet."""


@contextmanager
def reporting(metrics: Lines, interval_s: float) -> Iterator[None]:
    """Log the metrics every `interval_s` seconds while the body runs."""
    with in_background(partial(report, metrics, interval_s), "metrics"):
        yield


def report(
    metrics: Lines,
    interval_s: float,
    ended_within: EndedWithin,
    clock: Callable[[], float] = time.monotonic,
    log: Any = _log,
) -> None:
    """Log the metrics at every interval."""
    due_s = clock() + interval_s
    while not ended_within(min(max(0.0, due_s - clock()), threading.TIMEOUT_MAX)):
        line = metrics.line()
        if line:
            log.info("metrics", **log_keys(line))
        due_s = max(due_s, clock()) + interval_s if clock() >= due_s + interval_s else due_s + interval_s


def log_keys(status: Status) -> dict[str, Any]:
    """The keys of the `metrics` log line."""
    return {key: value for key, value in status.items() if key not in BesideTheLog.__annotations__}
