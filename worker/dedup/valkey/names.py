"""Names the keys on the server.

All keys have the same hash tag, so that a cluster keeps them in one hash slot. `SS` is a generation's slot.

* `{name}:meta`: a hash with the format, the seed, the generations, the watermark, the number of writes, and for each
  slot the record numbers given out and the numbers of buckets and postings;
* `{name}:log`: a list of the keys that each of the last writes changed (worker.dedup.valkey.snapshot);
* `{name}:turn`: the worker whose turn it is, if one cannot keep up with the others;
* `{name}:TABLE:SS`: a hash, key to value;
* `{name}:records:SS`: a hash, a record's number within the slot (4 bytes) to the record;
* `{name}:postings:SS`: a hash, a bucket's number (4 bytes) to its postings (worker.dedup.valkey.buckets).

So forgetting a generation of any size means unlinking a handful of keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct

from worker.dedup.memory import Table

COUNT_BITS = 28  # low bits of a record's number: 268 million records per generation; the high bits are the slot
COUNT_MASK = (1 << COUNT_BITS) - 1
NUMBER = Struct(">I")  # the field of a record or a bucket in its hash
SLOTS = 16
STATISTICS = Table.COUNTS.name.lower()


@dataclass(frozen=True, slots=True)
class Names:
    """The keys of a store on the server. `part` distinguishes the stores of one name, which share a hash slot."""

    name: str
    tables: Sequence[str]
    part: str = ""

    @property
    def statistics(self) -> int | None:
        """The table of which a body may see earlier values; None if there is none (worker.dedup.memory)."""
        return self.tables.index(STATISTICS) if STATISTICS in self.tables else None

    @property
    def prefix(self) -> str:
        """What all keys begin with."""
        return f"{{{self.name}}}:{self.part}:" if self.part else f"{{{self.name}}}:"

    @property
    def meta(self) -> str:
        """The hash that every batch reads and writes."""
        return f"{self.prefix}meta"

    @property
    def log(self) -> str:
        """What the last writes changed."""
        return f"{self.prefix}log"

    @property
    def turn(self) -> str:
        """The worker whose turn it is."""
        return f"{self.prefix}turn"

    def kind(self, name: str) -> str:
        """What a key of this store is: a table, records, postings, or one of those above."""
        return name.removeprefix(self.prefix).partition(":")[0]

    def table(self, table: int, slot: int) -> str:
        """The entries of a table."""
        return f"{self.prefix}{self.tables[table]}:{slot:02}"

    def records(self, slot: int) -> str:
        """The records of a slot."""
        return f"{self.prefix}records:{slot:02}"

    def postings(self, slot: int) -> str:
        """The postings of a slot, in buckets."""
        return f"{self.prefix}postings:{slot:02}"

    def all_of(self, slot: int) -> list[str]:
        """All keys of a slot."""
        tables = [self.table(table, slot) for table in range(len(self.tables))]
        return [*tables, self.records(slot), self.postings(slot)]
