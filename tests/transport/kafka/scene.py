"""Transports on an in-memory Kafka, for the tests of the transport and its reader."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from typing import Any

from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError

from tests.transport.kafka.fakes import MemoryCluster, MemoryKafka
from worker.config.settings import Settings
from worker.messages import Channel, Output, RawRecord
from worker.transport.kafka.bounds import Range
from worker.transport.kafka.offsets import Offsets
from worker.transport.kafka.transport import KafkaTransport

RAW, CLEAN, QUALITY, DEAD = "articles.raw", "articles.clean", "articles.quality", "articles.dead"
ZERO, ONE = TopicPartition(RAW, 0), TopicPartition(RAW, 1)
LIMITS = {CLEAN: 1 << 20, QUALITY: 1 << 20, DEAD: 1 << 20}


class Scene:
    """An in-memory Kafka, and the transports that use it."""

    carries_headers = True

    def __init__(self, partitions: int = 1) -> None:
        self.kafka = MemoryKafka()
        self.kafka.create(RAW, partitions)
        for topic in LIMITS:
            self.kafka.create(topic)
        self.cluster = MemoryCluster(self.kafka, LIMITS)
        self.opened: list[KafkaTransport] = []

    def put_raw(self, values: Sequence[bytes]) -> None:
        self.kafka.put(RAW, values)

    def open(
        self, ranges: dict[int, Range] | None = None, *, waiting: Callable[[], None] = lambda: None, **settings: Any
    ) -> KafkaTransport:
        made = Settings(**{"bootstrap_servers": "one:9092", "stop_at_end": ranges is None, **settings})
        clock = self.kafka.clock
        self.opened.append(
            KafkaTransport(
                made, "a", ranges, cluster=self.cluster, waiting=waiting, clock=clock, sleep=clock.sleep
            )
        )  # fmt: skip
        return self.opened[-1]

    def outputs(self, channel: Channel) -> list[Output]:
        found = self.kafka.read(f"articles.{channel}")
        return [Output(channel, entry.key, entry.value or b"", entry.headers) for entry in found]

    def dead_values(self) -> list[bytes]:
        return [entry.value or b"" for entry in self.kafka.read(DEAD)]

    def failing_commits(self) -> AbstractContextManager[None]:
        return self.kafka.failing("send_offsets_to_transaction", KafkaTimeoutError("no coordinator"))

    def close(self) -> None:
        for transport in self.opened:
            transport.close()


def two_partitions() -> Scene:
    """Two partitions with five records each: 0 to 4, and 10 to 14."""
    scene = Scene(partitions=2)
    scene.kafka.put(RAW, [b"%d" % number for number in range(5)], 0)
    scene.kafka.put(RAW, [b"%d" % number for number in range(10, 15)], 1)
    return scene


def sorted_values(records: Sequence[RawRecord]) -> list[bytes]:
    return sorted(record.value or b"" for record in records)


def offsets(wanted: Collection[int]) -> Offsets:
    """The set of these offsets."""
    starts = sorted(each for each in wanted if each - 1 not in wanted)
    ends = sorted(each + 1 for each in wanted if each + 1 not in wanted)
    return Offsets(starts, ends)
