"""Tests how a batch is collected while partitions come and go, and while positions are lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError, LogTruncationError
from kafka.structs import OffsetAndMetadata
from structlog.testing import capture_logs

from tests.transport.contract import batches, echo, some, values
from tests.transport.kafka.scene import ONE, QUALITY, RAW, ZERO, Scene, sorted_values, two_partitions
from worker.messages import RawRecord
from worker.transport.kafka.bounds import Range
from worker.transport.kafka.reader import END_POLL_S
from worker.transport.kafka.transport import KafkaTransport


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = two_partitions()
    yield made
    made.close()


def all_left(worker: KafkaTransport) -> list[RawRecord]:
    """Commit the rest of the input, and return it."""
    left: list[RawRecord] = []
    for batch in batches(worker, max_records=3):
        left += batch.records
        worker.commit(batch, echo(batch))
    return left


def started(scene: Scene, **settings: Any) -> KafkaTransport:
    """A worker on an endless input that holds both partitions and has read nothing."""
    worker = scene.open(stop_at_end=False, **settings)
    some(worker, 1)
    consumer = worker._consumer
    for tp in (ZERO, ONE):
        consumer.seek(tp, 0)
    return worker


def truncated(tp: TopicPartition, offset: int) -> KafkaError:
    """The client's error for a log that differs from this offset on."""
    error: Any = LogTruncationError
    return error({tp: OffsetAndMetadata(offset)})  # type: ignore[no-any-return]


def test_a_transient_error_does_not_end_the_worker_or_lose_polled_records(scene: Scene) -> None:
    worker = started(scene)
    scene.kafka.script("poll", *[None, KafkaTimeoutError("no leader")] * 5)
    batch = worker.poll(10, 60)
    assert len(batch.records) == 10


def test_a_batch_ends_when_its_time_is_up(scene: Scene) -> None:
    worker = started(scene)
    began = scene.kafka.clock.now
    assert len(worker.poll(99, 5).records) == 10
    assert 5 <= scene.kafka.clock.now - began < 5.2


def test_the_first_poll_past_the_end_is_short_and_later_ones_wait_as_usual(scene: Scene) -> None:
    """More records are unlikely, but a rebalance proceeds only within a poll."""
    worker = scene.open({0: Range(0, 5), 1: Range(0, 5)})
    batch = worker.poll(10, 5)
    while len(batch.records) < 10:
        batch = worker.poll(10, 5)
    waited = []
    for _ in range(2):
        began = scene.kafka.clock.now
        assert not worker.poll(10, 5)
        waited.append(scene.kafka.clock.now - began)
    assert waited[0] == pytest.approx(END_POLL_S, abs=0.01)
    assert waited[1] >= 5


def test_expired_records_are_skipped_and_counted(scene: Scene) -> None:
    worker = started(scene)
    scene.kafka.begin[ZERO] = 3
    with capture_logs() as logs:
        assert sorted_values(some(worker).records) == [b"10", b"11", b"12", b"13", b"14", b"3", b"4"]
    assert [(event["event"], event["count"]) for event in logs if "count" in event] == [("records_expired_unread", 3)]


def test_a_lost_position_is_resolved_only_while_the_batch_is_empty(scene: Scene) -> None:
    """Records that were polled but are not in the batch would have to be polled again."""
    worker = started(scene)
    consumer = worker._consumer

    def expire() -> None:
        scene.kafka.begin.update({ZERO: 3, ONE: 3})
        consumer.seek(ZERO, 0)
        consumer.seek(ONE, 0)

    scene.kafka.script("poll", None, expire)
    scene.kafka.calls.clear()
    assert len(worker.poll(10, 5).records) == 5
    assert "beginning_offsets" not in scene.kafka.calls
    assert some(worker)
    assert "beginning_offsets" in scene.kafka.calls


def test_reading_continues_at_the_end_of_a_truncated_log_and_commits_that_offset(scene: Scene) -> None:
    """The next start would take the old position for one in another log, and read from the beginning."""
    worker = started(scene)
    batch = some(worker)
    worker.commit(batch, echo(batch))
    del scene.kafka.logs[ZERO][3:]
    with capture_logs() as logs:
        worker.poll(1, 1)
    assert "log_was_truncated" in {event["event"] for event in logs}
    assert scene.kafka.positions(RAW)[0] == 3
    scene.kafka.put(RAW, [b"new"])
    assert values(some(worker).records) == [b"new"]


