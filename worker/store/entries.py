"""Reads one table of a store on disk that other processes write. Nothing is ever written to it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import lmdb

from worker.errors import IndexStoreError
from worker.store import own_files
from worker.store.damage import DamagedError
from worker.store.environment import GENERATIONS_IN_WINDOW, SLOTS, STATE, needed_bytes
from worker.store.failures import START_AFRESH, explained
from worker.store.generations import Generations


class Entries(Protocol):
    """The entries of a table, as they are at each call."""

    def values(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """The newest live value of each of these keys that has one.

        Raises:
            IndexStoreError: the store cannot be read.
        """

    def close(self) -> None:
        """Close the store. May be called twice."""


class EntriesOnDisk:
    """The entries of table `number` of the `GenerationStore` in a directory. `layout` is that of the store.

    The directory may be in use. This process must not have opened it otherwise.

    Raises:
        IndexStoreError: there is no store, or it cannot be read.
    """

    def __init__(self, path: Path, number: int, *, layout: bytes, max_bytes: int) -> None:
        self._path, self._max_bytes = path, max_bytes
        self._generations = Generations(
            timedelta(days=1), in_window=GENERATIONS_IN_WINDOW, slots=SLOTS, forget=lambda _slot: None
        )
        try:
            present = [own_files.look(path / name) for name in ("data.mdb", "lock.mdb")]  # LMDB would follow a link
        except OSError as error:
            raise IndexStoreError.unreadable(path, error) from error
        if not all(present):
            raise IndexStoreError(f"there is no store in {path}: give the --state-dir of the worker")
        with explained(path, max_bytes):
            self._env = lmdb.Environment(str(path), map_size=max_bytes, max_dbs=SLOTS + 1, readonly=True, create=False)
            try:
                self._env.reader_check()  # frees what killed processes hold: the writers can use those pages again
                self._open(number, layout)
            except BaseException:
                self._env.close()
                raise

    def _open(self, number: int, layout: bytes) -> None:
        needed_bytes(self._env, self._path)
        try:
            self._meta = self._env.open_db(b"meta", create=False)
            self._slots = [self._env.open_db(b"%d/%02d" % (number, slot), create=False) for slot in range(SLOTS)]
        except lmdb.NotFoundError as error:
            raise IndexStoreError(f"the store in {self._path} is damaged ({error}): {START_AFRESH}") from error
        with self._env.begin() as txn:
            if txn.get(b"format", db=self._meta) != layout:
                raise IndexStoreError(f"the store in {self._path} was made by another version")

    def values(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """See `Entries.values`. The transaction is short: while it lasts, the writers cannot use freed pages again."""
        in_order, found = sorted(keys), dict[bytes, bytes]()
        with explained(self._path, self._max_bytes), self._begin() as txn:
            self._load(txn)
            for generation in reversed(self._generations.live):  # the value of the newest comes last, and counts
                with txn.cursor(self._slots[generation.slot]) as cursor:
                    found.update(cursor.getmulti(in_order))
        return found

    def _begin(self) -> lmdb.Transaction[bytes]:
        try:
            return self._env.begin()
        except lmdb.MapResizedError:  # a process with a larger index_max_bytes wrote beyond our map
            self._env.set_mapsize(0)
            return self._env.begin()

    def _load(self, txn: lmdb.Transaction[bytes]) -> None:
        try:
            self._generations.load(*(txn.get(key, b"", db=self._meta) for key in STATE))
        except DamagedError as error:
            raise IndexStoreError(
                f"the store in {self._path} is damaged (its list of generations): {START_AFRESH}"
            ) from error

    def close(self) -> None:
        """See `Entries.close`."""
        self._env.close()
