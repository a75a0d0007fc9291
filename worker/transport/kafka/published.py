"""Reads a topic of the worker's outputs: from a time to its present end, then perhaps on, outside of any group."""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import AuthorizationError, KafkaError

from worker.config.settings import Settings
from worker.config.units import format_duration
from worker.errors import FatalTransportError
from worker.messages import Headers
from worker.transport.kafka import access, clients, header_names, ranges

_POLL_MS = 500

# A poll has to return everything that was fetched. kafka-python loses sight of a partition that is paused while a part
# of its fetch is left (docs/upstream.md), so only the size of a fetch limits how much of each partition is in memory.
_POLL_RECORDS = 1 << 31
_FETCH_BYTES = 1 << 20


class Fetched(NamedTuple):
    """A record: its value (None for a tombstone), when it was written, and the number of offsets up to it."""

    value: bytes | None
    written_ms: int
    passed: int
    partition: int
    offset: int
    key: bytes | None
    headers: Headers


class PublishedTopic:
    """What a topic held when the reading began. After `extend`, it can be read on.

    All partitions are read together, in the order of the records' times, so that an article comes after those that it
    repeats. Within a partition the order never changes.
    """

    def __init__(
        self,
        consumer: Any,
        topic: str,
        spans: dict[str, tuple[int, int]],
        patience: timedelta,
        newest: Callable[[], dict[str, tuple[int, int]]] = dict,
    ) -> None:
        self._consumer = consumer
        self._newest = newest
        self._topic = topic
        self._patience = patience
        self._next = {TopicPartition(topic, int(number)): start for number, (start, _) in spans.items()}
        self._ends = {TopicPartition(topic, int(number)): end for number, (_, end) in spans.items()}
        self._fetched: dict[TopicPartition, deque[Any]] = {partition: deque() for partition in self._ends}
        consumer.assign(list(self._ends))
        for partition, start in self._next.items():
            consumer.seek(partition, start)

    @property
    def offsets(self) -> int:
        """How many offsets there are to read. Transaction markers and compacted records count, too."""
        return sum(end - self._next[partition] for partition, end in self._ends.items())

    def __iter__(self) -> Iterator[Fetched]:
        """The committed records.

        Raises:
            FatalTransportError: the topic cannot be read.
        """
        by_time = heapq.merge(*map(self._records, self._ends), key=lambda record: int(record.timestamp))
        for record in by_time:
            partition = TopicPartition(record.topic, record.partition)
            passed = record.offset + 1 - self._next[partition]
            self._next[partition] = record.offset + 1
            headers = tuple((name, value or b"") for name, value in record.headers)
            yield Fetched(
                record.value, record.timestamp, passed, record.partition, record.offset, record.key, headers
            )  # fmt: skip

    def extend(self, *, settled: bool = False) -> None:
        """Let the next iteration return what was committed since the last one. For `settled`, see `opened`.

        Raises:
            FatalTransportError: the brokers do not say where the topic ends.
        """
        if settled:
            spans = self._newest()
            self._ends = {partition: spans[str(partition.partition)][1] for partition in self._ends}
            return
        try:
            self._ends = dict(self._consumer.end_offsets(list(self._ends)))
        except KafkaError as error:
            raise FatalTransportError(f"cannot read the topic {self._topic}: {error}") from error

    def _records(self, partition: TopicPartition) -> Iterator[Any]:
        fetched, end = self._fetched[partition], self._ends[partition]
        while True:
            while fetched:
                if fetched[0].offset >= end:
                    return
                yield fetched.popleft()
            if self._consumer.position(partition) >= end:
                return
            self._fetch(partition)

    def _fetch(self, partition: TopicPartition) -> None:
        """Read on in this partition, and only there: the others may be far ahead."""
        self._consumer.pause(*(self._ends.keys() - {partition}))
        self._consumer.resume(partition)
        before, until = self._consumer.position(partition), time.monotonic() + self._patience.total_seconds()
        while self._consumer.position(partition) == before:
            if time.monotonic() > until:
                waited = format_duration(self._patience)
                raise FatalTransportError(f"no broker has sent records of the topic {self._topic} for {waited}")
            self._fetched[partition].extend(self._poll().get(partition, ()))

    def _poll(self) -> dict[TopicPartition, list[Any]]:
        try:
            records: dict[TopicPartition, list[Any]] = self._consumer.poll(_POLL_MS, max_records=_POLL_RECORDS)
        except AuthorizationError as error:
            raise FatalTransportError(access.unreadable(self._topic)) from error
        except KafkaError as error:
            raise FatalTransportError(f"cannot read the topic {self._topic}: {error}") from error
        return records


@contextmanager
def opened(
    settings: Settings,
    topic: str,
    since: datetime | None,
    until: datetime | None = None,
    *,
    settled: bool = False,
    ends: Mapping[str, int] | None = None,
) -> Iterator[PublishedTopic]:
    """The records of a topic that were written since a time and before another one, or all of them.

    `ends` maps a partition to the offset at which the reading ends. A partition that is not in it is not read.

    An open transaction hides what others have committed after its beginning. With `settled`, the reading waits until
    the transactions that are open now have ended, and misses nothing that was committed before.

    Raises:
        ConnectError: no broker answered within connect_timeout.
        TopicMissing: the topic does not exist.
    """
    named = settings.model_copy(update={"raw_topic": topic})
    spans = ranges.resolve(named, since, until, uncommitted=settled)
    if ends is not None:
        last = {number: min(end, ends.get(number, 0)) for number, (_, end) in spans.items()}
        spans = {number: (min(start, last[number]), last[number]) for number, (start, _) in spans.items()}
    patience = max(settings.connect_timeout, settings.transaction_timeout) if settled else settings.connect_timeout
    with spanning(settings, topic, spans, patience) as found:
        yield found


@contextmanager
def spanning(
    settings: Settings, topic: str, spans: dict[str, tuple[int, int]], patience: timedelta
) -> Iterator[PublishedTopic]:
    """The records in a range of offsets of each partition. `patience` is how long to wait for a silent broker.

    Raises:
        ConnectError: no broker answered within connect_timeout.
    """
    config = clients.consumer_config(settings) | {
        "group_id": None,
        "max_partition_fetch_bytes": _FETCH_BYTES,
        "fetch_max_bytes": _FETCH_BYTES,
    }
    named = settings.model_copy(update={"raw_topic": topic})
    newest = partial(ranges.resolve, named, None, None, uncommitted=True)
    consumer = clients.connect(lambda: KafkaConsumer(**config), settings)
    try:
        header_names.take_any(consumer)
        yield PublishedTopic(consumer, topic, spans, patience, newest)
    finally:
        consumer.close(autocommit=False, timeout_ms=5000)
