from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from tests.clock import Clock
from worker.transport.base import Membership
from worker.transport.kafka.joins import Joins


@pytest.fixture
def clock() -> Clock:
    return Clock(100.0)


@pytest.fixture
def joins(clock: Clock) -> Joins:
    return Joins(clock)


def seen(joins: Joins) -> Membership:
    return joins.membership(has_joined=True)


def test_a_new_member_has_seen_nothing(joins: Joins) -> None:
    assert seen(joins) == Membership(has_joined=True, wait_s=0.0, rebalances=0, rebalance_s=0.0)


def test_the_seconds_of_a_join_count_from_its_beginning_to_its_end(joins: Joins, clock: Clock) -> None:
    joins.begin()
    clock.now += 3
    assert seen(joins).rebalance_s == 3.0
    joins.end(failed=False)
    clock.now += 50
    assert seen(joins) == Membership(has_joined=True, wait_s=0.0, rebalances=1, rebalance_s=3.0)


def test_a_join_that_fails_is_no_rebalance_but_its_seconds_count(joins: Joins, clock: Clock) -> None:
    joins.begin()
    clock.now += 2
    joins.end(failed=True)
    assert seen(joins) == Membership(has_joined=True, wait_s=0.0, rebalances=0, rebalance_s=2.0)


def test_a_member_waits_from_the_moment_at_which_it_has_nothing_to_read(joins: Joins, clock: Clock) -> None:
    assert not joins.waits
    joins.wait()
    clock.now += 4
    joins.wait()
    assert (joins.waits, seen(joins).wait_s) == (True, 4.0)
    joins.read_on()
    assert (joins.waits, seen(joins).wait_s) == (False, 0.0)


def test_a_long_rebalance_is_logged_repeatedly_with_the_seconds_waited(joins: Joins, clock: Clock) -> None:
    with capture_logs() as logs:
        for now in (100.0, 110.0, 116.04, 120.0, 132.0):
            clock.now = now
            joins.wait()
    assert [(event["event"], event["waited_s"]) for event in logs] == [("rebalancing", 16.0), ("rebalancing", 32.0)]
