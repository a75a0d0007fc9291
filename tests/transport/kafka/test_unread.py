from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError

from tests.clock import Clock
from worker.messages import RawRecord, Source
from worker.transport.base import Lag
from worker.transport.kafka.bounds import Bounds
from worker.transport.kafka.interfaces import Consumer
from worker.transport.kafka.unread import Unread


class Scene:
    """What is unread of partitions whose positions and ends the test sets."""

    def __init__(self) -> None:
        self.clock = Clock(10_000.0)
        self.at: dict[int, int] = {}
        self.ends: dict[int, int] = {}
        self.consumer: Any = SimpleNamespace(
            waits=False,
            member_id="a-1",
            assignment=lambda: {TopicPartition("raw", number) for number in self.at},
            position=lambda tp, **_timeout: self.at[tp.partition],
            end_offsets=lambda mine, **_timeout: {tp: self.ends[tp.partition] for tp in mine},
        )
        self.unread = Unread(cast("Consumer", self.consumer), Bounds(None), self.clock)

    def put(self, ends: Mapping[int, int]) -> None:
        self.ends |= ends
        for number in ends:
            self.at.setdefault(number, 0)

    def commit(self, partition: int, offset: int, written_at: float | None) -> None:
        written_ms = None if written_at is None else int(written_at * 1000)
        self.unread.polled(anything=True)
        self.unread.committed([RawRecord(Source("raw", partition, offset, written_ms), b"x")])
        self.at[partition] = offset + 1

    def look(self) -> Lag:
        lag = self.unread.look()
        assert lag is not None
        return lag


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_the_lag_is_counted_by_partition(scene: Scene) -> None:
    scene.put({1: 5, 0: 3})
    scene.commit(0, 0, 9_000)
    assert scene.look() == Lag(7, {0: 2, 1: 5}, 9_000)


def test_a_worker_without_partitions_has_no_lag(scene: Scene) -> None:
    assert scene.look() == Lag(0)


def test_an_unread_record_is_younger_than_the_last_one_that_was_read(scene: Scene) -> None:
    scene.put({0: 9, 1: 9})
    scene.commit(0, 0, 9_000)
    scene.commit(1, 0, 8_500)
    assert scene.look().oldest_at == 8_500
    scene.commit(1, 1, 9_500)
    assert scene.look().oldest_at == 9_000


def test_an_unread_record_is_younger_than_the_last_look_at_which_there_was_none(scene: Scene) -> None:
    """The first record after a quiet hour is not an hour old."""
    scene.put({0: 1})
    scene.commit(0, 0, 9_000)
    assert scene.look() == Lag(0, {0: 0}, None)
    scene.clock.now += 3600
    scene.look()
    scene.clock.now += 4
    scene.put({0: 2})
    assert scene.look() == Lag(1, {0: 1}, scene.clock.now - 4)


def test_the_age_is_unknown_until_something_is_read(scene: Scene) -> None:
    scene.put({0: 9})
    assert scene.look() == Lag(9, {0: 9}, None)
    scene.commit(0, 0, None)
    assert scene.look() == Lag(8, {0: 8}, None)


def test_a_producer_with_a_clock_that_is_ahead_does_not_hide_the_age(scene: Scene) -> None:
    scene.put({0: 9})
    scene.commit(0, 0, 99_999_999)
    committed_at = scene.clock.now
    scene.clock.now += 60
    assert scene.look().oldest_at == committed_at


def test_a_partition_that_comes_back_is_unknown_again(scene: Scene) -> None:
    scene.put({0: 9})
    scene.commit(0, 0, 5_000)
    scene.look()
    offset = scene.at.pop(0)
    scene.look()
    scene.at[0] = offset
    assert scene.look().oldest_at is None


def test_transaction_markers_at_the_end_do_not_grow_old(scene: Scene) -> None:
    """They count as lag, but no poll returns them."""
    scene.put({0: 2})
    scene.commit(0, 0, 5_000)
    assert scene.look().oldest_at == 5_000
    scene.unread.polled(anything=False)
    assert scene.look() == Lag(1, {0: 1}, scene.clock.now)


def test_a_partition_that_waits_while_others_are_read_grows_old(scene: Scene) -> None:
    scene.put({0: 9, 1: 9})
    scene.commit(1, 0, 5_000)
    scene.look()
    scene.commit(0, 0, 9_000)
    assert scene.look().oldest_at == 5_000


def test_the_lag_is_unknown_while_the_group_rebalances_or_no_broker_answers(scene: Scene) -> None:
    scene.put({0: 9})
    scene.consumer.waits = True
    assert scene.unread.look() is None
    scene.consumer.waits = False
    assert scene.unread.look() is not None
    scene.consumer.member_id = ""
    assert scene.unread.look() is None
    scene.consumer.member_id = "a-1"

    def fail(_mine: object, timeout_ms: int) -> None:
        raise KafkaTimeoutError

    scene.consumer.end_offsets = fail
    assert scene.unread.look() is None
