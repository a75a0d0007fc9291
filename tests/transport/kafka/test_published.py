"""Reading a topic of clean articles in the order of time, partition by partition from a fake consumer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaError, TopicAuthorizationFailedError

from worker.errors import FatalTransportError
from worker.transport.kafka.published import PublishedTopic

TOPIC = "articles.clean"


class FakeConsumer:
    """A consumer of partitions whose records are (offset, time). It returns two at a time, and skips over markers."""

    def __init__(self, partitions: list[list[tuple[int, int]]], ends: list[int]) -> None:
        self._records = partitions
        self._ends = ends
        self._positions: dict[TopicPartition, int] = {}
        self._paused: set[TopicPartition] = set()
        self.error: Exception | None = None
        self.silent = False
        self.most_fetched = 0

    def assign(self, partitions: Iterable[TopicPartition]) -> None:
        self._positions = dict.fromkeys(partitions, 0)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._positions[partition] = offset

    def position(self, partition: TopicPartition) -> int:
        return self._positions[partition]

    def pause(self, *partitions: TopicPartition) -> None:
        self._paused |= {*partitions}

    def resume(self, *partitions: TopicPartition) -> None:
        self._paused -= {*partitions}

    def end_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return {partition: self._ends[partition.partition] for partition in partitions}

    def grow(self, partition: int, records: list[tuple[int, int]], end: int) -> None:
        self._records[partition] += records
        self._ends[partition] = end

    def poll(self, _timeout_ms: float, max_records: int) -> dict[TopicPartition, list[Any]]:
        assert max_records > 1_000_000  # or else a partition could be paused while a part of its fetch is left
        if self.error:
            raise self.error
        if self.silent:
            return {}
        found: dict[TopicPartition, list[Any]] = {}
        for partition in self._positions.keys() - self._paused:
            begin, number = self._positions[partition], partition.partition
            next_two = [each for each in self._records[number] if each[0] >= begin][:2]
            self._positions[partition] = next_two[-1][0] + 1 if len(next_two) == 2 else self._ends[number]
            found[partition] = [
                SimpleNamespace(
                    topic=TOPIC,
                    partition=number,
                    offset=at,
                    timestamp=time,
                    value=b"%d/%d" % (number, at),
                    key=None,
                    headers=[("name", None)],
                )
                for at, time in next_two
            ]
        return found


def opened(consumer: FakeConsumer, spans: list[tuple[int, int]], patience_s: float = 1) -> PublishedTopic:
    by_name = {str(number): span for number, span in enumerate(spans)}
    newest = {str(number): (0, end) for number, (_, end) in enumerate(spans)}
    newest["0"] = (0, 4)
    return PublishedTopic(consumer, TOPIC, by_name, timedelta(seconds=patience_s), lambda: newest)


def test_all_partitions_are_read_in_the_order_of_time_and_each_in_its_own_order() -> None:
    first = [(0, 10), (1, 20), (2, 15), (5, 70)]  # the clock went back; offsets 3 and 4 are markers
    second = [(0, 12), (1, 13), (2, 14), (3, 60)]
    read = opened(FakeConsumer([first, second, []], [7, 4, 2]), [(0, 7), (0, 4), (0, 2)])
    assert read.offsets == 13
    records = list(read)
    assert [(record.value, record.written_ms) for record in records] == [
        (b"0/0", 10), (b"1/0", 12), (b"1/1", 13), (b"1/2", 14), (b"0/1", 20), (b"0/2", 15), (b"1/3", 60), (b"0/5", 70),
    ]  # fmt: skip
    assert [record.passed for record in records] == [1, 1, 1, 1, 1, 1, 1, 3]


def test_only_the_range_is_read() -> None:
    consumer = FakeConsumer([[(at, at) for at in range(10)]], [10])
    assert [record.value for record in opened(consumer, [(3, 6)])] == [b"0/3", b"0/4", b"0/5"]


def test_a_topic_without_records_in_the_range_ends_at_once() -> None:
    consumer = FakeConsumer([[], [(0, 1)]], [0, 1])
    assert list(opened(consumer, [(0, 0), (1, 1)])) == []


def test_brokers_that_stay_silent_are_an_error() -> None:
    consumer = FakeConsumer([[(0, 1)]], [1])
    consumer.silent = True
    with pytest.raises(FatalTransportError, match=r"no broker has sent records of the topic articles\.clean for 0ms"):
        list(opened(consumer, [(0, 1)], patience_s=0))


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (TopicAuthorizationFailedError(), "denies this user access to the topic articles.clean: grant READ"),
        (KafkaError("odd"), "cannot read the topic articles.clean: .*odd"),
    ],
)
def test_a_topic_that_cannot_be_read_is_an_error(error: Exception, message: str) -> None:
    consumer = FakeConsumer([[(0, 1)]], [1])
    consumer.error = error
    with pytest.raises(FatalTransportError, match=message):
        list(opened(consumer, [(0, 1)]))


@pytest.mark.parametrize("settled", [False, True])
def test_an_extended_topic_is_read_on_where_the_reading_ended(settled: bool) -> None:
    """The records after the first end were fetched with those before it."""
    consumer = FakeConsumer([[(0, 10), (1, 20)], [(0, 5)]], [4, 1])
    topic = opened(consumer, [(0, 1), (0, 1)])
    assert [record.value for record in topic] == [b"1/0", b"0/0"]
    assert list(topic) == []
    consumer.grow(0, [(3, 30)], 4)
    topic.extend(settled=settled)
    assert topic.offsets == 3
    assert [(record.value, record.passed) for record in topic] == [(b"0/1", 1), (b"0/3", 2)]


def test_an_end_that_the_brokers_do_not_tell_is_an_error() -> None:
    topic = opened(FakeConsumer([[]], [0]), [(0, 0)])

    def fail(_partitions: Any) -> dict[TopicPartition, int]:
        raise KafkaError("odd")

    topic._consumer.end_offsets = fail
    with pytest.raises(FatalTransportError, match=r"cannot read the topic articles\.clean"):
        topic.extend()
