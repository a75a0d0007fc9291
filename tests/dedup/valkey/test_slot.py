from __future__ import annotations

import struct

import numpy as np
import pytest

from worker.dedup.memory import Table
from worker.dedup.valkey.buckets import FEWEST_BUCKETS, LOAD, Buckets, read
from worker.dedup.valkey.slot import COUNT_MASK, NUMBER, GenerationSlot
from worker.store.damage import DamagedError


def test_packed_counts_are_restored() -> None:
    slot = GenerationSlot(17, Buckets(70_000, 900_000))
    again = GenerationSlot.unpack(slot.pack())
    assert (again.next_count, again.buckets) == (17, Buckets(70_000, 900_000))
    assert GenerationSlot.unpack(None).pack() == GenerationSlot().pack()


def test_numbers_continue_and_start_again_after_the_last_one() -> None:
    slot = GenerationSlot(COUNT_MASK - 1)
    assert [slot.add(b"%d" % turn) for turn in range(3)] == [COUNT_MASK - 1, COUNT_MASK, 0]
    assert slot.records[NUMBER.pack(0)] == b"2"


def test_a_deleted_entry_is_not_written_unless_it_is_put_again() -> None:
    slot = GenerationSlot()
    slot.entries[Table.URLS][b"a"] = b"1"
    slot.delete(Table.URLS, b"a")
    assert slot.entries[Table.URLS] == {}
    assert slot.deleted[Table.URLS] == [b"a"]


def laid(slot: GenerationSlot) -> dict[int, list[tuple[int, list[int]]]]:
    """The places of these keys in the buckets to write."""
    keys = {5: [5, 0x1_0005, 0x2_0005, 0x3_0005], 6: [6]}
    return {
        place: [found for key in keys[place & 0xFFFF] for found in read(np.array([key], np.uint32), [bucket])]
        for place, bucket in ((NUMBER.unpack(name)[0], bucket) for name, bucket in slot.lay().items())
    }


def test_new_postings_are_added_to_their_buckets() -> None:
    first = GenerationSlot()
    first.held = {1: [5], 2: [5, 0x1_0005]}
    [bucket] = first.lay().values()
    second = GenerationSlot()
    second.read = {5: bucket, 6: None}
    second.held = {3: [6, 5]}
    assert laid(second) == {6: [(6, [3])], 5: [(5, [1, 2, 3]), (0x1_0005, [2])]}
    assert second.buckets.postings == 2


def test_due_buckets_are_split_together_with_their_new_postings() -> None:
    first = GenerationSlot()
    first.held = {1: [5, 0x1_0005, 0x2_0005]}
    [bucket] = first.lay().values()
    second = GenerationSlot(0, Buckets(FEWEST_BUCKETS, (FEWEST_BUCKETS + 6) * LOAD))
    second.read = {place: bucket if place == 5 else None for place in second.due}
    second.held = {2: [0x3_0005]}
    assert laid(second) == {5: [(5, [1]), (0x2_0005, [1])], 0x1_0005: [(0x1_0005, [1]), (0x3_0005, [2])]}
    assert second.buckets.buckets == FEWEST_BUCKETS + 6


@pytest.mark.parametrize(
    "counts",
    [
        b"",
        GenerationSlot().pack()[:-1],
        GenerationSlot().pack() + b"x",
        struct.pack("<IIQ", COUNT_MASK + 1, FEWEST_BUCKETS, 0),
        struct.pack("<IIQ", 0, FEWEST_BUCKETS - 1, 0),
        struct.pack("<IIQ", 0, (1 << 31) + 1, 0),
        struct.pack("<IIQ", 0, FEWEST_BUCKETS, 1 << 63),
    ],
)
def test_counts_that_cannot_have_been_packed_are_damaged(counts: bytes) -> None:
    with pytest.raises(DamagedError):
        GenerationSlot.unpack(counts)
