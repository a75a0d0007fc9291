"""One worker process as the supervisor sees it: its log lines, its status, and how it ended."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, cast

import orjson

from worker.config.settings import Settings
from worker.errors import ProcessFailed
from worker.observe.status import Status

if TYPE_CHECKING:
    from worker.app import Replay

MAX_LINE_BYTES = 1 << 20
_JOIN_S = 2.0
_UNTIL_IT_WORKS = {signal.SIGINT, signal.SIGTERM}  # blocked

# A process that is forked from this one would share its locks and connections. On Linux, all are forked from a server
# that has neither, only what `warm` loads. It saves each process 1 s of CPU time, and memory.
_CONTEXT = get_context("forkserver") if sys.platform == "linux" else get_context("spawn")
_CONTEXT.set_forkserver_preload(["worker.supervisor.warm"])


def _work(*arguments: Any) -> None:
    from worker.supervisor.child import work  # noqa: PLC0415 - the supervisor does without the modules of a worker

    work(*arguments)


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """A process that starts within it does not receive the signals that stop a worker.

    A worker unblocks them once it has left the terminal's group. The server of processes never does: without it, nobody
    would learn how the workers end.
    """
    resource_tracker.ensure_running()  # otherwise the first start of a process does it, and unblocks the signals
    signal.pthread_sigmask(signal.SIG_BLOCK, _UNTIL_IT_WORKS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _UNTIL_IT_WORKS)


class WorkerProcess:
    """A running worker process. `hear` gets its name and each line of its standard error, in a thread of its own.

    `replay` is that of `worker.app.Run`.
    """

    def __init__(self, settings: Settings, hear: Callable[[str, bytes], None], replay: Replay | None = None) -> None:
        self._status: tuple[Status, float] | None = None  # the latest, and when it came
        self.has_started = False  # whether it got to its loop
        self.error: list[str] = []  # the lines of the error that ended it
        self.began_s = time.monotonic()
        inner_lifeline, self._lifeline = _CONTEXT.Pipe(duplex=False)
        reports, inner_reports = _CONTEXT.Pipe(duplex=False)
        log_lines, inner_log_lines = _CONTEXT.Pipe(duplex=False)
        inner = (inner_lifeline, inner_reports, inner_log_lines)
        self._process = _CONTEXT.Process(target=_work, args=(settings, replay, *inner), name="worker")
        try:
            with _signals_blocked():
                self._process.start()
        except (EOFError, ConnectionError) as error:
            raise ProcessFailed("the server of worker processes ended while it started", exit_code=1) from error
        finally:
            for each in inner:  # so that only the process holds them, and they close when it ends
                each.close()
        self._threads = [
            threading.Thread(target=self._read_reports, args=(reports,), name="reports", daemon=True),
            threading.Thread(target=self._read_lines, args=(log_lines, hear), name="log lines", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def status(self) -> Status | None:
        """What the process last reported. If it has fallen silent, the age of its heartbeat grows."""
        if self._status is None:
            return None
        status, came_s = self._status
        age_s = status["heartbeat_age_s"] + time.monotonic() - came_s
        return {**status, "heartbeat_age_s": round(age_s, 3)}

    @property
    def name(self) -> str:
        """The name of the worker in its group, once it is known."""
        return self._status[0]["instance"] if self._status else f"process {self._process.pid}"

    @property
    def pid(self) -> int:
        """The id of the process."""
        return cast("int", self._process.pid)

    @property
    def sentinel(self) -> int:
        """What `multiprocessing.connection.wait` waits for: it is ready when the process has ended."""
        return self._process.sentinel

    def stop(self) -> None:
        """Ask the process to finish its current article, commit and end."""
        self._lifeline.close()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, unless the process has ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def join(self) -> int:
        """Wait until the process has ended and everything that it sent is read.

        Return its exit code, or the negative number of the signal that ended it.
        """
        self._process.join()
        self.stop()  # if the server of processes was killed, this one still runs, and another will take its place
        for thread in self._threads:
            thread.join(_JOIN_S)  # a process that it left behind may hold the pipes open
        return cast("int", self._process.exitcode)

    def _read_reports(self, reports: Connection) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                message = orjson.loads(reports.recv_bytes())
                if "status" in message:
                    self._status = message["status"], time.monotonic()
                self.has_started = message.get("has_started", self.has_started)
                self.error = message.get("error", self.error)

    def _read_lines(self, log_lines: Connection, hear: Callable[[str, bytes], None]) -> None:
        with os.fdopen(os.dup(log_lines.fileno()), "rb") as file:
            while line := file.readline(MAX_LINE_BYTES):
                hear(self.name, line)
