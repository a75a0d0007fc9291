"""Keeps key-value tables in an LMDB environment, and forgets their entries one generation at a time.

A generation (worker.store.generations) covers a thirtieth of the window. An entry belongs to the generation of its
event. Look-ups go through the live generations, newest first.

Each generation occupies a slot: a fixed set of named databases, created when the directory is new. Dropping a
generation empties its databases but never deletes them: LMDB would invalidate the handles of a deleted database only in
this process, and at once, even if the transaction is aborted later. So every handle, in every process, stays valid. The
environment itself records which slot holds which stretch of time, and every transaction reads that again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import TypeVar

import lmdb

from worker.errors import IndexStoreError
from worker.store import own_files
from worker.store.damage import DamagedError
from worker.store.failures import START_AFRESH, explained, need_room
from worker.store.generations import Found, Generation, Generations
from worker.store.tables import Wanted

T = TypeVar("T")

GENERATIONS_IN_WINDOW = 30
SLOTS = 64  # a window needs 32; the others hold old generations after the window has changed

FORMAT = b"2"
"""The layout of a store whose tables have none of their own."""

STATE = (b"generations", b"watermark")
"""The keys of what `Generations.pack` returns."""

_LOOSE_PAGES = 16  # LMDB never writes pages that a transaction allocates and frees: the file may lack its last ones


def needed_bytes(env: lmdb.Environment, path: Path) -> int:
    """How large the file of an environment has to be. It may lack a few pages, which nothing reads.

    Raises:
        IndexStoreError: it lacks more, so a read could kill the process.
    """
    page_bytes = env.stat()["psize"]
    needed: int = (env.info()["last_pgno"] + 1) * page_bytes
    if needed - (path / "data.mdb").stat().st_size > _LOOSE_PAGES * page_bytes:
        raise IndexStoreError(f"the store in {path} is damaged (its file is truncated): {START_AFRESH}")
    return needed


class GenerationStore:
    """The `worker.store.tables.Tables` `0..tables-1` on a local disk. `layout` names the format of their entries.

    When an entry of a table in `moving` gets a later generation, its old value is deleted at once. In other tables it
    stays on the disk until its generation expires, because each deletion costs a write.

    Several processes may open one directory, each of them once. The directory must be on a local disk. No two of these
    processes may have the same process id, as processes in two containers can. Do not use a store across a fork.

    Raises:
        IndexStoreError: the directory cannot be used; the message says what to do.
    """

    def __init__(
        self,
        path: Path,
        *,
        tables: int,
        window: timedelta,
        max_bytes: int,
        layout: bytes = FORMAT,
        moving: Collection[int] = (),
    ) -> None:
        self._path = path
        self._moving = moving
        self._layout = layout
        self._max_bytes = max_bytes
        self._generations = Generations(window, in_window=GENERATIONS_IN_WINDOW, slots=SLOTS, forget=self._empty)
        self._saved = self._generations.pack()
        self._txn: lmdb.Transaction[bytes] | None = None
        self._known: list[dict[bytes, Found | None]] = [{} for _ in range(tables)]  # found by `look_ahead`
        try:
            own_files.make_directory(path)
            for name in ("data.mdb", "lock.mdb"):  # LMDB would follow a link, and block on a pipe
                own_files.look(path / name)
            need_room(path)
        except OSError as error:
            raise IndexStoreError.unwritable(path, error) from error
        with self._explained():
            self._env = lmdb.Environment(
                str(path), map_size=max_bytes, max_dbs=SLOTS * tables + 2, mode=own_files.STATE_MODE
            )
            try:
                self._env.reader_check()  # frees what killed processes hold
                self._open_tables(tables)
            except BaseException:
                self._env.close()
                raise

    def _open_tables(self, tables: int) -> None:
        with self._begin() as txn:
            self._refuse_truncated()
            self._meta = self._env.open_db(b"meta", txn=txn)
            found = txn.get(b"format", db=self._meta)
            if found not in (None, self._layout):
                raise IndexStoreError(f"the store in {self._path} was made by another version: {START_AFRESH}")
            if found is None:
                txn.put(b"format", self._layout, db=self._meta)
            self._tables = [
                [self._env.open_db(b"%d/%02d" % (table, slot), txn=txn) for slot in range(SLOTS)]
                for table in range(tables)
            ]

    def _refuse_truncated(self) -> None:
        """Raise if the file is truncated (a bad copy): LMDB would read past its end, and SIGBUS would kill the process.

        An intact file may lack a few pages. This fills them with zeros, under the write lock: a read of a zero page is
        an error, not a signal.
        """
        file, needed = self._path / "data.mdb", needed_bytes(self._env, self._path)
        if file.stat().st_size < needed:
            os.truncate(file, needed)

    def atomically(self, wanted: Wanted, body: Callable[[], T]) -> T:
        """See `Tables.atomically`. Other processes wait meanwhile; the body runs once."""
        with self.batch():
            self.look_ahead(wanted)
            return body()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """The body of `atomically`, as a context: one write transaction, which is synced to disk at its end.

        Raises:
            IndexStoreError: the store is full or damaged, or cannot be written.
        """
        if self._txn is not None:
            raise RuntimeError("batch() within batch()")
        with self._explained():
            self._txn = self._begin()
            self._forget_known()
            try:
                self._load(self._txn)
                yield
                self._save(self._txn)
                self._txn.commit()
                self._generations.tell_jump(f"the store in {self._path}")
            finally:
                self._txn.abort()  # does nothing after a commit
                self._txn = None

    def _begin(self) -> lmdb.Transaction[bytes]:
        try:
            return self._env.begin(write=True)
        except lmdb.MapResizedError:  # a process with a larger index_max_bytes wrote beyond our map
            self._env.set_mapsize(0)
            return self._env.begin(write=True)

    def _load(self, txn: lmdb.Transaction[bytes]) -> None:
        live, watermark = (txn.get(key, b"", db=self._meta) for key in STATE)
        try:
            self._generations.load(live, watermark)
        except DamagedError as error:
            raise IndexStoreError(
                f"the store in {self._path} is damaged (its list of generations): {START_AFRESH}"
            ) from error
        self._saved = self._generations.pack()

    def _save(self, txn: lmdb.Transaction[bytes]) -> None:
        packed = self._generations.pack()
        if packed == self._saved:
            return
        for key, value in zip(STATE, packed, strict=True):
            txn.put(key, value, db=self._meta)

    def step(self, work: Callable[[], T]) -> T:
        """See `Tables.step`. A body runs only once."""
        self._in_batch()
        return work()

    def ask(self, question: Callable[[], T]) -> T:
        """See `Tables.ask`."""
        return question()

    def look_ahead(self, wanted: Wanted) -> None:
        """Look up these keys together, for later calls of `find`. Much faster if there are many generations."""
        for table, keys in wanted.keys.items():
            self._look_ahead(table, keys)

    def _look_ahead(self, table: int, keys: Collection[bytes]) -> None:
        known = self._known[table]
        known.update(dict.fromkeys(keys))
        in_order = sorted({*keys})
        for generation in reversed(self._generations.live):  # the answer of the newest comes last, and counts
            with self._in_batch().cursor(self._tables[table][generation.slot]) as cursor:
                known.update({key: Found(value, generation) for key, value in cursor.getmulti(in_order)})

    def find(self, table: int, key: bytes) -> Found | None:
        """The newest live entry."""
        known = self._known[table]
        if key in known:
            return known[key]
        get, slots = self._in_batch().get, self._tables[table]
        for generation in self._generations.live:
            value = get(key, db=slots[generation.slot])
            if value is not None:
                return Found(value, generation)
        return None

    def put(self, table: int, key: bytes, value: bytes, generation: Generation) -> None:
        """See `Tables.put`."""
        if table in self._moving:
            old = self.find(table, key)
            if old and old.generation.slot != generation.slot:
                self._in_batch().delete(key, db=self._tables[table][old.generation.slot])
        self._in_batch().put(key, value, db=self._tables[table][generation.slot])
        if key in self._known[table]:
            self._known[table][key] = Found(value, generation)

    def at(self, time_s: float | None) -> Generation:
        """See `Generations.at`."""
        self._in_batch()
        return self._generations.at(time_s)

    @property
    def newest(self) -> Generation:
        """The generation of the watermark. Call `at` first."""
        return self._generations.newest

    def _empty(self, slot: int) -> None:
        for table in self._tables:
            self._in_batch().drop(table[slot], delete=False)
        self._forget_known()

    def _clear(self, txn: lmdb.Transaction[bytes]) -> None:
        """Forget everything, in this transaction."""
        for table in chain.from_iterable(self._tables):
            txn.drop(table, delete=False)
        for key in STATE:
            txn.delete(key, db=self._meta)

    def _forget_known(self) -> None:
        for known in self._known:
            known.clear()

    def _in_batch(self) -> lmdb.Transaction[bytes]:
        if self._txn is None:
            raise RuntimeError("only within batch()")
        return self._txn

    def entries(self) -> tuple[list[int], int]:
        """The number of live entries in each table, and the number of live generations; not within a batch."""
        if self._txn is not None:
            raise RuntimeError("entries() within batch()")
        with self._explained(), self._env.begin() as txn:
            self._load(txn)
            return self._entries(txn), len(self._generations.live)

    def _entries(self, txn: lmdb.Transaction[bytes]) -> list[int]:
        slots = [generation.slot for generation in self._generations.live]
        return [sum(txn.stat(table[slot])["entries"] for slot in slots) for table in self._tables]

    @property
    def span_s(self) -> int:
        """The seconds of event time that the store covers, as of the last `entries` or batch."""
        return self._generations.span_s

    def is_empty(self) -> bool:
        """Whether nothing was ever remembered; not within a batch."""
        return self.entries()[1] == 0

    def size_bytes(self) -> int:
        """The size of the store on disk, in bytes."""
        return (self._path / "data.mdb").stat().st_blocks * 512

    def close(self) -> None:
        """Close the store. An open batch is aborted."""
        if self._txn is not None:
            self._txn.abort()
        self._env.close()

    def _explained(self) -> AbstractContextManager[None]:
        return explained(self._path, self._max_bytes)
