"""The main loop (poll, process, commit), and how it stops on a signal."""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NoReturn

import structlog

from worker.config.settings import Settings
from worker.errors import CommitFailed, FatalTransportError, StoppedWaiting
from worker.messages import Output
from worker.observe.health import Heartbeat
from worker.observe.metrics import Metrics, Seen
from worker.observe.status import IndexSize
from worker.transport.base import Batch, OutputRefused, Transport

if TYPE_CHECKING:  # the supervisor needs this module, too, and none of the stages
    from worker.pipeline.pipeline import Pipeline

log = structlog.get_logger(__name__)

STOPPING = (signal.SIGTERM, signal.SIGINT)
EXIT_FORCED = 130  # Ctrl-C before the first batch, a second signal, or a stop that took longer than shutdown_timeout

LOOK_S = 2.0  # between two looks at the lag, each of which asks the brokers (0.5 ms of CPU time)
GIVE_BACK_S = 5.0  # between two times that unused memory goes back to the system
SIZE_S = 60.0  # between two looks at the size of the index
_ECHO_S = 0.1  # `timeout`, for example, sends a signal to its child and then to its group, so it comes twice
_LONGEST_WAIT_S = 1e6  # a socket rejects timeouts of more than 24 days


class Stop:
    """Whether a stop was requested. A request cannot be taken back."""

    def __init__(self) -> None:
        self.by: str | None = None
        self.loop_began = False
        self.before_forced_end: Callable[[], None] = lambda: None  # must be quick and thread-safe, and take no locks

    def request(self, by: str = "request") -> None:
        """Stop after the current record. `by` says who asked."""
        self.by = by

    def __call__(self) -> bool:
        """Whether to stop."""
        return self.by is not None


