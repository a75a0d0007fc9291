"""A temporary database on disk, for what may not fit into memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from worker.errors import WorkerError

_CACHE_KIB = 8 << 10


def database(schema: str, *, cache_kib: int = _CACHE_KIB) -> sqlite3.Connection:
    """An empty database with this schema. SQLite deletes it when it is closed, or however the process ends."""
    made = sqlite3.connect("")
    made.execute("PRAGMA journal_mode = OFF")
    made.execute("PRAGMA temp_store = FILE")
    made.execute(f"PRAGMA cache_size = -{cache_kib}")
    made.executescript(schema)
    return made


@contextmanager
def in_use() -> Iterator[None]:
    """Surrounds all use of a database.

    Raises:
        WorkerError: the disk is full.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        raise WorkerError(
            f"cannot write temporary files: {error}. Set SQLITE_TMPDIR to a directory with more free space"
        ) from error
