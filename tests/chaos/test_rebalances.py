"""Faults of the group: members come and go, and the others continue with the partitions that they keep."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kafka import KafkaConsumer

from tests.chaos.conftest import FleetMaker
from tests.chaos.load import Stream, backlog
from tests.kafka.broker import KafkaBroker
from tests.kafka.oracle import Topics
from worker.observe.probes import LONG_S
from worker.transport.kafka import clients

EVERY_S = 2.5
GUEST_SESSION_S = 12  # of the member that comes and goes: if it vanishes, the join of the others waits this long
MAX_PAUSE_S = 8
QUIET_S, STORM_S = 10, 35
PER_S = 80  # incoming articles; two workers on two cores could process more
SAME_ID_WITHIN_S = 90
LONG_SESSION_S = 40
HANG_S = 30  # the session of a member that hangs


@contextlib.contextmanager
def _storm(kafka: KafkaBroker, topics: Topics, how: str) -> Iterator[None]:
    """Let a third member repeatedly join and leave, or join and vanish.

    It only reads, because a third worker would take the cores of the other two.
    """
    settings = kafka.settings(group_id=topics.group, session_timeout=f"{GUEST_SESSION_S}s")
    over = threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            member: Any = KafkaConsumer(**clients.consumer_config(settings) | {"auto_offset_reset": "earliest"})
            with member:
                member.subscribe([topics.raw])
                end = time.monotonic() + EVERY_S
                while time.monotonic() < end and not over.is_set():
                    member.poll(timeout_ms=200)
                if how == "vanishes":
                    member._coordinator.maybe_leave_group = lambda *_, **__: None

    thread = threading.Thread(target=come_and_go, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(30)


@pytest.mark.parametrize("how", ["leaves", pytest.param("vanishes", marks=pytest.mark.quick)])
def test_two_workers_continue_while_a_third_member_comes_and_goes(
    kafka: KafkaBroker, fleet_of: FleetMaker, chance: random.Random, note: Callable[..., None], how: str
) -> None:
    """Their rate falls by at most half, unless a vanished member holds its partitions until its session timeout."""
    fleet = fleet_of(kafka, backlog(kafka, 100, chance.randrange(1000)))
    for name in ("one", "two"):
        fleet.start(name)
    with Stream(kafka, fleet.topics, PER_S, chance.randrange(1000)):
        for worker in fleet.workers:
            fleet.await_at_work(worker)
        begin = time.time()
        time.sleep(QUIET_S)
        storm = time.time()
        with _storm(kafka, fleet.topics, how):
            time.sleep(STORM_S)
            end = time.time()
    account = fleet.account()
    quiet_per_s, storm_per_s = account.rate(begin, storm), account.rate(storm, end)
    pause_s = account.longest_pause_s(storm, end)
    moves = sum(len(worker.events("partitions_revoked")) for worker in fleet.workers)
    note(quiet_per_s=quiet_per_s, storm_per_s=storm_per_s, longest_pause_s=pause_s, moves=moves)
    assert moves >= 3, "the third member never got a partition"
    assert pause_s < MAX_PAUSE_S
    if how == "leaves":
        assert storm_per_s >= quiet_per_s / 2


def test_a_worker_that_waits_for_a_member_that_hangs_says_so_to_the_probe(
    kafka: KafkaBroker, fleet_of: FleetMaker, chance: random.Random, note: Callable[..., None]
) -> None:
    flags = ("--no-static-membership", "--session-timeout", f"{HANG_S}s", "--http", "127.0.0.1:0")
    fleet = fleet_of(kafka, backlog(kafka, 100, chance.randrange(1000)), *flags)
    hangs = fleet.start("hangs")
    fleet.drain()
    hangs.freeze()
    waits = fleet.start("waits")
    begin = time.monotonic()
    fleet.await_that(lambda: bool(waits.events("http_listening", "started")[1:]))
    fleet.await_that(lambda: waits.ask("/status")[1]["group_wait_s"] >= LONG_S)
    note(seconds=time.monotonic() - begin)
    code, told = waits.ask("/readyz")
    assert code == 503
    assert next(iter(told["reasons"].values())).startswith("waiting for the group for ")
    assert waits.ask("/livez")[0] == 200
    assert waits.events("metrics")[-1]["state"] == "waiting for the group"
    fleet.await_that(lambda: waits.ask("/readyz")[0] == 200)
    hangs.thaw()
    assert fleet.account().count("published") == 100


def test_two_workers_with_one_instance_id_exit_soon_and_say_why(
    kafka: KafkaBroker, fleet_of: FleetMaker, chance: random.Random, note: Callable[..., None]
) -> None:
    fleet = fleet_of(kafka, backlog(kafka, 3000, chance.randrange(1000)), "--instance-id", "twin")
    first, second = (fleet.start(name, own_state=True) for name in ("first", "second"))
    begin = time.monotonic()
    while first.process.poll() is None and second.process.poll() is None:
        assert time.monotonic() < begin + SAME_ID_WITHIN_S, f"both are still running\n{fleet.logs()}"
        time.sleep(0.2)
    ended = first if first.process.poll() is not None else second
    note(seconds=time.monotonic() - begin)
    assert ended.process.returncode == 5
    assert "twin" in ended.said()
    assert "--instance-id" in ended.said()
    ended.wanted = False
    fleet.account()


def test_a_static_member_that_is_killed_and_restarted_moves_no_partition(
    kafka: KafkaBroker, fleet_of: FleetMaker, chance: random.Random, note: Callable[..., None]
) -> None:
    flags = ("--static-membership", "--session-timeout", f"{LONG_SESSION_S}s")
    fleet = fleet_of(kafka, backlog(kafka, 100, chance.randrange(1000)), *flags)
    killed, other = (fleet.start(name, "--instance-id", name) for name in ("killed", "other"))
    with Stream(kafka, fleet.topics, per_s=50, seed=chance.randrange(1000)):
        fleet.await_at_work(killed)
        fleet.await_at_work(other)
        moves = len(other.events("partitions_revoked", "partitions_assigned"))
        killed.kill()
        begin = time.monotonic()
        killed.start()
        fleet.await_at_work(killed)
        seconds = time.monotonic() - begin
        moved = len(other.events("partitions_revoked", "partitions_assigned")) - moves
    fleet.account()
    note(seconds=seconds)
    assert moved == 0
    assert seconds < LONG_SESSION_S
