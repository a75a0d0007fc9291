"""Where `top` gets the statuses of the workers from: their HTTP ports, or their log lines."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Collection, Sequence
from contextlib import closing
from itertools import chain
from queue import SimpleQueue
from typing import IO, Any, cast

import orjson

from worker.commands.top.fleet import Fleet
from worker.config.http_address import HttpAddress
from worker.observe.status import Status
from worker.observe.warnings import LEVELS, warning_line

TIMEOUT_S = 2.0
_MAX_BYTES = 16 << 20
_DEFAULTS: dict[str, Any] = {
    "warnings": [],
    "article_seconds": {"counts": [], "sum_s": 0.0},
    "batch_seconds": {"counts": [], "sum_s": 0.0},
    "stage_seconds": {},
}
"""What a log line lacks."""


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
            connection.request("GET", "/status")
            answer = connection.getresponse()
            body = answer.read(_MAX_BYTES)
        if answer.status != http.client.OK:
            return ValueError(f"answered {answer.status} {answer.reason}: is this the port of a worker?")
        return [read_status(orjson.loads(line)) for line in body.splitlines()]
    except (OSError, ValueError, http.client.HTTPException) as error:
        return error


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def read_status(value: object) -> Status:
    """The status that a port or a log line holds.

    Raises:
        ValueError: it is none, or it lacks keys: the worker has another version.
    """
    if not isinstance(value, dict):
        raise ValueError("this is not the status of a worker")  # noqa: TRY004 - of a value from outside
    status = {**_DEFAULTS, **value}
    missing = sorted(Status.__annotations__.keys() - status.keys())
    if missing:
        raise ValueError(f"the worker has another version: its status lacks {', '.join(missing[:3])}")
    return cast("Status", status)


class LogLines:
    """Reads log lines of workers, as `docker compose logs -f worker` prints them. Other lines are ignored."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.ended = threading.Event()
        self._lines: SimpleQueue[bytes] = SimpleQueue()

    def start(self) -> None:
        """Read in a thread of its own: a pipe may be silent for long."""
        threading.Thread(target=self._read, name="log", daemon=True).start()

    def _read(self) -> None:
        for line in self._file:
            self._lines.put(line)
        self.ended.set()

    def look(self, fleet: Fleet) -> None:
        """Hear the lines that have come."""
        while not self._lines.empty():
            hear_line(fleet, self._lines.get())


def hear_line(fleet: Fleet, line: bytes) -> None:
    """Hear one line. What stands before its JSON, such as the name of a container, is ignored."""
    begin = line.find(b"{")
    try:
        event = orjson.loads(line[begin:]) if begin >= 0 else None
    except ValueError:
        return
    if not isinstance(event, dict):
        return
    if event.get("event") == "metrics":
        try:
            fleet.hear(read_status({key: value for key, value in event.items() if key not in ("event", "level")}))
        except ValueError as error:
            fleet.unreachable["log"] = str(error)
    elif event.get("level") in LEVELS:
        fleet.warn(warning_line(event))
