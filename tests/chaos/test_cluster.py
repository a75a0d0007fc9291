"""Faults of a cluster of three nodes: one node is shut down, or the coordinator of a group or a producer is killed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from tests.chaos.cluster import Cluster, Kind, await_full, coordinator
from tests.chaos.conftest import FleetMaker
from tests.chaos.fleet import Fleet
from tests.chaos.load import Stream, backlog
from tests.kafka.broker import KafkaBroker
from tests.kafka.local_server import Local

MAX_PAUSE_S = 30  # while two nodes are up
DOWN_S = 40


@pytest.fixture
def fleet(cluster: KafkaBroker, fleet_of: FleetMaker, chance: random.Random) -> Fleet:
    """Two workers on the cluster that have begun to work."""
    fleet = fleet_of(cluster, backlog(cluster, 200, chance.randrange(1000)))
    for name in ("one", "two"):
        fleet.start(name, "--instance-id", name)
        fleet.await_more()
    return fleet


def _node(kafka: KafkaBroker, number: int) -> Local:
    assert isinstance(kafka.server, Cluster)
    return kafka.server.nodes[number]


@pytest.mark.parametrize("kind", ["group", "transaction"])
def test_work_continues_within_30_s_after_the_node_of_a_coordinator_is_killed(
    cluster: KafkaBroker, fleet: Fleet, chance: random.Random, note: Callable[..., None], kind: Kind
) -> None:
    key = fleet.topics.group if kind == "group" else f"{fleet.topics.group}-one"
    with Stream(cluster, fleet.topics, per_s=50, seed=chance.randrange(1000)):
        fleet.await_more(50)
        number = coordinator(cluster, key, kind)
        killed = time.time()
        _node(cluster, number).kill()
        _tend(fleet, killed + DOWN_S)
        back = time.time()
        _node(cluster, number).start()
        await_full(cluster, fleet.topics.raw)
        fleet.await_more(100)
    account = fleet.account()
    pause_s = account.longest_pause_s(killed, back)
    note(node=number, longest_pause_s=pause_s, restarts=fleet.restarts, articles=sum(account.outcomes.values()))
    assert pause_s < MAX_PAUSE_S


@pytest.mark.timeout(400)
def test_a_rolling_restart_under_load_stops_the_work_for_at_most_30_s(
    cluster: KafkaBroker, fleet: Fleet, chance: random.Random, note: Callable[..., None]
) -> None:
    assert isinstance(cluster.server, Cluster)
    nodes = list(cluster.server.nodes.values())
    chance.shuffle(nodes)
    begin = time.time()
    with Stream(cluster, fleet.topics, per_s=50, seed=chance.randrange(1000)):
        for node in nodes:
            fleet.await_more(50)
            node.stop()
            _tend(fleet, time.time() + chance.uniform(2, 6))
            node.start()
            await_full(cluster, fleet.topics.raw)
        end = time.time()
    account = fleet.account()
    pause_s = account.longest_pause_s(begin, end)
    note(seconds=end - begin, longest_pause_s=pause_s, restarts=fleet.restarts, articles=sum(account.outcomes.values()))
    assert pause_s < MAX_PAUSE_S


def _tend(fleet: Fleet, until: float) -> None:
    """Restart workers that end by themselves, until the given time."""
    while time.time() < until:
        fleet.revive()
        time.sleep(0.2)
