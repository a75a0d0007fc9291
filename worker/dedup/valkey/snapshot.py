"""Holds what a batch has read from the server, and catches up with what other workers have written since.

Every write adds to a log which keys it changed: 32 bits for each, the posting key itself or a checksum of a table's
key. So a worker whose state is out of date learns what it must read again: the keys that it has read and that are in
the log since, and the keys whose bucket was split. Usually none of them has in fact changed, and the batch is stored as
it is. If two keys share a checksum, one of them is read again for nothing.

The log keeps the last writes only. If it does not reach back far enough, everything is read again.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

import numpy as np

from worker.dedup.memory import MAX_HOLDERS
from worker.dedup.postings import best
from worker.dedup.valkey.buckets import Keys, damaged, read
from worker.dedup.valkey.meta import Meta
from worker.dedup.valkey.names import COUNT_BITS, COUNT_MASK, NUMBER, Names
from worker.dedup.valkey.round import Round, Values
from worker.store.damage import Damage
from worker.store.generations import Found, Generation
from worker.store.tables import Wanted


def mark(table: int, key: bytes) -> int:
    """What stands in the log for a key of a table."""
    return zlib.crc32(key, table)


class Snapshot:
    """The state `meta`, and what was read of it. Reads that come later may already see newer entries."""

    def __init__(self, client: Any, names: Names, meta: Meta, damage: Damage) -> None:
        self.meta = meta
        self.foreign: set[str] = set()  # keys on the server that are not hashes
        self._client = client
        self._names = names
        self._damage = damage
        self._found: list[dict[bytes, Found | None]] = [{} for _ in names.tables]
        self._records: dict[int, bytes | None] = {}
        self._holders: dict[int, tuple[int, ...]] = {}

    def find(self, table: int, key: bytes) -> Found | None:
        """The newest stored entry."""
        found = self._found[table]
        if key not in found:
            with self._round() as asked:
                self._ask_entries(asked, table, [key])
        return found[key]

    def records(self, numbers: Sequence[int]) -> list[bytes | None]:
        """The stored records with these numbers."""
        unknown = [number for number in numbers if number not in self._records]
        if unknown:
            self._read_records(unknown)
        return [self._records[number] for number in numbers]

    def holders(self, keys: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """All that is known of postings: the stored holders of these keys, and of others."""
        unknown = [key for key in keys if key not in self._holders]
        if unknown:
            with self._round() as asked:
                self._ask_postings(asked, unknown)
        return self._holders

    def fetch(self, wanted: Wanted) -> None:
        """Read what is wanted, then the records that will probably be compared, then the keys that these lead to."""
        with self._round() as asked:
            for table, keys in wanted.keys.items():
                self._ask_entries(asked, table, list(dict.fromkeys(keys)))
            self._ask_postings(asked, list(chain.from_iterable(wanted.postings)))
        self._read_records(
            {number for keys in wanted.postings for number in best(keys, partial(map, self._holders.__getitem__))}
        )
        with self._round() as asked:
            for table, led_to in _led_to(wanted, filter(None, self._records.values())).items():
                self._ask_entries(asked, table, list(led_to - self._found[table].keys()))

    def absorb(
        self,
        put: Iterable[tuple[int, bytes, Found]],
        records: Mapping[int, bytes],
        held: Iterable[tuple[int, int]],
    ) -> None:
        """Add what this process has just stored: entries, records, and holders of keys."""
        for table, key, found in put:
            self._found[table][key] = found
        self._records |= records
        for posting, number in held:
            self._holders[posting] = (*self._holders[posting], number)

    def catch_up(self, meta: Meta, log: Sequence[bytes] | None, put_in: Sequence[Collection[bytes]]) -> bool:
        """Move on to a newer state with the same generations. Return whether anything that was read has changed.

        `log` has the entries of the log since the old state; None if the log does not reach back that far. `put_in` are
        the keys that the body wrote, by table: statistics that it only read may stay as they are.
        """
        keys, entries = self._stale(meta, log, put_in)
        self.meta = meta
        old_holders = {key: self._holders[key] for key in keys}
        old_found = {table: {key: self._found[table][key] for key in stale} for table, stale in entries.items()}
        with self._round() as asked:
            for table, stale in entries.items():
                self._ask_entries(asked, table, stale)
            self._ask_postings(asked, keys)
        changed = [key for key, held in old_holders.items() if self._holders[key] != held]
        self._read_records({number for key in changed for number in self._holders[key]} - self._records.keys())
        return bool(changed) or any(
            self._found[table][key] != old for table, olds in old_found.items() for key, old in olds.items()
        )

    def _stale(
        self, meta: Meta, log: Sequence[bytes] | None, put_in: Sequence[Collection[bytes]]
    ) -> tuple[list[int], dict[int, list[bytes]]]:
        """The posting keys, and the keys of each table, that must be read again."""
        keys = np.fromiter(self._holders, np.uint32, len(self._holders))
        read_keys = {
            table: list(put_in[table] if table == self._names.statistics else found)
            for table, found in enumerate(self._found)
        }
        if log is None:
            return keys.tolist(), read_keys
        marks = np.unique(np.frombuffer(b"".join(log), "<u4"))
        stale = np.isin(keys, marks)
        for slot in {generation.slot for generation in meta.live}:
            stale |= self.meta.buckets[slot].places(keys) != meta.buckets[slot].places(keys)
        written = set(marks.tolist())
        return keys[stale].tolist(), {
            table: [key for key in keys if mark(table, key) in written] for table, keys in read_keys.items()
        }

    # -- the server ----------------------------------------------------------------------------------------------

    def _round(self) -> Round:
        return Round(self._client, self._meet_foreign)

    def _meet_foreign(self, name: str) -> None:
        """Note a key that is not a hash, and so not ours. The next write deletes it."""
        if name not in self.foreign:
            self._damage.add(self._names.kind(name))
            self.foreign.add(name)

    def _ask_entries(self, asked: Round, table: int, keys: Sequence[bytes]) -> None:
        self._found[table].update(dict.fromkeys(keys))
        for generation in reversed(self.meta.live):  # the answer of the newest comes last, and counts
            asked.ask(self._names.table(table, generation.slot), keys, partial(self._hear, table, generation, keys))

    def _hear(self, table: int, generation: Generation, keys: Sequence[bytes], values: Values) -> None:
        self._found[table].update(
            {key: Found(value, generation) for key, value in zip(keys, values, strict=True) if value is not None}
        )

    def _ask_postings(self, asked: Round, keys: Sequence[int]) -> None:
        distinct = np.unique(np.array(keys, np.uint32))
        self._holders.update(dict.fromkeys(distinct.tolist(), ()))
        for generation in reversed(self.meta.live):  # the oldest holders come first
            places = self.meta.buckets[generation.slot].places(distinct).tolist()
            fields = list(map(NUMBER.pack, places))
            asked.ask(self._names.postings(generation.slot), fields, partial(self._hear_postings, distinct))

    def _hear_postings(self, keys: Keys, buckets: Values) -> None:
        for place in damaged(buckets):
            self._damage.add("postings")
            buckets = [*buckets[:place], None, *buckets[place + 1 :]]
        for key, numbers in read(keys, buckets):
            self._holders[key] = (*self._holders[key], *numbers)[:MAX_HOLDERS]

    def _read_records(self, numbers: Collection[int]) -> None:
        self._records.update(dict.fromkeys(numbers))
        with self._round() as asked:
            for slot in {generation.slot for generation in self.meta.live}:
                here = [number for number in numbers if number >> COUNT_BITS == slot]
                fields = [NUMBER.pack(number & COUNT_MASK) for number in here]
                asked.ask(self._names.records(slot), fields, partial(self._hear_records, here))

    def _hear_records(self, numbers: Sequence[int], records: Values) -> None:
        self._records.update(zip(numbers, records, strict=True))


def _led_to(wanted: Wanted, records: Iterable[bytes]) -> dict[int, set[bytes]]:
    """The keys by table to which these records lead."""
    keys: dict[int, set[bytes]] = {}
    for table, key in chain.from_iterable(wanted.of_record(record).items() for record in records):
        keys.setdefault(table, set()).add(key)
    return keys
