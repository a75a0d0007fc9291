"""Tests where reading continues, with a consumer that only records its calls."""

from __future__ import annotations

from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError
from kafka.structs import OffsetAndMetadata
from structlog.testing import capture_logs

from worker.transport.kafka.bounds import Bounds, Range
from worker.transport.kafka.positions import NotAnswered, Positions

ZERO, ONE = TopicPartition("raw", 0), TopicPartition("raw", 1)


class Consumer:
    """Holds partitions 0 and 1 of a topic with the offsets 10 to 50."""

    def __init__(self) -> None:
        self.known_id = "cluster/first"  # of the topic, in the client's metadata
        self.real_id = "cluster/first"
        self.held = {ZERO, ONE}
        self.committed_at: dict[TopicPartition, OffsetAndMetadata] = {}
        self.at: dict[TopicPartition, int] = {}
        self.resumed: list[TopicPartition] = []
        self.away = False

    def topic_id(self, _topic: str) -> str:
        return self.known_id

    def refresh_metadata(self, timeout_ms: int) -> None:
        self._answer(timeout_ms)
        self.known_id = self.real_id

    def assignment(self) -> set[TopicPartition]:
        return self.held

    def seek(self, tp: TopicPartition, offset: int) -> None:
        assert tp in self.held
        self.at[tp] = offset

    def resume(self, tp: TopicPartition) -> None:
        self.resumed.append(tp)

    def committed(self, tp: TopicPartition, *, metadata: bool, timeout_ms: int) -> OffsetAndMetadata | None:
        assert metadata
        self._answer(timeout_ms)
        return self.committed_at.get(tp)

    def beginning_offsets(self, partitions: list[TopicPartition], timeout_ms: int) -> dict[TopicPartition, int]:
        self._answer(timeout_ms)
        return dict.fromkeys(partitions, 10)

    def end_offsets(self, partitions: list[TopicPartition], timeout_ms: int) -> dict[TopicPartition, int]:
        self._answer(timeout_ms)
        return dict.fromkeys(partitions, 50)

    def _answer(self, timeout_ms: int) -> None:
        assert timeout_ms > 0
        if self.away:
            raise KafkaTimeoutError("nobody answers")


def _positions(consumer: Consumer, ranges: dict[int, Range] | None = None) -> Positions:
    member: Any = consumer
    positions = Positions(member, "raw", Bounds(ranges))
    positions.topic_is_another()  # the first look
    return positions


def test_the_committed_offsets_tell_whether_a_commit_succeeded() -> None:
    consumer = Consumer()
    consumer.committed_at = {ZERO: OffsetAndMetadata(30)}
    assert _positions(consumer).are_committed({ZERO: 30})
    assert not _positions(consumer).are_committed({ZERO: 30, ONE: 12})


def test_no_answer_does_not_count_as_no() -> None:
    consumer = Consumer()
    consumer.away = True
    with pytest.raises(NotAnswered, match="nobody answers"):
        _positions(consumer).are_committed({ZERO: 20})


def test_a_partition_of_another_worker_is_not_moved() -> None:
    consumer = Consumer()
    consumer.held = {ONE}
    positions = _positions(consumer)
    positions.seek(ZERO, 20)
    positions.seek(ONE, 12)
    assert consumer.at == {ONE: 12}
    assert consumer.resumed == [ONE]


def test_records_that_expired_unread_are_counted() -> None:
    consumer = Consumer()
    with capture_logs() as logs:
        _positions(consumer).find_again({ZERO: 4})
    assert consumer.at == {ZERO: 10}
    [event] = logs
    assert (event["event"], event["partition"], event["count"]) == ("records_expired_unread", 0, 6)
    assert "retention" in event["advice"]


def test_reading_continues_at_the_end_of_a_truncated_log() -> None:
    """From the beginning, everything would be published again."""
    consumer = Consumer()
    positions = _positions(consumer)
    positions.read = {ZERO}
    with capture_logs() as logs:
        assert positions.find_again({ZERO: 60}) == {ZERO: 50}, "the caller has to commit it"
    assert consumer.at == {ZERO: 50}
    assert logs[0]["event"] == "log_was_truncated"
    assert "leader election" in logs[0]["advice"]


def test_a_log_is_read_from_its_beginning_if_the_position_belongs_to_another() -> None:
    """For example, a topic is restored from a backup, but the group's offsets are newer. No record may be skipped."""
    consumer = Consumer()
    with capture_logs() as logs:
        assert _positions(consumer).find_again({ZERO: 60}) == {}
    assert consumer.at == {ZERO: 10}
    assert (logs[0]["event"], logs[0]["position"], logs[0]["end"]) == ("position_beyond_end", 60, 50)


