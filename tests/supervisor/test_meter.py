"""The numbers of all processes over time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.observe.statuses import status
from worker.supervisor.meter import Meter


class Processes:
    """What the running and the ended processes say, and the time."""

    def __init__(self) -> None:
        self.running: list[Any] = []
        self.ended: Any = None
        self.now_s = 0.0
        self.meter = Meter("news", lambda: (self.running, self.ended), clock=lambda: self.now_s, wall_clock=lambda: 5.0)

    def line(self, **options: Any) -> Any:
        return self.meter.line(**options)


@pytest.fixture
def processes() -> Processes:
    return Processes()


def test_there_is_nothing_to_log_before_a_process_has_started(processes: Processes) -> None:
    assert processes.line() is None


def test_a_line_covers_the_time_since_the_last_one(processes: Processes) -> None:
    processes.running = [status(articles_in=10, bytes_in=10_000_000), status(articles_in=10)]
    processes.now_s = 10.0
    assert processes.line()["interval"]["articles_in"] == 20
    processes.running = [status(articles_in=70, bytes_in=10_000_000), status(articles_in=10)]
    processes.now_s = 30.0
    line = processes.line()
    assert (line["interval_s"], line["interval"]["articles_in"], line["articles_per_s"]) == (20.0, 60, 3.0)
    assert (line["mb_per_s"], line["articles_in"]) == (0.0, 80)


def test_the_final_line_covers_the_whole_run(processes: Processes) -> None:
    processes.running = [status(articles_in=10)]
    processes.now_s = 10.0
    processes.line()
    processes.now_s = 20.0
    line = processes.line(final=True)
    assert (line["final"], line["interval_s"], line["interval"]["articles_in"]) == (True, 20.0, 10)
    assert line["state"] == "stopped"


def test_a_restarted_process_starts_from_zero_but_the_sum_goes_on(processes: Processes) -> None:
    before = status(articles_in=50, busy_s={"extract": 4.0})
    processes.running = [before]
    processes.now_s = 10.0
    processes.line()
    processes.ended, processes.running = before, [status(articles_in=5, busy_s={"extract": 1.0})]
    processes.now_s = 20.0
    line = processes.line()
    assert (line["articles_in"], line["interval"]["articles_in"]) == (55, 5)
    assert line["time_share"] == {"extract": 0.1}


def test_between_two_processes_the_counts_stay(processes: Processes) -> None:
    processes.running = [status(articles_in=50, lag=3)]
    processes.line()
    processes.ended, processes.running = processes.running[0], []
    line = processes.line()
    assert (line["articles_in"], line["state"], line["instance"]) == (50, "starting", "news")


def test_a_run_that_is_over_before_the_first_interval_has_a_final_line(processes: Processes) -> None:
    processes.ended = status(articles_in=50)
    line = processes.line(final=True)
    assert (line["articles_in"], line["interval"]["articles_in"], line["state"]) == (50, 50, "stopped")


def test_the_shares_of_the_time_are_those_of_one_process(processes: Processes) -> None:
    processes.running = [status(busy_s={"extract": 8.0}), status(busy_s={"extract": 6.0, "commit": 1.0})]
    processes.now_s = 10.0
    assert processes.line()["time_share"] == {"extract": 0.7, "commit": 0.05}
