"""Tells systemd that the worker is alive, if its unit has WatchdogSec. Otherwise systemd restarts it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

import structlog

from worker.observe.background import EndedWithin, in_background

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

    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender,
        in_background(partial(tell, WatchDog(sender), stalled), "watchdog"),
    ):
        yield


def tell(watchdog: Watchdog, stalled: Callable[[], str], ended_within: EndedWithin, log: Any = _log) -> None:
    """Give a sign of life now and twice in each timeout."""
    while True:
        if reason := stalled():
            log.error("stalled", reason=reason)
        else:
            with suppress(OSError):  # systemd is restarting; the next one may arrive
                watchdog.notify()
        if ended_within(watchdog.timeout_td.total_seconds() / 2):
            return
