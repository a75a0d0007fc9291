"""The content of a memory in chunks, in a form that each memory can give and take: for backups, and to move an index.

Chunks come in this order: the start; the records; the entries of the tables; the postings. Within each of these, older
generations come first. Generations differ between memories, so a chunk says only at which time its entries expire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from worker.dedup.entries import pack_content, pack_page, unpack_content, unpack_page
from worker.dedup.memory import Memory, Table, Wanted
from worker.store.damage import Damage
from worker.store.generations import Generation

T = TypeVar("T")

ORDER = (Table.URLS, Table.CONTENTS, Table.COUNTS, Table.VERDICTS)
"""The order of the tables in a dump, after the records that their entries name. The verdicts come last: so a dump that
is made while workers write has the verdict on every article that it knows in any other way."""

CHUNK_BYTES = 1 << 20
"""About how much a chunk holds, unless a single value is larger."""

CHUNK_POSTINGS = 1 << 15

_NUMBER = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_HIGHEST = 0xFFFFFFFF  # of the numbers of records; the last ones of the last slot are not in use


@dataclass(frozen=True, slots=True)
class Start:
    """The newest event time seen, in seconds since 1970 (0 if none), and the seed of the posting keys.

    `entries` says how many entries and records follow. If other processes write meanwhile, it is an estimate.
    """

    watermark_s: float
    seed: int
    entries: int


@dataclass(frozen=True, slots=True)
class Entries:
    """Keys and values of a table, all of one generation. `end_s` is the end of its stretch of event time."""

    table: Table
    end_s: int
    items: Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one generation, each with the number that it had. See `Entries` for `end_s`."""

    end_s: int
    items: Sequence[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Postings:
    """Postings of one generation: a key, shifted by 32 bits, and the number of a record that holds it.

    The record may be missing from the dump: then the posting leads nowhere. A posting may come twice.
    """

    postings: NDArray[np.uint64]


Chunk = Start | Entries | Records | Postings


class Movable(Memory, Protocol):
    """A memory that can be dumped and filled. Call these methods outside of a body."""

    def dump(self) -> Iterator[Chunk]:
        """Everything that is remembered, in chunks. Other processes may write meanwhile.

        Raises:
            IndexStoreError: the store cannot be read.
        """

    def begin_fill(self, seed: int | None = None) -> None:
        """Reserve an empty memory for this process, which fills it with `atomically`. Keep its seed, or replace it.

        Until `end_fill`, every other process gets an IndexStoreError in place of a half-filled memory. What an earlier
        process left that did not reach `end_fill` is forgotten.

        Raises:
            IndexStoreError: the memory is not empty, or cannot be written.
        """

    def end_fill(self) -> None:
        """Let all processes use the memory.

        Raises:
            IndexStoreError: another process has begun to fill it, or it cannot be written.
        """


def in_chunks(items: Iterable[T], size: Callable[[T], int]) -> Iterator[list[T]]:
    """Group items, in order, into lists of about `CHUNK_BYTES`. `size` gives the bytes of an item."""
    chunk: list[T] = []
    room = CHUNK_BYTES
    for item in items:
        chunk.append(item)
        room -= size(item)
        if room <= 0:
            yield chunk
            chunk, room = [], CHUNK_BYTES
    if chunk:
        yield chunk


class Loader:
    """Fills an empty memory with the chunks of a dump. It is complete only after `finish`.

    An entry expires when it would have expired in the other memory, or later if the generations of this one last
    longer. Damaged entries are left out, and counted in `damage`.
    """

    def __init__(self, memory: Movable, damage: Damage | None = None) -> None:
        self._memory = memory
        self._damage = damage or Damage()
        self._watermark_s = 0.0
        self._numbers = _NewNumbers()

    def load(self, chunk: Chunk) -> None:
        """Store the next chunk, in one atomic write.

        Raises:
            IndexStoreError: the memory is not empty, or cannot be written.
        """
        match chunk:
            case Start():
                self._memory.begin_fill(chunk.seed)
                self._watermark_s = chunk.watermark_s
            case Entries():
                items = self._renumbered(chunk)
                wanted = Wanted({chunk.table: [key for key, _ in items]})
                self._memory.atomically(wanted, lambda: self._put(chunk.table, items, chunk.end_s))
            case Records():
                new = self._memory.atomically(Wanted(), lambda: self._add(chunk))
                self._numbers.add([number for number, _ in chunk.items], new)
            case Postings():
                keys, numbers = self._numbers.of_postings(chunk.postings)
                self._memory.atomically(Wanted(postings=[keys]), lambda: self._hold(keys, numbers))

    def finish(self) -> None:
        """Let all processes use the memory. See `Movable.end_fill`."""
        self._memory.end_fill()

    def _renumbered(self, chunk: Entries) -> Sequence[tuple[bytes, bytes]]:
        """The entries with the new numbers of the records that they name."""
        codec = _NAME_A_RECORD.get(chunk.table)
        if codec is None:
            return chunk.items
        unpack, pack = codec
        kind = chunk.table.name.lower()
        read = [(key, self._damage.intact(kind, unpack, value, key)) for key, value in chunk.items]
        named = [(key, value) for key, value in read if value is not None]
        numbers = self._numbers.of([value.record for _, value in named])
        return [
            (key, pack(value._replace(record=number), key)) for (key, value), number in zip(named, numbers, strict=True)
        ]

    def _put(self, table: Table, items: Sequence[tuple[bytes, bytes]], end_s: int) -> None:
        generation = self._generation(end_s)
        for key, value in items:
            self._memory.put(table, key, value, generation)

    def _add(self, chunk: Records) -> list[int]:
        generation = self._generation(chunk.end_s)
        return [self._memory.add_record(value, generation) for _, value in chunk.items]

    def _hold(self, keys: Sequence[int], numbers: Sequence[int]) -> None:
        for key, number in zip(keys, numbers, strict=True):
            if number not in self._memory.holders(key):
                self._memory.hold([key], number)

    def _generation(self, end_s: int) -> Generation:
        return self._memory.at(min(end_s - 1, self._watermark_s))


_NAME_A_RECORD: Mapping[Table, tuple[Callable[[bytes, bytes], Any], Callable[[Any, bytes], bytes]]] = {
    Table.URLS: (lambda value, key: unpack_page(value, key.hex()), lambda page, key: pack_page(page, key.hex())),
    Table.CONTENTS: (lambda value, _: unpack_content(value), lambda content, _: pack_content(content)),
}
"""How to unpack and pack the entries with the number of a record, in the field `record`."""


class _NewNumbers:
    """The numbers of the records in the new memory."""

    def __init__(self) -> None:
        self._parts: list[tuple[NDArray[np.uint32], NDArray[np.uint32]]] = []
        self._sorted: tuple[NDArray[np.uint32], NDArray[np.uint32]] | None = None
        self._unknown: dict[int, int] = {}

    def add(self, old: Sequence[int], new: Sequence[int]) -> None:
        """Note the old and the new numbers of some records. Call this before the other methods."""
        self._parts.append((np.array(old, np.uint32), np.array(new, np.uint32)))

    def of(self, old: Sequence[int]) -> list[int]:
        """The new numbers of these records. A record that is not in the dump gets one that leads nowhere."""
        numbers = np.array(old, np.uint32)
        new, known = self._look_up(numbers)
        return [
            number if is_known else self._unknown.setdefault(before, _HIGHEST - len(self._unknown))
            for before, number, is_known in zip(old, new.tolist(), known.tolist(), strict=True)
        ]

    def of_postings(self, postings: NDArray[np.uint64]) -> tuple[list[int], list[int]]:
        """The key of each posting, and the new number of its record. Postings of unknown records are left out."""
        new, known = self._look_up((postings & _LOW).astype(np.uint32))
        return (postings[known] >> _NUMBER).tolist(), new[known].tolist()

    def _look_up(self, numbers: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
        """The new numbers, and whether there is one."""
        if self._sorted is None:
            none = np.empty(0, np.uint32)
            old, new = (np.concatenate([none, *(part[which] for part in self._parts)]) for which in (0, 1))
            order = np.argsort(old, kind="stable")
            self._sorted, self._parts = (old[order], new[order]), []
        old, new = self._sorted
        if not len(old):
            return numbers, np.zeros(len(numbers), bool)
        places = np.searchsorted(old, numbers)
        places[places == len(old)] = 0
        return new[places], old[places] == numbers
