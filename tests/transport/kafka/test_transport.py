"""The Kafka transport on a Kafka in memory (fakes.py): the contract, and what only Kafka has.

The same contract runs over a real broker in tests/kafka/test_transport.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError

from tests.transport.contract import TransportContract
from tests.transport.kafka.fakes import MemoryCluster, MemoryKafka
from worker.config.settings import Settings
from worker.messages import Channel, Output
from worker.transport.kafka.bounds import Range
from worker.transport.kafka.transport import KafkaTransport

RAW, CLEAN, QUALITY, DEAD = "articles.raw", "articles.clean", "articles.quality", "articles.dead"
ZERO, ONE = TopicPartition(RAW, 0), TopicPartition(RAW, 1)
LIMITS = {CLEAN: 1 << 20, QUALITY: 1 << 20, DEAD: 1 << 20}


class Scene:
    """A Kafka in memory, and the transports on it. `worker` is a transport that was opened last."""

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

    def open(self, ranges: dict[int, Range] | None = None, **settings: Any) -> KafkaTransport:
        made = Settings(**{"bootstrap_servers": "one:9092", "stop_at_end": ranges is None, **settings})
        clock = self.kafka.clock
        self.opened.append(KafkaTransport(made, "a", ranges, cluster=self.cluster, clock=clock, sleep=clock.sleep))
        return self.opened[-1]

    def outputs(self, channel: Channel) -> list[Output]:
        found = self.kafka.read(f"articles.{channel}")
        return [Output(channel, entry.key or b"", entry.value or b"", entry.headers) for entry in found]

    def dead_values(self) -> list[bytes]:
        return [entry.value or b"" for entry in self.kafka.read(DEAD)]

    def failing_commits(self) -> AbstractContextManager[None]:
        return self.kafka.failing("send_offsets_to_transaction", KafkaTimeoutError("no coordinator"))


@pytest.fixture
def harness() -> Iterator[Scene]:
    scene = Scene()
    yield scene
    for transport in scene.opened:
        transport.close()


class TestContract(TransportContract):
    """The suite that a real broker and the file transport pass as well."""
