"""Keeps several worker processes running on one machine.

The processes share the state directory, and are members of one group. A process that ends before any has got to its
loop ends the supervisor, because a restart would not help. Later, a process that did not finish its input is restarted:
at first after a second, then after twice as long each time.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from multiprocessing.connection import wait
from threading import Lock
from typing import cast

import structlog

from worker.config.settings import Settings
from worker.engine import Stop
from worker.errors import ProcessFailed
from worker.observe.status import Status
from worker.observe.total import added_up
from worker.supervisor.log_lines import pass_on
from worker.supervisor.process import WorkerProcess

log = structlog.get_logger(__name__)

FIRST_DELAY_S, LONGEST_DELAY_S = 1.0, 60.0
STABLE_S = 60.0  # after a process that ran for this long, the delay is the first one again
_TURN_S = 0.2

Spawn = Callable[[Settings, Callable[[str, bytes], None]], WorkerProcess]


@dataclass(slots=True)
class Place:
    """A place for one process at a time. `process` is None between two of them, and after the last one."""

    settings: Settings
    process: WorkerProcess | None = None
    due_s: float = 0.0
    delay_s: float = FIRST_DELAY_S


class Supervisor:
    """Keeps `count` processes running until they have finished their input, or until a stop is requested."""

    def __init__(
        self,
        settings: Settings,
        count: int,
        *,
        spawn: Spawn = WorkerProcess,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.places = [Place(_own(settings, number)) for number in range(count)]
        self._last: Status | None = None  # with the counts of all processes that have ended
        self._lock = Lock()  # so that a process counts either as running or as ended
        self._spawn = spawn
        self._clock = clock
        self._any_started = False

    def counted(self) -> tuple[list[Status], Status | None]:
        """The latest statuses of the running processes, and that of the last one that has ended.

        The latter has the counts of all that have ended. Any thread may ask.
        """
        with self._lock:
            statuses = [place.process.status for place in self.places if place.process]
            return [status for status in statuses if status], self._last

    @property
    def statuses(self) -> list[Status]:
        """The latest statuses of the running processes. Any thread may ask."""
        return self.counted()[0]

    @property
    def wanted(self) -> int:
        """How many processes should run now: all but those that have finished their input. Any thread may ask."""
        return sum(place.due_s < inf for place in self.places)

    def run(self, stop: Stop) -> int:
        """Run until there is nothing left to do. Return the exit code: that of a stopped process that did not end well.

        Raises:
            ProcessFailed: see there. The other processes were stopped.
        """
        stop.before_forced_end = self._end_at_once
        try:
            while not stop() and self.wanted:
                self.turn()
        finally:
            code = self._stop_all()
        return code

    def turn(self) -> None:
        """Start what is due, wait a moment, and deal with processes that have ended."""
        for place in self.places:
            if place.process is None and place.due_s <= self._clock():
                self._start(place)
        running = {place.process.sentinel: place for place in self.places if place.process}
        for sentinel in wait(list(running), _TURN_S):
            self._ended(running[sentinel])  # type: ignore[index] # a sentinel is an int
        self._any_started = self._any_started or any(
            place.process.has_started for place in self.places if place.process
        )

    def _start(self, place: Place) -> None:
        try:
            place.process = self._spawn(place.settings, pass_on)
        except ProcessFailed as error:
            if not self._any_started:
                raise
            self._did_not_start(place, "\n".join(error.lines))

    def _did_not_start(self, place: Place, error: str) -> None:
        log.error("process_ended", how="did not start", error=error, restart_in_s=self._put_off(place, 0.0))

    def _ended(self, place: Place) -> None:
        process = place.process
        assert process is not None
        code = self._bury(place)
        if code == 0:
            place.due_s = inf
            return
        if not (self._any_started or process.has_started):
            lines = process.error or [f"a worker process {_how(code)} before it started"]
            raise ProcessFailed(*lines, exit_code=abs(code))
        lasted_s = self._clock() - process.began_s
        log.error(
            "process_ended", instance=process.name, pid=process.pid, how=_how(code),
            error="\n".join(process.error) or None, lasted_s=round(lasted_s, 1),
            restart_in_s=self._put_off(place, lasted_s),
        )  # fmt: skip

    def _put_off(self, place: Place, lasted_s: float) -> float:
        """Let the next process start later, after one that ran for so long. Return the delay in seconds."""
        delay_s = FIRST_DELAY_S if lasted_s >= STABLE_S else place.delay_s
        place.due_s, place.delay_s = self._clock() + delay_s, min(2 * delay_s, LONGEST_DELAY_S)
        return delay_s

    def _bury(self, place: Place) -> int:
        """Forget a process that has ended, but not what it counted. Return its exit code."""
        process = place.process
        assert process is not None
        code = process.join()
        with self._lock:
            place.process, status = None, process.status
            if status:
                before = [self._last] if self._last else []
                self._last = cast("Status", {**status, **added_up([status, *before])})
        return code

    def _stop_all(self) -> int:
        for place in self.places:
            if place.process:
                place.process.stop()
        return max((abs(self._bury(place)) for place in self.places if place.process), default=0)

    def _end_at_once(self) -> None:
        """End the processes as a second signal does. For `os._exit`, from any thread."""
        for place in self.places:
            if place.process:
                with suppress(OSError):
                    place.process.signal(signal.SIGTERM)


def _own(settings: Settings, number: int) -> Settings:
    """The settings of the process of this number."""
    name = settings.instance_id and f"{settings.instance_id}-{number}"
    return settings.model_copy(update={"processes": 1, "http": None, "instance_id": name})


def _how(code: int) -> str:
    if code >= 0:
        return f"exited with code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:  # a real-time signal
        return f"was killed by signal {-code}"
