"""What a worker process does for its supervisor, besides its work.

It reports its status every second. It stops when its lifeline closes: the supervisor closes it to stop the process, and
the kernel closes it if the supervisor is killed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import orjson

from worker.app import Replay, Run, run_worker
from worker.config.settings import Settings
from worker.engine import Stop
from worker.errors import WorkerError
from worker.footprint import save_work
from worker.observe import logs
from worker.observe.background import EndedWithin, in_background
from worker.observe.status import Status

REPORT_S = 1.0
_MOMENT_S = 0.5
_STDERR = 2


def work(
    settings: Settings,
    replay: Replay | None,
    lifeline: Connection,
    reports: Connection,
    log_lines: Connection,
) -> None:
    """Run one worker in this process, which the supervisor has started for that. Exit with the worker's exit code."""
    save_work()
    os.setpgrp()  # Ctrl-C reaches the supervisor alone
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    os.environ.pop("WATCHDOG_USEC", None)  # systemd watches the supervisor
    os.dup2(log_lines.fileno(), _STDERR)
    log_lines.close()
    logs.configure("json", settings.log_level)
    run = Run(
        settings,
        replay,
        on_start=lambda: _send(reports, {"has_started": True}),
        observed=lambda status: reporting(reports, status),
    )
    threading.Thread(target=_stop_with, args=(lifeline, run.stop), name="lifeline", daemon=True).start()
    try:
        run_worker(run)
    except WorkerError as error:
        _send(reports, {"error": error.lines})
        sys.exit(error.exit_code)


def _stop_with(lifeline: Connection, stop: Stop) -> None:
    """Stop once the lifeline is closed, unless a signal that reached all processes has done so."""
    with contextlib.suppress(EOFError, OSError):
        lifeline.recv_bytes()
    until_s = time.monotonic() + _MOMENT_S
    while not stop() and time.monotonic() < until_s:
        time.sleep(_MOMENT_S / 10)
    if not stop():
        os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def reporting(reports: Connection, status: Callable[[], Status]) -> Iterator[None]:
    """Send the status regularly while the body runs, and once more at its end."""

    def report(ended_within: EndedWithin) -> None:
        is_last = False
        while not is_last:
            is_last = ended_within(REPORT_S)
            _send(reports, {"status": status()})

    _send(reports, {"status": status()})
    with in_background(report, "status"):
        yield


def _send(reports: Connection, message: dict[str, object]) -> None:
    with contextlib.suppress(OSError):  # the supervisor was killed: the lifeline ends the work
        reports.send_bytes(orjson.dumps(message))
