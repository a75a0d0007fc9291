"""Resolves times to the offsets of a topic's partitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from worker.config.settings import Settings
from worker.transport.kafka import clients
from worker.transport.kafka.admin import connected, missing_topics


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in ranges of offsets, by partition.

    `expired` has the number of records that were deleted within a range, or just before its first record. So it is the
    largest possible number that a range of time has lost. `sizes` are roughly the bytes on disk, of the partitions for
    which the brokers reveal them.
    """

    expired: Mapping[int, int]
    sizes: Mapping[int, int]


def resolve(
    settings: Settings, since: datetime | None, until: datetime | None, *, uncommitted: bool = False
) -> dict[str, tuple[int, int]]:
    """The range of offsets (end exclusive) of each partition of the raw topic.

    `since` None means from the earliest record, `until` None to the latest. With `uncommitted`, the latest record may
    belong to a transaction that is still open.

    Raises:
        ConnectError: no broker answered within connect_timeout.
        TopicMissing: the raw topic does not exist.
    """
    topic = settings.raw_topic
    with _consumer(settings, "read_uncommitted" if uncommitted else "read_committed") as consumer:
        numbers = consumer.partitions_for_topic(topic)
        if not numbers:
            raise missing_topics(settings, [topic], consumer.topics())
        partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
        first, last = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
        start = _offsets_at(consumer, since, last) if since else first
        end = _offsets_at(consumer, until, last) if until else last
    return {str(tp.partition): (start[tp], max(start[tp], end[tp])) for tp in partitions}


def contents(settings: Settings, pairs: Mapping[str, tuple[int, int]]) -> Contents:
    """Ask the brokers what is left of these ranges of the raw topic.

    Raises:
        ConnectError: no broker answered within connect_timeout.
    """
    ranges = {TopicPartition(settings.raw_topic, int(number)): pair for number, pair in pairs.items()}
    with _consumer(settings) as consumer:
        first, last = consumer.beginning_offsets(list(ranges)), consumer.end_offsets(list(ranges))
    left = {tp: max(0, end - max(start, first[tp])) for tp, (start, end) in ranges.items()}
    shares = {tp.partition: left[tp] / max(1, last[tp] - first[tp]) for tp in ranges}
    expired = {tp.partition: _expired(*pair, first[tp]) for tp, pair in ranges.items()}
    return Contents(expired, _sizes(settings, shares))


def _expired(start: int, end: int, first: int) -> int:
    if start == first:  # records before it may have belonged to the same range of time
        return first
    return max(0, min(first, end) - start)


def _offsets_at(consumer: Any, moment: datetime, last: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
    wanted = dict.fromkeys(last, max(0, int(moment.timestamp() * 1000)))
    found = consumer.offsets_for_times(wanted)
    return {tp: found[tp].offset if found.get(tp) else last[tp] for tp in last}


def _sizes(settings: Settings, shares: Mapping[int, float]) -> dict[int, int]:
    """The bytes on disk of the given share of each partition's records."""
    with connected(settings) as admin:
        try:
            sizes = _partition_sizes(admin.describe_log_dirs(), settings.raw_topic)
        except KafkaError:
            return {}
    return {number: round(sizes[number] * share) for number, share in shares.items() if number in sizes}


def _partition_sizes(brokers: Any, topic: str) -> dict[int, int]:
    """The size in bytes of the largest replica of each partition, from the answers of all brokers."""
    sizes: dict[int, int] = {}
    for broker in brokers:
        for directory in broker["log_dirs"]:
            for entry in directory["topics"]:
                for partition in entry["partitions"] if entry["name"] == topic else ():
                    number = partition["partition_index"]
                    sizes[number] = max(sizes.get(number, 0), partition["partition_size"])
    return sizes


@contextmanager
def _consumer(settings: Settings, isolation: str = "read_committed") -> Iterator[Any]:
    config = clients.consumer_config(settings) | {"isolation_level": isolation}
    consumer = clients.connect(lambda: KafkaConsumer(**config), settings)
    try:
        yield consumer
    finally:
        consumer.close(autocommit=False, timeout_ms=5000)
