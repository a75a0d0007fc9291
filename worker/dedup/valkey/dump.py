"""Reads all that a memory on a server holds, for `worker.dedup.dump`, while workers write.

Nothing is locked, so the dump does not show a single moment. Its order decides what may be missing of the articles that
workers judge meanwhile:

* The verdicts come after the records and the other tables. A worker stores everything about an article in one step. So
  if the dump has a record, a URL or a content of an article, it has the verdict, too. Without the verdict, an article
  whose message comes again would be left out as a recrawl of itself, though perhaps it was never published. The reverse
  does no such harm: if only the verdict is in the dump, later copies of the article may be published.
* An entry that is used again moves to a newer generation. Generations are read from old to new, those that were added
  meanwhile included, so that no entry slips past.
* A bucket that is split gives postings to a new bucket. New buckets are read after the others. Some postings may come
  twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from redis.exceptions import RedisError

from worker.dedup.dump import ORDER, Chunk, Entries, Postings, Records, in_chunks
from worker.dedup.memory import Table
from worker.dedup.valkey.buckets import postings_of
from worker.dedup.valkey.meta import Meta, numbers_of
from worker.dedup.valkey.names import COUNT_BITS, COUNT_MASK, NUMBER, Names
from worker.dedup.valkey.server import Server, is_wrong_type
from worker.store.generations import Generation

_FIELDS = 1000
"""About how many fields of a hash are read at a time."""

_BUCKETS = 2048
"""How many buckets are read at a time: each has a dozen postings."""


class Dump:
    """Everything but the start. `load` reads the state of the store."""

    def __init__(self, server: Server, names: Names, load: Callable[[], Meta]) -> None:
        self._server = server
        self._client: Any = server.client
        self._names = names
        self._load = load

    def chunks(self) -> Iterator[Chunk]:
        """See `Movable.dump`."""
        for generation in self._generations():
            for some in in_chunks(self._records(generation.slot), lambda item: len(item[1])):
                yield Records(generation.end_s, some)
        for table in ORDER:
            yield from self._entries(table)
        for generation in self._generations():
            yield from self._postings(generation.slot)

    def _generations(self) -> Iterator[Generation]:
        """The live generations, oldest first, with those that are added meanwhile."""
        seen: set[int] = set()
        while new := [each for each in self._load_patiently().live if each.end_s not in seen]:
            yield new[-1]
            seen.add(new[-1].end_s)

    def _entries(self, table: Table) -> Iterator[Chunk]:
        for generation in self._generations():
            fields = self._fields(self._names.table(table, generation.slot))
            for some in in_chunks(fields, lambda item: len(item[0]) + len(item[1])):
                yield Entries(table, generation.end_s, some)

    def _fields(self, name: str) -> Iterator[tuple[bytes, bytes]]:
        """The fields of a hash. A field that is there all the time comes at least once."""
        cursor = 0
        while True:
            answer = self._answer(partial(self._client.hscan, name, cursor, count=_FIELDS))
            cursor, found = answer or (0, {})
            yield from found.items()
            if not cursor:
                return

    def _records(self, slot: int) -> Iterator[tuple[int, bytes]]:
        """The records of a slot in the order of their numbers, so that holders of a key keep their order."""
        given_out = int(self._answer(partial(self._client.hget, self._names.meta, numbers_of(slot))) or 0)
        for first in range(0, min(given_out, COUNT_MASK + 1), _FIELDS):
            numbers = range(first, first + _FIELDS)
            fields = [NUMBER.pack(number) for number in numbers]
            records = self._answer(partial(self._client.hmget, self._names.records(slot), fields)) or []
            for number, record in zip(numbers, records, strict=False):
                if record is not None:
                    yield slot << COUNT_BITS | number, record

    def _postings(self, slot: int) -> Iterator[Chunk]:
        name, start = self._names.postings(slot), 0
        while start < (count := self._load_patiently().buckets[slot].buckets):
            for first in range(start, count, _BUCKETS):
                places = range(first, min(first + _BUCKETS, count))
                buckets = self._answer(partial(self._client.hmget, name, [NUMBER.pack(place) for place in places]))
                postings = postings_of(first, buckets or [])
                if len(postings):
                    yield Postings(postings)
            start = count

    def _load_patiently(self) -> Meta:
        return self._server.patiently(self._load)

    def _answer(self, ask: Callable[[], Any]) -> Any:
        """The server's answer; None if the key belongs to another program."""

        def once() -> Any:
            try:
                return ask()
            except RedisError as error:
                if is_wrong_type(error):
                    return None
                raise

        return self._server.patiently(once)
