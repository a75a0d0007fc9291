"""Tests of the retry of dead letters on an in-memory Kafka: every pass takes the transactional id before it reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError

from tests.transport.kafka.fakes import MemoryCluster, MemoryKafka
from worker.config.settings import Settings
from worker.errors import CommitFailed, FatalTransportError
from worker.messages import Output, RawRecord, Source
from worker.transport.base import OutputRefused
from worker.transport.kafka.retry import RetryTransport

TOPICS = ("articles.clean", "articles.quality", "articles.dead")


class Scene:
    """A retry of letters that are open until their report is published."""

    def __init__(self, **settings: Any) -> None:
        self.kafka = MemoryKafka(generation=5, members=set())
        for topic in TOPICS:
            self.kafka.create(topic)
        self.cluster = MemoryCluster(self.kafka, dict.fromkeys(TOPICS, 1 << 20))
        self.letters = [RawRecord(Source("articles.raw", 0, offset), b"x" * 10) for offset in range(5)]
        self.settings = Settings(bootstrap_servers=("one:9092",), **settings)
        self.transport = self.another()

    def another(self) -> RetryTransport:
        return RetryTransport(self.settings, self.open_letters, cluster=self.cluster, sleep=self.kafka.clock.sleep)

    def open_letters(self) -> Iterator[RawRecord]:
        self.kafka.called("read")
        done = self.published
        yield from (letter for letter in self.letters if str(letter.source.offset).encode() not in done)

    @property
    def published(self) -> list[bytes | None]:
        return self.kafka.values("articles.quality")

    def step(self, transport: RetryTransport, most: int = 2) -> int:
        batch = transport.poll(most, 0.5)
        transport.commit(batch, [output(record) for record in batch.records])
        return len(batch.records)


def output(record: RawRecord) -> Output:
    return Output("quality", b"k", str(record.source.offset).encode())


def test_every_letter_is_published_once_without_any_position() -> None:
    scene = Scene()
    while not scene.transport.finished:
        scene.step(scene.transport)
    assert scene.published == [b"0", b"1", b"2", b"3", b"4"]
    assert "send_offsets_to_transaction" not in scene.kafka.calls
    assert scene.transport.resumes()


def test_a_record_that_was_cut_off_is_polled_again() -> None:
    scene = Scene()
    batch = scene.transport.poll(3, 0.5)
    scene.transport.commit(batch.first(1), [output(batch.records[0])])
    assert [record.source.offset for record in scene.transport.poll(3, 0.5).records] == [1, 2, 3]


def test_a_batch_ends_by_bytes() -> None:
    scene = Scene(batch_max_bytes="15")
    assert len(scene.transport.poll(5, 0.5).records) == 2


@pytest.mark.parametrize("call", ["flush", "commit_transaction"])
def test_after_a_failure_the_topics_are_read_again_under_the_transactional_id(call: str) -> None:
    scene = Scene()
    scene.step(scene.transport)
    scene.kafka.script(call, KafkaTimeoutError("lost"))
    with pytest.raises(CommitFailed):
        scene.step(scene.transport)
    scene.kafka.calls.clear()
    while not scene.transport.finished:
        scene.step(scene.transport)
    assert scene.kafka.calls.index("init_transactions") < scene.kafka.calls.index("read")
    assert scene.published == [b"0", b"1", b"2", b"3", b"4"]


def test_an_output_that_its_topic_refuses_is_told_and_its_record_comes_again() -> None:
    scene = Scene()
    batch = scene.transport.poll(1, 0.5)
    with pytest.raises(OutputRefused):
        scene.transport.commit(batch, [Output("quality", b"k", b"x" * (2 << 20))])
    assert scene.transport.poll(1, 0.5).records == batch.records


def test_a_retry_that_another_one_has_replaced_ends_and_publishes_nothing() -> None:
    scene = Scene()
    batch = scene.transport.poll(2, 0.5)
    second = scene.another()
    while not second.finished:
        scene.step(second)
    with pytest.raises(FatalTransportError, match="run the command again"):
        scene.transport.commit(batch, [output(record) for record in batch.records])
    assert scene.published == [b"0", b"1", b"2", b"3", b"4"]
    scene.transport.close()
    second.close()
    assert scene.cluster.closed
