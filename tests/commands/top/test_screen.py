"""The screen of `top`, as text."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from tests.observe.statuses import status_of
from worker.commands.top.fleet import Fleet
from worker.commands.top.screen import Screen, duration, size, sparkline


def fleet_of(count: int = 2, **changes: Any) -> Fleet:
    fleet = Fleet(lambda: 0.0)
    for number in range(count):
        fleet.hear(status_of(f"news-{number}", **changes))
    fleet.look()
    return fleet


def shown(fleet: Fleet, width: int = 80, rows: int | None = None) -> list[str]:
    console = Console(width=width, height=rows or 50, force_terminal=False, record=True, file=None, quiet=False)
    with console.capture() as captured:
        console.print(Screen(fleet, "12:00:00", rows))
    return captured.get().splitlines()


@pytest.mark.parametrize("width", [40, 80, 120, 300])
def test_a_frame_fits_the_width(width: int) -> None:
    lags = {str(number): 10**number for number in range(12)}
    lines = shown(fleet_of(4, lag=10**12, memory_bytes=10**10, lag_by_partition=lags), width)
    assert max(map(cell_len, lines)) <= width


@pytest.mark.parametrize("count", [1, 2, 50])
def test_a_frame_fits_a_terminal_of_24_rows(count: int) -> None:
    warnings = [{"timestamp": f"{n}", "level": "error", "event": "x", "detail": ""} for n in range(5)]
    lags = {str(number): number for number in range(12)}
    lines = shown(fleet_of(count, warnings=warnings, lag_by_partition=lags), 80, 24)
    assert len(lines) <= 24
    assert any(line.startswith("latest warnings") for line in lines[-7:])


def test_with_too_many_workers_those_with_the_greatest_lag_are_shown() -> None:
    fleet = fleet_of(0)
    for number in range(50):
        fleet.hear(status_of(f"news-{number}", lag=number))
    text = "\n".join(shown(fleet, 80, 24))
    assert "news-49" in text
    assert "news-10" not in text
    assert " more" in text


def test_everything_that_matters_is_in_a_frame() -> None:
    text = "\n".join(
        shown(fleet_of(worst_hosts=[{"host": "blocked.example", "articles_in": 9, "dropped": 8, "dead": 1}]))
    )
    for part in ("2 workers", "articles/s", "lag 14", "working", "published", "http_error", "extract", "partition 0"):
        assert part in text
    assert "blocked.example" in text


def test_without_a_worker_the_frame_says_so_and_why() -> None:
    fleet = fleet_of(0)
    fleet.unreachable = {"localhost:9464": "Connection refused"}
    assert shown(fleet, width=100) == [
        "localhost:9464: Connection refused",
        "no worker has reported yet: start workers with --http, or pipe their JSON log to top -",
    ]


@given(text=st.text(max_size=60))
def test_no_text_from_outside_reaches_the_terminal_raw(text: str) -> None:
    warning = {"timestamp": text, "level": "error", "event": text, "detail": text}
    host = {"host": text, "articles_in": 9, "dropped": 8, "dead": 1}
    fleet = fleet_of(
        warnings=[warning], worst_hosts=[host], dead={text: 1}, group=text, time_share={text: 0.5}, version=text
    )
    for line in shown(fleet):
        assert not any(unicodedata.category(char) in ("Cc", "Cs") or char in "\u202e\u2066" for char in line)


def test_a_sparkline_has_the_shape_of_its_values() -> None:
    assert sparkline([0, 1, 2, 4, 8]) == "▁▂▃▅█"
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([]) == ""


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (172_800, "2 d")]
)
def test_a_duration_is_in_the_largest_unit_that_fits_twice(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_size_is_in_megabytes() -> None:
    assert (size(182_345_678), size(None)) == ("182 MB", "?")
