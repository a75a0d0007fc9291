"""What every memory promises (worker.dedup.memory). To test a back end, add it to `tests.dedup.sketches.OPENERS`."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dedup import valkey_server
from tests.dedup.sketches import DAY_S, NOW_S, WINDOW, Opener
from worker.dedup.memory import MAX_HOLDERS, Memory, Table, Wanted
from worker.store.generations import Generation

GONE_S = NOW_S + 100 * DAY_S  # by then, the events of NOW_S are forgotten

T = TypeVar("T")

PROCESS = """
import json, os, signal, sys
from pathlib import Path
from tests.dedup.sketches import NOW_S, OPENERS
from tests.dedup.test_memory_contract import count_up
from worker.dedup.memory import Wanted
arguments = json.loads(sys.argv[1])
memory = OPENERS[arguments["opener"]](Path(arguments["path"]))
wanted = Wanted()
def killed():
    count_up(memory, b"a")
    memory.hold([1], memory.add_record(b"torn", memory.at(NOW_S)))
    os.kill(os.getpid(), signal.SIGKILL)
if arguments["dies"]:
    memory.atomically(wanted, killed)
print([memory.atomically(wanted, lambda: count_up(memory, b"a")) for _ in range(arguments["times"])])
"""


def do(memory: Memory, body: Callable[[], T], wanted: Wanted | None = None) -> T:
    return memory.atomically(wanted or Wanted(), body)


def put(memory: Memory, key: bytes, value: bytes, at_s: float = NOW_S, table: Table = Table.URLS) -> None:
    do(memory, lambda: memory.put(table, key, value, memory.at(at_s)))


def value(memory: Memory, key: bytes, table: Table = Table.URLS) -> bytes | None:
    """The value of an entry. Call it within a body."""
    found = memory.find(table, key)
    return found.value if found else None


def get(memory: Memory, key: bytes, table: Table = Table.URLS) -> bytes | None:
    return do(memory, lambda: value(memory, key, table))


def add(memory: Memory, record: bytes, keys: list[int] | None = None, at_s: float = NOW_S) -> int:
    """Add a record that holds these keys. Call it within a body."""
    number = memory.add_record(record, memory.at(at_s))
    memory.hold(keys or [], number)
    return number


def go_to(memory: Memory, at_s: float) -> None:
    do(memory, lambda: memory.at(at_s))


def count_up(memory: Memory, key: bytes) -> int:
    """Increment the number in an entry. Call it within a body."""
    number = int(value(memory, key) or b"0") + 1
    memory.put(Table.URLS, key, b"%d" % number, memory.at(NOW_S))
    return number


# -- tables ----------------------------------------------------------------------------------------------------------


def test_an_entry_is_found_in_its_body_in_the_next_one_and_after_reopening(opener: Opener, tmp_path: Path) -> None:
    memory = opener(tmp_path)

    def body() -> bytes | None:
        memory.put(Table.URLS, b"key", b"value", memory.at(NOW_S))
        return value(memory, b"key")

    assert do(memory, body) == b"value"
    assert get(memory, b"key") == b"value"
    memory.close()
    memory.close()
    again = opener(tmp_path)
    assert get(again, b"key") == b"value"
    again.close()


def test_an_entry_that_was_never_written_is_not_found(memory: Memory) -> None:
    assert get(memory, b"nobody's") is None
    assert do(memory, lambda: memory.record(17)) is None
    assert list(do(memory, lambda: memory.holders(17))) == []


def test_tables_are_separate(memory: Memory) -> None:
    for table in Table:
        put(memory, b"key", table.name.encode(), table=table)
    assert [get(memory, b"key", table) for table in Table] == [table.name.encode() for table in Table]


@pytest.mark.parametrize("length", [1, 8, 16, 20, 28])
def test_keys_of_any_bytes_are_distinguished(memory: Memory, length: int) -> None:
    keys = [bytes([first]) * length for first in (0, 1, 10, 13, 32, 255)]
    for key in keys:
        put(memory, key, key[:1])
    assert [get(memory, key) for key in keys] == [key[:1] for key in keys]


@pytest.mark.parametrize("size", [1, 64, 65, 500])
def test_values_are_read_back_unchanged(memory: Memory, size: int) -> None:
    written = bytes(range(256)) * 2
    put(memory, b"key", written[:size])
    assert get(memory, b"key") == written[:size]


def test_the_large_value_is_read_back_and_can_be_replaced(memory: Memory) -> None:
    for fill in (b"\x00", b"\xff", b"\x07"):
        put(memory, b"n", fill * 131_072, table=Table.COUNTS)
        assert get(memory, b"n", Table.COUNTS) == fill * 131_072


def test_a_later_value_replaces_an_earlier_one(memory: Memory) -> None:
    put(memory, b"key", b"one")
    put(memory, b"key", b"two")
    assert get(memory, b"key") == b"two"


def test_the_newest_generation_counts_and_an_entry_names_its_generation(memory: Memory) -> None:
    put(memory, b"key", b"old")
    put(memory, b"key", b"new", NOW_S + 20 * DAY_S)

    def body() -> None:
        found = memory.find(Table.URLS, b"key")
        assert found
        assert found.value == b"new"
        assert found.generation == memory.at(NOW_S + 20 * DAY_S) == memory.newest
        assert found.generation > memory.at(NOW_S)

    do(memory, body)


def test_an_entry_that_moves_to_a_later_generation_lives_as_long_as_it(memory: Memory) -> None:
    put(memory, b"key", b"old")
    put(memory, b"key", b"new", NOW_S + 60 * DAY_S)
    go_to(memory, NOW_S + 75 * DAY_S)
    assert get(memory, b"key") == b"new"


# -- time ------------------------------------------------------------------------------------------------------------


def test_entries_of_the_window_are_remembered(memory: Memory) -> None:
    put(memory, b"key", b"value")
    number = do(memory, lambda: add(memory, b"record", [7]))
    go_to(memory, NOW_S + WINDOW.total_seconds() - 1)
    assert get(memory, b"key") == b"value"
    assert do(memory, lambda: memory.record(number)) == b"record"
    assert list(do(memory, lambda: memory.holders(7))) == [number]


def test_entries_before_the_window_are_forgotten_in_the_body_that_moves_it_and_afterwards(memory: Memory) -> None:
    put(memory, b"key", b"value")
    number = do(memory, lambda: add(memory, b"record", [7]))

    def body() -> tuple[bytes | None, bytes | None]:
        assert (value(memory, b"key"), memory.record(number)) == (b"value", b"record")
        memory.at(GONE_S)
        return value(memory, b"key"), memory.record(number)

    assert do(memory, body, Wanted({Table.URLS: [b"key"]}, [[7]])) == (None, None)
    assert get(memory, b"key") is do(memory, lambda: memory.record(number)) is None
    assert list(do(memory, lambda: memory.holders(7))) == []


def test_the_slot_of_a_forgotten_generation_is_used_again_without_a_trace_of_it(memory: Memory) -> None:
    """This holds in the body that forgets, and in later ones."""
    put(memory, b"key", b"old")
    old = do(memory, lambda: add(memory, b"old", [7, 8]))

    def body() -> int:
        generation = memory.at(GONE_S)
        assert memory.find(Table.URLS, b"key") is None
        memory.put(Table.URLS, b"new", b"new", generation)
        return add(memory, b"new", [7], GONE_S)

    new = do(memory, body)
    assert (get(memory, b"key"), get(memory, b"new")) == (None, b"new")
    assert list(do(memory, lambda: memory.holders(7))) == [new]
    assert list(do(memory, lambda: memory.holders(8))) == []
    assert new != old
    assert do(memory, lambda: (memory.record(new), memory.record(old))) == (b"new", None)


def test_an_event_from_before_the_window_belongs_to_the_oldest_part_of_it(memory: Memory) -> None:
    go_to(memory, NOW_S)
    old = do(memory, lambda: memory.at(NOW_S - 300 * DAY_S))
    assert old.start_s <= NOW_S - WINDOW.total_seconds() < old.end_s


# -- records and postings --------------------------------------------------------------------------------------------


def test_records_are_read_back_under_distinct_numbers(memory: Memory) -> None:
    records = [b"%d" % number * 100 for number in range(50)] + [b"x"]
    numbers = [do(memory, lambda record=record: add(memory, record)) for record in records]  # type: ignore[misc]
    numbers += do(memory, lambda: [add(memory, record, at_s=NOW_S + DAY_S * 15) for record in records])
    assert len(set(numbers)) == 2 * len(records)
    assert all(0 <= number < 1 << 32 for number in numbers)
    assert do(memory, lambda: [memory.record(number) for number in numbers]) == 2 * records
    asked = [*numbers, (1 << 28) - 1, *numbers]
    assert do(memory, lambda: memory.records(asked)) == [*2 * records, None, *2 * records]
    assert do(memory, lambda: memory.records([])) == []


def test_records_of_the_same_body_are_read_together_with_stored_and_forgotten_ones(memory: Memory) -> None:
    old = do(memory, lambda: add(memory, b"old"))
    stored = do(memory, lambda: add(memory, b"stored", at_s=NOW_S + 25 * DAY_S))

    def body() -> list[bytes | None]:
        memory.at(NOW_S + 50 * DAY_S)
        return memory.records([old, add(memory, b"new", at_s=NOW_S + 50 * DAY_S), stored])

    assert do(memory, body) == [None, b"new", b"stored"]


def test_numbers_are_not_used_twice_when_generations_come_and_go(memory: Memory) -> None:
    alive: dict[int, float] = {}
    for day in range(0, 200, 5):
        number = do(memory, lambda day=day: add(memory, b"%d" % day, at_s=NOW_S + day * DAY_S))  # type: ignore[misc]
        assert alive.get(number, -100) < day - 30
        alive[number] = day


def test_holders_are_returned_in_their_body_and_afterwards(memory: Memory) -> None:
    first, second = do(memory, lambda: (add(memory, b"a", [1, 2]), add(memory, b"b", [2, 3])))

    def holders() -> list[list[int]]:
        return [sorted(memory.holders(key)) for key in (1, 2, 3, 4)]

    assert do(memory, holders) == [[first], sorted([first, second]), [second], []]

    def body() -> int:
        third = add(memory, b"c", [2, 4])
        assert holders() == [[first], sorted([first, second, third]), [second], [third]]
        return third

    third = do(memory, body)
    assert do(memory, holders) == [[first], sorted([first, second, third]), [second], [third]]


def test_holders_of_all_generations_are_returned(memory: Memory) -> None:
    numbers = [do(memory, lambda day=day: add(memory, b"r", [9], NOW_S + day * DAY_S)) for day in (0, 12, 29)]  # type: ignore[misc]
    assert sorted(do(memory, lambda: memory.holders(9))) == sorted(numbers)


@pytest.mark.parametrize("batch", [1, 7, 100])
def test_records_beyond_the_limit_do_not_become_holders(memory: Memory, batch: int) -> None:
    def body() -> list[int]:
        return [add(memory, b"r", [5, 6]) for _ in range(batch)]

    numbers: list[int] = []
    while len(numbers) < 100:
        numbers += do(memory, body)
    assert sorted(do(memory, lambda: memory.holders(5))) == sorted(numbers[:MAX_HOLDERS])
    assert sorted(do(memory, lambda: memory.holders(6))) == sorted(numbers[:MAX_HOLDERS])


def test_a_key_can_have_a_new_holder_once_an_old_one_is_forgotten(memory: Memory) -> None:
    for _ in range(MAX_HOLDERS):
        do(memory, lambda: add(memory, b"r", [5]))
    late = do(memory, lambda: add(memory, b"late", [5], GONE_S))
    latest = do(memory, lambda: add(memory, b"latest", [5], GONE_S))
    assert latest in do(memory, lambda: memory.holders(5))
    assert do(memory, lambda: (memory.record(late), memory.record(latest))) == (b"late", b"latest")


def test_a_forgotten_holder_is_none_in_the_body_that_forgets_it(memory: Memory) -> None:
    """Or else it would depend on the batches whether a key can have a new holder."""
    for _ in range(MAX_HOLDERS - 1):
        do(memory, lambda: add(memory, b"r", [5]))

    def body() -> tuple[list[int], list[int], int]:
        add(memory, b"r", [5])
        before = list(memory.holders(5))
        memory.at(GONE_S)
        after = list(memory.holders(5))
        return before, after, add(memory, b"late", [5], GONE_S)

    before, after, late = do(memory, body, Wanted(postings=[[5]]))
    assert (len(before), after) == (MAX_HOLDERS, [])
    assert list(do(memory, lambda: memory.holders(5))) == [late]


@pytest.mark.parametrize("key", [0, 1, 0xFFFF, 0x10000, 0x8000_0000, 0xFFFF_FFFF])
def test_any_32_bit_number_is_a_key(memory: Memory, key: int) -> None:
    number = do(memory, lambda: add(memory, b"r", [key]))
    assert list(do(memory, lambda: memory.holders(key))) == [number]
    assert list(do(memory, lambda: memory.holders(key ^ 0x10000))) == []
    assert list(do(memory, lambda: memory.holders(key ^ 1))) == []


def test_copies_hold_only_keys_that_nobody_holds(memory: Memory) -> None:
    first = do(memory, lambda: add(memory, b"a", [5]))

    def body() -> int:
        number = memory.add_record(b"b", memory.at(NOW_S))
        memory.hold([5, 6], number, 1)
        memory.hold([6], first, 1)
        return number

    second = do(memory, body)
    assert list(do(memory, lambda: memory.holders(5))) == [first]
    assert list(do(memory, lambda: memory.holders(6))) == [second]


# -- bodies ----------------------------------------------------------------------------------------------------------


def test_nothing_is_stored_if_a_body_raises(memory: Memory) -> None:
    put(memory, b"key", b"before")
    before = do(memory, lambda: add(memory, b"before", [7]))

    def body() -> None:
        memory.put(Table.URLS, b"key", b"after", memory.at(NOW_S))
        memory.put(Table.URLS, b"other", b"after", memory.at(NOW_S))
        add(memory, b"after", [7, 8])
        memory.at(GONE_S)
        raise OSError("of the body")

    with pytest.raises(OSError, match="of the body"):
        do(memory, body, Wanted({Table.URLS: [b"key"]}, [[7, 8]]))
    assert (get(memory, b"key"), get(memory, b"other")) == (b"before", None)
    assert list(do(memory, lambda: memory.holders(7))) == [before]
    assert list(do(memory, lambda: memory.holders(8))) == []


def test_reading_and_writing_need_a_body(memory: Memory) -> None:
    generation = do(memory, lambda: memory.at(NOW_S))
    for deed in (
        lambda: memory.find(Table.URLS, b"key"),
        lambda: memory.put(Table.URLS, b"key", b"value", generation),
        lambda: memory.at(NOW_S),
        lambda: memory.add_record(b"r", generation),
        lambda: memory.record(1),
        lambda: memory.records([1]),
        lambda: memory.step(lambda: None),
        lambda: memory.holders(1),
        lambda: memory.hold([1], 1),
    ):
        with pytest.raises(RuntimeError):
            deed()


def test_the_results_of_steps_and_the_answers_to_questions_are_returned(memory: Memory) -> None:
    def body() -> list[tuple[int, int]]:
        def work() -> tuple[int, int]:
            return count_up(memory, b"a"), memory.ask(lambda: len(memory.holders(5)))

        return [memory.step(work), memory.step(work)]

    assert do(memory, body) == [(1, 0), (2, 0)]
    do(memory, lambda: add(memory, b"r", [5]))
    assert do(memory, body) == [(3, 1), (4, 1)]


def test_a_body_within_a_body_is_refused_and_fails_the_outer_one(memory: Memory) -> None:
    def body() -> None:
        memory.put(Table.URLS, b"key", b"value", memory.at(NOW_S))
        do(memory, lambda: None)

    with pytest.raises(RuntimeError):
        do(memory, body)
    assert get(memory, b"key") is None


def test_the_statistics_count_the_entries(memory: Memory) -> None:
    for number in range(5):
        put(memory, b"%d" % number, b"v")
    put(memory, b"a", b"v", table=Table.VERDICTS)
    for _ in range(3):
        do(memory, lambda: add(memory, b"r" * 300, [1, 2]))
    stats = memory.stats()
    counted = {name: stats[name] for name in ("verdicts", "urls", "contents", "records", "generations")}
    assert counted == {"verdicts": 1, "urls": 5, "contents": 0, "records": 3, "generations": 1}
    assert stats["bytes"] > 900


def test_the_span_reaches_from_the_oldest_generation_to_the_newest_event(memory: Memory) -> None:
    assert memory.stats()["span_s"] == 0
    do(memory, lambda: memory.put(Table.URLS, b"old", b"v", memory.at(NOW_S)))
    before = memory.stats()["span_s"]
    do(memory, lambda: memory.put(Table.URLS, b"new", b"v", memory.at(NOW_S + 86_400)))
    assert memory.stats()["span_s"] == before + 86_400


def test_a_memory_is_empty_only_until_something_is_stored(opener: Opener, tmp_path: Path) -> None:
    memory = opener(tmp_path)
    assert memory.is_empty()
    get(memory, b"key")  # reading changes nothing

    def fail() -> None:
        memory.put(Table.URLS, b"key", b"v", memory.at(NOW_S))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        do(memory, fail)
    assert memory.is_empty()
    put(memory, b"key", b"v")
    assert not memory.is_empty()
    go_to(memory, GONE_S)
    assert not memory.is_empty()
    memory.close()
    again = opener(tmp_path)
    assert not again.is_empty()
    again.close()


@pytest.mark.parametrize("ask", ["stats", "is_empty"])
def test_statistics_are_refused_within_a_body(memory: Memory, ask: str) -> None:
    with pytest.raises(RuntimeError):
        do(memory, getattr(memory, ask))


# -- several at the same time ----------------------------------------------------------------------------------------


def test_each_of_two_memories_sees_at_once_what_the_other_wrote(opener: Opener, back_end: str, tmp_path: Path) -> None:
    if back_end == "embedded":
        pytest.skip("a process opens a directory only once; test_processes_lose_no_count tests this")
    one, other = opener(tmp_path), opener(tmp_path)
    for turn in range(4):
        writer, reader = (one, other) if turn % 2 else (other, one)
        put(writer, b"key", b"%d" % turn, NOW_S + turn * 20 * DAY_S)
        assert get(reader, b"key") == b"%d" % turn
        number = do(writer, lambda: add(writer, b"r", [turn], NOW_S + turn * 20 * DAY_S))  # noqa: B023
        assert list(do(reader, lambda: reader.holders(turn))) == [number]  # noqa: B023
    one.close()
    other.close()


def test_threads_with_separate_memories_lose_no_count(opener: Opener, back_end: str, tmp_path: Path) -> None:
    if back_end == "embedded":
        pytest.skip("a process opens a directory only once; test_processes_lose_no_count tests this")
    seen: list[int] = []

    def run() -> None:
        memory = opener(tmp_path)
        seen.extend(do(memory, lambda: count_up(memory, b"a"), Wanted({Table.URLS: [b"a"]})) for _ in range(30))
        memory.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(1, 91))


def start(back_end: str, path: Path, times: int, *, dies: bool = False) -> subprocess.Popen[str]:
    arguments = json.dumps({"opener": back_end, "path": str(path), "times": times, "dies": dies})
    environment = valkey_server.environment() if back_end == "valkey" else dict(os.environ)
    return subprocess.Popen(
        [sys.executable, "-c", PROCESS, arguments], stdout=subprocess.PIPE, text=True, env=environment,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip


def test_processes_lose_no_count(back_end: str, tmp_path: Path) -> None:
    processes = [start(back_end, tmp_path, 30) for _ in range(2)]
    seen = [number for process in processes for number in json.loads(process.communicate()[0].splitlines()[-1])]
    assert sorted(seen) == list(range(1, 61))


def test_a_process_killed_in_its_body_stores_nothing_and_the_others_continue(
    opener: Opener, back_end: str, tmp_path: Path
) -> None:
    process = start(back_end, tmp_path, 0, dies=True)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    memory = opener(tmp_path)
    assert do(memory, lambda: count_up(memory, b"a")) == 1
    assert list(do(memory, lambda: memory.holders(1))) == []
    memory.close()


# -- against a model -------------------------------------------------------------------------------------------------


@dataclass
class Model:
    """A memory in lists. It forgets nothing, but knows what a memory must have forgotten."""

    watermark_s: float = 0.0
    entries: list[tuple[tuple[Table, bytes], Generation, bytes]] = field(default_factory=list)
    records: list[tuple[int, Generation, bytes]] = field(default_factory=list)
    held: list[tuple[int, int]] = field(default_factory=list)

    def copy(self) -> Model:
        return Model(self.watermark_s, self.entries.copy(), self.records.copy(), self.held.copy())

    def alive(self, generation: Generation) -> bool:
        return generation.end_s > self.watermark_s - WINDOW.total_seconds()

    def find(self, table: Table, key: bytes) -> bytes | None:
        found = [
            (generation, place, value)
            for place, (where, generation, value) in enumerate(self.entries)
            if where == (table, key) and self.alive(generation)
        ]
        return max(found)[2] if found else None

    def record(self, number: int) -> bytes | None:
        return next(
            (value for each, generation, value in self.records if each == number and self.alive(generation)), None
        )

    def holders(self, key: int) -> list[int]:
        return sorted({number for each, number in self.held if each == key and self.record(number)})


_KEYS = st.sampled_from([b"a", b"b"])
_POSTINGS = st.lists(st.sampled_from([0, 1, 0x10000, 0x1_0001]), max_size=3, unique=True)
_DEED = st.tuples(st.floats(0, 100), st.sampled_from([Table.URLS, Table.CONTENTS]), _KEYS, _POSTINGS)
_BATCH = st.tuples(st.lists(_DEED, max_size=4), st.booleans(), st.booleans())


@given(batches=st.lists(_BATCH, max_size=8))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_any_operations_have_the_same_effect_as_on_the_model(
    opener: Opener, batches: list[tuple[list[tuple[float, Table, bytes, list[int]]], bool, bool]]
) -> None:
    """Some batches say in advance what they will ask for, others do not. Some bodies fail and leave no trace."""
    model = Model()
    with tempfile.TemporaryDirectory() as directory:
        memory = opener(Path(directory))
        for deeds, foretold, fails in batches:
            tables: dict[int, list[bytes]] = {
                table: [key for _, other, key, _ in deeds if other is table] for table in Table
            }
            wanted = Wanted(tables, [postings for *_, postings in deeds]) if foretold else Wanted()
            after = [model.copy()]
            body = partial(act, memory, model, after, deeds, fails=fails)
            if fails:
                with pytest.raises(ZeroDivisionError):
                    memory.atomically(wanted, body)
            else:
                memory.atomically(wanted, body)
                model = after[0]
        memory.close()


def act(
    memory: Memory, model: Model, after: list[Model], deeds: list[tuple[float, Table, bytes, list[int]]], *, fails: bool
) -> None:
    after[0] = model = model.copy()
    for place, (day, table, key, postings) in enumerate(deeds):
        at_s = NOW_S + day * DAY_S
        generation = memory.at(at_s)
        model.watermark_s = max(model.watermark_s, at_s)
        compare(memory, model)
        written = struct.pack("<dI", day, place)
        found = memory.find(table, key)
        where = max(found.generation, generation) if found else generation
        memory.put(table, key, written, where)
        model.entries.append(((table, key), where, written))
        number = memory.add_record(written, generation)
        assert model.record(number) is None
        memory.hold(postings, number)
        model.records.append((number, generation, written))
        model.held += [(each, number) for each in postings]
        compare(memory, model)
    if fails:
        raise ZeroDivisionError


def compare(memory: Memory, model: Model) -> None:
    for table in (Table.URLS, Table.CONTENTS):
        for key in (b"a", b"b"):
            assert value(memory, key, table) == model.find(table, key)
    for posting in (0, 1, 0x10000, 0x1_0001):
        assert sorted(number for number in memory.holders(posting) if memory.record(number)) == model.holders(posting)
    for number, _, _ in model.records:
        assert memory.record(number) == model.record(number)


# -- the seed --------------------------------------------------------------------------------------------------------


def test_a_memory_keeps_the_seed_that_it_made_when_it_was_new(opener: Opener, tmp_path: Path) -> None:
    memory = opener(tmp_path / "one")
    seed = memory.seed
    assert memory.is_empty()
    assert 0 <= seed < 1 << 64
    go_to(memory, NOW_S)
    assert memory.seed == seed
    memory.close()
    for _ in range(2):
        memory = opener(tmp_path / "one")
        assert memory.seed == seed
        go_to(memory, GONE_S)
        memory.close()
    memory = opener(tmp_path / "other")
    assert memory.seed != seed
    memory.close()
