from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.dedup.valkey import buckets as valkey_buckets
from worker.dedup.valkey.buckets import FEWEST_BUCKETS, Buckets, entries, read

_KEYS = st.integers(0, (1 << 32) - 1)
_COUNTS = st.integers(FEWEST_BUCKETS, 1 << 27) | st.sampled_from([1 << 16, (1 << 17) - 1, 1 << 17, (1 << 17) + 1])


def entry(key: int, number: int) -> bytes:
    [packed] = entries(np.array([key], np.uint32), np.array([number], np.uint32))
    return packed


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


@given(keys=st.lists(_KEYS, max_size=30, unique=True), count=_COUNTS)
def test_a_split_sends_each_entry_to_the_bucket_of_its_key(keys: list[int], count: int) -> None:
    buckets = Buckets(count, postings=(count + 1) * valkey_buckets.LOAD)
    [place] = buckets.due()
    there = [key for key in keys if place_of(buckets, key) == place]
    elsewhere = {key: place_of(buckets, key) for key in keys if place_of(buckets, key) != place}
    stays, goes = buckets.split(b"".join(entry(key, key & 0xFF) for key in there))
    assert buckets.buckets == count + 1
    for key in there:
        bucket = goes if place_of(buckets, key) == count else stays
        assert place_of(buckets, key) in {place, count}
        assert [key & 0xFF] in [numbers for _, numbers in read(np.array([key], np.uint32), [bucket])]
    assert len(stays) + len(goes) == len(there) * 6
    assert {key: place_of(buckets, key) for key in elsewhere} == elsewhere


@pytest.mark.parametrize(
    ("count", "postings", "due"),
    [
        (1 << 16, 0, range(0)),
        (1 << 16, (1 << 16) * 12, range(0)),
        (1 << 16, ((1 << 16) + 3) * 12, range(3)),
        ((1 << 16) + 3, ((1 << 16) + 3) * 12, range(3, 3)),
        ((1 << 17) - 2, (1 << 17) * 12 + 60, range((1 << 16) - 2, 1 << 16)),
        (1 << 17, (1 << 20) * 12, range(4096)),
    ],
)
def test_buckets_are_split_when_there_are_too_many_postings(count: int, postings: int, due: range) -> None:
    assert list(Buckets(count, postings).due()) == list(due)


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
