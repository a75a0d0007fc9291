"""Says what an error of LMDB means, and what to do about it."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import lmdb

from worker.errors import DISK_FULL, IndexStoreError

_ROOM_BYTES = 1 << 18  # more than a new store takes, and more than LMDB writes at a time

_DAMAGED = (
    lmdb.InvalidError,
    lmdb.CorruptedError,
    lmdb.PageNotFoundError,
    lmdb.VersionMismatchError,
    lmdb.IncompatibleError,
    lmdb.CursorFullError,  # a tree deeper than any real one
    lmdb.PageFullError,
    lmdb.PanicError,
    lmdb.BadTxnError,  # LMDB swallowed the first error: a root page it could not read
)
_OF_ONE_PID = (
    "a worker in another container has the same process id: run the containers in one PID namespace (pid: host), "
    "give the workers an index server (--index valkey://...), or give each its own state directory (--state-dir)"
)
START_AFRESH = (
    "move the directory away and start again (what it remembered is lost; docs/operations.md describes the effect)"
)


@contextmanager
def explained(path: Path, max_bytes: int) -> Iterator[None]:
    """Raise each error of LMDB as an `IndexStoreError`, which says what to do. `path` is the store's directory."""
    try:
        yield
    except lmdb.MapFullError as error:
        raise IndexStoreError(
            f"the store in {path} is full at {max_bytes} bytes: raise index_max_bytes (or shorten dedup_window), "
            "then start again"
        ) from error
    except lmdb.LockError as error:  # LMDB locks one byte per reader, at the offset of its process id
        raise IndexStoreError(f"the store in {path} cannot be shared: {_OF_ONE_PID}") from error
    except _DAMAGED as error:
        raise IndexStoreError(f"the store in {path} is damaged ({error}): {START_AFRESH}") from error
    except lmdb.Error as error:
        if _means_full_disk(error, path):
            raise IndexStoreError.full_disk(path) from error
        raise IndexStoreError(f"the store in {path} cannot be used: {error}") from error


def need_room(path: Path) -> None:
    """Check that a new store fits on the disk.

    LMDB maps its new lock file before the file has any blocks. On a full disk, SIGBUS would then kill the process.

    Raises:
        OSError: the disk is full.
    """
    if not (path / "lock.mdb").exists():
        with tempfile.TemporaryFile(dir=path) as probe:
            probe.write(bytes(_ROOM_BYTES))


def _means_full_disk(error: lmdb.Error, path: Path) -> bool:
    """Whether the disk is full. If the disk has room for only a part of a write, LMDB reports an input/output error."""
    code = getattr(error, "code", 0)
    if code == errno.EIO:
        disk = os.statvfs(path)
        return disk.f_bavail * disk.f_frsize < _ROOM_BYTES
    return code in DISK_FULL
