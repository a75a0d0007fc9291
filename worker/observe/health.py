"""Health without a port: the loop touches a heartbeat file, and `article-worker health` looks at its age."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from worker.errors import IndexStoreError
from worker.settings import Settings

HEARTBEAT = "heartbeat"


class Heartbeat:
    """Written by the loop at every turn; gone after an orderly end."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / HEARTBEAT
        self._waits = True  # what a predecessor wrote goes with the first beat

    def beat(self) -> None:
        """The loop made a turn.

        Raises:
            IndexStoreError: the state directory cannot be written any more.
        """
        self._write("")

    def wait(self, what: str) -> None:
        """The loop is waiting for something outside; `health` says for what, and that nothing goes on.

        Raises:
            IndexStoreError: the state directory cannot be written any more.
        """
        self._write(what)

    def _write(self, text: str) -> None:
        try:
            if text or self._waits:
                self._path.write_text(text, "utf-8")
            else:
                self._path.touch()
            self._waits = bool(text)
        except OSError as error:
            raise IndexStoreError(
                f"cannot write to the state directory {self._path.parent}: {error.strerror}"
            ) from error

    def stop(self) -> None:
        """The loop ended in good order. Never raises: the work is done and committed."""
        with contextlib.suppress(OSError):
            self._path.unlink()


def waits_for(state_dir: Path) -> str:
    """What a worker on this state directory is waiting for; empty when it goes on, or when none is to be seen."""
    try:
        return (state_dir / HEARTBEAT).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def max_age_s(settings: Settings) -> float:
    """The longest that one turn of the loop may take: wait for records, a batch's budget, its last record, a commit."""
    parts = (settings.batch_linger, settings.batch_budget, settings.record_timeout, settings.transaction_timeout)
    return sum(part.total_seconds() for part in parts)


def age_s(state_dir: Path, now: float | None = None) -> float | None:
    """Seconds since the last turn of the loop of a worker on this state directory; None when none is to be seen."""
    try:
        return (time.time() if now is None else now) - (state_dir / HEARTBEAT).stat().st_mtime
    except OSError:
        return None
