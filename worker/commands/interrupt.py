"""Lets a command end at a point of its own choice after Ctrl-C or SIGTERM."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from worker.errors import InterruptedCommand

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(advice: str) -> Iterator[Callable[[], None]]:
    """Yields a function that raises `InterruptedCommand` with this advice if a signal has come.

    A second signal ends the process at once.
    """
    received: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        signal.signal(number, signal.SIG_DFL)

    def check() -> None:
        if received:
            raise InterruptedCommand(f"stopped by {signal.Signals(received[0]).name}. {advice}")

    before = {number: signal.signal(number, note) for number in _SIGNALS}
    try:
        yield check
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
