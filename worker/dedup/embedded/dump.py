"""Reads all that an embedded memory holds, for `worker.dedup.dump`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import lmdb
import numpy as np

from worker.dedup.dump import (
    CHUNK_POSTINGS,
    ORDER,
    Chunk,
    Entries,
    Postings,
    Records,
    in_chunks,
)
from worker.dedup.embedded import runs
from worker.dedup.memory import Table
from worker.store.damage import Damage
from worker.store.generations import Generation


def chunks(
    txn: lmdb.Transaction[bytes],
    tables: Sequence[Sequence[Any]],
    postings: Any,
    generations: Sequence[Generation],
    slot_bits: int,
    damage: Damage,
) -> Iterator[Chunk]:
    """Everything but the start. `generations` are the live ones, oldest first; the last table has the records."""
    *_, records = tables
    for generation in generations:
        first = generation.slot << slot_bits
        numbered = ((first | int.from_bytes(key, "big"), value) for key, value in _items(txn, records[generation.slot]))
        for some in in_chunks(numbered, lambda item: len(item[1])):
            yield Records(generation.end_s, some)
    for table in ORDER:
        yield from _entries(txn, table, tables[table], generations)
    for generation in generations:
        for run in runs.all_of(txn, postings, damage):
            slots = run.astype(np.uint32) >> np.uint32(slot_bits)
            of_generation = run[slots == generation.slot]
            for start in range(0, len(of_generation), CHUNK_POSTINGS):
                yield Postings(of_generation[start : start + CHUNK_POSTINGS])


def _entries(
    txn: lmdb.Transaction[bytes], table: Table, slots: Sequence[Any], generations: Sequence[Generation]
) -> Iterator[Chunk]:
    for generation in generations:
        for some in in_chunks(_items(txn, slots[generation.slot]), lambda item: len(item[0]) + len(item[1])):
            yield Entries(table, generation.end_s, some)


def _items(txn: lmdb.Transaction[bytes], table: Any) -> Iterator[tuple[bytes, bytes]]:
    with txn.cursor(table) as cursor:
        yield from cursor
