"""Tests of the group member: it runs the client's own code, with a coordinator in this process instead of a network.

tests/kafka/test_rebalance.py tests how it keeps reading while a real group rebalances.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.coordinator.base import Generation
from kafka.errors import (
    FencedInstanceIdError,
    GroupAuthorizationFailedError,
    KafkaError,
    LeaderNotAvailableError,
    NodeNotReadyError,
    RetriableError,
)
from kafka.future import Future

from tests.transport.kafka.coordinator import TOPIC, Coordinator
from worker.config.settings import Settings
from worker.transport.kafka import clients
from worker.transport.kafka.assignment import Listener
from worker.transport.kafka.consumer import GroupConsumer
from worker.transport.kafka.heartbeats import Heartbeats

ZERO, ONE = TopicPartition(TOPIC, 0), TopicPartition(TOPIC, 1)
SHORT_MS = 50  # for a poll that returns nothing


class Scene:
    """A member, and the coordinator of its group."""

    def __init__(self, group_instance_id: str | None = None) -> None:
        self.group = Coordinator()
        self.listener = Listener()
        config = clients.consumer_config(Settings(bootstrap_servers=("one:9092",)), group_instance_id)
        self.member: Any = GroupConsumer(**config | {"kafka_client": self.group.network})
        self.member.subscribe([TOPIC], listener=self.listener)

    def joined(self) -> Scene:
        """The same, after the member got its first partitions."""
        self.poll_until(lambda: bool(self.member.assignment()))
        self.listener.take()
        return self

    def poll(self) -> None:
        assert self.member.poll(timeout_ms=SHORT_MS) == {}

    def poll_until(self, done: Callable[[], bool]) -> None:
        for _ in range(200):
            self.poll()
            if done():
                return
        raise AssertionError("it did not happen")

    def poll_until_requested(self, sort: str, times: int) -> None:
        self.poll_until(lambda: self.group.seen.count(sort) >= times)


@pytest.fixture
def open_scene() -> Iterator[Callable[..., Scene]]:
    opened: list[Scene] = []

    def open_scene(group_instance_id: str | None = None) -> Scene:
        opened.append(Scene(group_instance_id))
        return opened[-1]

    yield open_scene
    for scene in opened:
        scene.group.let_go()
        scene.member.close(autocommit=False, timeout_ms=1000)


@pytest.fixture
def scene(open_scene: Callable[..., Scene]) -> Scene:
    return open_scene()


def wait_until(done: Callable[[], bool]) -> None:
    """Wait for the client's thread."""
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.001)


# -- joining ---------------------------------------------------------------------------------------------------------


def test_a_member_learns_which_partitions_it_gets(scene: Scene) -> None:
    assert scene.member.member_id == ""
    scene.poll_until(lambda: bool(scene.member.assignment()))
    assert scene.listener.take() == (set(), {ZERO, ONE})
    assert scene.member.member_id == "member-1"
    metadata = scene.member.membership(0)
    assert (metadata.member_id, metadata.generation_id) == ("member-1", 1)


def test_a_member_without_partitions_waits_while_the_group_rebalances(scene: Scene) -> None:
    scene.group.holds = {"JoinGroup"}
    scene.poll_until_requested("JoinGroup", 1)
    scene.poll()
    before = scene.member.waits
    scene.group.let_go()
    scene.poll_until(lambda: bool(scene.member.assignment()))
    scene.poll()
    assert (before, scene.member.waits) == (True, False)


def test_a_member_keeps_reading_while_another_holds_up_the_rebalance(scene: Scene) -> None:
    """The client's own poll would return nothing until the join is complete."""
    scene.joined()
    scene.group.holds = {"JoinGroup"}
    scene.member.rejoin()
    scene.poll_until_requested("JoinGroup", 2)
    assert scene.member._tend(SHORT_MS), "there is something to read"
    assert not scene.member.waits
    assert scene.member.assignment() == {ZERO, ONE}


def test_a_partition_is_revoked_only_while_the_reader_waits(scene: Scene) -> None:
    """So no partition is revoked while a batch is in progress."""
    scene.joined()
    scene.group.assigned = {0}
    scene.member.rejoin()
    scene.member._join()  # as the next poll would
    wait_until(lambda: bool(scene.member._steps))
    assert scene.member.assignment() == {ZERO, ONE}
    assert scene.listener.lost == set()
    metadata = scene.member.membership(5)
    assert scene.listener.lost == {ONE}
    assert scene.member.assignment() == {ZERO}
    assert metadata.generation_id == 2


