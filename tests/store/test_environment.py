from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import lmdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import namespaces
from tests.privileges import no_privileges
from worker.errors import IndexStoreError
from worker.store.environment import GenerationStore
from worker.store.generations import Found, Generation
from worker.store.tables import Wanted

HOUR_S = 3600
WINDOW = timedelta(hours=30)  # makes a generation an hour long
START_S = 1_000_000.0 * HOUR_S


def open_store(path: Path, window: timedelta = WINDOW, moving: Collection[int] = ()) -> GenerationStore:
    return GenerationStore(path, tables=2, window=window, max_bytes=1 << 28, moving=moving)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GenerationStore]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def put(store: GenerationStore, key: bytes, value: bytes, hour: float) -> Generation:
    with store.batch():
        generation = store.at(START_S + hour * HOUR_S)
        store.put(0, key, value, generation)
    return generation


def get(store: GenerationStore, key: bytes) -> bytes | None:
    with store.batch():
        found = store.find(0, key)
    return found.value if found else None


# -- generations -----------------------------------------------------------------------------------------------------


def test_tables_are_separate(store: GenerationStore) -> None:
    put(store, b"k", b"v", 0)
    with store.batch():
        assert store.find(1, b"k") is None
    assert store.entries() == ([1, 0], 1)


def test_the_newest_entry_is_found(store: GenerationStore) -> None:
    for hour in (0, 2, 1):
        generation = put(store, b"k", b"%d" % hour, hour)
        assert generation.start_s == START_S + hour * HOUR_S
    assert get(store, b"k") == b"2"


@pytest.mark.parametrize(("moving", "entries"), [((), 2), ((1,), 2), ((0,), 1)])
def test_an_entry_of_a_moving_table_leaves_nothing_behind(
    tmp_path: Path, moving: tuple[int, ...], entries: int
) -> None:
    store = open_store(tmp_path, moving=moving)
    for value, hour in ((b"old", 0), (b"new", 2), (b"newer", 2)):
        put(store, b"k", value, hour)
    assert get(store, b"k") == b"newer"
    assert store.entries() == ([entries, 0], 2)
    store.close()


def test_a_body_sees_what_it_wanted_and_its_result_is_returned(store: GenerationStore) -> None:
    put(store, b"k", b"v", 0)

    def body() -> list[bytes | None]:
        found = [store.step(lambda key=key: store.ask(lambda: store.find(0, key))) for key in (b"k", b"l")]  # type: ignore[misc]
        return [each and each.value for each in found]

    assert store.atomically(Wanted({0: [b"k", b"l"]}), body) == [b"v", None]


def test_a_generation_is_forgotten_as_a_whole_once_it_lies_before_the_window(store: GenerationStore) -> None:
    put(store, b"first", b"v", 0)
    put(store, b"last", b"v", 0.99)
    put(store, b"next", b"v", 30.99)
    assert get(store, b"first") == b"v"
    put(store, b"next", b"v", 31)
    assert get(store, b"first") is get(store, b"last") is None
    assert store.entries() == ([2, 0], 2)


def test_a_failed_batch_drops_nothing(store: GenerationStore) -> None:
    put(store, b"k", b"v", 0)
    with pytest.raises(ZeroDivisionError):
        fail_at(store, 100)
    assert get(store, b"k") == b"v"
    assert put(store, b"l", b"v", 1).start_s == START_S + HOUR_S


def fail_at(store: GenerationStore, hour: float) -> None:
    with store.batch():
        store.at(START_S + hour * HOUR_S)
        assert store.find(0, b"k") is None
        raise ZeroDivisionError


def test_a_longer_window_keeps_the_entries_and_a_shorter_one_forgets_them(tmp_path: Path) -> None:
    for window_hours, hour, remembered in ((30, 0, True), (90, 50, True), (90, 95, False), (3, 96, False)):
        store = open_store(tmp_path, timedelta(hours=window_hours))
        if hour == 0:
            put(store, b"k", b"v", 0)
        put(store, b"%d" % hour, b"v", hour)
        assert (get(store, b"k") is not None) == remembered
        assert get(store, b"%d" % hour) == b"v"
        store.close()
    assert hour == 96
    store = open_store(tmp_path, timedelta(hours=3))
    assert [key for key in (b"50", b"95", b"96") if get(store, key)] == [b"95", b"96"]
    store.close()


# -- the directory ---------------------------------------------------------------------------------------------------


def test_the_directory_is_created_with_its_parents(tmp_path: Path) -> None:
    open_store(tmp_path / "a" / "b").close()
    assert (tmp_path / "a" / "b" / "data.mdb").exists()


