"""Postings in buckets: how the entries of one generation are laid into a hash of small values, and read back.

A posting says that a record holds a key. One entry of the server for each would cost ten times its bytes, so many share
a bucket: six bytes each, the upper half of the key and the record's number; the lower half follows from the bucket.

The buckets grow in number with the postings, one by one (linear hashing): bucket b of n lies at the key's value modulo
2^k or 2^(k+1), and the next to be split is the one whose upper twin is bucket n. So buckets stay small at any size of
the stream, and no step costs more than what it adds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

FEWEST_BUCKETS = 1 << 16  # so many that the bucket tells the lower half of a key
LOAD = 12
"""Postings in a bucket, on average. Smaller buckets cost memory (about 60 bytes each), larger ones cost transfer."""

_MOST_SPLITS = 4096  # in one step; below FEWEST_BUCKETS, so that no bucket is split twice in a step
_ENTRIES = np.dtype([("upper", "<u2"), ("number", "<u4")])

Keys = NDArray[np.uint32]
Numbers = NDArray[np.uint32]


@dataclass(slots=True)
class Buckets:
    """How many buckets and postings a generation has."""

    buckets: int = FEWEST_BUCKETS
    postings: int = 0

    def places(self, keys: Keys) -> Keys:
        """The bucket of each key."""
        doubled = 1 << self.buckets.bit_length()
        places = keys & np.uint32(doubled - 1)
        return np.where(places < self.buckets, places, places & np.uint32(doubled // 2 - 1))

    def due(self) -> range:
        """The buckets to split now, one after the other."""
        count = min(self.postings // LOAD - self.buckets, _MOST_SPLITS)
        half = (1 << self.buckets.bit_length()) // 2
        first = self.buckets - half
        return range(first, min(first + max(0, count), half))  # the rest when all are doubled

    def split(self, bucket: bytes) -> tuple[bytes, bytes]:
        """The next bucket of `due` in two: what stays, and what goes to the bucket that is new now."""
        upper_bit = ((1 << self.buckets.bit_length()) // 2) >> 16
        self.buckets += 1
        held = np.frombuffer(bucket, _ENTRIES)
        goes = held["upper"] & np.uint16(upper_bit) != 0
        return held[~goes].tobytes(), held[goes].tobytes()


def entries(keys: Keys, numbers: Numbers) -> list[bytes]:
    """For each key and number what the key's bucket says of them."""
    packed = np.empty(len(keys), _ENTRIES)
    packed["upper"] = keys >> np.uint32(16)
    packed["number"] = numbers
    joined = packed.tobytes()
    return [joined[start : start + _ENTRIES.itemsize] for start in range(0, len(joined), _ENTRIES.itemsize)]


def damaged(buckets: Sequence[bytes | None]) -> list[int]:
    """The places in the sequence of the buckets that do not hold whole entries."""
    return [place for place, bucket in enumerate(buckets) if bucket and len(bucket) % _ENTRIES.itemsize]


def read(keys: Keys, buckets: Sequence[bytes | None]) -> Iterator[tuple[int, list[int]]]:
    """What the buckets of these keys, all different, say: keys that somebody holds, and the numbers, as they came."""
    sizes = [len(bucket) // _ENTRIES.itemsize if bucket else 0 for bucket in buckets]
    found = np.frombuffer(b"".join(filter(None, buckets)), _ENTRIES)
    owners = np.repeat(keys, sizes)
    matches = owners >> np.uint32(16) == found["upper"]
    owners, numbers = owners[matches], found["number"][matches].tolist()
    starts = np.flatnonzero(np.diff(owners, prepend=~owners[:1])).tolist()
    for start, end in pairwise([*starts, len(numbers)]):
        yield int(owners[start]), numbers[start:end]
