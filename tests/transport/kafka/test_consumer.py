"""The member of a group: the client's own code, with a coordinator in this process in place of the network.

How it reads on while a real group rebalances is tested in tests/kafka/test_rebalance.py.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import GroupAuthorizationFailedError, KafkaError, LeaderNotAvailableError, RetriableError
from structlog.testing import capture_logs

from tests.transport.kafka.coordinator import TOPIC, Coordinator
from worker.config.settings import Settings
from worker.transport.kafka import clients, consumer
from worker.transport.kafka.assignment import Listener
from worker.transport.kafka.consumer import GroupConsumer

ZERO, ONE = TopicPartition(TOPIC, 0), TopicPartition(TOPIC, 1)
SHORT_MS = 50  # for a poll that brings nothing


class Scene:
    """A member, and its group's coordinator."""

    def __init__(self, group_instance_id: str | None = None) -> None:
        self.group = Coordinator()
        self.listener = Listener()
        config = clients.consumer_config(Settings(bootstrap_servers=("one:9092",)), group_instance_id)
        self.member: Any = GroupConsumer(**config | {"kafka_client": self.group.network})
        self.member.subscribe([TOPIC], listener=self.listener)

    def joined(self) -> Scene:
        """The same, when the member has its first partitions."""
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
    """For the thread of the client."""
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.001)


# -- joining ---------------------------------------------------------------------------------------------------------


def test_a_member_is_told_of_the_partitions_that_it_gets(scene: Scene) -> None:
    assert scene.member.member_id == ""
    scene.poll_until(lambda: bool(scene.member.assignment()))
    assert scene.listener.take() == (set(), {ZERO, ONE})
    assert scene.member.member_id == "member-1"
    metadata = scene.member.membership(0)
    assert (metadata.member_id, metadata.generation_id) == ("member-1", 1)


def test_a_member_without_partitions_waits_while_the_group_does_not_settle(scene: Scene) -> None:
    scene.group.holds = {"JoinGroup"}
    scene.poll_until_requested("JoinGroup", 1)
    scene.poll()
    before = scene.member.waits
    scene.group.let_go()
    scene.poll_until(lambda: bool(scene.member.assignment()))
    scene.poll()
    assert (before, scene.member.waits) == (True, False)


def test_a_member_reads_on_while_another_keeps_the_group_from_settling(scene: Scene) -> None:
    """The client's own poll would return nothing until the join has come through."""
    scene.joined()
    scene.group.holds = {"JoinGroup"}
    scene.member.rejoin()
    scene.poll_until_requested("JoinGroup", 2)
    assert scene.member._tend(SHORT_MS), "there is something to read"
    assert not scene.member.waits
    assert scene.member.assignment() == {ZERO, ONE}


def test_a_partition_is_taken_away_only_while_the_reader_waits(scene: Scene) -> None:
    """So nothing is revoked behind the back of a batch in work."""
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


def test_a_join_claims_what_the_member_holds(scene: Scene) -> None:
    scene.joined()
    scene.member.rejoin()
    scene.poll_until_requested("JoinGroup", 2)
    assert [sorted(claim) for claim in scene.group.claims] == [[], [0, 1]]


def test_a_join_that_the_broker_refuses_for_good_is_raised_by_the_poll(scene: Scene) -> None:
    scene.group.refuses["JoinGroup"] = [GroupAuthorizationFailedError.errno]
    with pytest.raises(GroupAuthorizationFailedError):
        scene.poll_until(lambda: False)


