"""Tests the bookkeeping of a bounded run with examples, and against a model that knows every offset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transport.kafka.scene import offsets
from worker.transport.kafka.bounds import Bounds, Range

OFFSETS = st.integers(0, 30)
ONLY = st.none() | st.sets(OFFSETS).map(offsets)
RANGES = st.dictionaries(st.integers(0, 3), st.builds(Range, st.none() | OFFSETS, OFFSETS, ONLY))


def wanted(bounds: dict[int, Range], partition: int) -> list[int]:
    """All offsets of a partition that have to be processed."""
    found = bounds.get(partition)
    every = range(found.start or 0, found.end) if found else range(0)
    only = found.only if found else None
    return [offset for offset in every if only is None or only.at_or_after(offset) == offset]


# -- examples ------------------------------------------------------------------------------------------------------


def test_no_offset_is_past_the_end_of_an_endless_input() -> None:
    bounds = Bounds(None)
    assert not bounds.are_set
    assert bounds.end_of(0) is None
    assert bounds.start_of(0) == 0
    assert not bounds.is_past(0, 10**12)
    assert not bounds.is_done(0)


def test_a_run_with_no_ranges_is_done_and_not_endless() -> None:
    bounds = Bounds({})
    assert bounds.are_set
    assert bounds.is_done(0)


@pytest.mark.parametrize(("offset", "past"), [(None, False), (0, False), (9, False), (10, True), (11, True)])
def test_the_end_is_the_first_offset_past_the_range(offset: int | None, past: bool) -> None:
    assert Bounds({0: Range(None, 10)}).is_past(0, offset) is past


def test_a_partition_is_done_when_the_offset_at_its_end_is_committed() -> None:
    bounds = Bounds({0: Range(3, 10), 1: Range(3, 10)})
    bounds.committed(0, 9)
    bounds.committed(0, None)
    assert not bounds.is_done(0)
    bounds.committed(0, 10)
    assert bounds.is_done(0)
    assert not bounds.is_done(1)


def test_a_partition_stays_done_if_an_earlier_offset_is_committed_later() -> None:
    """An answer about another worker's commit may be out of date."""
    bounds = Bounds({0: Range(None, 10)})
    bounds.committed(0, 10)
    bounds.committed(0, 4)
    assert bounds.is_done(0)


@pytest.mark.parametrize("empty", [Range(None, 0), Range(0, 0), Range(7, 7), Range(8, 7)])
def test_an_empty_range_is_done_before_anything_is_committed(empty: Range) -> None:
    assert Bounds({0: empty}).is_done(0)


def test_a_partition_added_after_the_start_has_nothing_to_process() -> None:
    bounds = Bounds({0: Range(None, 10)})
    assert bounds.is_done(7)
    assert bounds.is_past(7, None)


@pytest.mark.parametrize(
    ("position", "log_end", "lag"), [(None, 50, 10), (4, 50, 6), (10, 50, 0), (30, 50, 0), (4, 7, 3)]
)
def test_the_lag_ends_with_the_range_or_with_a_shorter_log(position: int | None, log_end: int, lag: int) -> None:
    """The run does not process offsets after the range."""
    assert Bounds({0: Range(None, 10)}).lag(0, position, log_end) == lag


@pytest.mark.parametrize("position", [None, 0, 3, 5])
def test_the_lag_begins_with_the_range(position: int | None) -> None:
    assert Bounds({0: Range(5, 10)}).lag(0, position, 50) == 5


@pytest.mark.parametrize(("position", "lag"), [(None, 50), (20, 30), (60, 0)])
def test_the_lag_of_an_endless_input_ends_with_the_log(position: int | None, lag: int) -> None:
    assert Bounds(None).lag(0, position, 50) == lag


# -- properties ----------------------------------------------------------------------------------------------------


@given(RANGES, st.integers(0, 4))
def test_reading_from_the_start_to_the_end_reads_exactly_what_is_wanted(
    ranges: dict[int, Range], partition: int
) -> None:
    bounds = Bounds(ranges)
    read = []
    offset = bounds.next(partition, 0)
    while not bounds.is_past(partition, offset):
        read.append(offset)
        offset = bounds.next(partition, offset + 1)
    assert read == wanted(ranges, partition)
    assert read == [offset for offset in range(40) if bounds.cover(partition, offset)]


@given(RANGES, st.integers(0, 4), st.lists(st.none() | OFFSETS))
def test_a_partition_is_done_exactly_when_a_commit_covered_all_that_is_wanted(
    ranges: dict[int, Range], partition: int, commits: list[int | None]
) -> None:
    bounds = Bounds(ranges)
    for offset in commits:
        bounds.committed(partition, offset)
    last = max(wanted(ranges, partition), default=-1)
    assert bounds.is_done(partition) is (last < 0 or any((offset or 0) > last for offset in commits))


@given(RANGES, st.integers(0, 4), OFFSETS, OFFSETS)
def test_the_lag_counts_the_offsets_left_to_process(
    ranges: dict[int, Range], partition: int, position: int, log_end: int
) -> None:
    still = [offset for offset in wanted(ranges, partition) if position <= offset < log_end]
    assert Bounds(ranges).lag(partition, position, log_end) == len(still)


@given(RANGES)
def test_the_partitions_of_a_range_are_those_with_an_offset_to_process(ranges: dict[int, Range]) -> None:
    assert Bounds(ranges).partitions == {number for number in ranges if wanted(ranges, number)}
    assert Bounds(None).partitions == set()
