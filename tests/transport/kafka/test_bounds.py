"""Tests the bookkeeping of a bounded run with examples, and against a model that knows every offset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.transport.kafka.bounds import Bounds, Range

OFFSETS = st.integers(0, 30)
RANGES = st.dictionaries(st.integers(0, 3), st.builds(Range, st.none() | OFFSETS, OFFSETS))


def wanted(bounds: dict[int, Range], partition: int) -> range:
    """All offsets of a partition that have to be processed."""
    found = bounds.get(partition)
    return range(found.start or 0, found.end) if found else range(0)


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
def test_reading_from_the_start_to_the_end_reads_exactly_the_range(ranges: dict[int, Range], partition: int) -> None:
    bounds = Bounds(ranges)
    read = []
    offset = bounds.start_of(partition)
    while not bounds.is_past(partition, offset):
        read.append(offset)
        offset += 1
    assert read == list(wanted(ranges, partition))


@given(RANGES, st.integers(0, 4), st.lists(st.none() | OFFSETS))
def test_a_partition_is_done_exactly_when_a_commit_covered_its_range(
    ranges: dict[int, Range], partition: int, commits: list[int | None]
) -> None:
    bounds = Bounds(ranges)
    for offset in commits:
        bounds.committed(partition, offset)
    left = wanted(ranges, partition)
    end = ranges.get(partition, Range(None, 0)).end
    assert bounds.is_done(partition) is (not left or any((offset or 0) >= end for offset in commits))


@given(RANGES, st.integers(0, 4), OFFSETS, OFFSETS)
def test_the_lag_counts_the_offsets_left_in_the_range(
    ranges: dict[int, Range], partition: int, ahead: int, log_end: int
) -> None:
    position = Bounds(ranges).start_of(partition) + ahead
    still = [offset for offset in wanted(ranges, partition) if position <= offset < log_end]
    assert Bounds(ranges).lag(partition, position, log_end) == len(still)
