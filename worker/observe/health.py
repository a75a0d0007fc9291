"""Health without a port: each worker touches a heartbeat file of its own, and `article-worker health` looks at them."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from worker.config.settings import Settings
from worker.errors import IndexStoreError
from worker.store import own_files
from worker.store.slots import held_slots, slot_file

HEARTBEAT = "heartbeat"

_STARTING = "starting"
_MARGIN_S = 10  # what a busy machine, a slow disk or the end of a batch adds


class Heartbeat:
    """One worker's: its name and what it waits for, in a file whose time is that of the last beat.

    Written by the thread of the loop alone. "starting" until the first beat; gone after the end.

    Raises:
        IndexStoreError: the state directory cannot be written; so do `beat` and `wait`.
    """

    def __init__(self, path: Path, instance_id: str) -> None:
        self._path = path
        self._instance_id = instance_id
        self._waited = ""
        self._written: str | None = None
        self._write(_STARTING)

    def beat(self) -> None:
        """The loop gets on: to a poll, a record, a commit. What it waited for since the last beat still holds, once."""
        self._write(self._waited)
        self._waited = ""

    def wait(self, what: str) -> None:
        """The loop waits for something outside, "the index server" say. To be called again and again while it does."""
        self._waited = f"waiting for {what}"
        self._write(self._waited)

    def stop(self) -> None:
        """The worker ends. Never raises: the work is done and committed."""
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _write(self, state: str) -> None:
        try:
            if state == self._written:
                with contextlib.suppress(FileNotFoundError):  # somebody removed it: write it anew
                    os.utime(self._path, follow_symlinks=False)
                    return
            own_files.replace(self._path, f"{self._instance_id}\n{state}".encode())
        except OSError as error:
            raise IndexStoreError.unwritable(self._path.parent, error) from error
        self._written = state


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker as its heartbeat shows it. `state` is empty while the worker gets on."""

    instance_id: str
    age_s: float
    state: str

    def is_well(self, max_age_s: float) -> bool:
        """Whether it makes progress."""
        return not self.state and self.age_s <= max_age_s

    def line(self, max_age_s: float) -> str:
        """What to tell of it, and where it makes no progress why."""
        told = f"{self.instance_id}: heartbeat {self.age_s:.0f} s ago"
        if self.state:
            return f"{told}, {self.state}"
        return told if self.is_well(max_age_s) else f"{told}, stalled (limit {max_age_s:g} s)"


def workers(state_dir: Path, instance_id: str | None = None, now: float | None = None) -> list[Seen]:
    """The workers on this state directory, or those of that name, by slot. The heartbeat of a dead one counts for none.

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
    except (FileNotFoundError, UnicodeDecodeError):  # it ends just now; or somebody else's file
        return None
    except OSError as error:
        raise IndexStoreError.unreadable(path, error) from error


def max_age_s(settings: Settings) -> float:
    """The longest that a worker that gets on is silent: it beats before it polls, after each record, and at a commit.

    A commit is given up after three quarters of the transaction timeout.
    """
    longest = max(settings.record_timeout.total_seconds(), 0.75 * settings.transaction_timeout.total_seconds())
    return settings.batch_linger.total_seconds() + longest + _MARGIN_S
