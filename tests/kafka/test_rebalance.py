"""Tests of a rebalance: a worker keeps reading, and commits its batch only if it has kept the partitions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from kafka import KafkaConsumer, TopicPartition

from tests.kafka.broker import KafkaBroker, Message
from tests.transport.contract import echo
from worker.errors import CommitFailed, FatalTransportError
from worker.transport.base import Batch
from worker.transport.kafka import clients
from worker.transport.kafka.transport import KafkaTransport

pytestmark = pytest.mark.kafka

PARTITIONS = 4
RECORDS = 40


class Group:
    """A group with its own topics: the transports of workers, and plain members that only join."""

    def __init__(self, kafka: KafkaBroker, *, static_membership: bool = False) -> None:
        self.kafka = kafka
        names = {f"{role}_topic": kafka.create_topic(role, PARTITIONS) for role in ("raw", "clean", "quality", "dead")}
        self.settings = kafka.settings(**names, session_timeout="6s", static_membership=static_membership)
        self.members: list[Any] = []
        self.put(RECORDS)

    def put(self, count: int) -> None:
        self.kafka.produce(
            self.settings.raw_topic, [Message(b"%d" % number, partition=number % PARTITIONS) for number in range(count)]
        )

    def worker(self, instance: str = "worker") -> KafkaTransport:
        transport = KafkaTransport(self.settings, instance)
        self.members.append(transport)
        return transport

    def member(self) -> Any:
        """Add a member that joins only while it is polled. Between its polls, all others wait for it."""
        consumer = KafkaConsumer(**clients.consumer_config(self.settings))
        consumer.subscribe([self.settings.raw_topic])
        self.members.append(consumer)
        return consumer

    def published(self) -> list[bytes]:
        return [record.value for record in self.kafka.read(self.settings.quality_topic)]

    def committed(self) -> dict[int, int]:
        return self.kafka.committed(self.settings.group_id, self.settings.raw_topic)

    def close(self) -> None:
        for member in self.members:
            member.close()


@pytest.fixture
def group(kafka: KafkaBroker) -> Iterator[Group]:
    made = Group(kafka)
    yield made
    made.close()


def _some(transport: KafkaTransport, within_s: float = 30) -> Batch:
    deadline = time.monotonic() + within_s
    while not (batch := transport.poll(10, 0.2)):
        assert time.monotonic() < deadline, "no records came"
    return batch


def _member(transport: KafkaTransport) -> Any:
    """The group member of a worker."""
    return transport._consumer


def _partitions(transport: KafkaTransport) -> int:
    return len(_member(transport).assignment())


def _share(transport: KafkaTransport, member: Any) -> None:
    """Poll both without reading until each holds half of the partitions."""
    deadline = time.monotonic() + 30
    while _partitions(transport) != PARTITIONS // 2 or len(member.assignment()) != PARTITIONS // 2:
        assert time.monotonic() < deadline, "the group did not settle"
        if batch := transport.poll(1, 0.2):
            with suppress(CommitFailed):
                transport.commit(batch.first(0), [])
        with suppress(Exception):  # it has no position and does not need one
            member.poll(timeout_ms=100)


def test_a_worker_reads_and_commits_while_another_member_holds_up_the_rebalance(group: Group) -> None:
    worker = group.worker()
    first = _some(worker)
    worker.commit(first, echo(first))
    hung = group.member()
    _share(worker, hung)
    group.put(RECORDS)
    joining = group.member()  # a third member, so all have to join, but one of them does not
    begin = time.monotonic()
    seen = 0
    while time.monotonic() < begin + 8:  # its heartbeats tell the worker to join within 1 s
        with suppress(Exception):
            joining.poll(timeout_ms=10)
        if batch := worker.poll(1, 0.2):
            worker.commit(batch, echo(batch))
            seen += 1
    assert not joining.assignment(), "the rebalance ended, so the test shows nothing"
    assert seen >= 8


def test_a_batch_is_committed_under_a_new_generation_if_the_worker_kept_its_partitions(group: Group) -> None:
    worker = group.worker()
    first = _some(worker)
    worker.commit(first, echo(first))
    batch = _some(worker)
    generation = _member(worker).group_metadata().generation_id
    _member(worker)._coordinator.request_rejoin()
    _member(worker)._join()  # as the next poll would, so that the join ends before the commit
    worker.commit(batch, echo(batch))
    assert _member(worker).group_metadata().generation_id > generation
    assert sorted(group.published()) == sorted(record.value or b"" for record in (*first.records, *batch.records))


def test_a_whole_batch_is_abandoned_if_one_of_its_partitions_moves(group: Group) -> None:
    worker = group.worker()
    batch = _some(worker)
    while len({record.source.partition for record in batch.records}) < PARTITIONS:
        worker.commit(batch.first(0), [])
        batch = worker.poll(RECORDS, 0.5)
    other = group.member()
    deadline = time.monotonic() + 30
    while not _member(worker).membership(0) or not worker._reader.listener.lost:
        assert time.monotonic() < deadline, "no partition moved"
        with suppress(Exception):
            other.poll(timeout_ms=50)
        _member(worker)._join()
    with pytest.raises(CommitFailed, match="moved to another worker"):
        worker.commit(batch, echo(batch))
    assert group.published() == []
    assert group.committed() == {}
    again = _some(worker)
    held = {TopicPartition(group.settings.raw_topic, record.source.partition) for record in again.records}
    assert held <= _member(worker).assignment()
    assert min(record.source.offset for record in again.records) == 0


def test_a_member_removed_during_its_join_does_not_read_at_its_old_positions(group: Group) -> None:
    """The client keeps the positions, although other members may have moved on from there."""
    worker = group.worker()
    batch = _some(worker)
    worker.commit(batch, echo(batch))
    ahead = _some(worker)  # polled, so the position is after it; then lost with the membership
    _member(worker)._coordinator.rejoining = True  # the group removes it in the middle of a join
    _member(worker)._coordinator.reset_generation()
    with pytest.raises(CommitFailed, match="removed this worker"):
        worker.commit(ahead, echo(ahead))
    seen: list[bytes | None] = []
    while len(seen) < RECORDS - len(batch.records):
        next_batch = _some(worker)
        worker.commit(next_batch, echo(next_batch))
        seen += [record.value for record in next_batch.records]
    assert sorted(group.published()) == sorted(b"%d" % number for number in range(RECORDS))


def test_a_removed_member_does_not_claim_its_old_partitions(group: Group) -> None:
    """The leader would wait until it gives them back, which it never does. No member would ever read them again."""
    worker = group.worker()
    while _partitions(worker) < PARTITIONS:
        worker.poll(1, 0.5)
    assert sorted(_claims(worker)) == list(range(PARTITIONS))
    _member(worker)._coordinator.reset_generation()  # as its next heartbeat would
    assert _claims(worker) == []


def test_a_partition_without_a_leader_does_not_end_the_worker(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client raises a KeyError for its end offset, which the worker requests for every line of metrics."""
    worker = group.worker()
    batch = _some(worker)
    cluster = _member(worker)._cluster
    leader = cluster.leader_for_partition
    monkeypatch.setattr(cluster, "leader_for_partition", lambda tp: -1 if tp.partition else leader(tp))
    assert worker.lag() is None
    worker.commit(batch, echo(batch))
    monkeypatch.undo()
    assert worker.lag() is not None


