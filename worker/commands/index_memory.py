"""Opens the index for a command: one that exists, or an empty one to fill."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from worker.config.index_address import EMBEDDED, parse_address
from worker.config.settings import Settings
from worker.dedup.dump import Movable
from worker.errors import IndexStoreError
from worker.memories import open_memory
from worker.observe import logs
from worker.store.slots import held_slots

LONGEST_WAIT_S = 15.0  # for an index server: a user is waiting


@contextmanager
def existing_memory(settings: Settings) -> Iterator[Movable]:
    """Yields the memory of the index, and closes it at the end.

    Raises:
        IndexStoreError: there is no index, or it cannot be used.
    """
    state_dir = settings.resolved_state_dir
    if settings.index == EMBEDDED and not is_index(state_dir):  # opening it would create one
        raise IndexStoreError(
            f"there is no index in {state_dir}: give the worker's state directory with --state-dir, or its index "
            "server with --index"
        )
    with _opened(settings, create=False) as memory:
        yield memory


@contextmanager
def memory_to_fill(settings: Settings) -> Iterator[Movable]:
    """Yields the memory of an index that may not exist yet, and closes it at the end.

    Raises:
        IndexStoreError: it cannot be used, or workers use its state directory.
    """
    state_dir = settings.resolved_state_dir
    if settings.index == EMBEDDED and (held := held_slots(state_dir)):
        raise IndexStoreError(f"{len(held)} worker(s) use {state_dir}: stop them before you fill the index")
    with _opened(settings, create=True) as memory:
        yield memory


@contextmanager
def _opened(settings: Settings, *, create: bool) -> Iterator[Movable]:
    logs.configure(settings.log_format, settings.log_level)  # log lines go to standard error, apart from the answer
    memory = open_memory(settings, settings.resolved_state_dir, patience(settings), create=create)
    try:
        yield memory
    finally:
        memory.close()


def is_index(state_dir: Path) -> bool:
    """Whether the directory has an embedded index.

    Raises:
        IndexStoreError: the directory cannot be read.
    """
    path = state_dir / "index" / "data.mdb"
    try:
        path.lstat()
    except PermissionError as error:
        raise IndexStoreError.unreadable(path, error) from error
    except OSError:  # it does not exist, or its name is too long
        return False
    return True


def patience(settings: Settings) -> Callable[[], None]:
    """A function to call while the index server is unreachable. A worker waits as long as it takes, a user does not.

    Raises:
        IndexStoreError: `LONGEST_WAIT_S` have passed.
    """
    until_s = time.monotonic() + LONGEST_WAIT_S

    def wait() -> None:
        if time.monotonic() >= until_s:
            raise IndexStoreError(
                f"the index server {parse_address(settings.index)} does not answer: check that it is running, and "
                "that --index names it"
            )

    return wait
