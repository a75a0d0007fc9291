"""Tests when a bounded run is finished, with a consumer that only returns set values."""

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
    """Holds only partition 0."""

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


def test_an_endless_input_is_never_finished_or_exhausted() -> None:
    scene = Scene(None)
    assert not scene.reached()
    assert not scene.end.nothing_left_to_read()


def test_a_run_is_finished_when_all_workers_together_have_committed_to_the_end() -> None:
    scene = Scene({0: Range(None, 10), 1: Range(None, 20)})
    scene.bounds.committed(0, 10)
    scene.consumer.committed_at = {ONE: 19}
    assert not scene.reached()
    scene.consumer.committed_at = {ONE: 20}
    assert scene.reached()


def test_a_worker_that_commits_the_last_offsets_itself_need_not_look() -> None:
    scene = Scene({0: Range(None, 5), 1: Range(None, 3), 2: Range(None, 0)})
    reached = []
    for offsets in ({ZERO: 5, ONE: 2}, {ONE: 3}):
        scene.end.committed(offsets)
        reached.append(scene.end.reached)
    assert reached == [False, True]
    assert scene.consumer.asked == 0


def test_an_endless_input_has_no_end_to_commit() -> None:
    scene = Scene(None)
    scene.end.committed({ZERO: 5})
    assert not scene.end.reached


def test_the_end_after_the_last_record_is_committed_before_the_run_is_finished() -> None:
    """Transaction markers may be there. If the commit fails, the next look tries again."""
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


def test_a_run_is_not_finished_if_the_brokers_do_not_answer() -> None:
    scene = Scene({0: Range(None, 10), 1: Range(None, 20)})
    scene.consumer.away = True
    assert not scene.reached()


def test_a_run_whose_topic_disappears_is_not_finished_and_later_fails() -> None:
    """A client whose metadata has just lost the topic knows none of its partitions."""
    scene = Scene({0: Range(None, 10)})
    for _ in range(100):
        assert not scene.reached()
    scene.consumer.partitions = []
    for _ in range(30):
        assert not scene.reached()
    with pytest.raises(TopicMissing, match="raw"):
        scene.reached()


def test_a_worker_does_not_commit_for_a_partition_of_another_worker() -> None:
    scene = Scene({1: Range(None, 10)})
    scene.consumer.at = {ONE: 10}
    assert not scene.reached()
    assert scene.kept == []


def test_a_removed_member_does_not_look() -> None:
    """Its commits would not count, and other members have its partitions by now."""
    scene = Scene({0: Range(None, 10)})
    scene.consumer.at = {ZERO: 10}
    scene.consumer.generation = -1
    assert not scene.reached()
    assert scene.consumer.asked == 0
    scene.consumer.generation = 2
    scene.consumer.partitions = [ZERO]
    assert scene.reached()


def test_a_worker_looks_at_most_twice_a_second() -> None:
    scene = Scene({0: Range(None, 10)})
    looks: list[float] = []
    for tenths in range(11):
        scene.now = 100 + tenths / 10
        asked = scene.consumer.asked
        scene.end.look()
        looks += [scene.now] * (scene.consumer.asked - asked)
    assert looks == [100, 100.5, 101]


def test_partitions_with_nothing_to_process_need_no_commit() -> None:
    scene = Scene({0: Range(10, 10), 1: Range(0, 0)})
    assert scene.reached()
    assert scene.kept == []
