"""What an index remembers, whichever back end keeps it: the contract between the rules and a store.

The rules (`worker.dedup.index`) read and write through a `Memory` and know nothing of files, servers or locks. A
memory keeps tables of small values that are forgotten by generations of event time, the records of published articles
under numbers, and postings: which records hold a key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol, TypeVar

from worker.store.generations import Found, Generation

T = TypeVar("T")

MAX_HOLDERS = 16  # records that a posting key leads to at most; who comes later is found by its rarer keys


class Table(IntEnum):
    """The tables of values. Keys are bytes of any length from 1 to 28."""

    VERDICTS = 0
    URLS = 1
    CONTENTS = 2
    COUNTS = 3  # one entry, of 128 KiB


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a batch is going to ask for, so that a memory can fetch it in few steps. Other questions are answered too.

    `keys` by table; `postings` has one sequence of posting keys (unsigned, 32 bits) for each article.
    """

    keys: Mapping[Table, Sequence[bytes]] = field(default_factory=dict)
    postings: Sequence[Sequence[int]] = ()


class Memory(Protocol):
    """A store that several processes may share. All but `atomically`, `is_empty`, `stats`, `close` is for its body."""

    def atomically(self, wanted: Wanted, body: Callable[[], T]) -> T:
        """What `body` returns. All that it wrote is kept, at once and for good, or nothing if it raises.

        No other writer comes between its reads and its writes. `body` may be run again from the start, when a writer
        came first or the server was away, so it must have no effect but on this memory.

        Raises:
            IndexStoreError: the store cannot be read or written, and trying again would not help.
        """

    def find(self, table: Table, key: bytes) -> Found | None:
        """The newest live entry, those written in this body included."""

    def put(self, table: Table, key: bytes, value: bytes, generation: Generation) -> None:
        """Write an entry; in the generation where an older value was found, or a later one, else that hides this."""

    def at(self, time_s: float | None) -> Generation:
        """The generation of an event; moves the watermark, and forgets what now lies before the window.

        None is an event of unknown time: it counts as of the watermark, and moves nothing.
        """

    @property
    def newest(self) -> Generation:
        """The generation of the watermark; only after `at`."""

    def add_record(self, value: bytes, generation: Generation) -> int:
        """Keep an article's record; its number (unsigned, 32 bits), never used for another live record."""

    def record(self, number: int) -> bytes | None:
        """A record that is still remembered."""

    def holders(self, key: int) -> Sequence[int]:
        """Numbers of the records that hold this posting key; records that were forgotten may be among them."""

    def hold(self, keys: Sequence[int], number: int) -> None:
        """The record holds these keys from now on. Where a key has `MAX_HOLDERS` already, nothing happens."""

    def is_empty(self) -> bool:
        """Whether nothing was ever remembered; not within a body."""

    def stats(self) -> Mapping[str, int]:
        """Entries by table, records, live generations, bytes; not within a body."""

    def close(self) -> None:
        """Release the store. May be called twice."""
