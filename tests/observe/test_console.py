from __future__ import annotations

from typing import Any, get_args

import pytest

from tests.observe.statuses import status_of
from worker.observe.console import metrics_lines
from worker.observe.status import State

WIDTH = 80


def line(**changes: Any) -> dict[str, Any]:
    return {"timestamp": "2026-11-25T03:24:59.431762Z", **status_of(**changes)}


def test_the_metrics_of_an_interval_take_two_lines() -> None:
    shown = metrics_lines(line(articles_per_s=99.94, mb_per_s=20.488, time_share={"poll": 0.3, "extract": 0.251}))
    assert shown.splitlines() == [
        "03:24:59  99.9 articles/s 20.5 MB/s  lag 7 (42 s)  extract 25%",
        "  published 11 +11  duplicate 2 +2  dropped 4 +4  dead 3 +3",
    ]


@pytest.mark.parametrize(
    ("lag", "lag_s", "shown"),
    [
        (None, None, "lag ?"),
        (0, 0.0, "lag 0"),
        (5, None, "lag 5"),
        (5, 59.4, "lag 5 (59 s)"),
        (1_234, 119.0, "lag 1.23k (119 s)"),
        (1_234, 150.0, "lag 1.23k (2 m)"),
        (999_600, 7_200.0, "lag 1M (2 h)"),
        (45_600_000, 259_200.0, "lag 45.6M (3 d)"),
    ],
)
def test_the_lag_is_shown_in_records_and_in_time(lag: int | None, lag_s: float | None, shown: str) -> None:
    assert f"  {shown}  " in metrics_lines(line(lag=lag, lag_s=lag_s))


def test_a_worker_that_waits_says_for_what_instead_of_the_stage_that_costs_most() -> None:
    first = metrics_lines(line(state="waiting for the index server", time_share={"dedup": 0.9})).splitlines()[0]
    assert first.endswith("  lag 7 (42 s)  waits for index")


def test_a_stage_of_a_batch_that_began_in_an_earlier_interval_takes_at_most_all_of_this_one() -> None:
    assert metrics_lines(line(time_share={"extract": 1.38})).splitlines()[0].endswith("  extract 100%")


@pytest.mark.parametrize("state", get_args(State))
def test_the_lines_fit_a_terminal_of_80_columns(state: State) -> None:
    many = 999_499_999
    counts = {"published": 99_499, "duplicate": 99_499, "dropped": {"a": 99_499}, "dead": {"a": 99_499}}
    shown = metrics_lines(
        line(
            state=state, articles_per_s=1234.5, mb_per_s=1234.5, lag=123_456_789, lag_s=123_456.0, published=many,
            duplicate=many, dropped={"a": many}, dead={"a": many}, interval=counts, time_share={"site_lines": 1.0},
        )
    )  # fmt: skip
    assert max(map(len, shown.splitlines())) <= WIDTH
    assert len(shown.splitlines()) == 2
