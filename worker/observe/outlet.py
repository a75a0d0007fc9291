"""Where log lines go: a thread of its own writes them, for whoever reads the log may stop reading."""

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
    """A text stream for any thread that never blocks: lines wait in a queue while their reader is slow or stopped.

    Lines beyond `MAX_WAITING_CHARS` are dropped, until half of what waits is written; then `notice(count)` stands in
    their place. What cannot be written (a full disk, a closed file, a broken pipe) is lost: perhaps the next line has
    more luck.

    A line that finds no other waiting is waited for, for `MOMENT_S` at most. So it keeps its place among what others
    write to the same stream, and is out before the process is killed by what it does next.

    A signal handler may raise anywhere in here: the lock is held by `with` alone, and `SimpleQueue` is reentrant.
    """

    def __init__(self, stream: TextIO | None, notice: Callable[[int], str]) -> None:
        self._stream = stream  # None when the process was started with standard error closed
        self._is_stderr = stream is sys.__stderr__
        self._notice = notice
        self._queue: SimpleQueue[str | threading.Lock | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._waiting_chars = 0
        self._dropped = 0
        self._writer = threading.Thread(target=self._write_lines, name="log", daemon=True)
        self._writer.start()

    def write(self, text: str) -> int:
        """As a stream's."""
        with self._lock:
            alone = self._waiting_chars <= 0
            self._accept(text)
        if alone:
            self.drain(MOMENT_S)
        return len(text)

    def flush(self) -> None:
        """As a stream's: nothing to do, for each line is flushed by itself."""

    def drain(self, timeout_s: float) -> bool:
        """Wait until all lines so far are written; whether they are."""
        done = threading.Lock()
        done.acquire()
        self._queue.put(done)
        return done.acquire(timeout=timeout_s)

    def close(self) -> None:
        """Write what waits, for a second at most: nobody may be reading. Lines that come later are lost."""
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
                with contextlib.suppress(Exception):  # nobody is left who could be told
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
            # Nobody will read again. What stands in the buffer has to go somewhere, or Python ends with status 120.
            with Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), stream.fileno())


def _write_by_number(stream: TextIO, text: str) -> None:
    """Past Python's buffer: a thread that waits in there keeps its lock, and at its end Python aborts over it."""
    left = text.encode(stream.encoding, "backslashreplace")
    while left:
        left = left[os.write(stream.fileno(), left) :]
