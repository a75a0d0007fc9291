"""Tests the transport contract on a real broker, and what only Kafka has: markers, ranges, rebalances, fencing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import CorruptRecordError, GroupAuthorizationFailedError, KafkaError, KafkaTimeoutError

from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.servers import MAX_MESSAGE_BYTES
from tests.transport.contract import VALUES, TransportContract, batches, echo, some, values
from worker.config.settings import Settings
from worker.errors import CommitFailed, FatalTransportError, TopicMissing
from worker.messages import Channel, Output
from worker.transport.base import Lag, OutputRefused
from worker.transport.kafka.bounds import Range
from worker.transport.kafka.transport import KafkaTransport

pytestmark = pytest.mark.kafka


@dataclass
class KafkaHarness:
    """The contract suite's access to the Kafka transport. Topics have one partition, so there is one order."""

    kafka: KafkaBroker
    carries_headers: bool = True
    opened: list[KafkaTransport] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = ("raw_topic", "clean_topic", "quality_topic", "dead_topic")
        self.names: dict[str, Any] = {name: self.kafka.create_topic(name.removesuffix("_topic")) for name in names}
        self.names["group_id"] = self.kafka.topic_name("group")

    def put_raw(self, values: Sequence[bytes]) -> None:
        self.kafka.produce(self.names["raw_topic"], [Message(value) for value in values])

    def open(self, **settings: Any) -> KafkaTransport:
        return self.open_as("a", None, **settings)

    def open_as(self, instance: str, ranges: dict[int, Range] | None, **settings: Any) -> KafkaTransport:
        values = {"stop_at_end": ranges is None, "session_timeout": "6s", **self.names, **settings}
        self.opened.append(KafkaTransport(self.kafka.settings(**values), instance, ranges))
        return self.opened[-1]

    def outputs(self, channel: Channel) -> list[Output]:
        records = self.kafka.read(self.names[f"{channel}_topic"])
        return [Output(channel, record.key, record.value, tuple(record.headers)) for record in records]

    def dead_values(self) -> list[bytes]:
        return [record.value for record in self.kafka.read(self.names["dead_topic"])]

    @contextmanager
    def failing_commits(self) -> Iterator[None]:
        def fail(*_: object) -> None:
            raise KafkaTimeoutError("the coordinator does not answer")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(KafkaProducer, "send_offsets_to_transaction", fail)
            yield


@pytest.fixture
def harness(kafka: KafkaBroker) -> Iterator[KafkaHarness]:
    made = KafkaHarness(kafka)
    yield made
    for transport in made.opened:
        transport.close()


@contextmanager
def _transactions(harness: KafkaHarness) -> Iterator[Callable[..., None]]:
    """Yields a function that sends a record to the raw topic in a transaction, and commits or aborts it."""
    producer = KafkaProducer(
        bootstrap_servers=harness.kafka.bootstrap, transactional_id=harness.kafka.topic_name("crawler")
    )
    producer.init_transactions()

    def send(value: bytes, *, abort: bool = False) -> None:
        producer.begin_transaction()
        producer.send(harness.names["raw_topic"], value=value)
        producer.flush()
        producer.abort_transaction() if abort else producer.commit_transaction()

    yield send
    producer.close()


class TestContract(TransportContract):
    """The suite also runs on the file transport."""


def test_a_lost_record_fails_the_commit_although_the_client_reports_success(harness: KafkaHarness) -> None:
    """kafka-python commits a transaction although a batch expired. Only the future of its record shows that."""
    harness.put_raw(VALUES)
    transport = harness.open()
    batch = some(transport)
    original: Any = KafkaProducer.send

    def lose(self: Any, topic: str, **message: Any) -> Any:
        future = original(self, topic, **message)
        future.get(timeout=30)  # the record itself is fine, but its future will fail
        future.exception = KafkaTimeoutError("batch expired")
        return future

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KafkaProducer, "send", lose)
        with pytest.raises(CommitFailed, match="expired"):
            transport.commit(batch, echo(batch))
    assert harness.outputs("quality") == []
    again = some(transport)
    transport.commit(again, echo(again))
    assert values(harness.outputs("quality")) == VALUES


