"""Stores postings on disk (which record holds which key), as sorted runs that are merged by size.

A run is one value of an LMDB table: 64 bits per posting, the key above the record's number, in order. Each batch adds a
run. As soon as several runs have about the same size, the same transaction merges them. So each write is contiguous,
and a look-up of a batch of keys walks once through each run, without copying it. (With a tree of postings, each batch
would dirty nearly every page: half the speed and twice the size.)
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain, pairwise
from typing import Any, NamedTuple

import lmdb
import numpy as np
from numpy.typing import NDArray

from worker.store.damage import Damage, DamagedError

Postings = NDArray[np.uint64]
Live = Callable[[Postings], NDArray[np.bool_]]
"""Tells which postings lead to a record that is still remembered."""

FAN = 6  # how many runs of one size are merged
SMALLEST = 1 << 10  # postings; all runs up to this length are of one size
LARGEST = 1 << 23  # postings, 64 MiB; such a run is never merged, but dropped when everything in it is forgotten

WHAT = "postings"  # the name under which damage is counted

_POSTING_BYTES = 8
_LOW = np.uint64(0xFFFFFFFF)
_NUMBER = np.uint64(32)
_RUN = struct.Struct("<IIQ")
_LIST = b"runs"
_NAME = struct.Struct(">I")
_NO_POSTINGS = np.empty(0, np.uint64)


class SortedRun(NamedTuple):
    """A run. `until_s` is the end of the newest generation of which it holds postings."""

    name: int
    length: int
    until_s: int

    @property
    def size(self) -> int:
        """The class of its length. Runs of one size are merged."""
        size, limit = 0, SMALLEST
        while limit < self.length:
            size, limit = size + 1, limit * FAN
        return size


def found(
    txn: lmdb.Transaction[Any], db: Any, wanted: Collection[int], live: Live, damage: Damage
) -> dict[int, tuple[int, ...]]:
    """The numbers of the live records that hold these keys, by key. `txn` must return buffers, which are not copied.

    A damaged run counts as empty. Its postings are not checked one by one: a number may lead to any record.
    """
    pairs: list[Postings] = []
    runs = damage.intact(WHAT, listed, txn, db)
    if not runs or not wanted:
        return {}
    keys = np.sort(np.fromiter(wanted, np.uint64, len(wanted)))
    low = keys << _NUMBER
    for run in runs:
        postings = damage.intact(WHAT, _read, txn, db, run)
        if postings is None:
            continue
        begin = np.searchsorted(postings, low)
        begin[begin == len(postings)] = 0
        hit = np.flatnonzero(postings[begin] >> _NUMBER == keys)
        begin = begin[hit]
        counts = np.searchsorted(postings, low[hit] | _LOW, side="right") - begin
        pairs.append(postings[np.repeat(begin - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())])
    together = np.concatenate([_NO_POSTINGS, *pairs])
    together = together[live(together)]  # some lead to records that are forgotten, but are not deleted yet
    keys = together >> _NUMBER
    order = np.argsort(keys, kind="stable")
    keys, numbers = keys[order], (together[order] & _LOW).tolist()
    starts = np.flatnonzero(np.diff(keys, prepend=~keys[:1])).tolist()
    edges = pairwise([*starts, len(numbers)])
    return {key: tuple(numbers[slice(*edge)]) for key, edge in zip(keys[starts].tolist(), edges, strict=True)}


def postings_of(records: Sequence[tuple[int, Collection[int]]]) -> Postings:
    """The postings that lead from keys to records. Each record comes with its keys."""
    keys = np.fromiter(chain.from_iterable(keys for _, keys in records), np.uint64)
    numbers = np.array([number for number, _ in records], np.uint64)
    return keys << _NUMBER | np.repeat(numbers, np.array([len(keys) for _, keys in records], np.intp))


def add(
    txn: lmdb.Transaction[bytes],
    db: Any,
    new: Postings,
    span: tuple[int, int],
    live: Live,
    damage: Damage,
) -> None:
    """Store new postings (key above number), drop runs that are wholly forgotten, and merge runs that are due.

    `span` has the ends of the oldest live generation, and of the newest one that a new posting leads to, in seconds.
    """
    oldest_s, until_s = span
    known = damage.intact(WHAT, listed, txn, db)
    if known is None:
        txn.drop(db, delete=False)
        known = []
    runs = [run for run in known if _kept(txn, db, run, oldest_s)]
    postings = np.sort(new)
    if len(postings):
        runs.append(_write(txn, db, runs, postings, until_s))
    while (due := _due(runs)) is not None:
        read = [damage.intact(WHAT, _read, txn, db, run) for run in due]
        together = np.concatenate([_NO_POSTINGS, *(postings for postings in read if postings is not None)])
        together = np.sort(together[live(together)], kind="stable")
        for run in due:
            txn.delete(_NAME.pack(run.name), db=db)
        runs = [run for run in runs if run not in due]
        if len(together):
            runs.append(_write(txn, db, runs, together, max(run.until_s for run in due)))
    if runs != known:
        txn.put(_LIST, b"".join(_RUN.pack(*run) for run in runs), db=db)


def listed(txn: lmdb.Transaction[Any], db: Any) -> list[SortedRun]:
    """All runs, oldest first.

    Raises:
        DamagedError: their list is damaged.
    """
    packed = txn.get(_LIST, b"", db=db)
    if len(packed) % _RUN.size:
        raise DamagedError
    return [SortedRun(*fields) for fields in _RUN.iter_unpack(packed)]


def all_of(txn: lmdb.Transaction[Any], db: Any, damage: Damage) -> Iterator[Postings]:
    """The postings of each run, oldest first. A damaged run is left out."""
    for run in damage.intact(WHAT, listed, txn, db) or ():
        postings = damage.intact(WHAT, _read, txn, db, run)
        if postings is not None:
            yield postings


def _kept(txn: lmdb.Transaction[bytes], db: Any, run: SortedRun, oldest_s: int) -> bool:
    if run.until_s >= oldest_s:
        return True
    txn.delete(_NAME.pack(run.name), db=db)
    return False


def _due(runs: list[SortedRun]) -> list[SortedRun] | None:
    by_size: dict[int, list[SortedRun]] = {}
    for run in runs:
        if run.length < LARGEST:
            by_size.setdefault(run.size, []).append(run)
    return next((same for _, same in sorted(by_size.items()) if len(same) >= FAN), None)


def _read(txn: lmdb.Transaction[Any], db: Any, run: SortedRun) -> Postings:
    packed = txn.get(_NAME.pack(run.name), b"", db=db)
    if not packed or len(packed) != run.length * _POSTING_BYTES:
        raise DamagedError
    return np.frombuffer(packed, "<u8")


def _write(txn: lmdb.Transaction[bytes], db: Any, runs: list[SortedRun], postings: Postings, until_s: int) -> SortedRun:
    taken = {run.name for run in runs}
    name = next(name for name in range(len(taken) + 1) if name not in taken)
    txn.put(_NAME.pack(name), postings.astype("<u8").tobytes(), db=db)
    return SortedRun(name, len(postings), until_s)
