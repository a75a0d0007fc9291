"""Minutes of steady work with kills: nothing is lost or repeated, and memory does not grow."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable

import pytest

from tests.chaos.conftest import FleetMaker
from tests.chaos.fleet import Worker
from tests.chaos.load import Stream, backlog
from tests.kafka.broker import KafkaBroker

SOAK_S = float(os.environ.get("CHAOS_SOAK_S", "600"))
WARM_SHARE = 1 / 3  # of the time passes before memory is measured, while models, caches and the index are loaded
MAX_GROWTH_MB = (
    8  # in total, along a line fitted to the measurements; a slope over a minute cannot be scaled to an hour
)
EVERY_S = 2


@pytest.mark.timeout(SOAK_S + 300)
def test_memory_stays_constant_for_minutes_while_the_other_worker_is_killed_repeatedly(
    kafka: KafkaBroker, fleet_of: FleetMaker, chance: random.Random, note: Callable[..., None]
) -> None:
    fleet = fleet_of(kafka, backlog(kafka, 200, chance.randrange(1000)))
    steady, victim = fleet.start("steady"), fleet.start("victim")
    kills, memory_mb = 0, []
    with Stream(kafka, fleet.topics, per_s=50, seed=chance.randrange(1000)):
        begin = time.monotonic()
        next_kill = begin + chance.uniform(10, 20)
        while (passed := time.monotonic() - begin) < SOAK_S:
            if time.monotonic() >= next_kill:
                victim.kill()
                victim.start()
                kills += 1
                next_kill = time.monotonic() + chance.uniform(10, 40)
            if passed > SOAK_S * WARM_SHARE:
                memory_mb.append((passed, steady.rss_mb()))
            time.sleep(EVERY_S)
    account = fleet.account()
    slope_mb_per_s = statistics.linear_regression(*zip(*memory_mb, strict=True)).slope
    growth_mb = slope_mb_per_s * (memory_mb[-1][0] - memory_mb[0][0])
    note(
        articles=sum(account.outcomes.values()), kills=kills, restarts=fleet.restarts,
        memory_mb=memory_mb[-1][1], slope_mb_per_h=slope_mb_per_s * 3600,
    )  # fmt: skip
    assert fleet.restarts == 0, _ends(steady)
    assert growth_mb < MAX_GROWTH_MB


def _ends(worker: Worker) -> str:
    return f"{worker.log.stem} ended by itself: {worker.said()}"
