"""Tests of the order in which a replay reads its partitions."""

from __future__ import annotations

import heapq
from itertools import repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError
from structlog.testing import capture_logs

from tests.transport.contract import batches, echo
from tests.transport.kafka.fakes import Entry
from tests.transport.kafka.scene import RAW, Scene
from worker.errors import CommitFailed
from worker.messages import RawRecord
from worker.transport.kafka.bounds import Range
from worker.transport.kafka.in_order import fetch_bytes
from worker.transport.kafka.offsets import Offsets
from worker.transport.kafka.transport import KafkaTransport

Log = list[int | None]
"""The times of a partition's records; None is a transaction marker."""

LOGS = st.lists(st.lists(st.integers(0, 9) | st.none(), max_size=12), min_size=1, max_size=4)


def scene_of(logs: list[Log]) -> Scene:
    scene = Scene(partitions=len(logs))
    for number, log in enumerate(logs):
        scene.kafka.logs[TopicPartition(RAW, number)] += [
            Entry(None, is_marker=True) if written_ms is None else Entry(b"x", written_ms=written_ms)
            for written_ms in log
        ]
    return scene


def expected(logs: list[Log], ranges: dict[int, Range]) -> list[tuple[int, int]]:
    """The places of the records in the ranges, in order."""
    records = [
        [(written_ms, number, offset) for offset, written_ms in enumerate(log) if written_ms is not None]
        for number, log in enumerate(logs)
    ]
    within = [
        [record for record in each if (ranges[number].start or 0) <= record[2] < ranges[number].end]
        for number, each in enumerate(records)
    ]
    return [record[1:] for record in heapq.merge(*within, key=lambda record: record[:2])]


def places(records: tuple[RawRecord, ...]) -> list[tuple[int, int]]:
    return [(record.source.partition, record.source.offset) for record in records]


def all_of(logs: list[Log]) -> dict[int, Range]:
    return {number: Range(0, len(log)) for number, log in enumerate(logs)}


@given(LOGS, st.data())
def test_the_order_is_that_of_time_whatever_fetches_batches_failures_and_restarts_come(
    logs: list[Log], data: st.DataObject
) -> None:
    ranges = {
        number: Range(start, data.draw(st.integers(start, len(log)), "end"))
        for number, log in enumerate(logs)
        for start in [data.draw(st.integers(0, len(log)), "start")]
    }
    scene = scene_of(logs)
    scene.kafka.fetches = iter(lambda: data.draw(st.integers(1, 4), "fetch"), 0)
    read: list[tuple[int, int]] = []
    worker = scene.open(ranges)
    while not worker.finished:
        batch = worker.poll(data.draw(st.integers(1, 5), "batch"), 1)
        batch = batch.first(data.draw(st.integers(1, 5), "done within the budget"))
        what = data.draw(st.sampled_from(["commit", "commit", "fail", "die"]), "then") if batch else "nothing"
        if what == "fail":
            with scene.failing_commits(), pytest.raises(CommitFailed):
                worker.commit(batch, echo(batch))
        elif what == "die":
            worker.close()
            worker = scene.open(ranges)
        elif what == "commit":
            worker.commit(batch, echo(batch))
            read += places(batch.records)
    scene.close()
    assert read == expected(logs, ranges)


def read_all(worker: KafkaTransport) -> list[tuple[int, int]]:
    read: list[tuple[int, int]] = []
    for batch in batches(worker, max_records=3):
        worker.commit(batch, echo(batch))
        read += places(batch.records)
    return read


def test_a_partition_without_a_position_holds_all_others_back() -> None:
    logs: list[Log] = [[1, 2], [0, 3]]
    scene = scene_of(logs)
    scene.kafka.script("committed", None, KafkaTimeoutError("the transaction of a dead worker is open"))
    worker = scene.open(all_of(logs))
    assert not worker.poll(3, 0).records
    assert read_all(worker) == expected(logs, all_of(logs))


def test_records_of_one_time_come_in_the_order_of_their_partitions() -> None:
    logs: list[Log] = [[5, 5], [5], [5, 5]]
    assert read_all(scene_of(logs).open(all_of(logs))) == [(0, 0), (0, 1), (1, 0), (2, 0), (2, 1)]


def test_a_time_that_goes_back_does_not_change_the_order_of_a_partition() -> None:
    logs: list[Log] = [[9, 1, 1], [5, 6, 9]]
    assert read_all(scene_of(logs).open(all_of(logs))) == [(1, 0), (1, 1), (0, 0), (0, 1), (0, 2), (1, 2)]


def test_a_partition_that_is_far_ahead_is_not_fetched_further() -> None:
    logs: list[Log] = [[*range(50)], [100] * 50]
    scene = scene_of(logs)
    scene.kafka.fetches = repeat(5)
    worker = scene.open(all_of(logs))
    assert len(worker.poll(40, 60).records) == 40
    real = scene.cluster.consumers[0]
    assert real.position(TopicPartition(RAW, 1), timeout_ms=1) == 5
    assert worker._consumer.position(TopicPartition(RAW, 1), timeout_ms=1) == 0
    lag = worker.lag()
    assert lag is not None
    assert lag.by_partition == {0: 10, 1: 50}


def test_a_worker_that_has_only_a_part_of_the_range_says_so_once() -> None:
    logs: list[Log] = [[1, 4], [2, 3], []]
    scene = scene_of(logs)
    scene.kafka.holders[TopicPartition(RAW, 1)] = None
    worker = scene.open(all_of(logs))
    with capture_logs() as lines:
        for _ in range(2):
            assert len(worker.poll(1, 60).records) == 1
    told = [line for line in lines if line["event"] == "order_not_fixed"]
    assert [(line["partitions"], line["of_others"]) for line in told] == [([0, 2], [1])]


def test_records_of_a_lost_partition_are_forgotten() -> None:
    logs: list[Log] = [[1, 4], [2, 3]]
    scene = scene_of(logs)
    worker = scene.open(all_of(logs))
    assert places(worker.poll(1, 60).records) == [(0, 0)]
    scene.cluster.consumers[0].loses(1)
    assert places(worker.poll(3, 60).records) == [(0, 1)]


def test_the_fetches_of_all_partitions_share_the_memory() -> None:
    assert [fetch_bytes(count, 32 << 20) for count in (0, 1, 64, 4096)] == [1 << 20, 1 << 20, 1 << 19, 64 << 10]


def test_offsets_that_are_left_out_do_not_influence_the_order() -> None:
    """Or else it would depend on what a fetch brings besides."""
    logs: list[Log] = [[1, 9, 2], [3, 5]]
    ranges = {0: Range(0, 3, Offsets([0, 2], [1, 3])), 1: Range(0, 2)}
    assert read_all(scene_of(logs).open(ranges)) == [(0, 0), (0, 2), (1, 0), (1, 1)]
