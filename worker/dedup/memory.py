"""The contract between the rules and a store: what an index remembers, whichever back end keeps it.

The rules (`worker.dedup.index`) read and write through a `Memory` and know nothing of files, servers or locks. A
memory keeps tables of small values, which expire by generations of event time; numbered records of articles; and
postings, which say which records hold a key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol, TypeVar

from worker.store.generations import Found, Generation

T = TypeVar("T")

SEED_BYTES = 8
MAX_HOLDERS = 16  # records per posting key at most; later records are found by their rarer keys


class Table(IntEnum):
    """The tables of values. A key has 1 to 28 bytes."""

    VERDICTS = 0
    URLS = 1
    CONTENTS = 2
    COUNTS = 3  # one entry, of 128 KiB


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a batch will ask for, so that a memory can fetch it in few steps. The batch may ask for more.

    `keys` are keys by table. `postings` has one sequence of posting keys (unsigned, 32 bits) for each article.
    """

    keys: Mapping[Table, Sequence[bytes]] = field(default_factory=dict)
    postings: Sequence[Sequence[int]] = ()


class Memory(Protocol):
    """A store that several processes may share.

    Within a body, call any method but `atomically`, `is_empty`, `stats` and `close`. Outside, call only these four and
    `seed`.
    """

    def atomically(self, wanted: Wanted, body: Callable[[], T]) -> T:
        """Return what `body` returns. Store everything that it wrote, all at once, or nothing if it raises.

        No other writer comes between its reads and its writes. `body` may run again from the start, if another writer
        came first or the server was away. So it must affect nothing but this memory.

        Raises:
            IndexStoreError: the store cannot be read or written, and a retry would not help.
        """

    def find(self, table: Table, key: bytes) -> Found | None:
        """The newest live entry, including those written in this body."""

    def put(self, table: Table, key: bytes, value: bytes, generation: Generation) -> None:
        """Write an entry. `generation` must not be older than that of the key's newest entry, which would hide this."""

    def at(self, time_s: float | None) -> Generation:
        """Return the generation of an event. Move the watermark, and forget what now lies before the window.

        If its time is unknown (None), an event gets the time of the watermark and does not move it.
        """

    @property
    def newest(self) -> Generation:
        """The generation of the watermark. Call `at` first."""

    def add_record(self, value: bytes, generation: Generation) -> int:
        """Store an article's record. Return its number (unsigned, 32 bits), which no other live record has."""

    def record(self, number: int) -> bytes | None:
        """The record with this number; None if it is forgotten."""

    def holders(self, key: int) -> Sequence[int]:
        """The numbers of the records that hold this posting key. Some of these records may be forgotten."""

    def hold(self, keys: Sequence[int], number: int) -> None:
        """Add the record to the holders of these keys, except to keys that have `MAX_HOLDERS` already."""

    @property
    def seed(self) -> int:
        """A secret of 64 bits that the store made at random when it was new. It never changes."""

    def is_empty(self) -> bool:
        """Whether nothing was ever stored; not within a body."""

    def stats(self) -> Mapping[str, int]:
        """The numbers of entries by table, of records and of live generations, and the bytes; not within a body."""

    def close(self) -> None:
        """Close the store. May be called twice."""
