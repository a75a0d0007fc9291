"""Faults of the network between worker and broker: it is slow, resets connections, or is silent."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import pytest

from tests.chaos.conftest import FleetMaker
from tests.chaos.fleet import Fleet, Worker
from tests.chaos.load import Stream, backlog
from tests.chaos.proxy import Proxy
from tests.kafka.broker import KafkaBroker

TOLD_WITHIN_S = 60
AWAY_S = 75
ARTICLES = 200
LINES_PER_MIN = 20


@pytest.fixture
def far(broker: tuple[KafkaBroker, Proxy], fleet_of: FleetMaker, chance: random.Random) -> Fleet:
    """A fleet with a backlog that reaches the broker through the proxy."""
    kafka, proxy = broker
    return fleet_of(kafka, backlog(kafka, ARTICLES, chance.randrange(1000)), "--bootstrap-servers", proxy.address)


@pytest.fixture
def proxy(broker: tuple[KafkaBroker, Proxy]) -> Iterator[Proxy]:
    """The proxy. Its faults are switched off after the test."""
    proxy = broker[1]
    yield proxy
    proxy.latency_s = 0.0
    proxy.recover()


def test_latency_of_200_ms_each_way_only_slows_the_worker_down(
    far: Fleet, proxy: Proxy, note: Callable[..., None]
) -> None:
    proxy.latency_s, begin = 0.2, time.monotonic()
    far.start("one", "--batch-max-records", "100")
    assert far.account().count("published") == ARTICLES
    note(seconds=time.monotonic() - begin, restarts=far.restarts)


def _two_at_work(far: Fleet, chance: random.Random) -> Stream:
    """Two workers that have begun to work, and a steady stream of articles."""
    for name in ("one", "two"):
        far.start(name)
    far.await_more()
    return Stream(far.kafka, far.topics, per_s=50, seed=chance.randrange(1000))


@pytest.mark.quick
def test_connection_resets_every_few_seconds_lose_and_repeat_nothing(
    far: Fleet, proxy: Proxy, chance: random.Random, note: Callable[..., None]
) -> None:
    with _two_at_work(far, chance):
        for _ in range(8):
            time.sleep(chance.uniform(1, 4))
            proxy.reset()
            far.revive()
    account = far.account()
    rewound = sum(len(worker.events("batch_rewound")) for worker in far.workers)
    note(articles=sum(account.outcomes.values()), rewound=rewound, restarts=far.restarts)


def test_a_silent_network_for_20_s_loses_and_repeats_nothing(
    far: Fleet, proxy: Proxy, chance: random.Random, note: Callable[..., None]
) -> None:
    with _two_at_work(far, chance):
        begin = time.time()
        proxy.swallow()
        time.sleep(20)
        proxy.recover()
        far.revive()
        far.await_more(100)
        end = time.time()
    account = far.account()
    note(longest_pause_s=account.longest_pause_s(begin, end), restarts=far.restarts)


@pytest.mark.parametrize("how", ["swallow", "refuse"])
def test_health_the_probes_and_a_few_log_lines_report_a_broker_that_is_away(
    far: Fleet, proxy: Proxy, note: Callable[..., None], how: str
) -> None:
    worker = far.start("one", "--transaction-timeout", "3m", "--http", "127.0.0.1:0")
    far.drain()
    assert worker.ask("/readyz") == (200, {"ready": True, "reasons": {}})
    before = len(worker.lines())
    proxy.swallow() if how == "swallow" else proxy.refuse()
    begin = time.monotonic()
    told_s = _told_unhealthy(worker, begin)
    code, told = worker.ask("/readyz")
    assert (code, [*told["reasons"].values()]) == (503, ["waiting for the Kafka brokers"])
    assert worker.ask("/livez")[0] == 200
    time.sleep(max(0.0, AWAY_S - (time.monotonic() - begin)))
    lines = worker.lines()[before:]
    proxy.recover()
    note(told_s=told_s, lines=len(lines))
    assert worker.process.poll() is None, worker.said()
    while worker.health()[0]:
        assert time.monotonic() < begin + AWAY_S + 60, worker.health()
        time.sleep(1)
    assert far.account().count("published") == ARTICLES
    waited = [line for line in lines if '"event":"metrics"' not in line]
    assert len(waited) < LINES_PER_MIN * AWAY_S / 60, "\n".join(waited)
    assert len(worker.events("kafka_unreachable")) in (1, 2), "once, and again every minute"
    assert len(worker.events("kafka_reachable")) == 1


def _told_unhealthy(worker: Worker, begin: float) -> float:
    """How many seconds it took until `health` reported an error, and what it reported."""
    while True:
        code, said = worker.health()
        if code:
            assert "Kafka" in said or "broker" in said, said
            return time.monotonic() - begin
        assert time.monotonic() < begin + TOLD_WITHIN_S, f"health still exits 0 and says: {said}"
        time.sleep(1)
