"""Where `top` gets the statuses of the workers from: their HTTP ports, or their log lines."""

from __future__ import annotations

import http.client
import os
import socket
import threading
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache, partial
from itertools import chain
from queue import SimpleQueue
from typing import Any, cast, get_type_hints

import orjson

from worker.commands.top.fits import fits
from worker.commands.top.fleet import MOST_WARNINGS, Fleet
from worker.config.http_address import HttpAddress
from worker.observe.status import Status, WarningLine
from worker.observe.warnings import LEVELS, warning_line

TIMEOUT_S = 2.0
_MAX_BYTES = 16 << 20
_MAX_LINE_BYTES = 1 << 20
_CHUNK_BYTES = 1 << 16
_MOST_WORKERS = 1000
_NOT_SHOWN: dict[str, Any] = {
    "article_seconds": {"counts": [], "sum_s": 0.0},
    "batch_seconds": {"counts": [], "sum_s": 0.0},
    "stage_seconds": {},
}
"""What no screen shows, and a log line lacks."""


class Ports:
    """Asks the HTTP ports of workers. A name with several addresses, as of a scaled service, means all of them."""

    def __init__(self, addresses: Sequence[HttpAddress]) -> None:
        self._addresses = addresses

    def look(self, fleet: Fleet) -> None:
        """Ask all ports at the same time. An address is unreachable if nobody answers under any form of it."""
        asked = [(str(address), place) for address in self._addresses for place in _resolved(address)]
        answers: SimpleQueue[tuple[str, list[Status] | Exception]] = SimpleQueue()
        for name, place in asked:
            threading.Thread(target=lambda n=name, p=place: answers.put((n, _answer(p))), daemon=True).start()
        told = [answers.get() for _ in asked]
        answered = {name for name, answer in told if not isinstance(answer, Exception)}
        fleet.unreachable = dict.fromkeys(map(str, self._addresses), "unknown host") | {
            name: _words(answer) for name, answer in told if isinstance(answer, Exception)
        }
        for name in answered:
            del fleet.unreachable[name]
        for status in chain.from_iterable(answer for _, answer in told if not isinstance(answer, Exception)):
            fleet.hear(status)


def _resolved(address: HttpAddress) -> Collection[HttpAddress]:
    """The addresses of a name; none if it is unknown."""
    try:
        found = socket.getaddrinfo(address.host or "localhost", address.port, type=socket.SOCK_STREAM)
    except OSError:
        return ()
    return {HttpAddress(str(place[0]), int(place[1])) for *_, place in found}


def _answer(place: HttpAddress) -> list[Status] | Exception:
    try:
        with closing(http.client.HTTPConnection(place.host, place.port, timeout=TIMEOUT_S)) as connection:
            connection.connect()
            with _ended_after(TIMEOUT_S, connection.sock):
                connection.request("GET", "/status")
                answer = connection.getresponse()
                body = answer.read(_MAX_BYTES)
        if answer.status != http.client.OK:
            return ValueError(f"answered {answer.status} {answer.reason}: is this the port of a worker?")
        statuses = [read_status(orjson.loads(line)) for line in body.splitlines()]
    except (OSError, ValueError, http.client.HTTPException) as error:
        return error
    return statuses or ValueError("no worker has started there yet")


@contextmanager
def _ended_after(seconds: float, connection: socket.socket) -> Iterator[None]:
    """End the connection if the body takes longer: a time limit for each part would let a slow port take for ever."""
    timer = threading.Timer(seconds, partial(_end, connection))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def read_status(value: object) -> Status:
    """The status that a port or a log line holds.

    Raises:
        ValueError: it is none, or it lacks keys, or one has another type: the worker has another version.
    """
    if not isinstance(value, dict):
        raise ValueError("this is not the status of a worker")  # noqa: TRY004 - of a value from outside
    status = {"warnings": [], **value, **_NOT_SHOWN}
    wrong = [key for key, kind in _kinds().items() if not fits(status.get(key), kind)]
    if wrong:
        raise ValueError(f"the worker has another version: its status has no such {', '.join(sorted(wrong)[:3])}")
    return cast("Status", {key: status[key] for key in _kinds()})


@cache
def _kinds() -> dict[str, Any]:
    return get_type_hints(Status)


class LogLines:
    """Reads log lines of workers, as `docker compose logs -f worker` prints them. Other lines are ignored.

    `file` is a file descriptor. However many lines come between two looks, only the latest status of each worker and
    the latest warnings are kept.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self.ended = threading.Event()
        self._lock = threading.Lock()
        self._metrics: dict[str, dict[str, Any]] = {}
        self._warnings: deque[WarningLine] = deque(maxlen=MOST_WARNINGS)

    def start(self) -> None:
        """Read in a thread of its own: a pipe may be silent for long."""
        threading.Thread(target=self._read, name="log", daemon=True).start()

    def _read(self) -> None:
        rest = b""
        while chunk := os.read(self._file, _CHUNK_BYTES):  # a file object would hold a lock at the end of Python
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._hear(line)
            rest = rest if len(rest) <= _MAX_LINE_BYTES else b""
        self._hear(rest)
        self.ended.set()

    def _hear(self, line: bytes) -> None:
        """Hear one line. What stands before its JSON, such as the name of a container, is ignored."""
        begin = line.find(b"{")
        try:
            event = orjson.loads(line[begin:]) if begin >= 0 else None
        except ValueError:
            return
        if not isinstance(event, dict):
            return
        with self._lock:
            if event.get("event") == "metrics":
                name = str(event.get("instance"))
                if name in self._metrics or len(self._metrics) < _MOST_WORKERS:
                    self._metrics[name] = event
            elif str(event.get("level")) in LEVELS:
                self._warnings.append(warning_line(event))

    def look(self, fleet: Fleet) -> None:
        """Tell what has come since the last look."""
        with self._lock:
            metrics, self._metrics = self._metrics, {}
            warnings = list(self._warnings)
            self._warnings.clear()
        for event in metrics.values():
            try:
                fleet.hear(read_status(event))
            except ValueError as error:
                fleet.unreachable["log"] = str(error)
        for warning in warnings:
            fleet.warn(warning)
