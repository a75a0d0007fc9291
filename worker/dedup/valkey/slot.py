"""What one body reads from a generation's slot, and what it writes to it."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from struct import Struct

import numpy as np

from worker.dedup.memory import Table
from worker.dedup.valkey.buckets import FEWEST_BUCKETS, Buckets, entries
from worker.store.damage import DamagedError

COUNT_BITS = 28  # low bits of a record's number: 268 million records per generation; the high bits are the slot
COUNT_MASK = (1 << COUNT_BITS) - 1
NUMBER = Struct(">I")  # the field of a record or a bucket in its hash

_COUNTS = Struct("<IIQ")
_MOST_BUCKETS = 1 << 31  # the keys have 32 bits
_MOST_POSTINGS = 1 << 40


class GenerationSlot:
    """The new counts of a slot, the buckets that were read, and everything that will be written."""

    def __init__(self, next_count: int = 0, buckets: Buckets | None = None) -> None:
        self.next_count = next_count
        self.buckets = buckets or Buckets()
        self.due = self.buckets.due()
        self.read: dict[int, bytes | None] = {}
        self.entries: defaultdict[Table, dict[bytes, bytes]] = defaultdict(dict)
        self.deleted: defaultdict[Table, list[bytes]] = defaultdict(list)
        self.records: dict[bytes, bytes] = {}
        self.held: dict[int, list[int]] = {}  # new postings: keys by the number of the record that holds them

    @classmethod
    def unpack(cls, counts: bytes | None) -> GenerationSlot:
        """Restore what `pack` returned; None is a slot that was never used.

        Raises:
            DamagedError: `pack` cannot have returned this.
        """
        if counts is None:
            return cls()
        if len(counts) != _COUNTS.size:
            raise DamagedError
        next_count, buckets, postings = _COUNTS.unpack(counts)
        if next_count > COUNT_MASK or not FEWEST_BUCKETS <= buckets <= _MOST_BUCKETS or postings > _MOST_POSTINGS:
            raise DamagedError
        return cls(next_count, Buckets(buckets, postings))

    def pack(self) -> bytes:
        """The counts."""
        return _COUNTS.pack(self.next_count, self.buckets.buckets, self.buckets.postings)

    def add(self, record: bytes) -> int:
        """Add a record; return its number in the slot. Numbers continue in an emptied slot, and wrap at the end."""
        number = self.next_count
        self.records[NUMBER.pack(number)] = record
        self.next_count = number + 1 & COUNT_MASK
        return number

    def delete(self, table: Table, key: bytes) -> None:
        """Forget an entry."""
        self.entries[table].pop(key, None)
        self.deleted[table].append(key)

    def lay(self) -> dict[bytes, bytes]:
        """The buckets to write, by field: with the new postings, and split if they are due. Call it only once.

        If one of these buckets is on the server, it must be in `read`.
        """
        laid: dict[int, bytes] = {}
        keys = np.array(list(chain.from_iterable(self.held.values())), np.uint32)
        numbers = np.repeat(np.array(list(self.held), np.uint32), list(map(len, self.held.values())))
        for place, entry in zip(self.buckets.places(keys).tolist(), entries(keys, numbers), strict=True):
            laid[place] = self._bucket(laid, place) + entry
        self.buckets.postings += len(keys)
        for place in self.due:
            upper = self.buckets.buckets
            laid[place], laid[upper] = self.buckets.split(self._bucket(laid, place))
        return {NUMBER.pack(place): bucket for place, bucket in laid.items() if bucket or self.read.get(place)}

    def _bucket(self, laid: dict[int, bytes], place: int) -> bytes:
        return laid[place] if place in laid else self.read.get(place) or b""
