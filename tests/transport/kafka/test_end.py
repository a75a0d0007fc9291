"""When a bounded run is finished, told with a consumer that only remembers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError, NoOffsetForPartitionError

from worker.errors import CommitFailed, TopicMissing
from worker.transport.kafka.bounds import Bounds, Range
from worker.transport.kafka.end import End

ZERO, ONE = TopicPartition("raw", 0), TopicPartition("raw", 1)


class Consumer:
    """Holds partition 0 and no other."""

    def __init__(self) -> None:
        self.committed_at: dict[TopicPartition, int] = {}
        self.at: dict[TopicPartition, int] = {}
        self.partitions = [ZERO, ONE]
        self.generation = 1
        self.asked = 0
        self.away = False

    def group_metadata(self) -> SimpleNamespace:
        return SimpleNamespace(generation_id=self.generation)

    def partitions_of(self, topic: str) -> list[TopicPartition]:
        assert topic == "raw"
        self.asked += 1
        return self.partitions

    def assignment(self) -> set[TopicPartition]:
        return {ZERO}

    def committed(self, tp: TopicPartition, timeout_ms: int) -> int | None:
        assert timeout_ms > 0
        if self.away:
            raise KafkaTimeoutError("nobody answers")
        return self.committed_at.get(tp)

    def position(self, tp: TopicPartition, timeout_ms: int) -> int:
        assert timeout_ms >= 0
        if tp not in self.at:
            raise NoOffsetForPartitionError({tp})
        return self.at[tp]


class Scene:
    def __init__(self, ranges: dict[int, Range] | None) -> None:
        self.now = 100.0
        self.consumer = Consumer()
        self.kept: list[tuple[TopicPartition, int]] = []
        self.fails = False
        self.bounds = Bounds(ranges)
        member: Any = self.consumer
        self.end = End("raw", self.bounds, member, self._keep, clock=lambda: self.now)

    def _keep(self, tp: TopicPartition, offset: int) -> None:
        if self.fails:
            raise CommitFailed("not now")
        self.kept.append((tp, offset))

    def reached(self) -> bool:
        self.now += 1
        self.end.look()
        return self.end.reached


def test_an_endless_input_is_never_finished_nor_exhausted() -> None:
    scene = Scene(None)
    assert not scene.reached()
    assert not scene.end.nothing_left_to_read()


def test_a_run_is_finished_when_every_partition_is_committed_to_its_end_by_whichever_worker() -> None:
    scene = Scene({0: Range(None, 10), 1: Range(None, 20)})
    scene.bounds.committed(0, 10)
    scene.consumer.committed_at = {ONE: 19}
    assert not scene.reached()
    scene.consumer.committed_at = {ONE: 20}
    assert scene.reached()


def test_behind_the_last_record_the_end_is_committed_before_the_run_is_finished() -> None:
    """Transaction markers may stand there; where the commit fails, the next look tries again."""
    scene = Scene({0: Range(None, 10)})
    scene.consumer.partitions = [ZERO]
    scene.consumer.at = {ZERO: 10}
    scene.fails = True
    assert not scene.reached()
    scene.fails = False
    assert scene.reached()
    assert scene.kept == [(ZERO, 10)]


def test_a_partition_without_a_position_yet_is_not_past_its_end() -> None:
    scene = Scene({0: Range(None, 10)})
    assert not scene.end.nothing_left_to_read()
    scene.consumer.at = {ZERO: 10}
    assert scene.end.nothing_left_to_read()


def test_brokers_that_do_not_answer_have_not_said_that_the_run_is_finished() -> None:
    scene = Scene({0: Range(None, 10), 1: Range(None, 20)})
    scene.consumer.away = True
    assert not scene.reached()


def test_a_topic_without_partitions_is_not_finished_and_after_a_while_missing() -> None:
    """A client that has just lost sight of the topic knows no partition of it."""
    scene = Scene({0: Range(None, 10)})
    for _ in range(100):
        assert not scene.reached()
    scene.consumer.partitions = []
    for _ in range(30):
        assert not scene.reached()
    with pytest.raises(TopicMissing, match="raw"):
        scene.reached()


def test_a_partition_that_another_worker_holds_is_not_committed_for_it() -> None:
    scene = Scene({1: Range(None, 10)})
    scene.consumer.at = {ONE: 10}
    assert not scene.reached()
    assert scene.kept == []


def test_a_member_that_was_taken_for_dead_does_not_look() -> None:
    """Its commits would not count, and its partitions are with others by now."""
    scene = Scene({0: Range(None, 10)})
    scene.consumer.at = {ZERO: 10}
    scene.consumer.generation = -1
    assert not scene.reached()
    assert scene.consumer.asked == 0
    scene.consumer.generation = 2
    scene.consumer.partitions = [ZERO]
    assert scene.reached()


def test_a_worker_looks_twice_a_second_at_most() -> None:
    scene = Scene({0: Range(None, 10)})
    looks: list[float] = []
    for tenths in range(11):
        scene.now = 100 + tenths / 10
        asked = scene.consumer.asked
        scene.end.look()
        looks += [scene.now] * (scene.consumer.asked - asked)
    assert looks == [100, 100.5, 101]


def test_partitions_without_anything_to_process_need_no_commit() -> None:
    scene = Scene({0: Range(10, 10), 1: Range(0, 0)})
    assert scene.reached()
    assert scene.kept == []
