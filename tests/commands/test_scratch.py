"""The temporary database: it holds more than fits into memory, and a full disk is told plainly."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest

from worker.commands import scratch
from worker.errors import WorkerError


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file may be larger than 1 MiB."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_ends_the_command_with_advice() -> None:
    with pytest.raises(WorkerError, match="SQLITE_TMPDIR"):
        _fill(40 << 20)


def _fill(size_bytes: int) -> None:
    with scratch.in_use(), closing(scratch.database("CREATE TABLE t (v BLOB)")) as database:
        for _ in range(0, size_bytes, 1 << 20):
            database.execute("INSERT INTO t VALUES (zeroblob(1048576))")
