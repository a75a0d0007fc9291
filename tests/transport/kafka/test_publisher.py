"""Tests of the publisher on an in-memory Kafka (fakes.py): one transaction for each batch, or nothing."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import (
    CommitFailedError,
    CoordinatorLoadInProgressError,
    FencedInstanceIdError,
    InvalidRecordError,
    InvalidTimestampError,
    KafkaError,
    KafkaTimeoutError,
    NotEnoughReplicasError,
    ProducerFencedError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from kafka.structs import ConsumerGroupMetadata
from structlog.testing import capture_logs

from tests.transport.kafka.fakes import MemoryCluster, MemoryKafka
from worker.config.settings import Settings
from worker.errors import CommitFailed, ConnectError, FatalTransportError, OutcomeUnknown
from worker.messages import DeadLetter, Output, RawRecord, Reason, Source
from worker.transport.base import OutputRefused
from worker.transport.kafka.publisher import FENCED_WITHIN_S, MAX_FAILURES, Publisher

RAW, QUALITY = "articles.raw", "articles.quality"
ZERO, ONE = TopicPartition(RAW, 0), TopicPartition(RAW, 1)


class Scene:
    """A publisher, and a member of the group in generation 5."""

    def __init__(self, **settings: Any) -> None:
        self.kafka = MemoryKafka(generation=5, members={"me"})
        for topic in (RAW, "articles.clean", QUALITY, "articles.dead"):
            self.kafka.create(topic)
        self.settings = Settings(bootstrap_servers=("one:9092",), **settings)
        self.cluster = MemoryCluster(self.kafka, {})
        self.publisher = self.another()
        self.kafka.calls.clear()

    def another(self) -> Publisher:
        clock = self.kafka.clock
        return Publisher(self.settings, "slot-0", 1 << 20, self.cluster.producer, clock=clock, sleep=clock.sleep)

    def publish(self, *values: bytes, offsets: dict[TopicPartition, int] | None = None, generation: int = 5) -> None:
        metadata = ConsumerGroupMetadata("group", generation, "me")
        self.publisher.publish(outputs(*values), {ZERO: 1} if offsets is None else offsets, metadata, "note")

    def fail(self, *values: bytes) -> BaseException:
        """Publish, which fails, and prepare for the next attempt."""
        with pytest.raises(CommitFailed) as raised:
            self.publish(*values)
        self.publisher.connect()
        return raised.value


def outputs(*values: bytes) -> list[Output]:
    return [Output("quality", b"k", value, (("h", b"v"),)) for value in values]


def _wait_for(event: threading.Event) -> None:
    assert event.wait(60)


# -- one transaction -------------------------------------------------------------------------------------------------


def test_outputs_and_offsets_are_published_in_the_order_that_loses_nothing() -> None:
    scene = Scene()
    scene.publish(b"a", b"b", offsets={ZERO: 7, ONE: 9})
    steps = ["begin_transaction", "send", "send", "flush", "send_offsets_to_transaction", "commit_transaction"]
    assert scene.kafka.calls == [*steps, "commit_acknowledged"]
    assert scene.kafka.values(QUALITY) == [b"a", b"b"]
    assert scene.kafka.positions(RAW) == {0: 7, 1: 9}
    assert scene.kafka.committed[ZERO].metadata == "note"
    [entry, _] = scene.kafka.read(QUALITY)
    assert (entry.key, entry.headers) == (b"k", (("h", b"v"),))


@pytest.mark.parametrize(
    ("value", "key", "kept"), [(b"x", None, None), (None, b"k", b"k"), (None, None, b""), (b"", None, None)]
)
def test_a_dead_letter_has_the_key_of_its_record_unless_kafka_python_refuses_it(
    value: bytes | None, key: bytes | None, kept: bytes | None
) -> None:
    scene = Scene()
    letter = DeadLetter(RawRecord(Source("articles.raw", 0, 1), value, key), Reason.BAD_JSON, "why", "decode")
    scene.publisher.publish([Output("dead", key, letter)], {}, None)
    [entry] = scene.kafka.read("articles.dead")
    assert (entry.key, entry.value) == (kept, value)


def test_an_expired_record_fails_the_commit_although_the_client_reports_success() -> None:
    scene = Scene()
    scene.cluster.producers[-1].lose = {b"b"}
    error = scene.fail(b"a", b"b", b"c")
    assert "expired" in str(error)
    assert not isinstance(error, OutcomeUnknown), "no commit was requested"
    assert "commit_transaction" not in scene.kafka.calls
    assert scene.kafka.values(QUALITY) == []
    assert scene.kafka.positions(RAW) == {}
    scene.publish(b"a", b"b", b"c")
    assert scene.kafka.values(QUALITY) == [b"a", b"b", b"c"]


@pytest.mark.parametrize("call", ["begin_transaction", "send", "flush", "send_offsets_to_transaction"])
@pytest.mark.parametrize("error", [KafkaTimeoutError("no answer"), CommitFailedError("mismatch"), ValueError("odd")])
def test_a_failure_before_the_commit_publishes_nothing_and_a_new_producer_takes_over(
    call: str, error: Exception
) -> None:
    scene = Scene()
    old = scene.cluster.producers[-1]
    scene.kafka.script(call, error)
    assert type(scene.fail(b"a")) is CommitFailed
    assert old.discarded
    assert scene.cluster.producers[-1] is not old
    assert scene.kafka.open == {}, "the new producer has aborted the open transaction of the old one"
    scene.publish(b"a")
    assert scene.kafka.values(QUALITY) == [b"a"]


def test_the_offsets_of_a_failed_transaction_are_not_committed_by_the_next_one() -> None:
    """The client keeps them. Lower offsets would make others publish again, higher ones would skip records."""
    scene = Scene()
    with pytest.raises(CommitFailed, match="IllegalGeneration"):
        scene.publish(b"fenced", offsets={ZERO: 71}, generation=4)
    scene.publisher.connect()
    scene.publish(b"good", offsets={ONE: 2})
    assert scene.kafka.positions(RAW) == {1: 2}
    assert scene.kafka.values(QUALITY) == [b"good"]


def test_the_outcome_is_unknown_if_the_answer_to_the_commit_is_lost() -> None:
    scene = Scene()
    scene.kafka.script("commit_acknowledged", KafkaTimeoutError("no answer"))
    assert isinstance(scene.fail(b"once"), OutcomeUnknown)
    assert scene.kafka.positions(RAW) == {0: 1}
    assert scene.kafka.values(QUALITY) == [b"once"]


def test_a_call_that_never_returns_is_abandoned_with_its_producer() -> None:
    scene = Scene(transaction_timeout="10s")
    scene.settings = scene.settings.model_copy(update={"transaction_timeout": timedelta(seconds=0.1)})
    scene.publisher = scene.another()
    goes_on = threading.Event()
    scene.kafka.script("commit_transaction", lambda: _wait_for(goes_on))
    old = scene.cluster.producers[-1]
    error = scene.fail(b"hung")
    assert isinstance(error, OutcomeUnknown)
    assert "no answer from the transaction coordinator within 0.075 s" in str(error)
    assert old.discarded
    goes_on.set()
    scene.publish(b"good")
    assert scene.kafka.values(QUALITY) == [b"good"]


def test_a_bug_of_the_worker_does_not_count_as_a_kafka_error() -> None:
    scene = Scene()
    scene.kafka.script("send", ZeroDivisionError("a bug"))
    with pytest.raises(ZeroDivisionError):
        scene.publish(b"a")


# -- outputs that are too large --------------------------------------------------------------------------------------


def refused(scene: Scene, *values: bytes) -> Sequence[Output]:
    with pytest.raises(
        OutputRefused, match=r"too large for the topic articles\.quality.*topics create --alter"
    ) as raised:
        scene.publish(*values)
    scene.publisher.connect()
    return raised.value.outputs


def test_the_error_names_all_outputs_that_the_client_refuses() -> None:
    scene = Scene()
    scene.cluster.max_request_bytes = 3
    scene.publisher = scene.another()
    assert [output.value for output in refused(scene, b"a", b"large", b"b", b"larger")] == [b"large", b"larger"]
    assert scene.publisher.failures == 0, "the next transaction is not delayed"
    scene.publish(b"a", b"b")
    assert scene.kafka.values(QUALITY) == [b"a", b"b"]


def test_the_second_attempt_names_all_outputs_that_a_topic_refuses() -> None:
    """The first refusal makes the producer refuse the others, so each has to be sent alone."""
    scene = Scene()
    scene.kafka.limits[QUALITY] = 3
    values = (b"a", b"large", b"b", b"larger", b"c")
    scene.fail(*values)
    assert [output.value for output in refused(scene, *values)] == [b"large", b"larger"]
    assert scene.kafka.values(QUALITY) == []
    scene.publish(b"a", b"b", b"c")
    assert scene.kafka.values(QUALITY) == [b"a", b"b", b"c"]


def test_records_are_sent_one_by_one_only_until_a_transaction_succeeds() -> None:
    scene = Scene()
    scene.kafka.script("send", CommitFailedError("not retriable"))
    scene.fail(b"a")
    scene.publish(b"a")
    scene.cluster.producers[-1].lose = {b"b"}  # if it were sent alone, it would time out before the flush
    scene.kafka.calls.clear()
    scene.fail(b"b")
    assert "flush" in scene.kafka.calls


# -- failures in a row -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (InvalidTimestampError("odd"), "clock of this machine"),
        (CommitFailedError("mismatch"), "raise session_timeout"),
        (UnknownTopicOrPartitionError("gone"), "article-worker topics describe"),
        (NotEnoughReplicasError("one"), "in-sync replicas"),
        (InvalidRecordError("no key"), "cleanup.policy to delete"),
        (KafkaTimeoutError("slow"), "slow or unreachable"),
        (ValueError("odd"), "ValueError: odd$"),
    ],
)
def test_eight_failures_in_a_row_end_the_worker_with_advice(error: Exception, hint: str) -> None:
    scene = Scene()
    for failed in range(1, MAX_FAILURES):
        scene.kafka.script("flush", error)
        scene.fail(b"a")
        assert scene.publisher.failures == failed
    scene.kafka.script("flush", error)
    with pytest.raises(FatalTransportError, match=f"8 transactions failed in a row.*{hint}"):
        scene.publish(b"a")


def test_a_successful_transaction_resets_the_count() -> None:
    scene = Scene()
    for _ in range(3):
        for _ in range(MAX_FAILURES - 1):
            scene.kafka.script("flush", KafkaTimeoutError("slow"))
            scene.fail(b"a")
        scene.publish(b"a")
        assert scene.publisher.failures == 0


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (TopicAuthorizationFailedError({QUALITY}), "the topic articles.quality: grant WRITE"),
        (TransactionalIdAuthorizationFailedError("no"), "transactional id article-worker-slot-0: grant WRITE"),
        (FencedInstanceIdError("two"), "same instance id 'slot-0'"),
    ],
)
def test_a_permanent_error_ends_the_worker_at_once(error: KafkaError, says: str) -> None:
    scene = Scene()
    scene.kafka.script("send_offsets_to_transaction", error)
    with pytest.raises(FatalTransportError, match=says):
        scene.publish(b"a")


def fenced(scene: Scene) -> None:
    """Make another worker take the transactional id."""
    scene.kafka.epochs["tx"] += 1
    scene.fail(b"a")


def test_the_third_takeover_of_a_transactional_id_ends_the_worker() -> None:
    """A successful transaction in between does not reset the count."""
    scene = Scene()
    for _ in range(2):
        fenced(scene)
        scene.publish(b"a")
    scene.kafka.epochs["tx"] += 1
    taken = "another worker uses the transactional id 'article-worker-slot-0'.*--instance-id"
    with pytest.raises(FatalTransportError, match=taken):
        scene.publish(b"a")


def test_takeovers_that_are_far_apart_count_as_restarts() -> None:
    scene = Scene()
    for _ in range(5):
        fenced(scene)
        scene.publish(b"a")
        scene.kafka.clock.now += FENCED_WITHIN_S / 2


def test_a_transaction_that_timed_out_is_not_blamed_on_another_worker() -> None:
    """The broker itself aborted it and raised the epoch."""
    scene = Scene(transaction_timeout="20s")

    def outlast() -> None:
        scene.kafka.clock.now += scene.settings.transaction_timeout.total_seconds()
        raise ProducerFencedError("the broker has aborted it")

    for _ in range(5):
        scene.kafka.script("flush", outlast)
        scene.fail(b"a")
    assert scene.publisher.failures == 5


# -- a producer that works -------------------------------------------------------------------------------------------


def test_a_start_aborts_the_transaction_of_a_killed_predecessor() -> None:
    scene = Scene()
    scene.kafka.script("commit_transaction", ZeroDivisionError("as if killed here"))
    with pytest.raises(ZeroDivisionError):
        scene.publish(b"never published")
    assert scene.kafka.open
    scene.publisher = scene.another()
    assert scene.kafka.open == {}
    scene.publish(b"a")
    assert scene.kafka.values(QUALITY) == [b"a"]


def test_a_coordinator_that_is_not_ready_is_asked_again_by_a_new_producer() -> None:
    scene = Scene()
    loading = CoordinatorLoadInProgressError("loading")
    scene.kafka.script("init_transactions", loading, loading)
    with capture_logs() as logs:
        scene.publisher = scene.another()
    assert [event["event"] for event in logs] == ["producer_not_ready"] * 2
    assert [producer.discarded for producer in scene.cluster.producers[-3:]] == [True, True, False]


def test_a_start_without_a_coordinator_gives_up_after_connect_timeout() -> None:
    scene = Scene(connect_timeout="10s")
    began = scene.kafka.clock.now
    with (
        scene.kafka.failing("init_transactions", CoordinatorLoadInProgressError("loading")),
        pytest.raises(ConnectError, match=r"no transaction coordinator.*transaction\.state\.log"),
    ):
        scene.another()
    assert 10 <= scene.kafka.clock.now - began <= 12


def test_a_running_worker_waits_for_the_coordinator_until_a_stop_is_requested() -> None:
    scene = Scene(connect_timeout="10s")
    scene.kafka.script("flush", KafkaTimeoutError("slow"))
    with pytest.raises(CommitFailed):
        scene.publish(b"a")
    waited: list[float] = []
    with scene.kafka.failing("init_transactions", CoordinatorLoadInProgressError("loading")):

        def waiting() -> None:
            waited.append(scene.kafka.clock.now)
            if len(waited) == 100:
                raise InterruptedError

        with pytest.raises(InterruptedError):
            scene.publisher.connect(waiting)
    assert waited[-1] - waited[0] > 10


def test_a_start_fails_if_the_user_may_not_use_the_transactional_id() -> None:
    scene = Scene()
    scene.kafka.script("init_transactions", TransactionalIdAuthorizationFailedError("no"))
    with pytest.raises(FatalTransportError, match="grant WRITE and DESCRIBE"):
        scene.another()
    assert scene.cluster.producers[-1].discarded


def test_a_publisher_closes_once_whatever_the_client_raises() -> None:
    scene = Scene()
    scene.kafka.script("producer.close", KafkaTimeoutError("unsent records"))
    scene.publisher.close()
    assert scene.cluster.producers[-1].discarded
    scene.publisher.close()
    assert scene.kafka.calls.count("producer.close") == 1
