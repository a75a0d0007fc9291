"""Which worker of several on one state directory this process is: a small number, held for the process's life.

The number makes names that the next process finds again: its transactional id on Kafka, its files of the guard and of
the heartbeat. Who wants to know which numbers are held has to try their locks. So that a process that looks takes no
number from one that starts, each does it under a lock of their own.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from worker.errors import IndexStoreError
from worker.store import own_files

MAX_SLOTS = 1024
CLAIMING = "claiming"  # the lock of whoever tries the locks of the slots


@dataclass(slots=True)
class Slot:
    """A claimed slot. The kernel frees it when the process ends, however it ends; `release` does so earlier."""

    state_dir: Path
    number: int
    _lock: ExitStack

    def release(self) -> None:
        """Let another process have the number. May be called twice."""
        self._lock.close()


def slot_file(state_dir: Path, number: int, kind: str) -> Path:
    """A file of a slot."""
    return state_dir / "slots" / f"{number}.{kind}"


def claim_slot(state_dir: Path) -> Slot:
    """The lowest slot that no running process holds, claimed.

    Raises:
        IndexStoreError: the directory cannot be written, or its file system knows no locks.
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
    raise IndexStoreError(f"all {MAX_SLOTS} slots in {directory} are taken: use another state_dir")


def held_slots(state_dir: Path) -> list[int]:
    """The slots that running processes hold, stopped ones included; those of all containers that share the directory.

    Raises:
        IndexStoreError: the directory cannot be used, or its file system knows no locks.
    """
    directory = state_dir / "slots"
    try:
        own_files.refuse_link(directory)
        with own_files.locked(directory / CLAIMING, wait=True):
            locks = [path for path in directory.glob("*.lock") if path.stem.isdecimal()]
            return sorted(int(path.stem) for path in locks if _is_held(path))
    except (FileNotFoundError, NotADirectoryError):  # no worker has been here
        return []
    except OSError as error:
        raise IndexStoreError.unreadable(directory, error) from error


def _is_held(path: Path) -> bool:
    lock = _lock(path)
    if lock:
        lock.close()
    return lock is None


def _lock(path: Path) -> ExitStack | None:
    """What holds the lock; None if another process has it."""
    lock = ExitStack()
    try:
        lock.enter_context(own_files.locked(path, wait=False))
    except BlockingIOError:
        return None
    return lock