def test_a_recreated_topic_that_is_shorter_is_read_from_its_beginning() -> None:
    consumer = Consumer()
    positions = _positions(consumer)
    positions.read = {ZERO}
    consumer.real_id = "cluster/second"  # the client's metadata is older
    assert positions.find_again({ZERO: 60}) == {}
    assert consumer.at == {ZERO: 10}


def test_a_divergent_log_is_read_from_the_first_difference() -> None:
    consumer = Consumer()
    divergent = {ZERO: OffsetAndMetadata(44), ONE: None}
    assert _positions(consumer).truncated(divergent) == {ZERO: 44, ONE: 50}
    assert consumer.at == {ZERO: 44, ONE: 50}


def test_a_divergent_log_of_a_recreated_topic_is_not_truncated() -> None:
    consumer = Consumer()
    positions = _positions(consumer)
    consumer.real_id = "cluster/second"
    assert positions.truncated({ZERO: OffsetAndMetadata(44)}) == {}
    assert consumer.at == {}
    assert positions.topic_is_another()


@pytest.mark.parametrize(("topic_id", "recreated"), [("cluster/first", False), ("", False), ("cluster/second", True)])
def test_a_topic_with_another_id_is_another_topic(topic_id: str, recreated: bool) -> None:
    consumer = Consumer()
    positions = _positions(consumer)
    consumer.known_id = topic_id
    assert positions.topic_is_another() is recreated


def test_the_broker_is_asked_whether_the_topic_was_recreated() -> None:
    consumer = Consumer()
    positions = _positions(consumer)
    consumer.real_id = "cluster/second"
    assert not positions.topic_is_another()
    assert positions.topic_was_recreated()


def test_the_first_known_id_of_a_topic_counts() -> None:
    consumer = Consumer()
    consumer.known_id = consumer.real_id = ""
    positions = _positions(consumer)
    consumer.real_id = "cluster/first"
    assert not positions.topic_was_recreated()
    consumer.real_id = "cluster/second"
    assert positions.topic_was_recreated()


@pytest.mark.parametrize(("committed", "at"), [(None, 10), (0, 0), (30, 30)])
def test_a_partition_starts_at_its_committed_offset_or_its_first_record(committed: int | None, at: int) -> None:
    consumer = Consumer()
    consumer.committed_at = {} if committed is None else {ZERO: OffsetAndMetadata(committed)}
    _positions(consumer).start(ZERO)
    assert consumer.at == {ZERO: at}


@pytest.mark.parametrize(("committed", "at"), [(None, 20), (12, 20), (30, 30)])
def test_a_range_starts_at_its_start_or_the_committed_offset(committed: int | None, at: int) -> None:
    consumer = Consumer()
    consumer.committed_at = {} if committed is None else {ZERO: OffsetAndMetadata(committed)}
    _positions(consumer, {0: Range(20, 40)}).start(ZERO)
    assert consumer.at.get(ZERO) == at


def test_a_range_without_a_start_starts_at_the_first_record() -> None:
    consumer = Consumer()
    _positions(consumer, {0: Range(None, 40)}).start(ZERO)
    assert consumer.at == {ZERO: 10}


def test_the_first_committed_offset_is_compared_with_the_current_topic() -> None:
    consumer: Any = Consumer()
    consumer.committed_at = {ZERO: OffsetAndMetadata(30, "cluster/deleted")}
    Positions(consumer, "raw", Bounds(None)).start(ZERO)
    assert consumer.at == {ZERO: 10}


@pytest.mark.parametrize(
    ("note", "at"),
    [
        ("cluster/first", 30),
        ("", 30),  # committed by a version that noted no id, or by a tool
        ("mirrored/other", 30),  # a mirror translated it for this cluster
        ("a note of another program", 30),
        ("cluster", 30),
        ("cluster/deleted", 10),
    ],
)
def test_an_offset_committed_for_a_deleted_topic_of_the_same_name_does_not_count(note: str, at: int) -> None:
    consumer = Consumer()
    consumer.committed_at = {ZERO: OffsetAndMetadata(30, note)}
    with capture_logs() as logs:
        _positions(consumer).start(ZERO)
    assert consumer.at.get(ZERO) == at
    assert [event["event"] for event in logs] == ([] if at == 30 else ["committed_for_a_deleted_topic"])
