"""Where log lines go. A separate thread writes them, because the reader of the log may stop reading."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import TextIO

MAX_WAITING_CHARS = 8 * 1024 * 1024
MOMENT_S = 0.02
LAST_WAIT_S = 1.0


class Outlet:
    """A text stream for any thread that never blocks. Lines wait in a queue while their reader is slow or has stopped.

    If more than `MAX_WAITING_CHARS` are waiting, new lines are dropped until half of the queue is written. Then
    `notice(count)` is written in their place. A line that cannot be written (a full disk, a closed file, a broken pipe)
    is lost; the next one is tried again.

    If the queue is empty, `write` waits up to `MOMENT_S` until its line is written. So the line keeps its place among
    what others write to the same stream, and is out even if the next step kills the process.

    A signal handler may raise anywhere in here. So the lock is only taken by `with`, and the queue is a `SimpleQueue`,
    which is reentrant.
    """

    def __init__(self, stream: TextIO | None, notice: Callable[[int], str]) -> None:
        self._stream = stream  # None if the process was started with standard error closed
        self._is_stderr = stream is sys.__stderr__
        self._notice = notice
        self._queue: SimpleQueue[str | threading.Lock | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._waiting_chars = 0
        self._dropped = 0
        self._writer = threading.Thread(target=self._write_lines, name="log", daemon=True)
        self._writer.start()

    def write(self, text: str) -> int:
        """See `TextIO.write`."""
        with self._lock:
            alone = self._waiting_chars <= 0
            self._accept(text)
        if alone:
            self.drain(MOMENT_S)
        return len(text)

    def flush(self) -> None:
        """See `TextIO.flush`. Does nothing, because each line is flushed anyway."""

    def drain(self, timeout_s: float) -> bool:
        """Wait until all lines so far are written. Return whether they are."""
        done = threading.Lock()
        done.acquire()
        self._queue.put(done)
        return done.acquire(timeout=timeout_s)

    def close(self) -> None:
        """Write the waiting lines, for at most a second, because the reader may have stopped. Later lines are lost."""
        with self._lock:
            self._tell_of_dropped()
        self._queue.put(None)
        self._writer.join(LAST_WAIT_S)

    def _accept(self, text: str) -> None:
        room = MAX_WAITING_CHARS // 2 if self._dropped else MAX_WAITING_CHARS
        if self._waiting_chars + len(text) > room:
            self._dropped += 1
            return
        self._tell_of_dropped()
        self._put(text)

    def _tell_of_dropped(self) -> None:
        if self._dropped:
            self._put(self._notice(self._dropped))
            self._dropped = 0

    def _put(self, text: str) -> None:
        self._queue.put(text)
        self._waiting_chars += len(text)

    def _write_lines(self) -> None:
        while (item := self._queue.get()) is not None:
            if isinstance(item, str):
                with contextlib.suppress(Exception):  # there is nowhere left to report it
                    self._write(item)
                with self._lock:
                    self._waiting_chars -= len(item)
            else:
                item.release()

    def _write(self, text: str) -> None:
        stream = self._stream
        if stream is None:
            return
        try:
            if self._is_stderr:
                _write_by_number(stream, text)
            else:
                stream.write(text)
                stream.flush()
        except BrokenPipeError:
            # Nobody will read again. The buffer must be flushed somewhere, or Python exits with status 120.
            with Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), stream.fileno())


def _write_by_number(stream: TextIO, text: str) -> None:
    """Bypass Python's buffer: a thread that blocks in it keeps its lock, and Python then aborts at exit."""
    left = text.encode(stream.encoding, "backslashreplace")
    while left:
        left = left[os.write(stream.fileno(), left) :]
