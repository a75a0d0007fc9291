"""The loop: poll, process, commit; and the orderly way out of it."""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

import structlog

from worker.errors import CommitFailed
from worker.messages import Output
from worker.observe.health import Heartbeat
from worker.observe.metrics import Metrics
from worker.pipeline import Pipeline
from worker.settings import Settings
from worker.transport.base import Batch, Transport

log = structlog.get_logger(__name__)

EXIT_FORCED = 130  # Ctrl-C at the start, a second signal, or a stop that outlasted shutdown_timeout


class Stop:
    """Whether somebody asked the loop to end. True once, true for ever."""

    def __init__(self) -> None:
        # Plain attributes: a signal handler that takes a lock, which the code it interrupts may hold, waits for ever.
        self.by: str | None = None
        self.loop_began = False
        self.before_forced_end: Callable[[], None] = lambda: None  # quick, for any thread, and without locks

    def request(self, by: str = "request") -> None:
        """End after the record at hand; `by` says who wants it."""
        self.by = by

    def __call__(self) -> bool:
        """Whether to end."""
        return self.by is not None


@contextmanager
def stop_on_signals(stop: Stop, shutdown_timeout_s: float) -> Iterator[None]:
    """SIGTERM and Ctrl-C request a stop; a second one, or a stop that takes too long, ends the process at once.

    Before the loop has begun there is nothing to finish, and the process ends at once: with 0 by SIGTERM. (An exception
    would not do: kafka-python swallows whatever is raised while it connects.)
    Nothing is lost in any case: what was not committed is read again.
    """
    asked, over = threading.Event(), threading.Event()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        # No logging here: the code that this interrupts may hold the log's lock.
        if stop():
            _end_at_once(stop)
        if not stop.loop_began:
            _end_at_once(stop, 0 if number == signal.SIGTERM else EXIT_FORCED, b"stopped before the first batch")
        stop.request(signal.Signals(number).name)
        asked.set()

    def watch() -> None:
        asked.wait()
        if not over.wait(min(shutdown_timeout_s, threading.TIMEOUT_MAX)):
            _end_at_once(stop)

    watcher = threading.Thread(target=watch, name="shutdown-timeout", daemon=True)
    watcher.start()
    previous = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        over.set()
        asked.set()
        watcher.join()


def _end_at_once(
    stop: Stop,
    code: int = EXIT_FORCED,
    message: bytes = b"ended at once; what was not committed is read again at the next start",
) -> NoReturn:
    with suppress(Exception):  # what fails here must not keep the process alive
        stop.before_forced_end()
        if select.select([], [2], [], 0)[1]:  # nobody may be reading standard error, and then writing would wait
            cursor = b"\x1b[?25h" if os.isatty(2) else b""  # a progress bar hides it
            os.write(2, cursor + b"article-worker: " + message + b"\n")
    os._exit(code)


@dataclass(frozen=True, slots=True)
class Loop:
    """Runs until the input is finished or a stop is requested."""

    transport: Transport
    pipeline: Pipeline
    metrics: Metrics
    heartbeat: Heartbeat
    settings: Settings
    stop: Stop
    on_commit: Callable[[int], None] = lambda _count: None
    clock: Callable[[], float] = time.monotonic

    def run(self) -> None:
        """Poll, process, commit, again and again.

        Raises:
            WorkerError: the loop cannot go on; what was not committed is read again at the next start.
        """
        self.stop.loop_began = True
        interval_s = self.settings.metrics_interval.total_seconds()
        next_line = self.clock() + interval_s
        while not self.stop() and not self.transport.finished:
            self.heartbeat.beat()
            self._turn()
            if self.clock() >= next_line:
                log.info("metrics", **self.metrics.line(self.transport.lag()))
                next_line = self.clock() + interval_s
        if self.stop():
            log.info("stopping", by=self.stop.by)

    def _turn(self) -> None:
        with self.metrics.phase("poll"):
            batch = self.transport.poll(
                self.settings.batch_max_records, self.settings.batch_linger.total_seconds()
            )  # fmt: skip
        if batch:
            self._process(batch)

    def _process(self, batch: Batch) -> None:
        deadline = self.clock() + self.settings.batch_budget.total_seconds()
        results = self.pipeline.process(batch.records, lambda: self.stop() or self.clock() >= deadline)
        made: list[Output] = [output for result in results for output in result.outputs]
        try:
            with self.metrics.phase("commit"):
                self.transport.commit(batch.first(len(results)), made)
        except CommitFailed as error:
            log.warning("batch_rewound", records=len(results), error=str(error))
            return
        self.metrics.add(results)
        self.on_commit(len(results))
