"""Faults of the index server that two workers share: it is killed, frozen, emptied or full."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import pytest

from tests.chaos.conftest import FleetMaker
from tests.chaos.load import Stream, backlog
from tests.dedup import valkey_server
from tests.kafka.broker import KafkaBroker

AWAY_S = 10


@pytest.fixture
def server() -> Iterator[valkey_server.Local]:
    """A server for one test that keeps its data after a kill, and refuses writes if it is full."""
    options = (*valkey_server.DURABLE, "--maxmemory-policy", "noeviction")
    own = valkey_server.required(lambda: valkey_server.start_local(*options))
    valkey_server.await_ready(own.url)
    yield own
    own.close()


def _killed(server: valkey_server.Local) -> None:
    server.kill()
    time.sleep(AWAY_S)
    server.start()


def _frozen(server: valkey_server.Local) -> None:
    server.freeze()
    time.sleep(AWAY_S)
    server.thaw()


def _emptied(server: valkey_server.Local) -> None:
    with valkey_server.client(server.url) as client:
        client.flushall()


def _full(server: valkey_server.Local) -> None:
    with valkey_server.client(server.url) as client:
        client.config_set("maxmemory", "1mb")
        time.sleep(AWAY_S)
        client.config_set("maxmemory", "0")


FAULTS = {"killed": _killed, "frozen": _frozen, "emptied": _emptied, "full": _full}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failing_index_server_loses_and_repeats_no_article(
    kafka: KafkaBroker,
    fleet_of: FleetMaker,
    server: valkey_server.Local,
    chance: random.Random,
    note: Callable[..., None],
    fault: str,
) -> None:
    fleet = fleet_of(kafka, backlog(kafka, 100, chance.randrange(1000)), "--index", server.url)
    for name in ("one", "two"):
        fleet.start(name, own_state=True)
    fleet.await_more(20)
    with Stream(kafka, fleet.topics, per_s=40, seed=chance.randrange(1000)):
        time.sleep(chance.uniform(0, 2))
        FAULTS[fault](server)
        fleet.await_more(100)
    account = fleet.account()
    note(articles=sum(account.outcomes.values()), restarts=fleet.restarts)
    if fault == "killed":
        assert any(worker.events("index_unreachable") for worker in fleet.workers)
