"""The embedded memory: one process and its directory. For several processes, see test_processes.

test_memory_contract tests what all memories have in common, test_index_contract the rules of the index.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.dedup.sketches import DAY_S, NOW_S, WINDOW, decide, message, open_embedded, sketch
from worker.dedup.embedded import memory as embedded
from worker.dedup.embedded import runs
from worker.dedup.embedded.memory import EmbeddedMemory
from worker.dedup.index import Entry, Index, Sketch
from worker.dedup.memory import Wanted
from worker.dedup.word_codes import Words
from worker.errors import IndexStoreError
from worker.identity.ids import hash_id
from worker.messages import DuplicateKind
from worker.store.environment import GenerationStore


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[EmbeddedMemory]:
    opened = open_embedded(tmp_path)
    yield opened
    opened.close()


# -- one process -----------------------------------------------------------------------------------------------------


def test_a_process_cannot_open_its_directory_twice(memory: EmbeddedMemory, tmp_path: Path) -> None:
    with pytest.raises(IndexStoreError, match="already open in this process"):
        open_embedded(tmp_path)
    assert decide(Index(memory), message(1), sketch("a", "one")).kind is DuplicateKind.NEW


def test_the_body_runs_once_and_its_result_is_returned(memory: EmbeddedMemory) -> None:
    runs_of_it: list[float] = []

    def body() -> str:
        runs_of_it.append(memory.at(NOW_S).start_s)
        return "done"

    assert memory.atomically(Wanted(), body) == "done"
    assert runs_of_it == [NOW_S]


def test_holders_are_the_same_whether_they_were_fetched_before_or_not(memory: EmbeddedMemory) -> None:
    def add(key: int) -> int:
        number = memory.add_record(b"%d" % key, memory.at(NOW_S))
        memory.hold([key, 1000], number)
        return number

    numbers = [memory.atomically(Wanted(), lambda key=key: add(key)) for key in range(10)]  # type: ignore[misc]
    for wanted in (Wanted(), Wanted(postings=[[3, 1000], [4, 77]])):
        found = memory.atomically(wanted, lambda: [list(memory.holders(key)) for key in (3, 4, 77, 1000)])
        assert found == [[numbers[3]], [numbers[4]], [], numbers]
    with memory.batch():
        memory.fetch([5, 6])
        assert list(memory.holders(5)) == [numbers[5]]
        memory.hold([5], numbers[0])
        memory.fetch([5, 1000])
        assert list(memory.holders(5)) == [numbers[5], numbers[0]]


def test_a_full_generation_is_an_error_that_says_which_setting_to_change(
    memory: EmbeddedMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_IN_SLOT", 3)

    def add(at_s: float) -> bytes | None:
        return memory.record(memory.add_record(b"record", memory.at(at_s)))

    for _ in range(4):
        assert memory.atomically(Wanted(), lambda: add(NOW_S)) == b"record"
    with pytest.raises(IndexStoreError, match="shorten dedup_window"):
        memory.atomically(Wanted(), lambda: add(NOW_S))
    assert memory.atomically(Wanted(), lambda: add(NOW_S + DAY_S)) == b"record"


def test_postings_expire_with_the_records_that_they_lead_to(memory: EmbeddedMemory) -> None:
    """However long the stream is, only the postings of the window are stored."""
    sizes = []
    for day in range(0, 120, 2):
        memory.atomically(Wanted(), lambda day=day: _add_many(memory, NOW_S + day * DAY_S, day))  # type: ignore[misc]
        with memory._env.begin() as txn:
            sizes.append(sum(run.length for run in runs.listed(txn, memory._postings)))
    assert max(sizes) <= 2 * 17 * 100  # a window spans at most 17 of these days, and merged runs may hold another 17
    assert memory.stats()["records"] <= 17 * 100


def _add_many(memory: EmbeddedMemory, at_s: float, seed: int) -> None:
    generation = memory.at(at_s)
    for number in range(100):
        memory.hold([seed << 16 | number], memory.add_record(b"r", generation))


# -- what can be wrong with a directory ------------------------------------------------------------------------------


def entries(first: int, last: int) -> list[Entry]:
    """Articles of 200 words that have nothing in common."""
    rng = Random(first)
    return [
        (message(number, "t"), Sketch(hash_id(f"{number}"), f"{number}", rng.randbytes(32), NOW_S, _words(rng)))
        for number in range(first, last)
    ]


def _words(rng: Random) -> Words:
    return Words(rng.randbytes(200), frozenset(), bytes(25), keys=tuple(rng.getrandbits(32) for _ in range(16)))


def fill(memory: EmbeddedMemory, count: int) -> None:
    index = Index(memory)
    for begin in range(0, count, 500):
        index.decide(entries(begin, begin + 500))


def test_a_full_index_names_the_setting_to_raise_and_keeps_its_entries(tmp_path: Path) -> None:
    memory = EmbeddedMemory(tmp_path, window=WINDOW, max_bytes=1 << 21)
    with pytest.raises(IndexStoreError, match="raise index_max_bytes"):
        fill(memory, 5000)
    known = memory.stats()["verdicts"]
    memory.close()
    assert known > 0
    assert known % 500 == 0
    memory = open_embedded(tmp_path)
    fill(memory, 5000)
    assert memory.stats()["verdicts"] == memory.stats()["records"] == 5000
    memory.close()


def test_a_full_disk_is_an_error_and_the_index_keeps_its_entries(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the end of the disk."""
    memory = open_embedded(tmp_path)
    fill(memory, 500)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "data.mdb").stat().st_size, limits[1]))
    try:
        with pytest.raises(IndexStoreError, match=f"{tmp_path} cannot be used: .*File too large"):
            Index(memory).decide(entries(500, 5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    memory.close()
    memory = open_embedded(tmp_path)
    assert memory.stats()["verdicts"] == 500
    fill(memory, 1000)
    assert memory.stats()["verdicts"] == 1000
    memory.close()


def test_an_index_of_an_old_layout_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    GenerationStore(tmp_path, tables=5, window=WINDOW, max_bytes=1 << 30, layout=b"3").close()
    with pytest.raises(IndexStoreError, match="made by another version: move the directory away and start again"):
        open_embedded(tmp_path)


@pytest.mark.parametrize(
    ("start", "content"), [(0, b"no database"), (0, b"\xff" * 8192), (8192, bytes(1 << 20)), (30_000, None)]
)
def test_a_damaged_or_foreign_file_is_an_error_that_says_what_to_do(
    tmp_path: Path, start: int, content: bytes | None
) -> None:
    memory = open_embedded(tmp_path)
    fill(memory, 2000)
    memory.close()
    with (tmp_path / "data.mdb").open("r+b") as file:
        if content is None:
            file.truncate(start)
        else:
            file.seek(start)
            file.write(content)
    with pytest.raises(IndexStoreError, match=r"is damaged .*move the directory away"):
        open_embedded(tmp_path)


def test_a_file_in_place_of_the_directory_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("")
    with pytest.raises(IndexStoreError, match=str(tmp_path / "index")):
        open_embedded(tmp_path / "index")