def test_a_step_of_the_join_that_fails_fails_the_join(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(scene.listener, "on_partitions_assigned", fail)
    with pytest.raises(KafkaError, match="User rebalance callback"):
        scene.poll_until(lambda: False)


def test_partitions_that_were_added_to_the_topic_make_the_member_join_again(scene: Scene) -> None:
    """The leader's task; but a static member that was restarted as the leader is not told that it leads."""
    scene.joined()
    scene.group.partitions = 3
    scene.group.assigned = {0, 1, 2}
    scene.member.refresh_metadata(1000)
    scene.poll_until(lambda: len(scene.member.assignment()) == 3)
    assert scene.group.seen.count("JoinGroup") == 2


# -- membership ------------------------------------------------------------------------------------------------------


def test_a_commit_waits_for_the_end_of_a_rebalance_that_is_about_to_end(scene: Scene) -> None:
    scene.joined()
    scene.group.holds = {"SyncGroup"}
    scene.member.rejoin()
    scene.member._join()
    wait_until(lambda: scene.group.seen.count("SyncGroup") == 2)
    assert scene.member.membership(0.01) is None, "the new generation is not settled, the old one is over"
    scene.group.let_go()
    assert scene.member.membership(5).generation_id == 2
    assert scene.member.assignment() == {ZERO, ONE}


def test_a_commit_does_not_begin_in_the_last_moment_of_a_short_join(scene: Scene) -> None:
    scene.joined()
    scene.member.rejoin()
    scene.member._join()
    assert scene.member.membership(5).generation_id == 2


def test_a_commit_under_the_old_generation_is_good_while_the_others_have_not_joined(scene: Scene) -> None:
    scene.joined()
    scene.group.holds = {"JoinGroup"}
    scene.member.rejoin()
    scene.poll_until_requested("JoinGroup", 2)
    assert scene.member.membership(0).generation_id == 1


def test_a_member_that_was_taken_for_dead_loses_all_and_claims_nothing(scene: Scene) -> None:
    """The client goes on to claim what it held; the leader would give that to nobody until it gave it back."""
    scene.joined()
    scene.member._coordinator.reset_generation()  # as its next heartbeat would
    assert scene.member.membership(0) is None
    scene.poll_until(lambda: scene.member.member_id == "member-2")
    lost, gained = scene.listener.take()
    assert (lost, gained) == ({ZERO, ONE}, {ZERO, ONE})
    assert scene.group.claims == [[], []]


def test_a_member_that_was_taken_for_dead_while_it_joined_reads_nothing_at_its_old_positions(scene: Scene) -> None:
    """The client keeps the positions then, though others may have been there meanwhile."""
    scene.joined()
    scene.member.seek(ZERO, 99)
    scene.member._coordinator.rejoining = True  # it is in the midst of a join
    scene.member._coordinator.reset_generation()
    scene.poll_until(lambda: scene.member.member_id == "member-2")
    lost, gained = scene.listener.take()
    assert (lost, gained) == ({ZERO, ONE}, {ZERO, ONE})
    assert scene.member.position(ZERO, timeout_ms=1000) == 7, "what is committed"


@pytest.mark.parametrize(("leaves", "told"), [(False, 0), (True, 1)])
def test_a_static_member_tells_its_group_only_when_it_will_not_come_back(
    open_scene: Callable[..., Scene], leaves: bool, told: int
) -> None:
    scene = open_scene("instance").joined()
    if leaves:
        scene.member.leave()
    scene.member.close(autocommit=False, timeout_ms=1000)
    assert scene.group.seen.count("LeaveGroup") == told


def test_a_rebalance_that_lasts_is_logged_now_and_then_with_the_seconds_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([100.0, 110.0, 116.04, 120.0, 132.0])
    monkeypatch.setattr(consumer, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    member: Any = GroupConsumer.__new__(GroupConsumer)  # it needs no broker to speak of its waiting
    member._told_s = math.inf
    with capture_logs() as logs:
        for _ in range(5):
            member._tell_of_waiting()
    assert [(event["event"], event["waited_s"]) for event in logs] == [("rebalancing", 16.0), ("rebalancing", 32.0)]


# -- the topic -------------------------------------------------------------------------------------------------------


def test_a_topic_is_known_by_its_cluster_and_its_id(scene: Scene) -> None:
    assert scene.member.topic_id(TOPIC) == "cluster/00000000-0000-0000-0000-000000000007"
    assert scene.member.topic_id("no-such-topic") == ""


def test_the_partitions_of_a_topic_are_asked_for_where_the_client_does_not_know_it(scene: Scene) -> None:
    asked = scene.group.seen.count("Metadata")
    assert scene.member.partitions_of(TOPIC) == [ZERO, ONE]
    assert scene.member.partitions_of("no-such-topic") == []
    assert scene.group.seen.count("Metadata") > asked


def test_a_look_at_the_topic_fails_when_nobody_answers_in_time(scene: Scene) -> None:
    scene.group.silent = True
    began = time.monotonic()
    with pytest.raises(RetriableError):
        scene.member.refresh_metadata(300)
    assert time.monotonic() - began < 5


def test_the_brokers_are_asked_without_waiting_for_their_answer(scene: Scene) -> None:
    scene.joined()
    scene.group.holds = {"Metadata"}
    asked = scene.group.seen.count("Metadata")
    scene.member.ask()
    wait_until(lambda: scene.group.seen.count("Metadata") > asked)


@pytest.mark.parametrize("ask", ["beginning_offsets", "end_offsets"])
def test_the_offsets_of_a_partition_without_a_leader_are_an_error_that_passes(scene: Scene, ask: str) -> None:
    """The client raises a bare KeyError."""
    scene.group.leaders = {1: -1}
    scene.member.refresh_metadata(1000)
    with pytest.raises(LeaderNotAvailableError):
        getattr(scene.member, ask)([ZERO, ONE], timeout_ms=1000)
    assert getattr(scene.member, ask)([ZERO], timeout_ms=1000) == {ZERO: 50}
