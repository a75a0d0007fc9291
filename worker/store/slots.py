"""Which worker of several on one state directory this process is: a small number, held for the process's life.

The number makes names that the next process finds again: its transactional id on Kafka, its files of the guard and of
the heartbeat. Who wants to know which numbers are held has to try their locks. So that a process that looks takes no
number from one that starts, each does it under a lock of their own.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from worker.errors import IndexStoreError
from worker.store import own_files

MAX_SLOTS = 1024


@dataclass(slots=True)
class Slot:
    """A claimed slot. The kernel frees it when the process ends, however it ends; `release` does so earlier."""

    state_dir: Path
    number: int
    _file: int | None

    def release(self) -> None:
        """Let another process have the number. May be called twice."""
        if self._file is not None:
            os.close(self._file)  # and the lock with it
            self._file = None


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
        with _alone(directory):
            for number in range(MAX_SLOTS):
                file = _lock(slot_file(state_dir, number, "lock"))
                if file is not None:
                    return Slot(state_dir, number, file)
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
        with _alone(directory):
            locks = [path for path in directory.glob("*.lock") if path.stem.isdecimal()]
            return sorted(int(path.stem) for path in locks if _is_held(path))
    except (FileNotFoundError, NotADirectoryError):  # no worker has been here
        return []
    except OSError as error:
        raise IndexStoreError.unreadable(directory, error) from error


@contextlib.contextmanager
def _alone(directory: Path) -> Iterator[None]:
    with os.fdopen(own_files.open_file(directory / "claiming", os.O_RDWR | os.O_CREAT), "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_held(path: Path) -> bool:
    file = _lock(path)
    if file is not None:
        os.close(file)
    return file is None


def _lock(path: Path) -> int | None:
    """The open and locked file, or None when somebody else has it."""
    file = own_files.open_file(path, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return None
        raise
    return file
