"""Where reading goes on, told with a consumer that only remembers what it was asked."""

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
    """Holds partitions 0 and 1 of a topic that has the offsets 10 to 50."""

    def __init__(self) -> None:
        self.known_id = "cluster/first"  # of the topic, by the client's last look
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


def test_what_is_committed_tells_what_became_of_a_commit() -> None:
    consumer = Consumer()
    consumer.committed_at = {ZERO: OffsetAndMetadata(30)}
    assert _positions(consumer).are_committed({ZERO: 30})
    assert not _positions(consumer).are_committed({ZERO: 30, ONE: 12})


def test_who_does_not_answer_has_not_said_no() -> None:
    consumer = Consumer()
    consumer.away = True
    with pytest.raises(NotAnswered, match="nobody answers"):
        _positions(consumer).are_committed({ZERO: 20})


def test_a_partition_that_went_to_another_worker_is_left_alone() -> None:
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


def test_behind_the_end_of_a_log_that_was_cut_reading_goes_on_at_its_end() -> None:
    """From its beginning everything would be published again."""
    consumer = Consumer()
    positions = _positions(consumer)
    positions.read = {ZERO}
    with capture_logs() as logs:
        assert positions.find_again({ZERO: 60}) == {ZERO: 50}, "it has to be committed"
    assert consumer.at == {ZERO: 50}
    assert logs[0]["event"] == "log_was_truncated"
    assert "leader election" in logs[0]["advice"]


def test_a_position_that_was_committed_for_another_log_is_given_up_for_its_beginning() -> None:
    """A topic restored from a backup, with the offsets of the group from after it: nothing may be passed over."""
    consumer = Consumer()
    with capture_logs() as logs:
        assert _positions(consumer).find_again({ZERO: 60}) == {}
    assert consumer.at == {ZERO: 10}
    assert (logs[0]["event"], logs[0]["position"], logs[0]["end"]) == ("position_beyond_end", 60, 50)


def test_behind_the_end_of_a_topic_that_was_created_anew_reading_begins_at_its_beginning() -> None:
    consumer = Consumer()
    positions = _positions(consumer)
    positions.read = {ZERO}
    consumer.real_id = "cluster/second"  # the client has not looked since
    assert positions.find_again({ZERO: 60}) == {}
    assert consumer.at == {ZERO: 10}


def test_a_log_that_differs_from_what_was_read_is_read_from_where_it_differs() -> None:
    consumer = Consumer()
    divergent = {ZERO: OffsetAndMetadata(44), ONE: None}
    assert _positions(consumer).truncated(divergent) == {ZERO: 44, ONE: 50}
    assert consumer.at == {ZERO: 44, ONE: 50}


def test_a_log_that_differs_because_its_topic_is_new_is_no_truncated_one() -> None:
    consumer = Consumer()
    positions = _positions(consumer)
    consumer.real_id = "cluster/second"
    assert positions.truncated({ZERO: OffsetAndMetadata(44)}) == {}
    assert consumer.at == {}
    assert positions.topic_is_another()


@pytest.mark.parametrize(("topic_id", "recreated"), [("cluster/first", False), ("", False), ("cluster/second", True)])
def test_a_topic_is_another_one_when_its_id_is(topic_id: str, recreated: bool) -> None:
    consumer = Consumer()
    positions = _positions(consumer)
    consumer.known_id = topic_id
    assert positions.topic_is_another() is recreated


def test_the_broker_is_asked_whether_a_topic_is_another_one_before_anything_is_committed() -> None:
    consumer = Consumer()
    positions = _positions(consumer)
    consumer.real_id = "cluster/second"
    assert not positions.topic_is_another()
    assert positions.topic_was_recreated()


def test_a_topic_whose_id_was_not_known_at_first_has_the_first_one_that_is_seen() -> None:
    consumer = Consumer()
    consumer.known_id = consumer.real_id = ""
    positions = _positions(consumer)
    consumer.real_id = "cluster/first"
    assert not positions.topic_was_recreated()
    consumer.real_id = "cluster/second"
    assert positions.topic_was_recreated()


@pytest.mark.parametrize(("committed", "at"), [(None, 10), (0, 0), (30, 30)])
def test_a_partition_begins_where_it_was_left_or_at_its_first_record(committed: int | None, at: int) -> None:
    consumer = Consumer()
    consumer.committed_at = {} if committed is None else {ZERO: OffsetAndMetadata(committed)}
    _positions(consumer).start(ZERO)
    assert consumer.at == {ZERO: at}


@pytest.mark.parametrize(("committed", "at"), [(None, 20), (12, 20), (30, 30)])
def test_a_range_begins_at_its_start_or_where_it_was_left(committed: int | None, at: int) -> None:
    consumer = Consumer()
    consumer.committed_at = {} if committed is None else {ZERO: OffsetAndMetadata(committed)}
    _positions(consumer, {0: Range(20, 40)}).start(ZERO)
    assert consumer.at.get(ZERO) == at


def test_a_range_without_a_start_begins_at_the_first_record() -> None:
    consumer = Consumer()
    _positions(consumer, {0: Range(None, 40)}).start(ZERO)
    assert consumer.at == {ZERO: 10}


def test_the_first_partition_of_a_worker_is_compared_with_the_topic_that_is_there() -> None:
    consumer: Any = Consumer()
    consumer.committed_at = {ZERO: OffsetAndMetadata(30, "cluster/deleted")}
    Positions(consumer, "raw", Bounds(None)).start(ZERO)
    assert consumer.at == {ZERO: 10}


@pytest.mark.parametrize(
    ("note", "at"),
    [
        ("cluster/first", 30),
        ("", 30),  # by a version that noted nothing, or by a tool
        ("mirrored/other", 30),  # translated for this cluster by whoever mirrors it
        ("what somebody else wrote", 30),
        ("cluster", 30),
        ("cluster/deleted", 10),
    ],
)
def test_an_offset_that_was_committed_for_a_deleted_topic_of_the_same_name_does_not_count(note: str, at: int) -> None:
    consumer = Consumer()
    consumer.committed_at = {ZERO: OffsetAndMetadata(30, note)}
    with capture_logs() as logs:
        _positions(consumer).start(ZERO)
    assert consumer.at.get(ZERO) == at
    assert [event["event"] for event in logs] == ([] if at == 30 else ["committed_for_a_deleted_topic"])
