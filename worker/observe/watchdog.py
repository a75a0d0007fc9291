"""Tells systemd that the worker is alive, if its unit has WatchdogSec. Otherwise systemd restarts it."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, Protocol

import structlog

_log = structlog.get_logger(__name__)


class Watchdog(Protocol):
    """The part of `systemd_watchdog.WatchDog` that is used here."""

    @property
    def timeout_td(self) -> timedelta:
        """After this time without a sign of life, systemd ends the process."""

    def notify(self) -> None:
        """Give a sign of life."""


@contextmanager
def watching(stalled: Callable[[], str]) -> Iterator[None]:
    """Tell systemd that the worker is alive while the body runs, unless `stalled` says why it is not."""
    if "WATCHDOG_USEC" not in os.environ:
        yield
        return
    from systemd_watchdog.systemd_watchdog import WatchDog  # noqa: PLC0415 - only systemd needs it

    ended = threading.Event()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        arguments = (WatchDog(sender), stalled, ended.wait)
        thread = threading.Thread(target=tell, args=arguments, name="watchdog", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def tell(
    watchdog: Watchdog, stalled: Callable[[], str], ended_within: Callable[[float], bool], log: Any = _log
) -> None:
    """Give a sign of life now and twice in each timeout. `ended_within` waits for so many seconds, or until the end."""
    while True:
        if reason := stalled():
            log.error("stalled", reason=reason)
        else:
            with suppress(OSError):  # systemd is restarting; the next one may arrive
                watchdog.notify()
        if ended_within(watchdog.timeout_td.total_seconds() / 2):
            return
