"""The producing half of the Kafka transport: publishes outputs and input offsets in one transaction, or nothing.

The order of the calls follows from bugs in kafka-python 3.0.12 (docs/upstream.md):

* `commit_transaction` can return normally although a record was lost. So: flush, check every future, then commit.
* A producer carries offsets, sequence numbers and late requests of a failed transaction into the next one. So it is
  discarded after any failure. Its successor has the same transactional id, and calls `init_transactions`: the broker
  then aborts the open transaction, and refuses everything that the old producer still sends.
* Transactional calls never time out. So each one runs on a thread that can be abandoned.
"""

from __future__ import annotations

import contextlib
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
    KafkaError,
    MessageSizeTooLargeError,
    ProducerFencedError,
    RecordListTooLargeError,
)
from kafka.structs import OffsetAndMetadata

from worker.config.settings import Settings
from worker.errors import CommitFailed, ConnectError, FatalTransportError, OutcomeUnknown
from worker.messages import Channel, DeadLetter, Output
from worker.transport import dead_letters
from worker.transport.base import OutputRefused
from worker.transport.kafka import access
from worker.transport.kafka.bounded import bounded
from worker.transport.kafka.hints import hint
from worker.transport.kafka.interfaces import Producer, Waiting

log = structlog.get_logger(__name__)

MAX_FAILURES = 8  # failed transactions in a row before the process gives up
MAX_FENCED = 3  # how often another producer may take the transactional id within `FENCED_WITHIN_S`
FENCED_WITHIN_S = 120.0
RETRY_S = 1.0  # before the next attempt, if the coordinator was not ready

_TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)
_LARGER = "Raise its max.message.bytes (article-worker topics create --alter), or lower max_message_bytes"


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
        """Connects, and aborts the transaction that a killed predecessor with the same instance id left open.

        Publishes at most `max_letter_bytes` of a dead letter's value. `make_producer` returns a connected producer.

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
        self._limit_s = settings.transaction_timeout.total_seconds() * 0.75  # so that the broker does not abort first
        self._fenced: deque[float] = deque(maxlen=MAX_FENCED)
        self.failures = 0  # failed transactions since the last good one
        self._one_by_one = False  # records are sent and waited for one at a time
        self._asked_to_commit = False
        self._producer: Producer | None = None
        self.connect()

    def connect(self, waiting: Waiting | None = None) -> None:
        """Make a new producer if the last one was discarded. The broker aborts the transaction that it left open.

        With `waiting`, wait without a time limit for brokers that are away; see
        `worker.transport.kafka.clients.connect`.

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
                        f"no transaction coordinator was ready within connect_timeout: {error}. Check that enough "
                        "brokers are running for transaction.state.log.replication.factor"
                    ) from error
                self._sleep(RETRY_S)
            else:
                self._producer = producer

    def publish(
        self, outputs: Sequence[Output], offsets: Mapping[TopicPartition, int], metadata: Any, note: str = ""
    ) -> None:
        """Publish in one transaction: the outputs, and the offsets (if any) of the next records, each with the note.

        `metadata` is the group metadata; with it, the broker fences a member that the group has removed. After a
        failure, call `connect` first.

        Raises:
            CommitFailed: nothing was published.
            OutputRefused: nothing was published, because these outputs are too large for their topics.
            OutcomeUnknown: as soon as `connect` has returned, the committed offsets tell whether it was published.
            FatalTransportError: another attempt would not help, or too many transactions failed in a row.
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
            # One record that is too large makes the others fail too, with any error. So send each one alone.
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
            future.get(timeout=0)  # raises the error of this record, or a timeout if it is not done
        if offsets:
            producer.send_offsets_to_transaction(offsets, metadata)
        self._asked_to_commit = True
        producer.commit_transaction()

    def _send(self, producer: Producer, outputs: Sequence[Output]) -> list[Any]:
        """Send all records, and return their futures. In one-by-one mode, wait for each record.

        Raises:
            OutputRefused: some outputs are too large. It holds all that can be found, so the next transaction succeeds.
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
        """Wait for the only record in flight. If it is refused, return the error; the producer can then send more."""
        try:
            future.get(timeout=self._limit_s)
        except _TOO_LARGE as error:
            producer.send_on(future)
            return error
        return None

    def _refused(self, refused: Sequence[tuple[Output, KafkaError]], of: int) -> OutputRefused:
        topics = " and ".join(sorted({f"the topic {self._topic_of[output.channel]}" for output, _ in refused}))
        return OutputRefused(
            f"{len(refused)} of {of} messages are too large for {topics}; first error: {refused[0][1]}. {_LARGER}",
            tuple(output for output, _ in refused),
        )

    def _append(self, producer: Producer, output: Output) -> Any:
        key, headers = output.key, list(output.headers)
        value: bytes | None
        if isinstance(output.value, DeadLetter):
            headers += dead_letters.headers(output.value)
            value = dead_letters.value(output.value, self._max_letter_bytes)
            if key is None and value is None:
                key = b""  # kafka-python refuses a record that has neither
        else:
            value = output.value
        return producer.send(self._topic_of[output.channel], value=value, key=key, headers=headers)

    def _bounded(self, call: Callable[[], None]) -> None:
        bounded(call, self._limit_s)

    def _throw_away(self) -> None:
        producer, self._producer = self._working(), None
        producer.discard()

    def _working(self) -> Producer:
        assert self._producer is not None, "connect() was not called after a failure"
        return self._producer

    def _count_failure(self, error: Exception, took_s: float) -> None:
        """Count a failed transaction.

        Raises:
            FatalTransportError: another attempt would not help. The process has to end.
        """
        if isinstance(error, AuthorizationError | FencedInstanceIdError):
            raise FatalTransportError(access.explain(error, self._settings, self._instance_id) or str(error)) from error
        self._count_fencing(error, took_s)
        self.failures += 1
        if self.failures >= MAX_FAILURES:
            last = f"{type(error).__name__}: {error}{hint(error)}"
            raise FatalTransportError(f"{self.failures} transactions failed in a row; last error: {last}") from error

    def _count_fencing(self, error: Exception, took_s: float) -> None:
        """Count takeovers of the transactional id. After a transaction timeout, the broker itself fences a producer."""
        by_timeout = took_s >= self._settings.transaction_timeout.total_seconds()
        if by_timeout or not isinstance(error, ProducerFencedError | InvalidProducerEpochError):
            return
        now, name = self._clock(), access.transactional_id(self._settings, self._instance_id)
        self._fenced.append(now)
        if len(self._fenced) == MAX_FENCED and now - self._fenced[0] < FENCED_WITHIN_S:
            raise FatalTransportError(
                f"another worker uses the transactional id {name!r}: it took the id over {MAX_FENCED} times within two "
                "minutes. Give each worker its own --instance-id"
            ) from error

    def close(self) -> None:
        """End the client's threads. The next start, or the broker, aborts an open transaction."""
        if self._producer is not None:
            with contextlib.suppress(KafkaError):
                self._producer.close(timeout=5)
            self._throw_away()
