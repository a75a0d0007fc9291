"""What one run of a body sees and writes: its own writes, over what was read from the server.

A view also notes what each step of the body has read and written. The server stores each step by itself, unless others
have changed what it has read. Then the body runs again. A step that was stored keeps its result. Any other step
runs again only if it would now read something else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

from worker.dedup.memory import MAX_HOLDERS
from worker.dedup.valkey.commit import Item, Writes
from worker.dedup.valkey.meta import FORMAT
from worker.dedup.valkey.names import COUNT_BITS, COUNT_MASK, NUMBER, SLOTS, Names
from worker.dedup.valkey.numbers import Numbers
from worker.dedup.valkey.snapshot import Snapshot, mark
from worker.store.generations import Found, Generation

T = TypeVar("T")

COMMON = 4
"""A key with this many holders may have one more without a new look at it. A copy shares rarer keys with its original,
and nearly all keys that articles of unrelated stories share are common."""


@dataclass(slots=True)
class Step:
    """What a step of a body has read, before it changed that itself; what it wrote; and what it returned.

    A question is also a step: it only reads, and its result is the answer.
    """

    at: list[tuple[float | None, Generation]] = field(default_factory=list)
    newest: Generation | None = None
    found: dict[tuple[int, bytes], Found | None] = field(default_factory=dict)
    records: dict[int, bytes | None] = field(default_factory=dict)
    holders: dict[int, tuple[int, ...]] = field(default_factory=dict)
    asked: list[tuple[Callable[[], Any], Step]] = field(default_factory=list)
    put: list[tuple[int, bytes, Found]] = field(default_factory=list)
    added: dict[int, bytes] = field(default_factory=dict)  # records
    hold: list[tuple[Sequence[int], int, int]] = field(default_factory=list)  # the arguments of `hold`
    held: list[tuple[int, int]] = field(default_factory=list)  # what came of it: keys, and the numbers of records
    result: Any = None

    def keys(self) -> Iterator[int]:
        """The posting keys that it has read, except common ones."""
        yield from (key for key, held in self.holders.items() if len(held) < COMMON)
        for _, asked in self.asked:
            yield from asked.keys()


class View:
    """One run of a body. It changes neither the server nor the snapshot.

    `earlier` are the steps of the last run, and `stored` the numbers of those that are in the snapshot now.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        names: Names,
        numbers: Numbers,
        window: timedelta,
        earlier: Sequence[Step] = (),
        stored: Container[int] = (),
    ) -> None:
        self.steps: list[Step] = []
        self.generations = snapshot.meta.moving(window, self._forget)
        self.put_in: list[dict[bytes, Found]] = [{} for _ in names.tables]
        self._snapshot = snapshot
        self._names = names
        self._numbers = numbers
        self._earlier = earlier
        self._stored_steps = stored
        self._step = self._rest = Step()  # what the body does outside of any step
        # If somebody deleted the meta of an index, the other keys may still be there.
        self._emptied = set() if snapshot.meta.born else set(range(SLOTS))
        self._records: dict[int, bytes] = {}
        self._holders: dict[int, tuple[int, ...]] = {}  # of the keys with new holders: all holders
        self._held: dict[int, list[tuple[int, int]]] = {}  # by slot: each key, and the number of its new holder

    # -- what a body asks ----------------------------------------------------------------------------------------

    def at(self, time_s: float | None) -> Generation:
        """See `Memory.at`."""
        generation = self.generations.at(time_s)
        self._step.at.append((time_s, generation))
        return generation

    @property
    def newest(self) -> Generation:
        """See `Memory.newest`."""
        self._step.newest = self.generations.newest
        return self._step.newest

    def find(self, table: int, key: bytes) -> Found | None:
        """See `Memory.find`."""
        found = self.put_in[table].get(key) or self._stored(table, key)
        self._step.found.setdefault((table, key), found)
        return found

    def _stored(self, table: int, key: bytes) -> Found | None:
        found = self._snapshot.find(table, key)
        return None if found and found.generation.slot in self._emptied else found

    def records(self, numbers: Sequence[int]) -> list[bytes | None]:
        """See `Memory.records`."""
        stored = [n for n in numbers if n not in self._records and n >> COUNT_BITS not in self._emptied]
        read = dict(zip(stored, self._snapshot.records(stored), strict=True))
        found = [self._records.get(number, read.get(number)) for number in numbers]
        self._step.records.update(zip(numbers, found, strict=True))
        return found

    def holders_of(self, keys: Collection[int]) -> list[tuple[int, ...]]:
        """See `Memory.holders_of`."""
        mine, stored = self._holders, self._snapshot.holders(keys)
        held = {key: mine.get(key) or self._remembered(stored[key]) for key in keys}
        self._step.holders |= held
        return list(held.values())

    def _remembered(self, stored: tuple[int, ...]) -> tuple[int, ...]:
        """The stored holders without those that this body has forgotten."""
        if not self._emptied:
            return stored
        return tuple(number for number in stored if number >> COUNT_BITS not in self._emptied)

    # -- what a body writes --------------------------------------------------------------------------------------

    def put(self, table: int, key: bytes, value: bytes, generation: Generation) -> None:
        """See `Memory.put`."""
        newest = self.find(table, key)
        if newest is None or newest.generation <= generation:  # or else it would never be found
            self.put_in[table][key] = Found(value, generation)
            self._step.put.append((table, key, Found(value, generation)))

    def add_record(self, value: bytes, generation: Generation) -> int:
        """See `Memory.add_record`."""
        number = self._numbers.take(generation.slot)
        self._step.added[number] = self._records[number] = value
        return number

    def hold(self, keys: Sequence[int], number: int, most: int = MAX_HOLDERS) -> None:
        """See `Memory.hold`."""
        self._step.hold.append((keys, number, most))
        stored, added = self._snapshot.holders(keys), self._held.setdefault(number >> COUNT_BITS, [])
        for key in dict.fromkeys(keys):
            held = self._holders.get(key) or self._remembered(stored[key])
            if len(held) < most and number not in held:
                self._holders[key] = (*held, number)
                self._step.held.append((key, number))
                added.append((key, number))

    def _forget(self, slot: int) -> None:
        self._emptied.add(slot)
        for table, entries in enumerate(self.put_in):
            self.put_in[table] = {key: found for key, found in entries.items() if found.generation.slot != slot}
        self._records = {number: each for number, each in self._records.items() if number >> COUNT_BITS != slot}
        self._held.pop(slot, None)
        for key, held in self._holders.items():
            self._holders[key] = tuple(number for number in held if number >> COUNT_BITS != slot)

    # -- steps ---------------------------------------------------------------------------------------------------

    def step(self, work: Callable[[], T]) -> T:
        """See `Memory.step`."""
        place = len(self.steps)
        step = self._earlier[place] if place < len(self._earlier) else None
        if step is None or not (place in self._stored_steps or self._sees_the_same(step)):
            step = self._taken(work)
        elif place not in self._stored_steps:
            self._repeat(step)
        self.steps.append(step)
        result: T = step.result
        return result

    def ask(self, question: Callable[[], T]) -> T:
        """See `Memory.ask`."""
        step = self._taken(question)
        self._step.asked.append((question, step))
        result: T = step.result
        return result

    def _taken(self, work: Callable[[], Any]) -> Step:
        outer, self._step = self._step, Step()
        try:
            self._step.result = work()
            return self._step
        finally:
            self._step = outer

    def _sees_the_same(self, step: Step) -> bool:
        mine, stored = self._holders, self._snapshot.holders(())
        return (
            all(self.generations.at(time_s) == generation for time_s, generation in step.at)
            and (step.newest is None or step.newest == self.generations.newest)
            and all(self.find(table, key) == found for (table, key), found in step.found.items())
            and all((mine.get(key) or self._remembered(stored[key])) == held for key, held in step.holders.items())
            and self._has_records({n: record for n, record in step.records.items() if n not in step.added})
            and all(self._sees_the_same(asked) or question() == asked.result for question, asked in step.asked)
        )

    def _has_records(self, records: Mapping[int, bytes | None]) -> bool:
        return self.records(list(records)) == list(records.values())

    def _repeat(self, step: Step) -> None:
        for table, key, found in step.put:
            self.put_in[table][key] = found
        self._records |= step.added
        outer, self._step = self._step, step
        step.held, calls, step.hold = [], step.hold, []
        for keys, number, most in calls:
            self.hold(keys, number, most)
        self._step = outer

    # -- what it has written -------------------------------------------------------------------------------------

    def writes(self) -> Writes | None:
        """Everything that the body wrote and that is not stored yet; None if it wrote nothing."""
        meta, foreign = self._snapshot.meta, frozenset(self._snapshot.foreign)
        live, watermark = self.generations.pack()
        unstored = [step for place, step in enumerate(self.steps) if place not in self._stored_steps] + [self._rest]
        wrote = any(step.put or step.added or step.held for step in unstored)
        if not wrote and (live, watermark) == (meta.generations, meta.watermark):
            return None
        if live != meta.generations or not meta.born:
            return self._all_at_once(live, watermark, foreign)
        return Writes([self._item(step) for step in unstored], watermark, foreign=foreign)

    def _all_at_once(self, live: bytes, watermark: bytes, foreign: frozenset[str]) -> Writes:
        """The writes of a body that has moved the window."""
        names, meta = self._names, self._snapshot.meta
        everything = Step(added=self._records, held=[each for held in self._held.values() for each in held])
        for table, entries in enumerate(self.put_in):
            everything.put += [(table, key, found) for key, found in entries.items()]
        item = self._item(everything)
        new = {generation.slot for generation in self.generations.live} - {each.slot for each in meta.live}
        fresh = frozenset(self._emptied | new)
        unlinked = [name for slot in sorted(fresh) for name in names.all_of(slot)]
        fields = (b"format", FORMAT, b"generations", live, b"watermark", watermark, b"born", meta.born or uuid4().bytes)
        return Writes([item], b"", is_whole=True, fields=fields, fresh=fresh, unlinked=unlinked, foreign=foreign)

    def _item(self, step: Step) -> Item:
        names, written = self._names, {(table, key) for table, key, _ in step.put}
        found = [(table, key) for table, key in step.found if table != names.statistics or (table, key) in written]
        item = Item([*(mark(*each) for each in found), *step.keys()], held=step.held)
        for table, key, (value, generation) in step.put:
            old = self._stored(table, key)
            if old and old.generation.slot != generation.slot:
                item.deleted.append((names.table(table, old.generation.slot), key))
            item.put.append((names.table(table, generation.slot), key, value))
            item.marks.append(mark(table, key))
        for number, record in step.added.items():
            item.put.append((names.records(number >> COUNT_BITS), NUMBER.pack(number & COUNT_MASK), record))
        return item

    def absorb(self, refused: Container[int]) -> set[int]:
        """Add what was stored, all items but these, to the snapshot. Return the numbers of all stored steps."""
        unstored = [place for place in range(len(self.steps)) if place not in self._stored_steps]
        now = [place for item, place in enumerate(unstored) if item not in refused]
        for step in map(self.steps.__getitem__, now):
            self._snapshot.absorb(step.put, step.added, step.held)
        return {*range(len(self.steps))}.difference(unstored).union(now)
