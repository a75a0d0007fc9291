from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from worker.errors import IndexStoreError
from worker.store import slots
from worker.store.slots import claim_slot, held_slots

CLAIM = "import sys; from pathlib import Path; from worker.store.slots import claim_slot\nslot = claim_slot(Path(sys.argv[1]))"


def test_slots_are_numbered_from_zero_and_the_lowest_free_one_is_taken(tmp_path: Path) -> None:
    zero, one, two = (claim_slot(tmp_path) for _ in range(3))
    assert [zero.number, one.number, two.number] == [0, 1, 2]
    one.release()
    again = claim_slot(tmp_path)
    assert again.number == 1
    assert again.state_dir == tmp_path
    for slot in (zero, again, two):
        slot.release()


def test_releasing_a_slot_twice_does_not_free_another_workers_slot(tmp_path: Path) -> None:
    first = claim_slot(tmp_path)
    first.release()
    second = claim_slot(tmp_path)
    first.release()
    third = claim_slot(tmp_path)
    assert (second.number, third.number) == (0, 1)
    second.release()
    third.release()


def test_the_directory_is_created(tmp_path: Path) -> None:
    slot = claim_slot(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "slots" / "0.lock").exists()
    slot.release()


def test_a_killed_process_frees_its_slot(tmp_path: Path) -> None:
    script = f"{CLAIM}\nprint(slot.number, flush=True); sys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", script, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout
        assert process.stdout.readline() == "0\n"
        beside = claim_slot(tmp_path)
        assert beside.number == 1
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    slot = claim_slot(tmp_path)
    assert slot.number == 0
    slot.release()
    beside.release()


def test_a_child_does_not_inherit_the_slot(tmp_path: Path) -> None:
    """Otherwise any program that the worker starts would keep the lock."""
    slot = claim_slot(tmp_path)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, close_fds=False):
        slot.release()
        again = claim_slot(tmp_path)
        assert again.number == 0
        again.release()


def test_a_file_in_place_of_the_directory_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(IndexStoreError, match=str(tmp_path / "state")):
        claim_slot(tmp_path / "state")


def test_a_file_system_without_locks_is_an_error_and_leaves_no_file_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[tuple[int, os.stat_result]] = []

    def no_locks(file: int, _operation: int) -> None:
        tried.append((file, os.fstat(file)))
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(IndexStoreError, match="No locks available"):
        claim_slot(tmp_path)
    [(file, was)] = tried
    assert not is_open(file, was)


def is_open(descriptor: int, was: os.stat_result) -> bool:
    """Whether the descriptor still belongs to this file. Another thread may have opened another file with its number."""
    try:
        return os.path.samestat(os.fstat(descriptor), was)
    except OSError:
        return False


def test_running_out_of_slots_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "MAX_SLOTS", 2)
    held = [claim_slot(tmp_path), claim_slot(tmp_path)]
    with pytest.raises(IndexStoreError, match="all 2 slots"):
        claim_slot(tmp_path)
    for slot in held:
        slot.release()


# -- listing the slots ---------------------------------------------------------------------------------------------


def test_the_held_slots_are_those_of_running_processes(tmp_path: Path) -> None:
    assert held_slots(tmp_path) == []
    slots = [claim_slot(tmp_path) for _ in range(12)]
    assert held_slots(tmp_path) == list(range(12))
    for slot in slots[:10]:
        slot.release()
    assert held_slots(tmp_path) == [10, 11]
    for slot in slots:
        slot.release()
    assert held_slots(tmp_path) == []


def test_other_files_among_the_slots_are_not_slots(tmp_path: Path) -> None:
    slot = claim_slot(tmp_path)
    for name in ("copy of 0.lock", "x.lock", "-1.lock", ".lock"):
        (tmp_path / "slots" / name).touch()
    assert held_slots(tmp_path) == [0]
    slot.release()


def test_a_suspended_process_holds_its_slot_and_a_killed_one_does_not(tmp_path: Path) -> None:
    script = f"{CLAIM}\nprint(slot.number, flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "0\n"
        os.kill(process.pid, signal.SIGSTOP)
        assert held_slots(tmp_path) == [0]
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert held_slots(tmp_path) == []


LOOK = """
import sys
from pathlib import Path
from worker.store.slots import held_slots
print(flush=True)
while True:
    held_slots(Path(sys.argv[1]))
"""


def test_listing_the_held_slots_takes_no_slot_from_a_process_that_starts(tmp_path: Path) -> None:
    claim_slot(tmp_path).release()
    lookers = [subprocess.Popen([sys.executable, "-c", LOOK, tmp_path], stdout=subprocess.PIPE) for _ in range(2)]
    try:
        for looker in lookers:
            assert looker.stdout
            looker.stdout.readline()
        for _ in range(2000):
            slot = claim_slot(tmp_path)
            assert slot.number == 0
            slot.release()
    finally:
        for looker in lookers:
            with looker:
                looker.kill()


def test_slots_whose_locks_cannot_be_tried_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claim_slot(tmp_path).release()

    def no_locks(_file: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(IndexStoreError, match=r"cannot read .*/slots: No locks available"):
        held_slots(tmp_path)
