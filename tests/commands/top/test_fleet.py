"""What `top` knows of the workers."""

from __future__ import annotations

import pytest

from tests.observe.statuses import status
from worker.commands.top.fleet import GONE_S, HISTORY, Fleet


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fleet(clock: Clock) -> Fleet:
    return Fleet(clock)


def test_a_rate_is_measured_over_several_looks_because_articles_are_committed_in_bursts(
    fleet: Fleet, clock: Clock
) -> None:
    for look in range(20):
        clock.now_s = 2.0 * look
        fleet.hear(status(instance="a", articles_in=200 * (look // 2)))
    assert 40 <= fleet.rate <= 60


def test_the_rate_is_measured_between_two_looks(fleet: Fleet, clock: Clock) -> None:
    for now_s, count in ((0.0, 100), (2.0, 300)):
        clock.now_s = now_s
        fleet.hear(status(instance="a", articles_in=count))
        fleet.hear(status(instance="b", articles_in=2 * count))
    assert fleet.workers["a"].rate == 100
    assert fleet.rate == 300


def test_before_the_second_look_and_after_a_restart_the_rate_is_that_of_the_workers_own_interval(
    fleet: Fleet, clock: Clock
) -> None:
    fleet.hear(status(instance="a", articles_in=500, articles_per_s=7.0))
    assert fleet.rate == 7
    clock.now_s = 2.0
    fleet.hear(status(instance="a", articles_in=3, articles_per_s=1.5))
    assert fleet.rate == 1.5


def test_a_worker_that_is_silent_for_long_is_gone(fleet: Fleet, clock: Clock) -> None:
    fleet.hear(status(instance="a"))
    clock.now_s = GONE_S - 1
    fleet.hear(status(instance="b"))
    fleet.look()
    assert sorted(fleet.workers) == ["a", "b"]
    clock.now_s = GONE_S
    fleet.look()
    assert sorted(fleet.workers) == ["b"]


def test_the_history_is_bounded(fleet: Fleet) -> None:
    for _ in range(2 * HISTORY):
        fleet.look()
    assert len(fleet.rates) == HISTORY


def test_warnings_of_the_log_and_of_the_workers_are_shown_once_and_in_order(fleet: Fleet) -> None:
    first, second = (
        {"timestamp": at, "level": "warning", "event": "batch_rewound", "detail": ""} for at in ("01:00", "02:00")
    )
    fleet.hear(status(instance="a", warnings=[second]))
    fleet.warn(first)  # type: ignore[arg-type] # it has the keys
    fleet.warn(second)  # type: ignore[arg-type]
    assert [line["timestamp"] for line in fleet.warnings] == ["01:00", "02:00"]
