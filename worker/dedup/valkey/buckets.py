"""Packs the postings of one generation into buckets, the small values of a hash on the server, and reads them.

A posting says that a record holds a key. If each posting had its own entry on the server, it would cost ten times its
bytes, so many share a bucket. Each takes six bytes: the upper half of the key, and the record's number. The lower half
of the key follows from the bucket.

The number of buckets grows with the postings, one by one (linear hashing). A key's bucket is its value modulo 2^(k+1),
or modulo 2^k if that bucket does not exist yet. With n buckets, the next one to be split is the one whose upper twin is
bucket n. So buckets stay small at any size of the stream, and no step costs more than what it adds.

The server itself adds entries to buckets and splits buckets (commit.lua). This module reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from struct import Struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.store.damage import DamagedError

FEWEST_BUCKETS = 1 << 16  # enough for the bucket to determine the lower half of a key
LOAD = 12
"""Average number of postings in a bucket. Small buckets cost memory (about 60 bytes each), large ones cost transfer."""

_MOST_BUCKETS = 1 << 31  # the keys have 32 bits
_MOST_POSTINGS = 1 << 40
_COUNTS = Struct("<IQ")
_ENTRIES = np.dtype([("upper", "<u2"), ("number", "<u4")])

Keys = NDArray[np.uint32]
Numbers = NDArray[np.uint32]


class Buckets(NamedTuple):
    """The number of buckets and of postings of a generation."""

    buckets: int = FEWEST_BUCKETS
    postings: int = 0

    @classmethod
    def unpack(cls, packed: bytes | None) -> Buckets:
        """Read the counts of a slot, in the order of the fields; None is a slot that was never used.

        Raises:
            DamagedError: the script cannot have written this.
        """
        if packed is None:
            return cls()
        if len(packed) != _COUNTS.size:
            raise DamagedError
        buckets, postings = _COUNTS.unpack(packed)
        if not FEWEST_BUCKETS <= buckets <= _MOST_BUCKETS or postings > _MOST_POSTINGS:
            raise DamagedError
        return cls(buckets, postings)

    def places(self, keys: Keys) -> Keys:
        """The bucket of each key."""
        doubled = 1 << self.buckets.bit_length()
        places = keys & np.uint32(doubled - 1)
        return np.where(places < self.buckets, places, places & np.uint32(doubled // 2 - 1))


def damaged(buckets: Sequence[bytes | None]) -> list[int]:
    """The positions of the buckets that do not consist of whole entries."""
    return [place for place, bucket in enumerate(buckets) if bucket and len(bucket) % _ENTRIES.itemsize]


def read(keys: Keys, buckets: Sequence[bytes | None]) -> Iterator[tuple[int, list[int]]]:
    """Read the buckets of these distinct keys. Yield each key that has holders, and their numbers in order."""
    sizes = [len(bucket) // _ENTRIES.itemsize if bucket else 0 for bucket in buckets]
    found = np.frombuffer(b"".join(filter(None, buckets)), _ENTRIES)
    owners = np.repeat(keys, sizes)
    matches = owners >> np.uint32(16) == found["upper"]
    owners, numbers = owners[matches], found["number"][matches].tolist()
    starts = np.flatnonzero(np.diff(owners, prepend=~owners[:1])).tolist()
    for start, end in pairwise([*starts, len(numbers)]):
        yield int(owners[start]), numbers[start:end]


def postings_of(first: int, buckets: Sequence[bytes | None]) -> NDArray[np.uint64]:
    """The postings in the buckets from number `first` on: each key, shifted by 32 bits, and the number that holds it.

    Damaged buckets count as empty.
    """
    wrong = {*damaged(buckets)}
    intact = [bucket if bucket and place not in wrong else b"" for place, bucket in enumerate(buckets)]
    found = np.frombuffer(b"".join(intact), _ENTRIES)
    places = np.arange(first, first + len(intact), dtype=np.uint64) & np.uint64(FEWEST_BUCKETS - 1)
    lower = np.repeat(places, [len(bucket) // _ENTRIES.itemsize for bucket in intact])
    keys = found["upper"].astype(np.uint64) << np.uint64(16) | lower
    postings: NDArray[np.uint64] = keys << np.uint64(32) | found["number"]
    return postings