def test_unread_records_are_at_most_as_old_as_the_last_one_that_was_committed(harness: KafkaHarness) -> None:
    harness.kafka.produce(
        harness.names["raw_topic"], [Message(value, timestamp_ms=1_000_000 * n) for n, value in enumerate(VALUES, 1)]
    )
    transport = harness.open(stop_at_end=False)
    batch = some(transport)
    transport.commit(batch.first(4), [])
    assert transport.lag() == Lag(6, {0: 6}, 4_000.0)
    rest = some(transport)
    transport.commit(rest, [])
    assert transport.lag() == Lag(0, {0: 0}, None)


def test_transaction_markers_at_the_end_of_the_raw_topic_do_not_grow_old(harness: KafkaHarness) -> None:
    with _transactions(harness) as send:
        send(b"kept")
        send(b"aborted", abort=True)
    transport = harness.open(stop_at_end=False)
    transport.commit(some(transport), [])
    transport.lag()
    assert not transport.poll(1, 1.0)
    begin = time.time()
    lag = transport.lag()
    assert lag is not None
    assert lag.oldest_at is None or lag.oldest_at >= begin


def test_transaction_markers_in_the_raw_topic_do_not_keep_the_input_from_ending(harness: KafkaHarness) -> None:
    with _transactions(harness) as send:
        send(b"kept")
        send(b"aborted", abort=True)
    transport = harness.open()
    seen: list[object] = []
    for batch in batches(transport):
        seen += values(batch.records)
        transport.commit(batch, [])
    assert transport.finished
    assert seen == [b"kept"]
    raw, group = harness.names["raw_topic"], harness.names["group_id"]
    transport.close()  # the broker shows what a transaction committed only when its markers are written
    assert harness.kafka.committed(group, raw) == harness.kafka.end_offsets(raw)


def test_a_range_is_read_from_its_start_to_its_end(harness: KafkaHarness) -> None:
    harness.put_raw(VALUES)
    transport = harness.open_as("a", {0: Range(3, 7)})
    seen: list[object] = []
    for batch in batches(transport, max_records=3):
        seen += values(batch.records)
        transport.commit(batch, [])
    assert seen == VALUES[3:7]


def test_records_larger_than_a_fetch_are_read_from_every_partition(kafka: KafkaBroker) -> None:
    names = {f"{role}_topic": kafka.create_topic(role) for role in ("clean", "quality", "dead")}
    names["raw_topic"] = kafka.create_topic("raw", 3, MAX_MESSAGE_BYTES)
    kafka.produce(names["raw_topic"], [Message(b"%d" % n + bytes(9 << 20), partition=n % 3) for n in range(6)])
    transport = KafkaTransport(kafka.settings(**names, stop_at_end=True, batch_max_bytes="1MiB"), "a")
    read: list[bytes] = []
    try:
        for batch in batches(transport):
            read += [(record.value or b"")[:1] for record in batch.records]
            transport.commit(batch, [])
    finally:
        transport.close()
    assert sorted(read) == [b"0", b"1", b"2", b"3", b"4", b"5"]


def test_a_worker_that_takes_over_fences_its_predecessor(harness: KafkaHarness) -> None:
    """Both have the same transactional id. Only the batch of the newer one is published."""
    harness.put_raw(VALUES)
    old = harness.open()
    batch = some(old)
    new = KafkaTransport(
        harness.kafka.settings(**{**harness.names, "group_id": harness.names["group_id"], "stop_at_end": True}), "a"
    )
    harness.opened.append(new)
    with pytest.raises(CommitFailed):
        old.commit(batch, echo(batch))
    assert harness.outputs("quality") == []


def test_a_removed_member_commits_nothing(harness: KafkaHarness) -> None:
    """Kafka would accept an offset commit of generation -1. The metadata from the poll fences the member."""
    harness.put_raw(VALUES)
    zombie = harness.open_as("zombie", None, max_poll_interval="3s", batch_budget="1s", record_timeout="1s")
    batch = some(zombie)
    heir = harness.open_as("heir", None)
    taken = some(heir)
    heir.commit(taken, echo(taken))
    with pytest.raises(CommitFailed):
        zombie.commit(batch, echo(batch))
    assert values(harness.outputs("quality")) == VALUES