def test_a_truncation_that_the_client_finds_is_handled_in_the_same_way(scene: Scene) -> None:
    worker = started(scene)
    scene.kafka.script("poll", truncated(ZERO, 2))
    batch = some(worker)
    assert scene.kafka.positions(RAW) == {0: 2}
    assert min(record.source.offset for record in batch.records if record.source.partition == 0) == 2


def test_a_truncated_position_that_cannot_be_committed_is_committed_with_the_next_batch(scene: Scene) -> None:
    worker = started(scene)
    scene.kafka.script("poll", truncated(ZERO, 2))
    scene.kafka.script("send_offsets_to_transaction", KafkaTimeoutError("no coordinator"))
    batch = some(worker)
    worker.commit(batch, echo(batch))
    assert scene.kafka.positions(RAW) == {0: 5, 1: 5}


def test_a_position_is_requested_again_if_no_answer_comes(scene: Scene) -> None:
    worker = started(scene)
    scene.kafka.begin[ZERO] = 3
    scene.kafka.script("beginning_offsets", *[KafkaTimeoutError("no leader")] * 3)
    assert len(all_values(worker, 7)) == 7
    assert scene.kafka.calls.count("beginning_offsets") >= 4


def all_values(worker: KafkaTransport, count: int) -> list[bytes]:
    found: list[RawRecord] = []
    while len(found) < count:
        batch = some(worker)
        found += batch.records
        worker.commit(batch, echo(batch))
    return sorted_values(found)


def test_a_partition_without_an_answer_does_not_keep_the_others_waiting(scene: Scene) -> None:
    """The transaction of a dead worker stays open until the broker aborts it."""
    worker = scene.open(stop_at_end=False)
    away = KafkaTimeoutError("unstable offset commit")
    scene.kafka.script("committed", away)
    first = some(worker, 5)
    assert len({record.source.partition for record in first.records}) == 1
    worker.commit(first, echo(first))
    assert len(all_values(worker, 5)) == 5


def test_a_batch_leaves_out_a_partition_that_is_lost_while_it_is_collected(scene: Scene) -> None:
    worker = started(scene)
    consumer = scene.cluster.consumers[-1]

    def lose() -> None:
        if ONE in consumer.assignment():
            consumer.loses(1)

    scene.kafka.script("poll", None, lose)
    batch = worker.poll(99, 5)
    assert values(batch.records) == [b"0", b"1", b"2", b"3", b"4"]
    worker.commit(batch, echo(batch))
    assert scene.kafka.positions(RAW) == {0: 5}


def test_a_partition_that_is_lost_before_its_position_is_set_is_forgotten(scene: Scene) -> None:
    worker = scene.open(stop_at_end=False)
    scene.kafka.script("committed", *[KafkaTimeoutError("unstable")] * 2)
    assert not worker.poll(1, 0)  # both are gained, but their positions are not set yet
    assert not worker.poll(1, 0)
    scene.cluster.consumers[-1].loses(0, 1)
    assert not worker.poll(1, 1)
    assert not worker.poll(1, 1)
    assert scene.kafka.positions(RAW) == {}
    assert scene.kafka.values(QUALITY) == []


def test_a_batch_with_the_last_records_of_a_run_does_not_wait_for_more(scene: Scene) -> None:
    worker = scene.open()
    began = scene.kafka.clock.now
    assert len(worker.poll(99, 60).records) == 10
    assert scene.kafka.clock.now - began < END_POLL_S / 2


def test_a_partition_that_came_back_does_not_count_as_truncated(scene: Scene) -> None:
    """Other workers may have moved its offset, as after a restore with newer offsets of the group."""
    worker = started(scene)
    batch = some(worker)
    worker.commit(batch, echo(batch))

    def moved() -> None:
        scene.kafka.committed[ONE] = OffsetAndMetadata(60)

    scene.cluster.consumers[-1].loses(1, meanwhile=moved)
    with capture_logs() as logs:
        again = some(worker)
    assert "position_beyond_end" in {event["event"] for event in logs}
    assert values(again.records) == [b"10", b"11", b"12", b"13", b"14"]
