from __future__ import annotations

import pytest

from tests.clock import Clock
from worker.messages import Outcome
from worker.observe.hosts import MAX_HOSTS, MIN_RECORDS, PERIOD_S, SHOWN, Hosts


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hosts(clock: Clock) -> Hosts:
    return Hosts(clock)


def add(hosts: Hosts, host: str, published: int = 0, dropped: int = 0, dead: int = 0) -> None:
    for outcome, times in ((Outcome.PUBLISHED, published), (Outcome.DROPPED, dropped), (Outcome.DEAD, dead)):
        for _ in range(times):
            hosts.add(host, outcome)


def names(hosts: Hosts) -> list[str]:
    return [each["host"] for each in hosts.worst()]


def test_the_hosts_with_the_largest_share_of_failures_come_first_with_their_counts(hosts: Hosts) -> None:
    add(hosts, "half.example", published=100, dropped=60, dead=40)
    add(hosts, "blocked.example", dropped=20)
    add(hosts, "well.example", published=1000)
    assert hosts.worst() == [
        {"host": "blocked.example", "articles_in": 20, "dropped": 20, "dead": 0},
        {"host": "half.example", "articles_in": 200, "dropped": 60, "dead": 40},
    ]


def test_of_two_equal_shares_the_one_with_more_records_comes_first(hosts: Hosts) -> None:
    add(hosts, "few.example", dead=MIN_RECORDS)
    add(hosts, "many.example", dead=MIN_RECORDS + 1)
    assert names(hosts) == ["many.example", "few.example"]


def test_a_host_with_few_records_is_not_shown(hosts: Hosts) -> None:
    add(hosts, "once.example", dead=MIN_RECORDS - 1)
    assert names(hosts) == []
    add(hosts, "once.example", published=1)
    assert names(hosts) == ["once.example"]


def test_only_the_worst_hosts_are_shown(hosts: Hosts) -> None:
    for number in range(SHOWN + 3):
        add(hosts, f"{number}.example", published=number, dead=20)
    assert names(hosts) == [f"{number}.example" for number in range(SHOWN)]


def test_records_are_forgotten_after_two_periods(hosts: Hosts, clock: Clock) -> None:
    add(hosts, "blocked.example", dead=20)
    clock.now += PERIOD_S
    assert names(hosts) == ["blocked.example"]
    add(hosts, "blocked.example", published=5)
    assert hosts.worst()[0]["articles_in"] == 25
    clock.now += PERIOD_S
    assert names(hosts) == []  # only the 5 records of the second period are left
    add(hosts, "blocked.example", published=0, dead=10)
    assert hosts.worst()[0]["articles_in"] == 15


def test_everything_is_forgotten_after_a_long_pause(hosts: Hosts, clock: Clock) -> None:
    add(hosts, "blocked.example", dead=20)
    clock.now += 2 * PERIOD_S
    assert names(hosts) == []


def test_a_flood_of_hosts_neither_fills_the_memory_nor_hides_a_host_with_many_records(hosts: Hosts) -> None:
    for number in range(5 * MAX_HOSTS):
        add(hosts, f"{number}.example", dead=1)
        if number % 10 == 0:
            add(hosts, "blocked.example", dead=1)
    assert len(hosts._now) <= MAX_HOSTS
    assert hosts.worst()[0] == {
        "host": "blocked.example",
        "articles_in": MAX_HOSTS // 2,
        "dropped": 0,
        "dead": MAX_HOSTS // 2,
    }
