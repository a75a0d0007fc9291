"""When a bounded run is finished, told with a consumer that only remembers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError, NoOffsetForPartitionError

from worker.errors import CommitFailed, TopicMissing
from worker.transport.kafka.assignment import Range
from worker.transport.kafka.bounds import Bounds

ZERO, ONE = TopicPartition("raw", 0), TopicPartition("raw", 1)


class Consumer:
    """Holds partition 0 and no other."""

    def __init__(self) -> None:
        self.committed_at: dict[TopicPartition, int] = {}
        self.at: dict[TopicPartition, int] = {}
        self.away = False
        self.generation = 1

    def group_metadata(self) -> SimpleNamespace:
        return SimpleNamespace(generation_id=self.generation)

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
        self.partitions = [ZERO, ONE]
        self.fails = False
        self.bounds = Bounds("raw", ranges, self.consumer, self._keep, clock=lambda: self.now)

    def _keep(self, tp: TopicPartition, offset: int) -> None:
        if self.fails:
            raise CommitFailed("not now")
        self.kept.append((tp, offset))

    def finished(self) -> bool:
        self.now += 1
        self.bounds.check(lambda: self.partitions)
        return self.bounds.finished


def test_an_endless_input_is_never_finished_nor_exhausted() -> None:
    scene = Scene(None)
    assert not scene.finished()
    assert not scene.bounds.exhausted()
    assert not scene.bounds.is_past(ZERO, 10**12)


@pytest.mark.parametrize(("ranges", "are_set"), [(None, False), ({}, True), ({0: Range(None, 10)}, True)])
def test_a_run_has_an_end_where_ranges_are_given_even_none(ranges: dict[int, Range] | None, *, are_set: bool) -> None:
    assert Scene(ranges).bounds.are_set is are_set


def test_a_partition_that_was_added_after_the_ends_were_taken_is_past_its_end() -> None:
    bounds = Scene({0: Range(None, 1)}).bounds
    assert bounds.is_past(ONE, None)
    assert not bounds.is_past(ZERO, None)
    assert not bounds.is_past(ZERO, 0)
    assert bounds.is_past(ZERO, 1)


def test_partitions_without_anything_to_process_need_no_commit() -> None:
    scene = Scene({0: Range(10, 10), 1: Range(0, 0)})
    assert scene.finished()
    assert scene.kept == []


def test_a_run_is_finished_when_every_partition_is_committed_to_its_end_by_whichever_worker() -> None:
    scene = Scene({0: Range(None, 10), 1: Range(None, 20)})
    scene.bounds.committed({ZERO: 10})
    scene.consumer.committed_at = {ONE: 19}
    assert not scene.finished()
    scene.consumer.committed_at = {ONE: 20}
    assert scene.finished()


def test_behind_the_last_record_the_end_is_committed_before_the_run_is_finished() -> None:
    """Transaction markers may stand there; where the commit fails, the next look tries again."""
    scene = Scene({0: Range(None, 10)})
    scene.partitions = [ZERO]
    scene.consumer.at = {ZERO: 10}
    scene.fails = True
    assert not scene.finished()
    scene.fails = False
    assert scene.finished()
    assert scene.kept == [(ZERO, 10)]


def test_the_end_of_a_partition_is_left_to_the_worker_that_has_it() -> None:
    scene = Scene({0: Range(None, 10), 1: Range(None, 20)})
    scene.bounds.committed({ZERO: 10})
    scene.consumer.at = {ONE: 20}  # from before it moved
    assert not scene.finished()
    assert scene.kept == []


def test_a_worker_outside_the_group_does_not_look() -> None:
    scene = Scene({0: Range(None, 10)})
    scene.partitions = [ZERO]
    scene.bounds.committed({ZERO: 10})
    scene.consumer.generation = -1
    assert not scene.finished()
    scene.consumer.generation = 0
    assert scene.finished()


def test_a_worker_looks_twice_a_second_at_most() -> None:
    scene = Scene({0: Range(None, 10)})
    looks: list[float] = []

    def partitions() -> list[TopicPartition]:
        looks.append(scene.now)
        return [ZERO]

    for tenths in range(11):
        scene.now = 100 + tenths / 10
        scene.bounds.check(partitions)
    assert looks == [100, 100.5, 101]


def test_a_partition_without_a_position_yet_is_not_past_its_end() -> None:
    scene = Scene({0: Range(None, 10)})
    assert not scene.bounds.exhausted()
    scene.consumer.at = {ZERO: 10}
    assert scene.bounds.exhausted()


def test_brokers_that_do_not_answer_have_not_said_that_the_run_is_finished() -> None:
    scene = Scene({0: Range(None, 10), 1: Range(None, 20)})
    scene.consumer.away = True
    assert not scene.finished()


def test_a_topic_without_partitions_is_not_finished_and_after_a_while_missing() -> None:
    """A client that has just lost sight of the topic knows no partition of it."""
    scene = Scene({0: Range(None, 10)})
    for _ in range(100):
        assert not scene.finished()
    scene.partitions = []
    for _ in range(30):
        assert not scene.finished()
    with pytest.raises(TopicMissing, match="raw"):
        scene.finished()