def _claims(worker: KafkaTransport) -> list[int]:
    """The partitions that the worker's next join would claim."""
    [(_, metadata)] = _member(worker)._coordinator.group_protocols()
    return [partition for topic in metadata.owned_partitions for partition in topic.partitions]


def test_partitions_added_while_all_workers_are_down_are_read(kafka: KafkaBroker) -> None:
    """Static members get their old partitions without a rebalance."""
    group = Group(kafka, static_membership=True)
    try:
        workers = [group.worker("a"), group.worker("b")]
        while sum(map(_partitions, workers)) < PARTITIONS or not all(map(_partitions, workers)):
            for worker in workers:
                _commit_some(worker)
        for worker in workers:
            worker.close()
        kafka.admin.create_partitions({group.settings.raw_topic: PARTITIONS + 1})
        kafka._close_clients()
        kafka.produce(group.settings.raw_topic, [Message(b"new", partition=PARTITIONS)])
        workers = [group.worker("a"), group.worker("b")]
        deadline = time.monotonic() + 20
        while b"new" not in group.published():
            assert time.monotonic() < deadline, list(map(_partitions, workers))
            for worker in workers:
                _commit_some(worker)
    finally:
        group.close()


def _commit_some(worker: KafkaTransport) -> None:
    if batch := worker.poll(10, 0.2):
        with suppress(CommitFailed):
            worker.commit(batch, echo(batch))


def test_partitions_added_after_the_leader_was_restarted_are_read(kafka: KafkaBroker) -> None:
    """A static member that restarts as the leader does not know that it leads, so the client does not look for them."""
    group = Group(kafka, static_membership=True)
    try:
        first = group.worker()
        batch = _some(first)
        first.commit(batch, echo(batch))
        first.close()
        second = group.worker()
        batch = _some(second)
        second.commit(batch, echo(batch))
        kafka.admin.create_partitions({group.settings.raw_topic: PARTITIONS + 1})
        second._consumer.ask()  # by itself, a client asks once a minute
        kafka._close_clients()  # a new client asks at once
        kafka.produce(group.settings.raw_topic, [Message(b"new", partition=PARTITIONS)])
        seen: list[bytes | None] = []
        while b"new" not in seen:
            batch = _some(second)
            second.commit(batch, echo(batch))
            seen += [record.value for record in batch.records]
    finally:
        group.close()


def test_an_idle_worker_that_loses_its_instance_id_stops_and_says_why(kafka: KafkaBroker) -> None:
    """It has nothing to commit, so no transaction tells it."""
    group = Group(kafka, static_membership=True)
    try:
        first = group.worker("same")
        while not _member(first).assignment():
            first.poll(10, 0.2)
        second = group.worker("same")
        with pytest.raises(FatalTransportError, match=r"joined the group .* with the same instance id 'same'"):
            _poll_both(first, second)
    finally:
        group.close()


def _poll_both(first: KafkaTransport, second: KafkaTransport) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        second.poll(1, 0.2)
        first.poll(1, 0.2)
