"""Numbers the workers that share a state directory. Each claims the lowest free number, and holds it until it ends.

The number is part of names that the next process with that number uses again: the transactional id on Kafka, and the
files of the guard and of the heartbeat. To find out which numbers are held, a process has to try their locks. It does
so under a separate lock, so that it cannot take a number from a process that starts.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from worker.errors import IndexStoreError
from worker.store import own_files

MAX_SLOTS = 1024
CLAIMING = "claiming"  # the lock under which a process tries the locks of the slots


@dataclass(slots=True)
class Slot:
    """A claimed slot. The kernel frees it when the process ends, in whatever way; `release` frees it earlier."""

    state_dir: Path
    number: int
    _lock: ExitStack

    def release(self) -> None:
        """Free the number for another process. May be called twice."""
        self._lock.close()


def slot_file(state_dir: Path, number: int, kind: str) -> Path:
    """The path of a slot's file of this kind."""
    return state_dir / "slots" / f"{number}.{kind}"


def claim_slot(state_dir: Path) -> Slot:
    """Claim the lowest slot that no running process holds.

    Raises:
        IndexStoreError: the directory cannot be written, its file system does not support locks, or no slot is free.
    """
    directory = state_dir / "slots"
    try:
        own_files.make_directory(directory)
        with own_files.locked(directory / CLAIMING, wait=True):
            for number in range(MAX_SLOTS):
                if lock := _lock(slot_file(state_dir, number, "lock")):
                    return Slot(state_dir, number, lock)
    except OSError as error:
        raise IndexStoreError.unwritable(directory, error) from error
    raise IndexStoreError(f"all {MAX_SLOTS} slots in {directory} are taken: choose another --state-dir")


def held_slots(state_dir: Path) -> list[int]:
    """The slots that running or suspended processes hold, in all containers that share the directory.

    Raises:
        IndexStoreError: the directory cannot be used, or its file system does not support locks.
    """
    directory = state_dir / "slots"
    try:
        own_files.refuse_link(directory)
        with own_files.locked(directory / CLAIMING, wait=True):
            locks = [path for path in directory.glob("*.lock") if path.stem.isdecimal()]
            return sorted(int(path.stem) for path in locks if _is_held(path))
    except (FileNotFoundError, NotADirectoryError):  # no worker has used the directory
        return []
    except OSError as error:
        raise IndexStoreError.unreadable(directory, error) from error


def _is_held(path: Path) -> bool:
    lock = _lock(path)
    if lock:
        lock.close()
    return lock is None


def _lock(path: Path) -> ExitStack | None:
    """The lock, held until it is closed; None if another process holds it."""
    lock = ExitStack()
    try:
        lock.enter_context(own_files.locked(path, wait=False))
    except BlockingIOError:
        return None
    return lock
