"""Health checks without a port: each worker touches a heartbeat file, and `article-worker health` reads these files."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from worker.config.settings import Settings
from worker.errors import IndexStoreError
from worker.store import own_files
from worker.store.slots import held_slots, slot_file

HEARTBEAT = "heartbeat"

_STARTING = "starting"
_MARGIN_S = 10  # for a busy machine, a slow disk or the end of a batch


class Heartbeat:
    """The heartbeat of one worker: a file with its name and what it waits for. The file's time is the last beat.

    Only the loop's thread writes it. It says "starting" until the first beat, and is removed at the end. Any thread may
    read `state` (what the file says; empty while the worker makes progress) and `age_s`.

    Raises:
        IndexStoreError: the state directory cannot be written. `beat` and `wait` raise it, too.
    """

    def __init__(self, path: Path, instance_id: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._instance_id = instance_id
        self._clock = clock
        self._waited = ""
        self._written: str | None = None
        self._write(_STARTING)

    @property
    def state(self) -> str:
        """`starting`, `waiting for ...`, or nothing if the worker makes progress."""
        return self._written or ""

    @property
    def age_s(self) -> float:
        """Seconds since the last beat."""
        return self._clock() - self._beaten_s

    def beat(self) -> None:
        """Report progress: a poll, a record or a commit. If the loop waited since the last beat, say so once more."""
        self._write(self._waited)
        self._waited = ""

    def wait(self, what: str) -> None:
        """Report that the loop waits for a server, such as "the index server". Call it repeatedly during the wait."""
        self._waited = f"waiting for {what}"
        self._write(self._waited)

    def stop(self) -> None:
        """Remove the heartbeat at the end. Never raises, because the work is done and committed."""
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _write(self, state: str) -> None:
        self._beaten_s = self._clock()
        try:
            if state == self._written:
                with contextlib.suppress(FileNotFoundError):  # if somebody removed it, write it again
                    os.utime(self._path, follow_symlinks=False)
                    return
            own_files.replace(self._path, f"{self._instance_id}\n{state}".encode())
        except OSError as error:
            raise IndexStoreError.unwritable(self._path.parent, error) from error
        self._written = state


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker as its heartbeat shows it. `state` is empty while it makes progress."""

    instance_id: str
    age_s: float
    state: str

    def is_well(self, max_age_s: float) -> bool:
        """Whether it makes progress."""
        return not self.state and self.age_s <= max_age_s

    def line(self, max_age_s: float) -> str:
        """One line about the worker. If it makes no progress, the line says why."""
        told = f"{self.instance_id}: heartbeat {self.age_s:.0f} s ago"
        if self.state:
            return f"{told}, {self.state}"
        return told if self.is_well(max_age_s) else f"{told}, stalled (limit {max_age_s:g} s)"


def workers(state_dir: Path, instance_id: str | None = None, now: float | None = None) -> list[Seen]:
    """The running workers on this state directory, by slot; with `instance_id`, only those with that name.

    Raises:
        IndexStoreError: the state directory cannot be read.
    """
    now = time.time() if now is None else now
    seen = [_look(slot_file(state_dir, number, HEARTBEAT), now) for number in held_slots(state_dir)]
    return [worker for worker in seen if worker and instance_id in (None, worker.instance_id)]


def _look(path: Path, now: float) -> Seen | None:
    try:
        instance_id, _, state = own_files.read(path).decode().partition("\n")
        return Seen(instance_id, now - path.lstat().st_mtime, state)
    except (FileNotFoundError, UnicodeDecodeError):  # the worker is just ending, or this is another program's file
        return None
    except OSError as error:
        raise IndexStoreError.unreadable(path, error) from error


def max_age_s(settings: Settings) -> float:
    """The longest time between two beats of a healthy worker, in seconds.

    A worker beats before each poll, after each record, and at a commit. It gives up on a commit after three quarters of
    the transaction timeout.
    """
    longest = max(settings.record_timeout.total_seconds(), 0.75 * settings.transaction_timeout.total_seconds())
    return settings.batch_linger.total_seconds() + longest + _MARGIN_S
