"""The progress of a long command: a bar on a terminal, lines of the log elsewhere."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from rich.console import Console
from structlog.testing import capture_logs

from worker.commands.progress import LOG_EVERY_S, progress, watched


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_without_a_terminal_a_line_is_logged_from_time_to_time_with_the_rate_and_the_time_left() -> None:
    clock = Clock()
    with capture_logs() as logged, progress("rebuild", "records", 1000, Console(file=io.StringIO()), clock) as advance:
        for _ in range(4):
            clock.now += LOG_EVERY_S / 2
            advance(100)
    assert logged == [
        {
            "event": "progress", "log_level": "info", "command": "rebuild", "unit": "records", "done": done,
            "total": 1000, "per_s": 20, "left_s": (1000 - done) / 20,
        }
        for done in (200, 400)
    ]  # fmt: skip


def test_what_was_done_before_counts_as_done_but_not_for_the_rate() -> None:
    clock = Clock()
    console = Console(file=io.StringIO())
    with capture_logs() as logged, progress("replay", "records", 1000, console, clock, done=500) as advance:
        clock.now += LOG_EVERY_S
        advance(100)
    (line,) = logged
    assert (line["done"], line["per_s"], line["left_s"]) == (600, 10, 40)


def test_a_bar_begins_where_the_work_was_left() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    with progress("replay", "records", 200, console, done=50) as advance:
        advance(100)
    assert "150/200" in screen.getvalue()


@pytest.mark.parametrize("total", [None, 10])
def test_an_unknown_total_and_one_that_was_too_low_are_no_trouble(total: int | None) -> None:
    clock = Clock()
    with capture_logs() as logged, progress("import", "entries", total, Console(file=io.StringIO()), clock) as advance:
        clock.now += LOG_EVERY_S
        advance(100)
    assert [line["left_s"] for line in logged] == [None if total is None else 0]


def test_a_terminal_shows_a_bar_and_no_lines() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    with capture_logs() as logged, progress("export", "entries", 200, console) as advance:
        advance(200)
    assert logged == []
    assert "export" in screen.getvalue()
    assert "200/200" in screen.getvalue()


def test_the_bar_is_full_once_all_records_are_read_whatever_comes_after_the_last() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    records = [SimpleNamespace(passed=1)] * 250
    assert len(list(watched("report", "records", 254, records, console, lambda: None))) == 250
    assert "254/254" in screen.getvalue()


def test_records_that_are_watched_come_through_and_each_may_end_the_reading() -> None:
    records = [SimpleNamespace(passed=each) for each in (1, 5, 2)]
    checks: list[int] = []
    screen = Console(file=io.StringIO())
    assert list(watched("report", "records", 8, records, screen, lambda: checks.append(1))) == records
    assert len(checks) == len(records)

    def stop() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        list(watched("report", "records", 8, records, screen, stop))
