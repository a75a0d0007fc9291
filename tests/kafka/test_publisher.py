"""Tests of the publisher on a real broker: remains of a failed transaction do not reach the next one."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from kafka import KafkaProducer, TopicPartition
from kafka.errors import InvalidTimestampError, KafkaTimeoutError
from kafka.structs import ConsumerGroupMetadata

from tests.kafka.broker import KafkaBroker
from worker.config.settings import Settings
from worker.errors import CommitFailed, FatalTransportError, OutcomeUnknown
from worker.messages import Output
from worker.transport.base import OutputRefused
from worker.transport.kafka import clients
from worker.transport.kafka.assignment import Listener
from worker.transport.kafka.cluster import KafkaCluster
from worker.transport.kafka.consumer import GroupConsumer
from worker.transport.kafka.publisher import Publisher

pytestmark = pytest.mark.kafka


@dataclass
class Member:
    """A member of a group that holds both partitions of a topic, and its publishers."""

    kafka: KafkaBroker
    settings: Settings
    consumer: Any
    publishers: list[Publisher] = field(default_factory=list)

    @property
    def partitions(self) -> list[TopicPartition]:
        return [TopicPartition(self.settings.raw_topic, number) for number in (0, 1)]

    @property
    def metadata(self) -> Any:
        return self.consumer.membership(5.0)

    @property
    def fenced(self) -> ConsumerGroupMetadata:
        """The group metadata of a member that missed a rebalance."""
        now = self.metadata
        return ConsumerGroupMetadata(now.group_id, now.generation_id - 1, now.member_id, None, now.state)

    def publisher(self, instance_id: str = "") -> Publisher:
        name = instance_id or self.kafka.topic_name("tx")
        return self.publisher_of(self.settings, name)

    def publisher_of(self, settings: Settings, name: str) -> Publisher:
        self.publishers.append(Publisher(settings, name, 1 << 20, KafkaCluster(settings, name).producer))
        return self.publishers[-1]

    def committed(self, expected: dict[int, int]) -> dict[int, int]:
        """The committed offsets. Wait 10 s for `expected`: an acknowledged transaction is not visible at once."""
        end = time.monotonic() + 10
        while (found := self.kafka.committed(self.settings.group_id, self.settings.raw_topic)) != expected:
            if time.monotonic() > end:
                break
            time.sleep(0.1)
        return found

    def published(self) -> list[bytes]:
        return [record.value for record in self.kafka.read(self.settings.quality_topic)]


@pytest.fixture
def member(kafka: KafkaBroker) -> Iterator[Member]:
    names = {f"{role}_topic": kafka.create_topic(role, 2) for role in ("raw", "clean", "quality", "dead")}
    settings = kafka.settings(**names)
    consumer = GroupConsumer(**clients.consumer_config(settings) | {"auto_offset_reset": "earliest"})
    consumer.subscribe([settings.raw_topic], listener=Listener())
    while len(consumer.assignment()) < 2:
        consumer.poll(timeout_ms=500)
    made = Member(kafka, settings, consumer)
    yield made
    for publisher in made.publishers:
        publisher.close()
    consumer.close(autocommit=False)


def _outputs(*values: bytes) -> list[Output]:
    return [Output("quality", b"k", value) for value in values]


@pytest.mark.parametrize(("other", "expected"), [(71, 108), (120, 108)], ids=["back", "forward"])
def test_the_offsets_of_a_fenced_transaction_are_not_committed_by_the_next_one(
    member: Member, other: int, expected: int
) -> None:
    """Lower offsets would make others publish again, higher ones would skip records."""
    zero, one = member.partitions
    member.publisher().publish(_outputs(b"by another worker"), {zero: 108, one: 0}, member.metadata)
    publisher = member.publisher()
    with pytest.raises(CommitFailed, match="IllegalGeneration"):
        publisher.publish(_outputs(b"fenced"), {zero: other, one: 1}, member.fenced)
    publisher.connect()
    publisher.publish(_outputs(b"good"), {one: 2}, member.metadata)
    right = {0: expected, 1: 2}
    assert member.committed(right) == right
    assert sorted(member.published()) == [b"by another worker", b"good"]


def test_a_late_record_is_not_published_by_the_next_transaction(member: Member) -> None:
    """The broker refuses late records of the old producer, because the new one has another epoch."""
    publisher = member.publisher()
    old: Any = publisher._producer
    _, one = member.partitions
    original: Any = KafkaProducer.flush

    def run_out_of_time(self: Any, timeout: float | None = None) -> None:
        original(self, timeout=timeout)
        raise KafkaTimeoutError("not flushed in time")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KafkaProducer, "flush", run_out_of_time)
        with pytest.raises(CommitFailed, match="not flushed"):
            publisher.publish(_outputs(b"late"), {one: 1}, member.metadata)
    publisher.connect()
    assert publisher._producer is not old
    assert not old._sender.is_alive()
    publisher.publish(_outputs(b"again"), {one: 1}, member.metadata)
    assert member.published() == [b"again"]


def test_the_committed_offsets_tell_whether_a_commit_without_an_answer_succeeded(member: Member) -> None:
    publisher = member.publisher()
    original: Any = KafkaProducer.commit_transaction

    def lose_the_answer(self: Any) -> None:
        original(self)
        raise KafkaTimeoutError("no answer")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KafkaProducer, "commit_transaction", lose_the_answer)
        with pytest.raises(OutcomeUnknown):
            publisher.publish(_outputs(b"once"), {member.partitions[0]: 7}, member.metadata)
    publisher.connect()
    assert member.committed({0: 7}) == {0: 7}
    assert member.published() == [b"once"]


def test_a_call_that_hangs_is_abandoned_and_the_worker_continues(member: Member) -> None:
    settings = member.settings.model_copy(update={"transaction_timeout": member.settings.transaction_timeout / 30})
    publisher = member.publisher_of(settings, member.kafka.topic_name("tx"))

    def hang(self: Any, *_: object) -> None:
        while self._sender.is_alive():
            self._sender.join(0.1)
        self._sender.join(60)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KafkaProducer, "send_offsets_to_transaction", hang)
        with pytest.raises(CommitFailed, match="no answer"):
            publisher.publish(_outputs(b"hung"), {member.partitions[0]: 1}, member.metadata)
    publisher.connect()
    publisher.publish(_outputs(b"good"), {member.partitions[0]: 1}, member.metadata)
    assert member.published() == [b"good"]


def _publish(publisher: Publisher, member: Member) -> None:
    """Publish. If that fails, try once more with a new producer."""
    try:
        publisher.publish(_outputs(b"x"), {member.partitions[0]: 1}, member.metadata)
    except CommitFailed:
        publisher.connect()
        publisher.publish(_outputs(b"x"), {member.partitions[0]: 1}, member.metadata)


def _in_turn(publishers: list[Publisher], member: Member) -> None:
    for publisher in publishers * 8:
        with suppress(CommitFailed):
            _publish(publisher, member)
        publisher.connect()


def test_two_workers_with_one_transactional_id_end_soon_with_an_error(member: Member) -> None:
    """A successful transaction in between does not reset the count."""
    name = member.kafka.topic_name("tx")
    workers = [member.publisher(name), member.publisher(name)]
    taken = f"{member.settings.group_id}-{name}"
    with pytest.raises(FatalTransportError, match=f"another worker uses the transactional id '{taken}'.*--instance-id"):
        _in_turn(workers, member)


def test_other_failures_are_not_blamed_on_another_worker(member: Member) -> None:
    publisher = member.publisher()

    def refuse(*_: object, **__: object) -> None:
        raise InvalidTimestampError("the timestamp is out of range")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KafkaProducer, "send", refuse)
        with pytest.raises(FatalTransportError, match=r"in a row.*InvalidTimestampError.*clock") as raised:
            _in_turn([publisher], member)
    assert "instance" not in str(raised.value)


def _publish_until_refused(publisher: Publisher, member: Member, outputs: list[Output]) -> list[Output]:
    """The outputs that the error names as refused. Another failure is tried again once, as in the worker."""
    for _ in range(2):
        publisher.connect()
        try:
            publisher.publish(outputs, {member.partitions[0]: 1}, member.metadata)
        except OutputRefused as error:
            return list(error.outputs)
        except CommitFailed:
            continue
    raise AssertionError("nothing was refused")


def test_the_error_names_all_records_that_the_broker_refuses_among_many(member: Member) -> None:
    """In one transaction, the first refusal makes the others fail: with the same error, another one, or in `send`."""
    small = member.kafka.create_topic("small", 3, 5_000)
    member.settings = member.settings.model_copy(update={"quality_topic": small})
    publisher, made = member.publisher(), random.Random(1)
    large = {3, 150, 151, *range(200, 300)}
    outputs = [
        Output("quality", b"%d" % number, made.randbytes(6_000 if number in large else 1_000)) for number in range(300)
    ]
    refused = _publish_until_refused(publisher, member, outputs)
    assert [int(output.key or b"") for output in refused] == sorted(large)
    assert member.kafka.read(small) == []
    outputs = [output for output in outputs if output not in refused]
    publisher.connect()
    publisher.publish(outputs, {member.partitions[0]: 1}, member.metadata)
    published = member.kafka.read(small)
    assert len(published) == len(outputs)
    assert {record.value for record in published} == {each.value for each in outputs}


def test_records_that_are_too_large_only_together_are_published_one_by_one(member: Member) -> None:
    """The producer puts more into a batch than this topic accepts."""
    small = member.kafka.create_topic("small", 1, 5_000)
    member.settings = member.settings.model_copy(update={"quality_topic": small})
    publisher = member.publisher()
    made = random.Random(2)
    outputs = _outputs(*(made.randbytes(3_000) for _ in range(20)))
    for _ in range(2):
        publisher.connect()
        with suppress(CommitFailed):
            publisher.publish(outputs, {member.partitions[0]: 1}, member.metadata)
            break
    assert [record.value for record in member.kafka.read(small)] == [output.value for output in outputs]