def test_a_directory_that_cannot_be_written_is_an_error_that_names_it() -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory)
        open_store(path).close()
        for name, mode in (("data.mdb", 0o444), ("lock.mdb", 0o444), (".", 0o555)):
            (path / name).chmod(mode)
        with no_privileges(), pytest.raises(IndexStoreError, match=f"{path} cannot be used: .*Permission denied"):
            open_store(path)
        with no_privileges(), pytest.raises(IndexStoreError, match=f"cannot write to {path}/new: Perm.*--state-dir"):
            open_store(path / "new")
        path.chmod(0o755)


def damage(path: Path, start: int, content: bytes) -> None:
    with (path / "data.mdb").open("r+b") as file:
        file.seek(start)
        file.write(content)


def filled(path: Path) -> int:
    """Make a store with thousands of entries. Return the size of its file."""
    store = open_store(path)
    with store.batch():
        for number in range(5000):
            store.put(0, b"%016d" % number, bytes(40), store.at(START_S))
    store.close()
    return (path / "data.mdb").stat().st_size


_DAMAGED = r"the store in .* is damaged .*move the directory away"


@pytest.mark.parametrize("share", [0.0001, 0.03, 0.5, 0.8])
def test_a_truncated_file_is_an_error_and_not_a_crash(tmp_path: Path, share: float) -> None:
    size = filled(tmp_path)
    os.truncate(tmp_path / "data.mdb", int(size * share))
    with pytest.raises(IndexStoreError, match=_DAMAGED):
        open_store(tmp_path)


@pytest.mark.parametrize("pages", range(1, 17))
def test_a_file_without_its_last_pages_does_not_crash_either(tmp_path: Path, pages: int) -> None:
    """An intact file may lack them. If they are needed, the store is damaged."""
    size = filled(tmp_path)
    os.truncate(tmp_path / "data.mdb", size - pages * 4096)
    outcome = "whole"
    try:
        with closing(open_store(tmp_path)) as store:
            read_all(store)
    except IndexStoreError as error:
        outcome = str(error)
    assert outcome == "whole" or re.search(_DAMAGED, outcome)


def read_all(store: GenerationStore) -> None:
    with store.batch():
        for number in range(5000):
            store.find(0, b"%016d" % number)


@pytest.mark.parametrize(("start", "content"), [(0, b"\xff" * 8192), (0, b"no database"), (8192, bytes(1 << 20))])
def test_a_file_that_is_not_a_database_is_an_error_that_says_what_to_do(
    tmp_path: Path, start: int, content: bytes
) -> None:
    filled(tmp_path)
    damage(tmp_path, start, content)
    with pytest.raises(IndexStoreError, match=_DAMAGED):
        open_store(tmp_path)


def test_damage_that_shows_only_later_is_the_same_error(tmp_path: Path) -> None:
    size = filled(tmp_path)
    store = open_store(tmp_path)
    damage(tmp_path, 8192, bytes(size - 8192))
    with pytest.raises(IndexStoreError, match=_DAMAGED):
        get(store, b"%016d" % 17)
    store.close()


