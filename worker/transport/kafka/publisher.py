"""The producing half of the Kafka transport: outputs and input offsets in one transaction, or nothing.

The order of calls is bought with experience of kafka-python 3.0.12 (docs/upstream.md):

* `commit_transaction` can return normally although a record was lost. So: flush, look at every future, then commit.
* A producer carries offsets, sequence numbers and late requests of a failed transaction into the next one. So: after
  any failure it is thrown away. The next one has the same transactional id, and its `init_transactions` makes the
  broker end what was left open and refuse whatever the old one still sends.
* No transactional call ever times out. So: each runs on a thread that can be left behind.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from kafka import TopicPartition
from kafka.errors import (
    AuthorizationError,
    FencedInstanceIdError,
    InvalidProducerEpochError,
    InvalidTimestampError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    NotEnoughReplicasError,
    ProducerFencedError,
    RecordListTooLargeError,
    UnknownTopicOrPartitionError,
)
from kafka.errors import CommitFailedError as GroupCommitFailedError
from kafka.structs import OffsetAndMetadata

from worker.config.settings import Settings
from worker.errors import CommitFailed, ConnectError, FatalTransportError, OutcomeUnknown
from worker.messages import Channel, DeadLetter, Output
from worker.transport import dead_letters
from worker.transport.base import OutputRefused
from worker.transport.kafka import access
from worker.transport.kafka.interfaces import Producer, Waiting

log = structlog.get_logger(__name__)

MAX_FAILURES = 8  # transactions that failed one after the other before the process gives up
MAX_FENCED = 3  # times that another producer took the transactional id within `FENCED_WITHIN_S`
FENCED_WITHIN_S = 120.0
RETRY_S = 1.0  # before a coordinator that was not ready is asked again

_TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)
_LARGER = "Raise its max.message.bytes (article-worker topics create --alter), or lower max_message_bytes"
_HINTS: Mapping[type[KafkaError], str] = {
    InvalidTimestampError: "Check the clock of this machine",
    GroupCommitFailedError: "The group had removed this worker each time: raise session_timeout or "
    "max_poll_interval, or lower batch_budget",
    UnknownTopicOrPartitionError: "Check that every output topic exists: article-worker topics describe",
    NotEnoughReplicasError: "An output topic has fewer in-sync replicas than min.insync.replicas: check that all "
    "brokers run",
    KafkaTimeoutError: "The brokers are slow or unreachable: check their load and the network",
}


class Publisher:
    """A transactional producer that replaces itself after a failure."""

    def __init__(
        self,
        settings: Settings,
        instance_id: str,
        max_letter_bytes: int,
        make_producer: Callable[[Waiting | None], Producer],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connects, and aborts at once what a killed predecessor of the same instance id left open.

        At most `max_letter_bytes` of a dead letter's value are published. `make_producer` makes one that is connected.

        Raises:
            ConnectError: no broker answered within connect_timeout.
            FatalTransportError: the broker does not allow the transactional id.
        """
        self._settings = settings
        self._instance_id = instance_id
        self._max_letter_bytes = max_letter_bytes
        self._make_producer = make_producer
        self._clock, self._sleep = clock, sleep
        self._topic_of: dict[Channel, str] = {
            "clean": settings.clean_topic,
            "quality": settings.quality_topic,
            "dead": settings.dead_topic,
        }
        self._limit_s = settings.transaction_timeout.total_seconds() * 0.75  # before the broker's own patience ends
        self._fenced: deque[float] = deque(maxlen=MAX_FENCED)
        self.failures = 0  # transactions that failed since the last good one
        self._one_by_one = False  # records are sent and waited for one at a time
        self._asked_to_commit = False
        self._producer: Producer | None = None
        self.connect()

    def connect(self, waiting: Waiting | None = None) -> None:
        """A producer that works, where the last one was thrown away; the broker has ended what that one left open.

        With `waiting` this takes as long as the brokers are away; see `worker.transport.kafka.clients.connect`.

        Raises:
            ConnectError: no broker answered within connect_timeout.
            FatalTransportError: the broker does not allow this transactional id, or another worker uses it.
        """
        deadline = self._clock() + self._settings.connect_timeout.total_seconds()
        while self._producer is None:
            producer = self._make_producer(waiting)
            try:
                self._bounded(producer.init_transactions)
            except KafkaError as error:
                producer.discard()
                if not error.retriable:
                    self._count_failure(error, 0.0)
                log.warning("producer_not_ready", error=f"{type(error).__name__}: {error}")
                if waiting:
                    waiting()
                elif self._clock() >= deadline:
                    raise ConnectError(
                        f"no transaction coordinator within connect_timeout: {error}. Check that enough brokers run "
                        "for transaction.state.log.replication.factor"
                    ) from error
                self._sleep(RETRY_S)
            else:
                self._producer = producer

    def publish(
        self, outputs: Sequence[Output], offsets: Mapping[TopicPartition, int], metadata: Any, note: str = ""
    ) -> None:
        """One transaction: the outputs, and the offsets of the next records to read, with a note beside each.

        `metadata` is the group's: a member that was taken for dead is fenced by it. Call `connect` first after a
        failure.

        Raises:
            CommitFailed: nothing was published.
            OutputRefused: likewise; these outputs are too large for their topics.
            OutcomeUnknown: the committed offsets tell whether anything was, as soon as `connect` has returned.
            FatalTransportError: the broker refuses what no second try would change, or fails again and again.
        """
        began = self._clock()
        try:
            noted = {partition: OffsetAndMetadata(offset, note) for partition, offset in offsets.items()}
            self._bounded(partial(self._transact, self._working(), outputs, noted, metadata))
        except OutputRefused:
            self._throw_away()
            raise
        except (KafkaError, ValueError) as error:
            self._throw_away()
            # One record that is too large makes the others fail too, with any error: each has to be sent alone.
            self._one_by_one = not (isinstance(error, KafkaError) and error.retriable)
            self._count_failure(error, self._clock() - began)
            failed = OutcomeUnknown if self._asked_to_commit else CommitFailed
            raise failed(f"{type(error).__name__}: {error}") from error
        self.failures, self._one_by_one = 0, False

    def _transact(
        self,
        producer: Producer,
        outputs: Sequence[Output],
        offsets: Mapping[TopicPartition, OffsetAndMetadata],
        metadata: Any,
    ) -> None:
        self._asked_to_commit = False
        producer.begin_transaction()
        futures = self._send(producer, outputs)
        producer.flush(timeout=self._limit_s * 2 / 3)
        for future in futures:
            future.get(timeout=0)  # raises what went wrong with this record, or that it is not done
        producer.send_offsets_to_transaction(offsets, metadata)
        self._asked_to_commit = True
        producer.commit_transaction()

    def _send(self, producer: Producer, outputs: Sequence[Output]) -> list[Any]:
        """The futures of all records; each waited for already if it has to show whether its record is refused.

        Raises:
            OutputRefused: some are. All that can be found are named, so that one more transaction is enough.
        """
        futures: list[Any] = []
        refused: list[tuple[Output, KafkaError]] = []
        for output in outputs:
            try:
                futures.append(self._append(producer, output))
            except _TOO_LARGE as error:
                refused.append((output, error))
            else:
                if self._one_by_one and (refusal := self._refusal(producer, futures[-1])):
                    refused.append((output, refusal))
        if refused:
            raise self._refused(refused, len(outputs)) from refused[0][1]
        return futures

    def _refusal(self, producer: Producer, future: Any) -> KafkaError | None:
        """Wait for a record, the only one that is on its way. The producer sends on even if it is refused."""
        try:
            future.get(timeout=self._limit_s)
        except _TOO_LARGE as error:
            producer.send_on(future)
            return error
        return None

    def _refused(self, refused: Sequence[tuple[Output, KafkaError]], of: int) -> OutputRefused:
        topics = " and ".join(sorted({f"the topic {self._topic_of[output.channel]}" for output, _ in refused}))
        return OutputRefused(
            f"too large for {topics}: {len(refused)} of {of} messages; the first error: {refused[0][1]}. {_LARGER}",
            tuple(output for output, _ in refused),
        )

    def _append(self, producer: Producer, output: Output) -> Any:
        value: bytes | None
        headers = list(output.headers)
        if isinstance(output.value, DeadLetter):
            headers += dead_letters.headers(output.value)
            value = dead_letters.value(output.value, self._max_letter_bytes)
        else:
            value = output.value
        return producer.send(self._topic_of[output.channel], value=value, key=output.key, headers=headers)

    def _bounded(self, call: Callable[[], None]) -> None:
        """Make a call that may never return; after `_limit_s` it is left to itself, on a thread that ends with us.

        Raises:
            KafkaTimeoutError: it did not return in time.
            Exception: whatever it raised.
        """
        raised: list[BaseException] = []

        def run() -> None:
            try:
                call()
            except BaseException as error:  # noqa: BLE001 - it is raised where the caller waits
                raised.append(error)

        thread = threading.Thread(target=run, name="transaction", daemon=True)
        thread.start()
        thread.join(self._limit_s)
        if thread.is_alive():
            raise KafkaTimeoutError(f"no answer from the transaction coordinator within {self._limit_s:g} s")
        if raised:
            raise raised[0]

    def _throw_away(self) -> None:
        producer, self._producer = self._working(), None
        producer.discard()

    def _working(self) -> Producer:
        assert self._producer is not None, "connect() was not called after a failure"
        return self._producer

    def _count_failure(self, error: Exception, took_s: float) -> None:
        """End the process where another try would not help.

        Raises:
            FatalTransportError: so it is.
        """
        if isinstance(error, AuthorizationError | FencedInstanceIdError):
            raise FatalTransportError(access.explain(error, self._settings, self._instance_id) or str(error)) from error
        self._count_fencing(error, took_s)
        self.failures += 1
        if self.failures >= MAX_FAILURES:
            last = f"{type(error).__name__}: {error}{_hint(error)}"
            raise FatalTransportError(f"{self.failures} transactions failed in a row; last error: {last}") from error

    def _count_fencing(self, error: Exception, took_s: float) -> None:
        """A transaction that took longer than the broker waits was ended by the broker, not by another worker."""
        by_timeout = took_s >= self._settings.transaction_timeout.total_seconds()
        if by_timeout or not isinstance(error, ProducerFencedError | InvalidProducerEpochError):
            return
        now, name = self._clock(), access.transactional_id(self._settings, self._instance_id)
        self._fenced.append(now)
        if len(self._fenced) == MAX_FENCED and now - self._fenced[0] < FENCED_WITHIN_S:
            raise FatalTransportError(
                f"another worker uses the transactional id {name!r}: it took it over {MAX_FENCED} "
                "times within two minutes. Give each worker its own --instance-id"
            ) from error

    def close(self) -> None:
        """End the client's threads; an open transaction is aborted by the next start or the broker."""
        if self._producer is not None:
            with contextlib.suppress(KafkaError):
                self._producer.close(timeout=5)
            self._throw_away()


def _hint(error: Exception) -> str:
    """What to look at, by the sort of error."""
    return next((f". {text}" for sort, text in _HINTS.items() if isinstance(error, sort)), "")
