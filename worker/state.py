"""Which worker of several on one state directory this process is: a small number, held for the process's life.

The number makes names that the next process finds again: its transactional id on Kafka, its file of the guard.
"""

from __future__ import annotations

import errno
import fcntl
import os
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from worker.errors import IndexStoreError

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


def claim_slot(state_dir: Path) -> Slot:
    """The lowest slot that no running process holds, claimed.

    Raises:
        IndexStoreError: the directory cannot be written, or its file system knows no locks.
    """
    directory = state_dir / "slots"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for number in count():
            if number == MAX_SLOTS:
                raise IndexStoreError(f"all {MAX_SLOTS} slots in {directory} are taken: use another state_dir")
            file = _lock(directory / f"{number}.lock")
            if file is not None:
                return Slot(state_dir, number, file)
    except OSError as error:
        raise IndexStoreError.unwritable(directory, error) from error
    raise AssertionError("count() does not end")


def _lock(path: Path) -> int | None:
    """The open and locked file, or None when somebody else has it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return None
        raise
    return file
