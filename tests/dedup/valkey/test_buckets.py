from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.dedup.valkey.buckets import FEWEST_BUCKETS, Buckets, read
from worker.store.damage import DamagedError

_KEYS = st.integers(0, (1 << 32) - 1)
_COUNTS = st.integers(FEWEST_BUCKETS, 1 << 27) | st.sampled_from([1 << 16, (1 << 17) - 1, 1 << 17, (1 << 17) + 1])


def entry(key: int, number: int) -> bytes:
    return struct.pack("<HI", key >> 16, number)


def place_of(buckets: Buckets, key: int) -> int:
    [place] = buckets.places(np.array([key], np.uint32)).tolist()
    return int(place)


@given(keys=st.lists(_KEYS, max_size=30), count=_COUNTS)
def test_every_key_has_one_of_the_existing_buckets(keys: list[int], count: int) -> None:
    buckets = Buckets(count)
    places = buckets.places(np.array(keys, np.uint32)).tolist()
    power = 1 << count.bit_length() - 1
    assert places == [key % (2 * power) if key % (2 * power) < count else key % power for key in keys]
    assert all(place < count for place in places)
    assert all(place & 0xFFFF == key & 0xFFFF for place, key in zip(places, keys, strict=True))


@pytest.mark.parametrize(
    "counts",
    [
        b"",
        struct.pack("<IQ", FEWEST_BUCKETS, 0)[:-1],
        struct.pack("<IQ", FEWEST_BUCKETS, 0) + b"x",
        struct.pack("<IQ", FEWEST_BUCKETS - 1, 0),
        struct.pack("<IQ", (1 << 31) + 1, 0),
        struct.pack("<IQ", FEWEST_BUCKETS, 1 << 63),
    ],
)
def test_counts_that_cannot_have_been_packed_are_damaged(counts: bytes) -> None:
    with pytest.raises(DamagedError):
        Buckets.unpack(counts)


def test_packed_counts_are_restored() -> None:
    assert Buckets.unpack(struct.pack("<IQ", 70_000, 900_000)) == Buckets(70_000, 900_000)
    assert Buckets.unpack(None) == Buckets()


@given(held=st.lists(st.tuples(st.sampled_from([1, 2, 0x1_0001, 0x1_0002, 0xFFFF_0001]), _KEYS), max_size=40))
def test_the_holders_of_a_key_are_read_back_in_order(held: list[tuple[int, int]]) -> None:
    keys = sorted({key for key, _ in held})
    buckets = [b"".join(entry(key, n) for key, n in held if key & 0xFFFF == here & 0xFFFF) or None for here in keys]
    assert dict(read(np.array(keys, np.uint32), buckets)) == {
        here: [number for key, number in held if key == here] for here in keys
    }


def test_missing_buckets_have_no_entries() -> None:
    assert list(read(np.array([], np.uint32), [])) == []
    assert list(read(np.array([1, 2], np.uint32), [None, b""])) == []
    assert list(read(np.array([1, 2], np.uint32), [None, entry(0x5_0002, 7)])) == []
