"""Runs `top`: a live screen on a terminal, or one frame."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Sequence

from rich.console import Console
from rich.live import Live

from worker.commands.sources import STDIO
from worker.commands.top.fleet import Fleet
from worker.commands.top.screen import Screen
from worker.commands.top.sources import LogLines, Ports
from worker.config.http_address import HttpAddress, parse_http_address
from worker.errors import SettingsError

DEFAULT = "localhost:9464"
_BETWEEN_TWO_LOOKS_S = 1.0  # for the first rate of --once


def run_top(sources: Sequence[str], interval_s: float, console: Console, *, once: bool) -> int:
    """Show the workers until Ctrl-C, or with `once` a single frame. Return the exit code.

    Raises:
        SettingsError: a source is not an address.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # so that the terminal is left as it was
        signal.signal(number, signal.default_int_handler)
    fleet = Fleet(time.monotonic)
    source = _source(sources or [DEFAULT])
    if isinstance(source, LogLines):
        source.start()
    try:
        if once or not console.is_terminal:
            return _print_once(source, fleet, console)
        _watch(source, fleet, interval_s, console)
    except KeyboardInterrupt:
        return 0
    console.print(Screen(fleet, _now()))  # the log has ended: the last frame stays
    return 0


def _watch(source: Ports | LogLines, fleet: Fleet, interval_s: float, console: Console) -> None:
    """Show a frame at every interval, until a log ends."""
    with Live(Screen(fleet, _now()), console=console, screen=True, auto_refresh=False) as live:
        ended = source.ended if isinstance(source, LogLines) else threading.Event()
        while not ended.is_set():
            source.look(fleet)
            fleet.look()
            live.update(Screen(fleet, _now(), console.height), refresh=True)
            ended.wait(interval_s)
    source.look(fleet)


def _print_once(source: Ports | LogLines, fleet: Fleet, console: Console) -> int:
    if isinstance(source, LogLines):
        source.ended.wait()
    source.look(fleet)
    if isinstance(source, Ports) and fleet.workers:
        time.sleep(_BETWEEN_TWO_LOOKS_S)
        source.look(fleet)
    fleet.look()
    console.print(Screen(fleet, _now()))
    return 0 if fleet.workers else 1


def _source(sources: Sequence[str]) -> Ports | LogLines:
    if STDIO in sources:
        if len(sources) > 1:
            raise SettingsError("give either - for log lines on standard input, or addresses")
        return LogLines(sys.stdin.fileno())
    return Ports([_address(text) for text in sources])


def _address(text: str) -> HttpAddress:
    bare = text.removeprefix("http://").removesuffix("/")
    try:
        return parse_http_address(bare)
    except ValueError as error:
        raise SettingsError(
            f"{text!r} is not the address of a worker: give HOST:PORT, such as localhost:9464"
        ) from error


def _now() -> str:
    return time.strftime("%H:%M:%S")