def test_a_refused_directory_can_be_opened_once_it_is_repaired(tmp_path: Path) -> None:
    size = filled(tmp_path)
    whole = (tmp_path / "data.mdb").read_bytes()
    os.truncate(tmp_path / "data.mdb", size // 2)
    with pytest.raises(IndexStoreError):
        open_store(tmp_path)
    (tmp_path / "data.mdb").write_bytes(whole)
    store = open_store(tmp_path)
    assert get(store, b"%016d" % 17) == bytes(40)
    store.close()


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with lmdb.Environment(str(tmp_path), max_dbs=200) as env, env.begin(write=True) as txn:
        txn.put(b"format", b"1", db=env.open_db(b"meta", txn=txn))
    with pytest.raises(IndexStoreError, match="another version"):
        open_store(tmp_path)


ON_A_DISK = """
import sys
from pathlib import Path
from tests.store.test_environment import START_S, open_store
from worker.errors import IndexStoreError
from worker.guard import RecordGuard
from worker.store.slots import claim_slot

def fill():
    with disk.joinpath("else").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass

def put(numbers):
    with store.batch():
        for number in numbers:
            store.put(0, b"%d" % number, bytes(1000), store.at(START_S))

def told(step):
    try:
        step()
    except (OSError, IndexStoreError) as error:
        return str(error)

disk = Path(sys.argv[1])
store = open_store(disk / "store")
put(range(100))
print(told(lambda: put(range(10_000))))
told(fill)
print(told(lambda: put(range(10_000))))
print(told(lambda: open_store(disk / "new")))
claim_slot(disk)
print(told(lambda: RecordGuard(disk, 0, 60, 3)))
(disk / "else").unlink()
put(range(200, 210))
print(store.entries()[0][0])
"""


def test_a_full_disk_is_reported_and_stored_entries_are_intact_once_it_has_room_again(tmp_path: Path) -> None:
    command = [*namespaces.on_small_disk(tmp_path, "2m"), sys.executable, "-c", ON_A_DISK, str(tmp_path)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    places = [tmp_path / "store", tmp_path / "store", tmp_path / "new", tmp_path]
    told = [f"the disk of {place} is full: free some space, then start again" for place in places]
    assert ended.stdout.splitlines() == [*told, "110"], ended.stderr


@pytest.mark.parametrize(("room", "said"), [(True, "Input/output error"), (False, "the disk of .* is full")])
def test_a_partial_write_means_a_full_disk_if_there_is_no_room(
    store: GenerationStore, tmp_path: Path, *, room: bool, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit on the size of files, in the middle of a page, stands in for the end of the disk."""
    put(store, b"k", b"v", 0)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    disk = os.statvfs(tmp_path)
    if not room:
        monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result((*disk[:4], 3, *disk[5:])))
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "data.mdb").stat().st_size + 100, limits[1]))
    try:
        with pytest.raises(IndexStoreError, match=said):
            put(store, b"large", bytes(1 << 20), 0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert get(store, b"k") == b"v"


LOCK_BYTE = """
import fcntl, sys
with open(sys.argv[1], "rb+") as file:
    fcntl.lockf(file, fcntl.LOCK_EX, 1, int(sys.argv[2]))
    print("locked", flush=True)
    sys.stdin.read()
"""


def test_an_equal_process_id_in_another_container_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    """LMDB locks the byte at its process id in a file. Here another process has locked our byte."""
    open_store(tmp_path).close()
    command = [sys.executable, "-c", LOCK_BYTE, str(tmp_path / "lock.mdb"), str(os.getpid())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(IndexStoreError, match=r"same process id: .*pid: host.*--index valkey://.*--state-dir"):
            in_a_first_transaction(tmp_path)
        other.communicate("")


def in_a_first_transaction(path: Path) -> None:
    with closing(open_store(path)) as store:
        store.entries()


# -- batches ---------------------------------------------------------------------------------------------------------


def test_reading_and_writing_need_a_batch(store: GenerationStore) -> None:
    generation = put(store, b"k", b"v", 0)
    with pytest.raises(RuntimeError):
        store.find(0, b"k")
    with pytest.raises(RuntimeError):
        store.put(0, b"k", b"v", generation)


def test_entries_are_not_counted_within_a_batch(store: GenerationStore) -> None:
    """It would overwrite the state within the batch with the state before it."""
    with store.batch(), pytest.raises(RuntimeError):
        store.entries()


def test_closing_within_a_batch_discards_the_batch(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    batch = store.batch()
    batch.__enter__()
    store.put(0, b"k", b"v", store.at(START_S))
    store.close()
    assert not batch.__exit__(ZeroDivisionError, ZeroDivisionError(), None)
    again = open_store(tmp_path)
    assert get(again, b"k") is None
    again.close()


def test_the_size_is_the_size_on_disk(store: GenerationStore, tmp_path: Path) -> None:
    put(store, b"k", b"v", 0)
    assert 4096 <= store.size_bytes() <= (tmp_path / "data.mdb").stat().st_size


# -- looking ahead -------------------------------------------------------------------------------------------------

KEYS = [b"%d" % number for number in range(6)]
STEPS = st.tuples(st.sampled_from(["put", "move"]), st.sampled_from(KEYS), st.integers(0, 40))


@given(st.lists(STEPS, max_size=30), st.sampled_from([(), (0,)]))
def test_entries_looked_up_ahead_stay_correct_whatever_is_written_afterwards(
    steps: list[tuple[str, bytes, int]], moving: tuple[int, ...]
) -> None:
    def found(store: GenerationStore) -> list[Found | None]:
        return [store.find(0, key) for key in KEYS]

    with tempfile.TemporaryDirectory() as directory, closing(open_store(Path(directory), moving=moving)) as store:
        for hour, key in enumerate(KEYS):
            put(store, key, b"before", hour)
        with store.batch():
            for number, (step, key, hour) in enumerate(steps):
                store.look_ahead(Wanted({0: KEYS}))
                now, seen = store.at(START_S + hour * HOUR_S), store.find(0, key)
                if step == "put":
                    store.put(0, key, b"%d" % number, max(seen.generation, now) if seen else now)
                ahead = found(store)
                store._forget_known()
                assert ahead == found(store)