@contextmanager
def stop_on_signals(stop: Stop, shutdown_timeout_s: float) -> Iterator[None]:
    """SIGTERM and Ctrl-C request a stop. A second signal, or a stop that takes too long, ends the process at once.

    Before the loop begins there is nothing to finish, so the first signal ends the process at once: SIGTERM with exit
    code 0. Nothing is ever lost: the next start reads uncommitted records again.

    A separate thread handles the signals. A Python signal handler would run in the main thread. That thread may hang
    (which is when the second signal matters), may hold the log's lock, or may be inside kafka-python, which swallows
    every exception while it connects.
    """
    reader, writer = socket.socketpair()
    writer.settimeout(0)
    previous_fd = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    previous = {number: signal.signal(number, lambda *_: None) for number in STOPPING}
    watcher = threading.Thread(target=_watch, args=(reader, stop, shutdown_timeout_s), name="signals", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(previous_fd)
        writer.close()
        watcher.join()
        reader.close()


def _watch(reader: socket.socket, stop: Stop, shutdown_timeout_s: float) -> None:
    """Act on each signal until the other end of the socket is closed. A signal arrives as one byte: its number."""
    deadline: float | None = None
    last, last_s = b"", 0.0
    while True:
        reader.settimeout(deadline and max(0.001, deadline - time.monotonic()))
        try:
            received = reader.recv(1)
        except TimeoutError:
            _end_at_once(stop)
        if not received:
            return
        now_s = time.monotonic()
        is_echo = received == last and now_s - last_s < _ECHO_S
        if received[0] not in STOPPING or is_echo:  # SIGALRM, from the guard
            continue
        last, last_s = received, now_s
        if stop():
            _end_at_once(stop)
        if not stop.loop_began:
            _end_at_once(stop, 0 if received[0] == signal.SIGTERM else EXIT_FORCED, b"stopped before the first batch")
        stop.request(signal.Signals(received[0]).name)
        deadline = time.monotonic() + min(shutdown_timeout_s, _LONGEST_WAIT_S)


def _end_at_once(
    stop: Stop,
    code: int = EXIT_FORCED,
    message: bytes = b"stopped at once; the next start reads uncommitted records again",
) -> NoReturn:
    with suppress(Exception):  # no failure in here may keep the process alive
        stop.before_forced_end()
        if select.select([], [2], [], 0)[1]:  # if nobody reads standard error, a write could block
            cursor = b"\x1b[?25h" if os.isatty(2) else b""  # show the cursor again: a progress bar hides it
            os.write(2, cursor + b"article-worker: " + message + b"\n")
    os._exit(code)


class _Due:
    """Whether so many seconds have passed since it was last due. The first call is due."""

    def __init__(self, every_s: float, clock: Callable[[], float]) -> None:
        self._every_s, self._clock = every_s, clock
        self._next_s = clock()

    def __call__(self) -> bool:
        now = self._clock()
        if now < self._next_s:
            return False
        self._next_s = now + self._every_s
        return True


class Pace:
    """Lets at most `per_s` records a second begin; None means as many as possible.

    A batch takes at most the records of one second, so no wait is longer than a second.
    """

    def __init__(
        self,
        per_s: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._per_s, self._clock, self._sleep = per_s, clock, sleep
        self._next_s = clock()

    def wait(self) -> None:
        """Wait until the next batch may begin."""
        if self._per_s is not None:
            self._sleep(max(0.0, self._next_s - self._clock()))

    def most(self, records: int) -> int:
        """The size of the next batch, if so many records are allowed."""
        return records if self._per_s is None else min(records, max(1, int(self._per_s)))

    def took(self, records: int) -> None:
        """Note how many records the batch has."""
        if self._per_s is not None:
            self._next_s = self._clock() + records / self._per_s


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
    index_size: Callable[[], IndexSize | None] = lambda: None
    give_back: Callable[[], None] = lambda: None
    pace: Pace = field(default_factory=Pace)

    def run(self) -> None:
        """Poll, process and commit in a loop.

        Raises:
            WorkerError: the loop cannot continue; the next start reads uncommitted records again.
        """
        self.stop.loop_began = True
        look_due, size_due = _Due(LOOK_S, self.clock), _Due(SIZE_S, self.clock)
        give_back_due = _Due(GIVE_BACK_S, self.clock)
        while not self.stop() and not self.transport.finished:
            self.heartbeat.beat()
            has_committed = self._turn()
            if look_due():
                self.look()
            if has_committed and give_back_due():
                self.give_back()
            if has_committed and size_due():  # the index has just answered, so this does not wait for it
                with suppress(StoppedWaiting):
                    self.metrics.index = self.index_size()
        if self.stop():
            log.info("stopping", by=self.stop.by)

    def look(self) -> None:
        """Note for the metrics how the input stands."""
        lag, group = self.transport.lag(), self.transport.membership
        seen = Seen() if lag is None else Seen(lag.records, lag.by_partition, lag.oldest_at)
        if group is not None:
            seen = replace(
                seen, has_joined=group.has_joined, group_wait_s=group.wait_s, rebalances=group.rebalances,
                rebalance_s=group.rebalance_s,
            )  # fmt: skip
        self.metrics.seen = seen

    def _turn(self) -> bool:
        """One poll, and what follows. Return whether a batch was committed."""
        batch = Batch(())
        try:
            with self.metrics.phase("poll"):
                self.pace.wait()
                batch = self.transport.poll(
                    self.pace.most(self.settings.batch_max_records), self.settings.batch_linger.total_seconds()
                )  # fmt: skip
                self.pace.took(len(batch.records))
            self.metrics.is_idle = not batch
            return bool(batch) and self._process(batch)
        except StoppedWaiting as error:
            log.info("batch_left", records=len(batch.records), reason=str(error))
            return False

    def _process(self, batch: Batch) -> bool:
        began = self.clock()
        deadline = began + self.settings.batch_budget.total_seconds()
        results = self.pipeline.process(batch.records, lambda: self._enough(deadline))
        self.heartbeat.beat()
        made: list[Output] = [output for result in results for output in result.outputs]
        try:
            with self.metrics.phase("commit"):
                self.transport.commit(batch.first(len(results)), made)
        except OutputRefused as error:
            if not self.pipeline.note_refused(results, error.outputs):
                raise FatalTransportError(str(error)) from error
            self.metrics.rewound()
            log.warning("output_refused", outputs=len(error.outputs), error=str(error))
            return False
        except CommitFailed as error:
            self.metrics.rewound()
            log.warning("batch_rewound", records=len(results), error=str(error))
            return False
        self.metrics.add(results, self.clock() - began)
        self.on_commit(len(results))
        return True

    def _enough(self, deadline: float) -> bool:
        """Whether to end the batch here. The pipeline asks between two records."""
        self.heartbeat.beat()
        return self.stop() or self.clock() >= deadline
