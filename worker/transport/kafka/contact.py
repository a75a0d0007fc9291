"""Watches whether the brokers answer. Logs when they stop, then every minute, and when they answer again.

It also takes the log lines of the Kafka clients. While no broker answers, the latest of them is the error of
`kafka_unreachable`; at other times, each kind of line is logged at most once a minute, as `kafka_client`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from worker.transport.kafka.clients import LOG_EVERY_S

_log = structlog.get_logger(__name__)

LOOK_S = 1.0
ASK_S = 5.0  # of silence before a client asks the brokers: a member that waits for its group sends nothing
SILENT_S = 15.0  # of silence before the brokers count as away; a restart or an election of a leader takes less
_ASLEEP_S = 3.0  # between two looks; a longer gap means that this process was suspended


class Contact:
    """Knows when a broker last answered.

    Any thread may call `answered`. Between `watch` and `close`, a separate thread calls `check`.
    """

    def __init__(
        self,
        servers: Sequence[str],
        *,
        clock: Callable[[], float] = time.monotonic,
        log: Any = _log,
    ) -> None:
        self._servers = ",".join(servers)
        self._clock = clock
        self._log = log
        self._ask: Callable[[], object] = lambda: None
        self._answered_s = self._looked_s = self._asked_s = clock()
        self._away_since: float | None = None
        self._next_line = 0.0
        self._lines = ClientLines(clock)
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def lost(self) -> bool:
        """Whether no broker answers."""
        return self._away_since is not None

    def answered(self) -> None:
        """Note that a broker has answered."""
        self._answered_s = self._clock()

    def watch(self, ask: Callable[[], object]) -> None:
        """Start to watch. `ask` makes a client ask the brokers something, and does not wait for the answer."""
        self._ask = ask
        self._lines.take_over()
        self._thread = threading.Thread(target=self._look, name="kafka-contact", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        self._lines.give_back()

    def _look(self) -> None:
        while not self._ended.wait(LOOK_S):
            self.check()

    def check(self) -> None:
        """Look once."""
        now = self._clock()
        if now - self._looked_s > _ASLEEP_S:
            self._answered_s = max(self._answered_s, now - LOOK_S)
        self._looked_s = now
        silent_s = now - self._answered_s
        if silent_s >= ASK_S and now - self._asked_s >= ASK_S:
            self._asked_s = now
            self._ask()
        if silent_s >= SILENT_S:
            self._away(now)
        elif self._away_since is not None:
            self._back(now)
        elif self._answered_s > self._lines.held_s:  # a broker answered after the last line: this is not an outage
            for text, times in self._lines.due(now):
                self._log.warning("kafka_client", message=text, times=times)

    def _away(self, now: float) -> None:
        if self._away_since is None:
            self._away_since = self._answered_s
        if now >= self._next_line:
            self._next_line = now + LOG_EVERY_S
            away_s = round(now - self._away_since, 1)
            error = self._lines.latest() or "no answer"
            self._log.warning("kafka_unreachable", away_s=away_s, servers=self._servers, error=error)

    def _back(self, now: float) -> None:
        away_s = round(now - (self._away_since or now), 1)
        self._away_since, self._next_line = None, 0.0
        self._lines.latest()
        self._log.info("kafka_reachable", away_s=away_s, servers=self._servers)


class ClientLines(logging.Handler):
    """Holds back the warnings of kafka-python: the latest of each kind. A kind is one line of its source code."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(logging.WARNING)
        self.held_s = float("-inf")  # when the last line came
        self._clock = clock
        self._logger = logging.getLogger("kafka")
        self._held: dict[tuple[str, int], tuple[str, int]] = {}
        self._shown_s: dict[tuple[str, int], float] = {}

    def take_over(self) -> None:
        """Catch the lines from now on."""
        self._logger.addHandler(self)
        self._logger.propagate = False

    def give_back(self) -> None:
        """Stop catching the lines."""
        self._logger.removeHandler(self)
        self._logger.propagate = True

    def emit(self, record: logging.LogRecord) -> None:
        """Hold back a line."""
        self.held_s = self._clock()
        sort = record.pathname, record.lineno
        _, times = self._held.pop(sort, ("", 0))
        self._held[sort] = record.getMessage(), times + 1

    def due(self, now: float) -> list[tuple[str, int]]:
        """The lines to log now: the latest of each kind, and how many of that kind there were."""
        with self._locked():
            sorts = [sort for sort in self._held if now - self._shown_s.get(sort, float("-inf")) >= LOG_EVERY_S]
            self._shown_s.update(dict.fromkeys(sorts, now))
            return [self._held.pop(sort) for sort in sorts]

    def latest(self) -> str:
        """Return the last line, and forget all lines."""
        with self._locked():
            text = next(reversed(self._held.values()), ("", 0))[0]
            self._held.clear()
            return text

    def _locked(self) -> Any:
        return self.lock  # `handle` holds it when it calls `emit`
