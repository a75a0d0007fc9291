"""Holds what one run of a body has read from the server, and what it will write there at its end.

These are the keys on the server. All have the same hash tag, so that a cluster keeps them in one hash slot. `SS` is a
generation's slot.

* `{name}:meta`: the format, the seed, the generations, the watermark, the number of writes, the counts of each slot;
* `{name}:TABLE:SS`: a hash, key to value;
* `{name}:records:SS`: a hash, a record's number within the slot (4 bytes) to the record;
* `{name}:postings:SS`: a hash, a bucket's number (4 bytes) to its postings (worker.dedup.valkey.buckets).

So forgetting a generation of any size means unlinking a handful of keys. A record's number is its slot (4 bits) and a
count, which continues when the slot is used again: the numbers of a forgotten generation lead nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any

import numpy as np

from worker.dedup.memory import MAX_HOLDERS, Table, Wanted
from worker.dedup.postings import best
from worker.dedup.valkey.buckets import Keys, damaged, read
from worker.dedup.valkey.round import Round, Values, unless_foreign
from worker.dedup.valkey.slot import COUNT_BITS, COUNT_MASK, NUMBER, GenerationSlot
from worker.store.damage import Damage
from worker.store.generations import Found, Generation, Generations

FORMAT = b"3"
SLOTS = 16

_SAMPLES = 200  # entries of a hash that the server measures to estimate its size


@dataclass(frozen=True, slots=True)
class Names:
    """The keys of an index on the server."""

    name: str

    @property
    def meta(self) -> str:
        """The hash that every batch reads and writes."""
        return f"{{{self.name}}}:meta"

    @property
    def lease(self) -> str:
        """The worker that is writing."""
        return f"{{{self.name}}}:lease"

    def table(self, table: Table, slot: int) -> str:
        """The entries of a table."""
        return f"{{{self.name}}}:{table.name.lower()}:{slot:02}"

    def records(self, slot: int) -> str:
        """The records of a slot."""
        return f"{{{self.name}}}:records:{slot:02}"

    def postings(self, slot: int) -> str:
        """The postings of a slot, in buckets."""
        return f"{{{self.name}}}:postings:{slot:02}"

    def all_of(self, slot: int) -> list[str]:
        """All keys of a slot."""
        return [*(self.table(table, slot) for table in Table), self.records(slot), self.postings(slot)]


class View:
    """One run of a body on `client`. `meta` is the current content of the hash of that name.

    Raises:
        DamagedError: `meta` is damaged.
    """

    def __init__(
        self,
        client: Any,
        names: Names,
        meta: Mapping[bytes, bytes],
        damage: Damage,
        window: timedelta,
        in_window: int,
    ) -> None:
        self._client = client
        self._names = names
        self._damage = damage
        self.generations = Generations(window, in_window=in_window, slots=SLOTS, forget=self._forget)
        self.generations.load(meta.get(b"generations", b""), meta.get(b"watermark", b""))
        self._stored = list(self.generations.live)  # with entries on the server, newest first
        self._slots = [GenerationSlot.unpack(meta.get(b"slot%02d" % slot)) for slot in range(SLOTS)]
        self._emptied = (
            set() if b"generations" in meta else set(range(SLOTS))
        )  # somebody may have deleted only this key
        self._foreign: set[str] = set()  # keys on the server that are not hashes
        self._found: dict[Table, dict[bytes, Found | None]] = {table: {} for table in Table}
        self._records: dict[int, bytes | None] = {}
        self._holders: dict[int, tuple[int, ...]] = {}

    # -- what a body asks ----------------------------------------------------------------------------------------

    def find(self, table: Table, key: bytes) -> Found | None:
        """See `Memory.find`."""
        found = self._found[table]
        if key not in found:
            with self._round() as asked:
                self._ask_entries(asked, table, [key])
        return found[key]

    def record(self, number: int) -> bytes | None:
        """See `Memory.record`."""
        if number not in self._records:
            self._read_records([number])
        return self._records[number]

    def holders(self, key: int) -> tuple[int, ...]:
        """See `Memory.holders`."""
        if key not in self._holders:
            self._read_postings([key])
        return self._holders[key]

    # -- what a body writes --------------------------------------------------------------------------------------

    def put(self, table: Table, key: bytes, value: bytes, generation: Generation) -> None:
        """See `Memory.put`."""
        newest = self.find(table, key)
        if newest is not None and newest.generation > generation:
            return  # it would never be found: it expires before the newer entry
        if newest is not None and newest.generation.slot != generation.slot:
            self._slots[newest.generation.slot].delete(table, key)
        self._slots[generation.slot].entries[table][key] = value
        self._found[table][key] = Found(value, generation)

    def add_record(self, value: bytes, generation: Generation) -> int:
        """See `Memory.add_record`."""
        number = self._slots[generation.slot].add(value) | generation.slot << COUNT_BITS
        self._records[number] = value
        return number

    def hold(self, keys: Sequence[int], number: int) -> None:
        """See `Memory.hold`."""
        unknown = [key for key in keys if key not in self._holders]
        if unknown:
            self._read_postings(unknown)
        holders = self._holders
        new = [key for key in dict.fromkeys(keys) if len(holders[key]) < MAX_HOLDERS and number not in holders[key]]
        for key in new:
            holders[key] = (*holders[key], number)
        self._slots[number >> COUNT_BITS].held.setdefault(number, []).extend(new)

    def _forget(self, slot: int) -> None:
        self._emptied.add(slot)
        self._stored = [generation for generation in self._stored if generation.slot != slot]
        self._slots[slot] = GenerationSlot(self._slots[slot].next_count)
        for found in self._found.values():  # the oldest generation expires, so there is no older entry to find
            found.update({key: None for key, entry in found.items() if entry and entry.generation.slot == slot})
        self._records = {number: each for number, each in self._records.items() if number >> COUNT_BITS != slot}

    # -- the server ----------------------------------------------------------------------------------------------

    def fetch(self, wanted: Wanted) -> None:
        """Read what is wanted, and the buckets that are due to be split, in two round trips."""
        with self._round() as asked:
            for table, keys in wanted.keys.items():
                self._ask_entries(asked, table, list(dict.fromkeys(keys)))
            self._ask_postings(asked, list(chain.from_iterable(wanted.postings)))
            for slot in (generation.slot for generation in self._stored):
                self._ask_buckets(asked, slot, self._slots[slot].due, lambda _: None)
                for name in self._names.all_of(slot):  # the body may write to a key that it does not read
                    asked.ask(name, [b""], lambda _: None)
        self._read_records({number for keys in wanted.postings for number in best(keys, self._holders.__getitem__)})

    def _round(self) -> Round:
        return Round(self._client, self._meet_foreign)

    def _meet_foreign(self, name: str) -> None:
        """Mark a key that is not a hash, and so not ours. It is deleted before anything is written there.

        This must happen before the transaction: within it, only the write to this key would fail, and the server would
        store the others.
        """
        self._damage.add(name.split(":")[-2])
        self._foreign.add(name)

    def _ask_entries(self, asked: Round, table: Table, keys: Sequence[bytes]) -> None:
        self._found[table].update(dict.fromkeys(keys))
        for generation in reversed(self._stored):  # the answer of the newest comes last, and counts
            asked.ask(self._names.table(table, generation.slot), keys, partial(self._hear, table, generation, keys))

    def _hear(self, table: Table, generation: Generation, keys: Sequence[bytes], values: Values) -> None:
        self._found[table].update(
            {key: Found(value, generation) for key, value in zip(keys, values, strict=True) if value is not None}
        )

    def _read_postings(self, keys: Sequence[int]) -> None:
        with self._round() as asked:
            self._ask_postings(asked, keys)

    def _ask_postings(self, asked: Round, keys: Sequence[int]) -> None:
        distinct = np.unique(np.array(keys, np.uint32))
        self._holders.update(dict.fromkeys(distinct.tolist(), ()))
        for generation in reversed(self._stored):  # the oldest holders come first
            places = self._slots[generation.slot].buckets.places(distinct).tolist()
            self._ask_buckets(asked, generation.slot, places, partial(self._hear_postings, distinct))

    def _ask_buckets(self, asked: Round, slot: int, places: Sequence[int], hear: Callable[[Values], None]) -> None:
        def keep(buckets: Values) -> None:
            for place in damaged(buckets):
                self._damage.add("postings")
                buckets = [*buckets[:place], None, *buckets[place + 1 :]]
            self._slots[slot].read.update(zip(places, buckets, strict=True))
            hear(buckets)

        asked.ask(self._names.postings(slot), list(map(NUMBER.pack, places)), keep)

    def _hear_postings(self, keys: Keys, buckets: Values) -> None:
        for key, numbers in read(keys, buckets):
            self._holders[key] = (*self._holders[key], *numbers)[:MAX_HOLDERS]

    def _read_records(self, numbers: Collection[int]) -> None:
        self._records.update(dict.fromkeys(numbers))
        with self._round() as asked:
            for slot in {generation.slot for generation in self._stored}:
                here = [number for number in numbers if number >> COUNT_BITS == slot]
                names = [NUMBER.pack(number & COUNT_MASK) for number in here]
                asked.ask(self._names.records(slot), names, partial(self._hear_records, here))

    def _hear_records(self, numbers: Sequence[int], records: Values) -> None:
        self._records.update(zip(numbers, records, strict=True))

    def write(self, transaction: Any) -> None:
        """Queue everything that the body wrote. Call it only once."""
        new = {generation.slot for generation in self.generations.live} - {each.slot for each in self._stored}
        for emptied in sorted(self._emptied | new):
            transaction.unlink(*self._names.all_of(emptied))
        for name in sorted(self._foreign):
            transaction.unlink(name)
        for number, slot in enumerate(self._slots):
            for table, keys in slot.deleted.items():
                transaction.hdel(self._names.table(table, number), *keys)
            hashes = {self._names.table(table, number): entries for table, entries in slot.entries.items()}
            hashes |= {self._names.records(number): slot.records, self._names.postings(number): slot.lay()}
            for name, values in hashes.items():
                if values:
                    transaction.hset(name, mapping=values)
        live, watermark = self.generations.pack()
        counts = {b"slot%02d" % number: slot.pack() for number, slot in enumerate(self._slots)}
        meta = {b"format": FORMAT, b"generations": live, b"watermark": watermark, **counts}
        transaction.hset(self._names.meta, mapping=meta)
        transaction.hincrby(self._names.meta, "writes", 1)

    def stats(self) -> dict[str, int]:
        """See `Memory.stats`; not after a body."""
        slots = [generation.slot for generation in self._stored]
        pipe = self._client.pipeline(transaction=False)
        for slot in slots:
            for name in self._names.all_of(slot):
                pipe.hlen(name)
                pipe.memory_usage(name, _SAMPLES)
        replies = [unless_foreign(reply, 0) for reply in pipe.execute(raise_on_error=False)]
        kinds = [*(table.name.lower() for table in Table), "records", "buckets"]
        lengths = {kind: sum(replies[2 * place :: 2 * len(kinds)]) for place, kind in enumerate(kinds)}
        postings = sum(self._slots[slot].buckets.postings for slot in slots)
        size = sum(each or 0 for each in replies[1::2])
        return {**lengths, "postings": postings, "generations": len(slots), "bytes": size}
