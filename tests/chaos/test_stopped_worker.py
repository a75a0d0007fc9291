"""A fault of a worker: it is suspended beyond its session timeout, and resumes after others got its partitions."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from tests.chaos.conftest import FleetMaker
from tests.chaos.fleet import SESSION_S, Fleet, Worker
from tests.chaos.load import Stream, backlog
from tests.kafka import signal_at
from tests.kafka.broker import KafkaBroker

LONGER_S = SESSION_S + 2
PER_RECORD = ("while_processing", "before_site_commit", "before_index_commit")
WRITING = PER_RECORD[1:]  # the points at which it holds the lock of a store, for which the other worker waits
QUICK = ("while_processing", "after_flush")


@pytest.mark.parametrize(
    "point", [pytest.param(point, marks=pytest.mark.quick if point in QUICK else ()) for point in signal_at.POINTS]
)
def test_a_worker_suspended_at_any_step_beyond_its_session_timeout_loses_and_repeats_nothing(
    kafka: KafkaBroker, fleet_of: FleetMaker, chance: random.Random, note: Callable[..., None], point: str
) -> None:
    """It holds all partitions when it is suspended. The second worker takes them over, and later gives some back."""
    seed, batch = chance.randrange(1000), chance.randint(2, 5)
    nth = 20 * batch - chance.randint(1, 15) if point in PER_RECORD else batch
    fleet = fleet_of(kafka, backlog(kafka, 200, seed))
    stopped = fleet.start("stopped", driver=("-m", "tests.kafka.signal_at", "SIGSTOP", point, str(nth)))
    fleet.await_that(stopped.frozen)
    fleet.start("other")
    with Stream(kafka, fleet.topics, per_s=60, seed=seed):
        time.sleep(LONGER_S)
        if point not in WRITING:
            fleet.await_more()
        stopped.thaw()
        fleet.await_at_work(stopped)
    articles = sum(fleet.account().outcomes.values())
    fenced = len(stopped.events("batch_rewound"))
    note(nth=nth, articles=articles, restarts=fleet.restarts, fenced=fenced)


@pytest.mark.parametrize("rounds", [pytest.param(2, marks=pytest.mark.quick), 10])
@pytest.mark.timeout(600)
def test_two_workers_lose_and_repeat_nothing_while_one_is_suspended_repeatedly(
    kafka: KafkaBroker, fleet_of: FleetMaker, chance: random.Random, note: Callable[..., None], rounds: int
) -> None:
    """In every second round, the suspended worker holds all partitions, and the other one joins meanwhile."""
    fleet = fleet_of(kafka, backlog(kafka, 200, chance.randrange(1000)))
    steady, victim = fleet.start("steady"), fleet.start("victim")
    with Stream(kafka, fleet.topics, per_s=60, seed=chance.randrange(1000)):
        fleet.await_more(20)
        for number in range(rounds):
            if number % 2:
                assert steady.stop() == 0, fleet.logs()
                fleet.await_more(20)
            _stop_and_continue(fleet, victim, steady, chance)
            fleet.revive()
    articles = sum(fleet.account().outcomes.values())
    note(rounds=rounds, articles=articles, restarts=fleet.restarts, fenced=len(victim.events("batch_rewound")))


def _stop_and_continue(fleet: Fleet, victim: Worker, steady: Worker, chance: random.Random) -> None:
    time.sleep(chance.uniform(0, 1.5))
    victim.freeze()
    if not steady.wanted:
        steady.start()
    time.sleep(LONGER_S + chance.uniform(0, 2))
    victim.thaw()
    fleet.await_at_work(victim)
