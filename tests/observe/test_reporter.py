from __future__ import annotations

import threading
from typing import Any

from structlog.testing import capture_logs

from worker.observe.metrics import Metrics
from worker.observe.reporter import log_keys, report, reporting
from worker.observe.status import Status


class Waits:
    """Stands for the wait between two lines: each takes as long as asked, and `late_s` more. Ends after `lines`."""

    def __init__(self, lines: int, late_s: tuple[float, ...] = ()) -> None:
        self.now = 1000.0
        self.asked: list[float] = []
        self._lines, self._late_s = lines, late_s

    def __call__(self, seconds: float) -> bool:
        self.asked.append(seconds)
        place = len(self.asked) - 1
        self.now += seconds + (self._late_s[place] if place < len(self._late_s) else 0.0)
        return len(self.asked) > self._lines

    def clock(self) -> float:
        return self.now


def lines_of(waits: Waits, interval_s: float = 10.0) -> list[Any]:
    with capture_logs() as lines:
        report(Metrics(clock=waits.clock), interval_s, waits, waits.clock)
    return lines


def test_a_line_is_logged_at_every_interval() -> None:
    waits = Waits(3)
    assert [(line["event"], line["interval_s"]) for line in lines_of(waits)] == [("metrics", 10.0)] * 3
    assert waits.asked == [10.0] * 4


def test_a_late_line_does_not_delay_the_next_one() -> None:
    waits = Waits(3, late_s=(2.0,))
    assert [line["interval_s"] for line in lines_of(waits)] == [12.0, 8.0, 10.0]


def test_after_a_pause_of_several_intervals_one_line_is_logged() -> None:
    """For example, the machine was suspended."""
    waits = Waits(2, late_s=(35.0,))
    assert [line["interval_s"] for line in lines_of(waits)] == [45.0, 10.0]


def test_the_interval_may_be_longer_than_a_thread_can_wait() -> None:
    waits = Waits(0)
    lines_of(waits, 1e13)
    assert waits.asked == [threading.TIMEOUT_MAX]


def test_the_line_has_all_keys_of_the_status_but_the_warnings_and_the_buckets() -> None:
    left_out = {"warnings", "article_seconds", "stage_seconds", "batch_seconds"}
    assert log_keys(Metrics().status()).keys() == Status.__annotations__.keys() - left_out


def test_lines_are_logged_while_the_body_runs_and_not_afterwards() -> None:
    """The body never returns to the loop here, as in a long batch or an outage."""
    logged = threading.Event()
    metrics = Metrics()
    line = metrics.line

    def note() -> Status:
        logged.set()
        return line()

    metrics.line = note  # type: ignore[method-assign, assignment]
    with capture_logs() as lines, reporting(metrics, 0.001):
        assert logged.wait(60)
    assert not any(thread.name == "metrics" for thread in threading.enumerate())
    assert {each["event"] for each in lines} == {"metrics"}
