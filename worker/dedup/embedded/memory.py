"""Keeps the memory of the index in an LMDB directory, without a server, for all processes of one machine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import chain
from pathlib import Path

import lmdb
import numpy as np
from numpy.typing import NDArray

from worker.dedup import filling
from worker.dedup.dump import Chunk, Start
from worker.dedup.embedded import dump, runs
from worker.dedup.memory import MAX_HOLDERS, SEED_BYTES, Table, Wanted, random_seed
from worker.errors import IndexStoreError
from worker.store.damage import Damage
from worker.store.environment import SLOTS, GenerationStore
from worker.store.failures import START_AFRESH
from worker.store.generations import Generation

LAYOUT = b"4"
_RECORDS = len(Table)  # the table after those of the contract
_SLOT_BITS = 26  # low bits of a record's number: its place in the slot's table; the high bits are the slot
_FILLING = b"filling"  # the key of the token of worker.dedup.filling
_SEED = b"seed"
_IN_SLOT = (1 << _SLOT_BITS) - 1


class EmbeddedMemory(GenerationStore):
    """A `worker.dedup.memory.Memory` on a local disk. Several processes may open its directory, each of them once.

    `window` says how long an article is remembered, in event time. `max_bytes` limits the file, which grows as needed.
    `seed` is for a new directory that must have the same keys as another one; by default, the seed is random.

    Raises:
        IndexStoreError: the directory cannot be used; the message says what to do.
    """

    def __init__(
        self, path: Path, *, window: timedelta, max_bytes: int, damage: Damage | None = None, seed: int | None = None
    ) -> None:
        self._damage = damage or Damage()
        self._held: dict[int, tuple[int, ...]] = {}  # what this batch asked for, including what it added
        self._asked: set[int] = set()
        self._new: list[tuple[int, Collection[int]]] = []  # records of this batch, and the keys that lead to them
        self._counts: dict[int, int] = {}  # records by slot
        self._token: bytes | None = None  # of worker.dedup.filling
        super().__init__(
            path, tables=_RECORDS + 1, window=window, max_bytes=max_bytes, layout=LAYOUT, moving=(Table.COUNTS,)
        )
        with self._explained(), self._begin() as txn:
            self._postings = self._env.open_db(b"postings", txn=txn)
            self.seed = self._read_seed(txn, seed)

    def _read_seed(self, txn: lmdb.Transaction[bytes], of_new: int | None) -> int:
        seed = txn.get(_SEED, db=self._meta)
        if seed is None:
            seed = (random_seed() if of_new is None else of_new).to_bytes(SEED_BYTES, "big")
            txn.put(_SEED, seed, db=self._meta)
        if len(seed) != SEED_BYTES:
            raise IndexStoreError(f"the store in {self._path} is damaged (its seed): {START_AFRESH}")
        return int.from_bytes(seed, "big")

    @contextmanager
    def batch(self) -> Iterator[None]:
        """The body of `atomically`, as a context."""
        self._held, self._asked, self._new, self._counts = {}, set(), [], {}
        with super().batch():
            yield
            live = self._generations.live
            if live:
                slots = {number >> _SLOT_BITS for number, _ in self._new}
                until_s = max((each.end_s for each in live if each.slot in slots), default=live[0].end_s)
                new, span = runs.postings_of(self._new), (live[-1].end_s, until_s)
                runs.add(self._in_batch(), self._postings, new, span, self._remembered, self._damage)

    def look_ahead(self, wanted: Wanted) -> None:
        """Look up these keys together, for later calls of `find` and `holders`."""
        super().look_ahead(wanted)
        self.fetch(chain.from_iterable(wanted.postings))

    def fetch(self, keys: Iterable[int]) -> None:
        """Look up the holders of these keys together, much faster than one by one."""
        new = {*keys} - self._asked
        if not new:
            return
        self._asked |= new
        with self._env.begin(buffers=True) as txn:  # sees the last commit: what this batch began with
            found = runs.found(txn, self._postings, new, self._remembered, self._damage)
        self._held.update((key, numbers[:MAX_HOLDERS]) for key, numbers in found.items())

    def holders(self, key: int) -> Sequence[int]:
        """See `Memory.holders`."""
        return next(iter(self.holders_of([key])), ())

    def holders_of(self, keys: Collection[int]) -> list[tuple[int, ...]]:
        """See `Memory.holders_of`."""
        self._in_batch()
        if not self._asked.issuperset(keys):
            self.fetch(keys)
        return list(filter(None, map(self._held.get, keys)))

    def hold(self, keys: Sequence[int], number: int, most: int = MAX_HOLDERS) -> None:
        """See `Memory.hold`."""
        self._in_batch()
        if not self._asked.issuperset(keys):
            self.fetch(keys)
        held = self._held
        new: dict[int, tuple[int, ...]] = dict.fromkeys(keys, (number,))
        for key in [key for key in keys if key in held]:  # most keys have no holders yet
            if len(held[key]) < most:
                new[key] = (*held[key], number)
            else:
                new.pop(key, None)
        held.update(new)
        self._new.append((number, new.keys()))

    def add_record(self, value: bytes, generation: Generation) -> int:
        """See `Memory.add_record`."""
        txn, slot = self._in_batch(), generation.slot
        table = self._tables[_RECORDS][slot]
        place = self._counts.get(slot)
        if place is None:
            place = txn.stat(table)["entries"]
        if place > _IN_SLOT:
            raise IndexStoreError(f"over {_IN_SLOT} articles in a thirtieth of dedup_window: shorten dedup_window")
        txn.put(place.to_bytes(4, "big"), value, db=table, append=True)
        self._counts[slot] = place + 1
        return slot << _SLOT_BITS | place

    def record(self, number: int) -> bytes | None:
        """See `Memory.record`."""
        table = self._tables[_RECORDS][number >> _SLOT_BITS]
        return self._in_batch().get((number & _IN_SLOT).to_bytes(4, "big"), db=table)

    def records(self, numbers: Sequence[int]) -> list[bytes | None]:
        """See `Memory.records`."""
        return [self.record(number) for number in numbers]

    def dump(self) -> Iterator[Chunk]:
        """See `Movable.dump`. All of it is from one moment, even if other processes write meanwhile."""
        with self._explained(), self._env.begin() as txn:
            self._load(txn)
            oldest_first = self._generations.live[::-1]
            yield Start(self._generations.watermark_s, self.seed, sum(self._entries(txn)))
            yield from dump.chunks(txn, self._tables, self._postings, oldest_first, _SLOT_BITS, self._damage)

    def begin_fill(self, seed: int | None = None) -> None:
        """See `Movable.begin_fill`."""
        token = filling.new_token()
        with self._explained(), self._begin() as txn:
            super()._load(txn)
            if self._generations.live and txn.get(_FILLING, db=self._meta) is None:
                raise filling.not_empty(self._name)
            self._clear(txn)
            txn.drop(self._postings, delete=False)
            txn.put(_FILLING, token, db=self._meta)
            if seed is not None:
                self.seed = seed
                txn.put(_SEED, seed.to_bytes(SEED_BYTES, "big"), db=self._meta)
        self._token = token

    def end_fill(self) -> None:
        """See `Movable.end_fill`."""
        with self.batch():
            self._in_batch().delete(_FILLING, db=self._meta)
        self._token = None

    def stats(self) -> Mapping[str, int]:
        """See `Memory.stats`."""
        entries, generations = self.entries()
        names = [table.name.lower() for table in Table if table is not Table.COUNTS]
        return {
            **dict(zip(names, entries, strict=False)),
            "records": entries[_RECORDS],
            "generations": generations,
            "span_s": self.span_s,
            "bytes": self.size_bytes(),
        }

    @property
    def _name(self) -> str:
        return f"the index in {self._path}"

    def _load(self, txn: lmdb.Transaction[bytes]) -> None:
        filling.check(txn.get(_FILLING, db=self._meta), self._token, self._name)
        filling.check_seed(txn.get(_SEED, db=self._meta), self.seed, self._name)
        super()._load(txn)

    def _empty(self, slot: int) -> None:
        super()._empty(slot)
        self._counts.pop(slot, None)
        for key, numbers in self._held.items():
            self._held[key] = tuple(number for number in numbers if number >> _SLOT_BITS != slot)

    def _remembered(self, postings: runs.Postings) -> NDArray[np.bool_]:
        live = np.zeros(SLOTS, bool)
        live[[generation.slot for generation in self._generations.live]] = True
        return live.take((postings >> np.uint64(_SLOT_BITS)).astype(np.uint32) & np.uint32(SLOTS - 1))