def test_the_error_names_missing_topics_and_the_command_that_creates_them(kafka: KafkaBroker) -> None:
    raw = kafka.create_topic("raw")
    settings: Settings = kafka.settings(raw_topic=raw, clean_topic="no-such-topic")
    with pytest.raises(TopicMissing, match=r"no-such-topic.*article-worker topics create"):
        KafkaTransport(settings, "a")


def test_an_output_that_is_too_large_is_named_and_its_batch_comes_again(harness: KafkaHarness) -> None:
    harness.put_raw(VALUES)
    transport = harness.open()
    batch = some(transport)
    large = Output("clean", b"k", b"x" * (transport.max_message_bytes + (2 << 20)))
    with pytest.raises(OutputRefused, match=r"too large for the topic clean-.*topics create --alter") as raised:
        transport.commit(batch, [*echo(batch), large])
    assert raised.value.outputs == (large,)
    assert harness.outputs("quality") == []
    again = some(transport)
    transport.commit(again, echo(again))
    assert values(harness.outputs("quality")) == VALUES


def test_the_end_is_requested_again_if_the_broker_is_away(harness: KafkaHarness) -> None:
    harness.put_raw(VALUES)
    first = harness.open()
    first.commit(some(first), [])
    first.close()
    transport = harness.open()  # it has committed nothing itself, so only the broker knows that the end is reached
    original: Any = KafkaConsumer.committed
    calls = 0

    def away(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls <= 2:  # when the partition is assigned, and at the first look; both are repeated
            raise KafkaTimeoutError("the coordinator does not answer")
        return original(*arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KafkaConsumer, "committed", away)
        assert list(batches(transport)) == []
    assert transport.finished
    assert calls >= 3, "it asked until the broker answered"


def test_the_error_for_an_unreadable_input_says_why(harness: KafkaHarness) -> None:
    harness.put_raw(VALUES)
    transport = harness.open()

    def fail(*_: object, **__: object) -> None:
        raise CorruptRecordError("record 7")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KafkaConsumer, "poll", fail)
        with pytest.raises(FatalTransportError, match="record 7"):
            transport.poll(10, 0.1)


def test_a_transient_error_does_not_end_the_worker_or_lose_polled_records(harness: KafkaHarness) -> None:
    harness.put_raw(VALUES)
    transport = harness.open()
    original: Any = KafkaConsumer.poll
    calls = 0

    def fail_now_and_then(self: Any, **arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls % 2 == 0:
            raise KafkaTimeoutError("no leader")
        return original(self, **arguments | {"max_records": 2})

    seen: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KafkaConsumer, "poll", fail_now_and_then)
        for batch in batches(transport):
            seen += values(batch.records)
            transport.commit(batch, echo(batch))
    assert seen == VALUES


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (GroupAuthorizationFailedError("news"), "denies this user access to the group {group}: grant READ"),
        (KafkaTimeoutError("no leader"), "cannot read the committed offsets of the group {group}: .*no leader"),
    ],
)
def test_the_error_for_unreadable_committed_offsets_says_why(
    harness: KafkaHarness, error: KafkaError, says: str
) -> None:
    transport = harness.open()

    def fail(*_: object, **__: object) -> None:
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KafkaConsumer, "committed", fail)
        with pytest.raises(FatalTransportError, match=says.format(group=transport._settings.group_id)):
            transport.resumes()


def test_a_worker_gets_partitions_even_if_a_poll_ends_at_any_moment_of_the_join(
    harness: KafkaHarness,
) -> None:
    """The client loses the answer to its join if a poll ends within some milliseconds of it."""
    harness.put_raw(VALUES)
    for first_ms in range(104, 136, 3):
        transport = harness.open_as("a", None, group_id=harness.kafka.topic_name("group"))
        transport.poll(1, first_ms / 1000)
        assert some(transport).records
        transport.close()


def test_a_failed_commit_at_the_end_leaves_a_producer_for_the_next_batch(
    harness: KafkaHarness,
) -> None:
    harness.put_raw(VALUES)
    transport = harness.open()
    batch = some(transport)
    with harness.failing_commits(), pytest.raises(CommitFailed):
        transport._commit_position(TopicPartition(harness.names["raw_topic"], 0), 0)
    transport.commit(batch, echo(batch))
    assert values(harness.outputs("quality")) == VALUES
