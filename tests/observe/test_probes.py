from __future__ import annotations

import pytest

from tests.observe.statuses import status_of
from worker.observe.probes import LONG_S, stalled, unready
from worker.observe.status import State

LIMIT_S = 60.0


def test_a_worker_is_alive_while_its_loop_takes_steps() -> None:
    assert stalled(status_of(heartbeat_age_s=59.9), LIMIT_S) == ""
    assert stalled(status_of(heartbeat_age_s=93.4), LIMIT_S) == "no step for 93 s (limit 60 s)"


@pytest.mark.parametrize("state", ["waiting for the Kafka brokers", "waiting for the index server"])
def test_a_worker_that_waits_for_a_server_is_alive_but_not_ready(state: State) -> None:
    status = status_of(state=state)
    assert (stalled(status, LIMIT_S), unready(status, LIMIT_S)) == ("", state)


def test_a_worker_that_starts_is_alive_however_long_it_takes_but_not_ready() -> None:
    status = status_of(state="starting", heartbeat_age_s=600.0)
    assert (stalled(status, LIMIT_S), unready(status, LIMIT_S)) == ("", "starting")


@pytest.mark.parametrize("state", ["working", "waiting for input"])
def test_a_worker_that_works_or_waits_for_input_is_ready(state: State) -> None:
    assert unready(status_of(state=state), LIMIT_S) == ""


def test_a_worker_whose_loop_takes_no_steps_is_not_ready() -> None:
    assert unready(status_of(heartbeat_age_s=61.0), LIMIT_S) == "no step for 61 s (limit 60 s)"


@pytest.mark.parametrize(
    ("rebalances", "wait_s", "reason"),
    [
        (0, 1.0, "waiting for the group for 1 s"),  # it was never assigned anything
        (1, LONG_S - 1, ""),
        (1, LONG_S, "waiting for the group for 15 s"),
    ],
)
def test_a_worker_is_ready_once_it_has_joined_and_unless_a_rebalance_takes_long(
    rebalances: int, wait_s: float, reason: str
) -> None:
    status = status_of(state="waiting for the group", rebalances=rebalances, group_wait_s=wait_s)
    assert unready(status, LIMIT_S) == reason


def test_a_worker_without_a_partition_is_ready() -> None:
    """It takes over if another one ends."""
    assert unready(status_of(lag=0, lag_by_partition={}), LIMIT_S) == ""