def test_a_join_claims_the_partitions_that_the_member_holds(scene: Scene) -> None:
    scene.joined()
    scene.member.rejoin()
    scene.poll_until_requested("JoinGroup", 2)
    assert [sorted(claim) for claim in scene.group.claims] == [[], [0, 1]]


def test_the_poll_raises_a_permanent_refusal_of_a_join(scene: Scene) -> None:
    scene.group.refuses["JoinGroup"] = [GroupAuthorizationFailedError.errno]
    with pytest.raises(GroupAuthorizationFailedError):
        scene.poll_until(lambda: False)


def test_a_failed_step_makes_the_join_fail(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(scene.listener, "on_partitions_assigned", fail)
    with pytest.raises(KafkaError, match="User rebalance callback"):
        scene.poll_until(lambda: False)


def test_new_partitions_of_the_topic_make_the_member_join_again(scene: Scene) -> None:
    """This is the leader's task, but a static member that was restarted as the leader does not know that it leads."""
    scene.joined()
    scene.group.partitions = 3
    scene.group.assigned = {0, 1, 2}
    scene.member.refresh_metadata(1000)
    scene.poll_until(lambda: len(scene.member.assignment()) == 3)
    assert scene.group.seen.count("JoinGroup") == 2


# -- membership ------------------------------------------------------------------------------------------------------


def test_a_commit_waits_for_a_rebalance_that_is_about_to_end(scene: Scene) -> None:
    scene.joined()
    scene.group.holds = {"SyncGroup"}
    scene.member.rejoin()
    scene.member._join()
    wait_until(lambda: scene.group.seen.count("SyncGroup") == 2)
    assert scene.member.membership(0.01) is None, "the old generation has ended, the new one has not begun"
    scene.group.let_go()
    assert scene.member.membership(5).generation_id == 2
    assert scene.member.assignment() == {ZERO, ONE}


def test_a_commit_waits_for_the_end_of_a_short_join(scene: Scene) -> None:
    scene.joined()
    scene.member.rejoin()
    scene.member._join()
    assert scene.member.membership(5).generation_id == 2


def test_the_old_generation_can_commit_while_the_others_have_not_joined(scene: Scene) -> None:
    scene.joined()
    scene.group.holds = {"JoinGroup"}
    scene.member.rejoin()
    scene.poll_until_requested("JoinGroup", 2)
    assert scene.member.membership(0).generation_id == 1


def test_a_removed_member_loses_all_partitions_and_claims_none(scene: Scene) -> None:
    """The client still claims its old partitions. The leader would assign them to no other member."""
    scene.joined()
    scene.member._coordinator.reset_generation()  # as its next heartbeat would
    assert scene.member.membership(0) is None
    scene.poll_until(lambda: scene.member.member_id == "member-2")
    lost, gained = scene.listener.take()
    assert (lost, gained) == ({ZERO, ONE}, {ZERO, ONE})
    assert scene.group.claims == [[], []]


def test_a_member_removed_during_its_join_does_not_read_at_its_old_positions(scene: Scene) -> None:
    """The client keeps the positions, although other members may have moved on from there."""
    scene.joined()
    scene.member.seek(ZERO, 99)
    scene.member._coordinator.rejoining = True  # it is in the middle of a join
    scene.member._coordinator.reset_generation()
    scene.poll_until(lambda: scene.member.member_id == "member-2")
    lost, gained = scene.listener.take()
    assert (lost, gained) == ({ZERO, ONE}, {ZERO, ONE})
    assert scene.member.position(ZERO, timeout_ms=1000) == 7, "the position is the committed offset"


@pytest.mark.parametrize(("leaves", "told"), [(False, 0), (True, 1)])
def test_a_static_member_leaves_its_group_only_if_it_will_not_come_back(
    open_scene: Callable[..., Scene], leaves: bool, told: int
) -> None:
    scene = open_scene("instance").joined()
    if leaves:
        scene.member.leave()
    scene.member.close(autocommit=False, timeout_ms=1000)
    assert scene.group.seen.count("LeaveGroup") == told


def test_the_joins_of_a_member_are_counted(scene: Scene) -> None:
    before = scene.member.seen
    scene.poll_until(lambda: bool(scene.member.seen.rebalances))
    seen = scene.member.seen
    assert (before.has_joined, before.rebalances) == (False, 0)
    assert (seen.has_joined, seen.rebalances, seen.wait_s) == (True, 1, 0.0)
    assert 0 < seen.rebalance_s < 60
    scene.member.rejoin()
    scene.poll_until(lambda: bool(scene.member.seen.rebalances == 2))


# -- the topic -------------------------------------------------------------------------------------------------------


def test_a_topic_is_identified_by_cluster_id_and_topic_id(scene: Scene) -> None:
    assert scene.member.topic_id(TOPIC) == "cluster/00000000-0000-0000-0000-000000000007"
    assert scene.member.topic_id("no-such-topic") == ""


def test_the_partitions_of_an_unknown_topic_are_requested_from_the_brokers(scene: Scene) -> None:
    asked = scene.group.seen.count("Metadata")
    assert scene.member.partitions_of(TOPIC) == [ZERO, ONE]
    assert scene.member.partitions_of("no-such-topic") == []
    assert scene.group.seen.count("Metadata") > asked


def test_refreshing_the_metadata_fails_if_no_answer_comes_in_time(scene: Scene) -> None:
    scene.group.silent = True
    began = time.monotonic()
    with pytest.raises(RetriableError):
        scene.member.refresh_metadata(300)
    assert time.monotonic() - began < 5


def test_asking_the_brokers_does_not_wait_for_their_answer(scene: Scene) -> None:
    scene.joined()
    scene.group.holds = {"Metadata"}
    asked = scene.group.seen.count("Metadata")
    scene.member.ask()
    wait_until(lambda: scene.group.seen.count("Metadata") > asked)


def test_metadata_are_still_refreshed_after_a_refresh_failed_that_the_client_waited_for(scene: Scene) -> None:
    """Otherwise the member reads nothing after a broker was away: each fetch has the leader epoch of before."""
    scene.joined()
    cluster = scene.member._cluster
    loop = cluster._refresh_loop_future
    refresh: Any = Future()
    cluster._refresh_future = refresh
    scene.member.ask()
    wait_until(lambda: bool(refresh._errbacks))
    scene.member._net.call_soon_threadsafe(lambda: refresh.failure(NodeNotReadyError("metadata")))
    wait_until(lambda: loop.is_done)
    asked = scene.group.seen.count("Metadata")
    scene.member.ask()
    scene.poll_until(lambda: scene.group.seen.count("Metadata") > asked)


@pytest.mark.parametrize("ask", ["beginning_offsets", "end_offsets"])
def test_the_offsets_of_a_partition_without_a_leader_raise_a_retriable_error(scene: Scene, ask: str) -> None:
    """The client raises a bare KeyError."""
    scene.group.leaders = {1: -1}
    scene.member.refresh_metadata(1000)
    with pytest.raises(LeaderNotAvailableError):
        getattr(scene.member, ask)([ZERO, ONE], timeout_ms=1000)
    assert getattr(scene.member, ask)([ZERO], timeout_ms=1000) == {ZERO: 50}


FENCED = 82


def test_a_member_that_loses_its_instance_id_is_told_even_if_it_has_nothing_to_do(
    open_scene: Callable[..., Scene],
) -> None:
    scene = open_scene("news-1").joined()
    scene.group.refuses["Heartbeat"] = [FENCED]
    scene.member._net.run(scene.member._coordinator._do_heartbeat)
    with pytest.raises(FencedInstanceIdError):
        scene.poll()


def test_a_heartbeat_of_an_earlier_membership_tells_nothing(open_scene: Callable[..., Scene]) -> None:
    """A static member that the group removed rejoins under a new id. Its last heartbeat is answered late."""
    scene = open_scene("news-1").joined()
    coordinator = scene.member._coordinator
    heartbeats = Heartbeats(coordinator)

    async def late() -> None:
        coordinator._generation = Generation(coordinator._generation.generation_id, "another id", "range")
        raise FencedInstanceIdError

    heartbeats._send = late
    with pytest.raises(FencedInstanceIdError):
        scene.member._net.run(heartbeats._watched)
    heartbeats.check()
