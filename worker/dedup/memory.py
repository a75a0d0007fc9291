"""The contract between the rules and a store: what an index remembers, whichever back end keeps it.

The rules (`worker.dedup.index`) read and write through a `Memory` and know nothing of files, servers or locks. A
memory keeps tables of small values, which expire by generations of event time; numbered records of articles; and
postings, which say which records hold a key.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Protocol

from worker.store.generations import Generation
from worker.store.tables import Tables, Wanted

__all__ = ["MAX_HOLDERS", "SEED_BYTES", "Memory", "Table", "Wanted", "random_seed"]

SEED_BYTES = 8
MAX_HOLDERS = 16  # records per posting key at most; later records are found by their rarer keys


def random_seed() -> int:
    """The seed of a new memory. Nobody can guess it."""
    return secrets.randbits(8 * SEED_BYTES)


class Table(IntEnum):
    """The tables of values."""

    VERDICTS = 0
    URLS = 1
    CONTENTS = 2
    COUNTS = 3
    """Statistics, of up to 128 KiB. A body that only reads an entry may see one that was just replaced."""


class Memory(Tables, Protocol):
    """Tables, records and postings that several processes may share. Call `is_empty` and `stats` outside a body."""

    def add_record(self, value: bytes, generation: Generation) -> int:
        """Store an article's record. Return its number (unsigned, 32 bits), which no other live record has."""

    def record(self, number: int) -> bytes | None:
        """The record with this number; None if it is forgotten."""

    def records(self, numbers: Sequence[int]) -> list[bytes | None]:
        """The records with these numbers, read together; None for each that is forgotten."""

    def holders(self, key: int) -> Sequence[int]:
        """The numbers of the records that hold this posting key. Some of these records may be forgotten."""

    def holders_of(self, keys: Collection[int]) -> Iterable[tuple[int, ...]]:
        """The same for many keys. Those without holders may be missing."""

    def hold(self, keys: Sequence[int], number: int, most: int = MAX_HOLDERS) -> None:
        """Add the record to the holders of these keys, except to keys that have `most` already."""

    @property
    def seed(self) -> int:
        """A secret of 64 bits that the store made at random when it was new. Only an import replaces it."""

    def is_empty(self) -> bool:
        """Whether nothing was ever stored."""

    def stats(self) -> Mapping[str, int]:
        """The numbers of entries by table, of records and of live generations, the seconds of event time, the bytes."""
