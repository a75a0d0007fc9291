"""Reads the inputs of dead letters from where they were first read, because a dead letter may have only a part."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import AuthorizationError, KafkaError, OffsetOutOfRangeError

from worker.config.settings import Settings
from worker.errors import FatalTransportError
from worker.transport.dead_letters import KeptLetter
from worker.transport.kafka import access, clients, header_names
from worker.transport.kafka.reader import raw_record

log = structlog.get_logger(__name__)

_POLL_MS = 500
_FETCH_BYTES = 1  # brokers send at least one batch of records, however large it is
_ALL = 1 << 31


class Originals:
    """Connects when it is first asked."""

    def __init__(
        self,
        settings: Settings,
        connect: Callable[[Settings], Any] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._clock = settings, clock
        self._connect = connect or _connected
        self._consumer: Any = None
        self._ends: dict[TopicPartition, int] = {}

    def completed(self, letter: KeptLetter) -> KeptLetter:
        """The dead letter with the key, the value and the headers of its input, if they can still be read.

        Otherwise the same letter. The value is that of the input only if it has the same SHA-256.

        Raises:
            ConnectError: no broker answered within connect_timeout.
            FatalTransportError: no broker sends the record.
        """
        if letter.is_whole:
            return letter
        found = self._record(TopicPartition(letter.source.topic, letter.source.partition), letter.source.offset)
        if found is None:
            return letter
        record = raw_record(found)
        whole = replace(letter, key=record.key, value=record.value, headers=record.headers)
        return whole if whole.is_whole else letter

    def _record(self, partition: TopicPartition, offset: int) -> Any:
        """The record at this offset; None if it is not there, or if this user may not read the topic."""
        try:
            if offset >= self._end(partition):
                return None
            self._consumer.assign([partition])
            self._consumer.seek(partition, offset)
            return next((record for record in self._read_past(partition, offset) if record.offset == offset), None)
        except OffsetOutOfRangeError:
            return None
        except AuthorizationError:
            log.warning("original_unreadable", error=access.unreadable(partition.topic))
            self._ends[partition] = 0  # ask no more
            return None
        except KafkaError as error:
            raise FatalTransportError(f"cannot read the topic {partition.topic}: {error}") from error

    def _end(self, partition: TopicPartition) -> int:
        """The offset after the last record of the partition; 0 if there is no such partition."""
        if self._consumer is None:
            self._consumer = self._connect(self._settings)
        if partition not in self._ends:
            exists = partition.partition in (self._consumer.partitions_for_topic(partition.topic) or ())
            self._ends[partition] = self._consumer.end_offsets([partition])[partition] if exists else 0
        return self._ends[partition]

    def _read_past(self, partition: TopicPartition, offset: int) -> Iterable[Any]:
        patience_s = self._settings.connect_timeout.total_seconds()
        until = self._clock() + patience_s
        while self._consumer.position(partition) <= offset:
            if self._clock() > until:
                raise FatalTransportError(f"no broker has sent a record of the topic {partition.topic} for "
                                          f"{patience_s:g} s")  # fmt: skip
            yield from self._consumer.poll(_POLL_MS, max_records=_ALL).get(partition, ())

    def close(self) -> None:
        """Disconnect."""
        if self._consumer is not None:
            self._consumer.close(autocommit=False, timeout_ms=5000)


def _connected(settings: Settings) -> Any:
    sizes = {"max_partition_fetch_bytes": _FETCH_BYTES, "fetch_max_bytes": _FETCH_BYTES}
    config = clients.consumer_config(settings) | {"group_id": None, **sizes}
    consumer = clients.connect(lambda: KafkaConsumer(**config), settings)
    header_names.take_any(consumer)
    return consumer
