"""The producing half of the Kafka transport: outputs and input offsets in one transaction, or nothing.

The order of calls is bought with experience: `commit_transaction` of kafka-python 3.0.12 can return normally although a
record was lost, and neither it nor `abort_transaction` ever times out. Hence: flush, look at every future, only then
commit; and a watchdog that ends the process below the broker's own transaction timeout.
"""

from __future__ import annotations

import contextlib
import faulthandler
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import structlog
from kafka import KafkaProducer, TopicPartition
from kafka.errors import AuthorizationError, KafkaError, MessageSizeTooLargeError
from kafka.structs import OffsetAndMetadata

from worker import outputs as build
from worker.errors import CommitFailed, FatalTransportError
from worker.messages import Channel, DeadLetter, Output
from worker.settings import Settings
from worker.transport import clients

log = structlog.get_logger(__name__)

MAX_FAILURES = 8  # transactions that failed one after the other, each with a new producer, before the process gives up


class Publisher:
    """A transactional producer that replaces itself when it is dead."""

    def __init__(self, settings: Settings, transactional_id: str, max_message_bytes: int) -> None:
        """Connects, and aborts at once what a killed predecessor of the same transactional id left open.

        Raises:
            ConnectError: no broker answered within connect_timeout.
        """
        self._settings = settings
        self._transactional_id = transactional_id
        self._max_message_bytes = max_message_bytes
        self._topic_of: dict[Channel, str] = {
            "clean": settings.clean_topic,
            "quality": settings.quality_topic,
            "dead": settings.dead_topic,
        }
        self.failures = 0  # transactions that failed since the last good one
        self._producer = self._connect()

    def _connect(self) -> Any:
        config = clients.producer_config(self._settings, self._transactional_id)
        producer = clients.connect(lambda: KafkaProducer(**config), self._settings)
        with self._watchdog():
            producer.init_transactions()
        return producer

    def publish(self, outputs: Sequence[Output], offsets: Mapping[TopicPartition, int], metadata: Any) -> None:
        """One transaction: the outputs, and the offsets of the next records to read.

        `metadata` is the group's, as it was right after the records were polled: a member that was taken for dead
        since then is fenced by it.

        Raises:
            CommitFailed: nothing was published, and the next call finds a working producer.
            FatalTransportError: the broker refuses what no second try would change, or fails again and again.
        """
        try:
            with self._watchdog():
                self._transact(outputs, offsets, metadata)
        except (AuthorizationError, MessageSizeTooLargeError) as error:
            self._abort()
            raise FatalTransportError(f"the broker refuses the outputs: {type(error).__name__}: {error}") from error
        except (KafkaError, ValueError) as error:
            self.failures += 1
            self._recover(error)
            raise CommitFailed(f"{type(error).__name__}: {error}") from error
        self.failures = 0

    def _transact(self, outputs: Sequence[Output], offsets: Mapping[TopicPartition, int], metadata: Any) -> None:
        self._producer.begin_transaction()
        futures = [self._send(output) for output in outputs]
        self._producer.flush(timeout=self._settings.transaction_timeout.total_seconds() / 2)
        for future in futures:
            future.get(timeout=0)  # raises what went wrong with this record, or that it is not done
        self._producer.send_offsets_to_transaction(
            {partition: OffsetAndMetadata(offset) for partition, offset in offsets.items()}, metadata
        )
        self._producer.commit_transaction()

    def _send(self, output: Output) -> Any:
        value: bytes | None
        headers = list(output.headers)
        if isinstance(output.value, DeadLetter):
            headers += build.dead_letter_headers(output.value)
            value = build.dead_letter_value(output.value, self._max_message_bytes)
        else:
            value = output.value
        return self._producer.send(self._topic_of[output.channel], value=value, key=output.key, headers=headers)

    def _recover(self, error: Exception) -> None:
        """The only place where a dead producer is closed and a new one built."""
        if self.failures >= MAX_FAILURES:
            raise FatalTransportError(
                f"{self.failures} transactions failed in a row. Does another worker use the transactional id "
                f"{self._transactional_id!r}? Give each its own --instance-id. Last error: {error!r}"
            ) from error
        if self._abort():
            return
        with contextlib.suppress(KafkaError):
            self._producer.close(timeout=0)
        self._producer = self._connect()

    def _abort(self) -> bool:
        """Whether the transaction was aborted and the producer can go on."""
        try:
            with self._watchdog():
                self._producer.abort_transaction()
        except (KafkaError, ValueError) as error:
            log.warning("abort_failed", error=f"{type(error).__name__}: {error}")
            return False
        return True

    @contextlib.contextmanager
    def _watchdog(self) -> Iterator[None]:
        """Ends the process, with the stacks of all threads, when a call hangs. A restart goes on at the last commit."""
        deadline_s = self._settings.transaction_timeout.total_seconds() * 0.75
        faulthandler.dump_traceback_later(deadline_s, exit=True, file=sys.__stderr__ or sys.stderr)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()

    def close(self) -> None:
        """End the client's threads; an open transaction is aborted by the next start or the broker."""
        self._producer.close(timeout=5)
