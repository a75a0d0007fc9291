"""Each test shows that kafka-python still has a bug.

If a test fails, the bug is fixed: remove the workaround that docs/upstream.md names, its entry there, and the test.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import (
    CommitFailedError,
    CorruptRecordError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    NodeNotReadyError,
    OutOfOrderSequenceNumberError,
    RequestTimedOutError,
    UnknownError,
)
from kafka.future import Future
from kafka.protocol.producer import EndTxnRequest, ProduceRequest
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata

from tests.kafka.broker import KafkaBroker, Message

DOCUMENT = Path(__file__).parents[2] / "docs" / "upstream.md"


@pytest.fixture
def producer(kafka: KafkaBroker) -> Iterator[Any]:
    """A transactional producer whose records expire after two seconds."""
    yield from _producer(kafka, delivery_timeout_ms=2_000)


@pytest.fixture
def patient(kafka: KafkaBroker) -> Iterator[Any]:
    """A transactional producer whose records do not expire."""
    yield from _producer(kafka, delivery_timeout_ms=120_000)


def _producer(kafka: KafkaBroker, delivery_timeout_ms: int) -> Iterator[Any]:
    made: Any = KafkaProducer(
        bootstrap_servers=kafka.bootstrap, transactional_id=kafka.topic_name("tx"), request_timeout_ms=1_000,
        delivery_timeout_ms=delivery_timeout_ms, linger_ms=0, max_block_ms=20_000,
    )  # fmt: skip
    made.init_transactions()
    yield made
    made._sender.force_close()
    made._sender.join(10)
    made.close(timeout=0)


def intercept(producer: Any, kind: type, answer: Callable[[Callable[[], Any]], Any]) -> None:
    """Replace the answer to one kind of request by `answer`. It gets a function that sends the request."""
    client = producer._sender._client
    send = client.send

    def instead(node: Any, request: Any, **options: Any) -> Any:
        def go() -> Any:
            return send(node, request, **options)

        return answer(go) if isinstance(request, kind) else go()

    client.send = instead


def unanswered(producer: Any, after_s: float, error: Exception) -> Any:
    """The future of a request that is lost in the network and fails later."""
    future: Any = Future()
    producer._sender._client._net.call_later(after_s, lambda: future.failure(error))
    return future


def lose_records(producer: Any) -> list[Callable[[], Any]]:
    """From now on, lose all records in the network. Each function in the list sends one of them after all."""
    lost: list[Callable[[], Any]] = []

    def lose(go: Callable[[], Any]) -> Any:
        lost.append(go)
        return unanswered(producer, 0.5, RequestTimedOutError("no answer"))

    intercept(producer, ProduceRequest, lose)
    return lost


def send(producer: Any, topic: str, value: bytes, partition: int = 0) -> Any:
    """Send a record, and return its future once it is done."""
    future = producer.send(topic, value, partition=partition)
    producer.flush(timeout=10)
    return future


def values(kafka: KafkaBroker, topic: str) -> list[bytes]:
    return [record.value for record in kafka.read(topic)]


def wait_until(done: Callable[[], bool], for_s: float = 20) -> bool:
    deadline = time.monotonic() + for_s
    while not (is_done := done()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return is_done


def break_sequence(producer: Any, topic: str) -> None:
    """Make the broker refuse the next record to partition 0, so that the client asks for a new epoch."""
    send(producer, topic, b"first")
    producer._transaction_manager._sequence_numbers[TopicPartition(topic, 0)] += 5


# -- transactions ----------------------------------------------------------------------------------------------------


@pytest.mark.kafka
def test_offsets_of_an_aborted_transaction_are_committed_by_the_next(kafka: KafkaBroker, producer: Any) -> None:
    topic, group = kafka.create_topic(partitions=2), kafka.topic_name("group")
    stale: Any = ConsumerGroupMetadata(group_id=group, generation_id=5, member_id="nobody")
    producer.begin_transaction()
    with pytest.raises(CommitFailedError):
        producer.send_offsets_to_transaction({TopicPartition(topic, 0): OffsetAndMetadata(40)}, stale)
    producer.abort_transaction()
    producer.begin_transaction()
    producer.send_offsets_to_transaction({TopicPartition(topic, 1): OffsetAndMetadata(7)}, group)
    producer.commit_transaction()
    assert kafka.committed(group, topic) == {0: 40, 1: 7}


@pytest.mark.kafka
def test_a_late_record_of_an_aborted_transaction_is_published_by_the_next(kafka: KafkaBroker, producer: Any) -> None:
    topic = kafka.create_topic()
    lost = lose_records(producer)
    producer.begin_transaction()
    assert send(producer, topic, b"aborted").failed()
    producer.abort_transaction()
    late = lost[0]
    del producer._sender._client.send  # the network works again ...
    intercept(producer, ProduceRequest, lambda go: (late(), go())[1])  # ... and delivers the late record
    producer.begin_transaction()
    assert send(producer, topic, b"again").succeeded()
    producer.commit_transaction()
    assert values(kafka, topic) == [b"aborted", b"again"]


@pytest.mark.kafka
def test_a_refused_record_makes_the_next_transaction_fail_too(kafka: KafkaBroker, producer: Any) -> None:
    topic = kafka.create_topic(max_message_bytes=1_000)
    producer.begin_transaction()
    assert isinstance(send(producer, topic, b"x" * 5_000).exception, MessageSizeTooLargeError)
    producer.abort_transaction()
    producer.begin_transaction()
    assert isinstance(send(producer, topic, b"fine").exception, OutOfOrderSequenceNumberError)


@pytest.mark.kafka
def test_a_transaction_that_lost_a_record_commits(
    kafka: KafkaBroker, producer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    topic = kafka.create_topic()
    lose_records(producer)
    producer.begin_transaction()
    future = producer.send(topic, b"lost", partition=0)
    producer.commit_transaction()
    assert isinstance(future.exception, KafkaTimeoutError)
    assert "Uncaught error in kafka producer I/O thread" in caplog.text, "a second bug: see the document"


@pytest.mark.kafka
def test_a_commit_that_the_broker_aborted_returns_normally(kafka: KafkaBroker, producer: Any) -> None:
    topic = kafka.create_topic()
    producer.begin_transaction()
    break_sequence(producer, topic)
    future = producer.send(topic, b"aborted", partition=0)
    producer.commit_transaction()
    assert isinstance(future.exception, OutOfOrderSequenceNumberError)
    assert values(kafka, topic) == []


@pytest.mark.kafka
def test_records_that_wait_when_the_epoch_is_bumped_are_published_by_the_next_transaction(
    kafka: KafkaBroker, patient: Any
) -> None:
    producer, topic = patient, kafka.create_topic(partitions=2)
    waits = producer._accumulator.muted
    producer.begin_transaction()
    break_sequence(producer, topic)
    waits.add(TopicPartition(topic, 1))  # as if its leader were away
    refused, waiting = (producer.send(topic, b"old", partition=number) for number in (0, 1))
    with pytest.raises(OutOfOrderSequenceNumberError):
        refused.get(timeout=10)
    with pytest.raises(KafkaError, match="Invalid transition"):
        producer.abort_transaction()
    assert not waiting.is_done
    assert wait_until(lambda: not producer._transaction_manager.is_bumping_epoch())
    producer.begin_transaction()
    waits.clear()  # now, because outside a transaction the waiting record would be refused
    assert send(producer, topic, b"new", partition=1).succeeded()
    producer.commit_transaction()
    assert values(kafka, topic) == [b"old", b"new"]


@pytest.mark.kafka
def test_a_commit_has_no_timeout(kafka: KafkaBroker, producer: Any) -> None:
    topic = kafka.create_topic()
    silence = iter([lambda: unanswered(producer, 1.0, KafkaConnectionError("no answer"))])
    intercept(producer, EndTxnRequest, lambda go: next(silence, go)())
    producer.begin_transaction()
    send(producer, topic, b"x")
    producer.config["max_block_ms"] = 100
    begin = time.monotonic()
    producer.commit_transaction()
    assert time.monotonic() - begin >= 1


@pytest.mark.kafka
def test_closing_a_producer_at_once_leaves_its_thread(kafka: KafkaBroker, producer: Any) -> None:
    topic = kafka.create_topic()
    lose_records(producer)
    producer.begin_transaction()
    producer.send(topic, b"x", partition=0)
    with pytest.raises(KafkaTimeoutError):
        producer.close(timeout=0)
    producer._sender.join(0.3)
    assert producer._sender.is_alive()


# -- consumer groups -------------------------------------------------------------------------------------------------


def member(kafka: KafkaBroker, topic: str, group: str) -> Any:
    cooperative: Any = CooperativeStickyAssignor()
    consumer: Any = KafkaConsumer(
        bootstrap_servers=kafka.bootstrap, group_id=group, enable_auto_commit=False, auto_offset_reset="earliest",
        heartbeat_interval_ms=200, metadata_max_age_ms=300,
        partition_assignment_strategy=[cooperative],
    )  # fmt: skip
    consumer.subscribe([topic])
    return consumer


def poll_until(consumer: Any, done: Callable[[], bool]) -> None:
    """Poll for long enough that no join is lost, which is a separate bug."""
    assert wait_until(lambda: consumer.poll(timeout_ms=1_000) is not None and done())


@pytest.mark.kafka
def test_a_member_reads_nothing_while_its_group_rebalances(kafka: KafkaBroker) -> None:
    topic, group = kafka.create_topic(partitions=2), kafka.topic_name("group")
    both = [Message(b"x", partition=number) for number in (0, 1)]
    kafka.produce(topic, both)
    stays, stalls = member(kafka, topic, group), member(kafka, topic, group)
    poll_until(stays, lambda: len(stays.assignment()) == 2)
    poll_until(stalls, lambda: stalls._coordinator.rejoining)  # the second step of the rebalance waits for it
    poll_until(stays, lambda: len(stays.assignment()) == 1)
    kafka.produce(topic, both)
    try:
        assert stays.poll(timeout_ms=1_500) == {}
        assert len(stays.assignment()) == 1, "it holds the partition all the time"
    finally:
        stalls.close()
        stays.close()


@pytest.mark.kafka
def test_a_join_that_a_short_poll_did_not_wait_for_is_lost(kafka: KafkaBroker) -> None:
    topic = kafka.create_topic(partitions=1)
    with member(kafka, topic, kafka.topic_name("group")) as consumer:
        poll_until(consumer, lambda: bool(consumer.assignment()))
        coordinator = consumer._coordinator
        kafka.admin.create_partitions({topic: 2})
        assert wait_until(lambda: not consumer.poll() and coordinator.rejoining and not coordinator.need_rejoin())
        for _ in range(3):
            consumer.poll(timeout_ms=500)
        assert coordinator.rejoining
        assert consumer.assignment() == {TopicPartition(topic, 0)}


# -- the document ----------------------------------------------------------------------------------------------------


@pytest.mark.kafka
def test_a_member_that_lost_its_partitions_still_claims_them(kafka: KafkaBroker) -> None:
    topic = kafka.create_topic(partitions=2)
    with member(kafka, topic, kafka.topic_name("group")) as consumer:
        poll_until(consumer, lambda: len(consumer.assignment()) == 2)
        consumer._coordinator.reset_generation()
        [(_, claim)] = consumer._coordinator.group_protocols()
        assert [sorted(topic.partitions) for topic in claim.owned_partitions] == [[0, 1]]


@pytest.mark.kafka
def test_the_end_of_a_partition_without_a_leader_is_a_key_error(kafka: KafkaBroker) -> None:
    topic = kafka.create_topic(partitions=2)
    with member(kafka, topic, kafka.topic_name("group")) as consumer:
        poll_until(consumer, lambda: len(consumer.assignment()) == 2)
        cluster = consumer._cluster
        leader = cluster.leader_for_partition
        cluster.leader_for_partition = lambda tp: -1 if tp.partition else leader(tp)
        with pytest.raises(KeyError):
            consumer.end_offsets([TopicPartition(topic, 0), TopicPartition(topic, 1)], timeout_ms=2000)


class Latin1(str):
    """A header name from a producer with another encoding."""

    __slots__ = ()

    def encode(self, *_: str) -> bytes:
        return super().encode("latin-1")


@pytest.mark.kafka
def test_a_header_name_that_is_not_utf_8_stops_its_partition(kafka: KafkaBroker) -> None:
    topic = kafka.create_topic()
    kafka.produce(topic, [Message(b"x", headers=[(Latin1("pr\xe9nom"), b"Ada")])])
    with (
        KafkaConsumer(topic, bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest") as consumer,
        pytest.raises(CorruptRecordError, match="UnicodeDecodeError"),
    ):
        poll_until(consumer, lambda: False)


@pytest.mark.kafka
def test_a_flush_fails_when_a_batch_is_split(kafka: KafkaBroker) -> None:
    topic = kafka.create_topic(max_message_bytes=5_000)
    errors: list[str] = []
    with KafkaProducer(bootstrap_servers=kafka.bootstrap, linger_ms=5_000) as producer:  # the flush comes first
        while not errors:  # on a busy machine, a batch may be split before the flush looks at it
            futures: list[Any] = [producer.send(topic, os.urandom(3_000)) for _ in range(2)]
            try:
                producer.flush()
            except UnknownError as error:
                errors.append(str(error))
            for future in futures:
                future.get(timeout=10)
    assert "Future not done" in errors[0]


@pytest.mark.kafka
def test_a_partition_that_was_paused_in_the_middle_of_a_fetch_is_not_read_again(kafka: KafkaBroker) -> None:
    topic = kafka.create_topic(partitions=2)
    first, second = TopicPartition(topic, 0), TopicPartition(topic, 1)
    with KafkaProducer(bootstrap_servers=kafka.bootstrap, linger_ms=100) as producer:  # one batch for each partition
        for number in range(4):
            producer.send(topic, b"x", partition=number % 2)
        producer.flush()
    with KafkaConsumer(bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest") as consumer:
        consumer.assign([first, second])
        consumer.pause(second)
        while consumer.position(first) == 0:
            consumer.poll(500, max_records=1)
        consumer.pause(first)
        consumer.resume(second)
        while consumer.position(second) != 2:
            consumer.poll(500)
        consumer.resume(first)
        assert consumer.poll(3_000) == {}
        assert consumer.position(first) == 1


@pytest.mark.kafka
def test_after_a_failed_refresh_the_metadata_are_never_refreshed_again(kafka: KafkaBroker) -> None:
    with KafkaConsumer(kafka.create_topic(), bootstrap_servers=kafka.bootstrap) as consumer:
        while not consumer.assignment():
            consumer.poll(500)
        of_consumer: Any = consumer
        cluster = of_consumer._manager.cluster
        refresh: Any = Future()
        cluster._refresh_future = refresh  # as if somebody else had begun a refresh
        cluster.request_update()
        while not refresh._errbacks:
            consumer.poll(100)
        refresh.failure(NodeNotReadyError("metadata"))
        updated = cluster.request_update()
        consumer.poll(3_000)
        assert not updated.is_done


def test_the_document_and_the_tests_name_each_other() -> None:
    faults, _, _ = DOCUMENT.read_text("utf-8").partition("\n## What outlives an abort")
    named = re.findall(r"^- Test: `(\w+)`$", faults, re.MULTILINE)
    files = [path.read_text("utf-8") for path in Path(__file__).parent.glob("test_upstream*.py")]
    tests = set(re.findall(r"^def (test_\w+)", "\n".join(files), re.MULTILINE))
    assert set(named) == tests - {test_the_document_and_the_tests_name_each_other.__name__}
    assert len(named) == faults.count("\n### ")
