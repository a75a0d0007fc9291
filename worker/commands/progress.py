"""Shows the progress of a long command: as a bar on a terminal, elsewhere as log lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

log = structlog.get_logger(__name__)

LOG_EVERY_S = 10.0

Advance = Callable[[int], None]

_EVERY_RECORDS = 100  # between two looks at the progress


class _Passed(Protocol):
    @property
    def passed(self) -> int:
        """How far the source was read since the record before."""


_Record = TypeVar("_Record", bound=_Passed)


@contextmanager
def progress(
    command: str,
    unit: str,
    total: int | None,
    console: Console,
    clock: Callable[[], float] = time.monotonic,
    *,
    done: int = 0,
) -> Iterator[Advance]:
    """Yields a function to call with the number of units that were done. `total` is None if it is unknown.

    `done` units were done before. They do not count for the rate.
    """
    if not console.is_terminal:
        yield _Lines(command, unit, total, clock, done).advance
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(command, total=total, completed=done, unit=unit, rate="")

        def advance(count: int) -> None:
            bar.update(task, advance=count)
            speed = bar.tasks[0].finished_speed or bar.tasks[0].speed or 0
            bar.update(task, rate=f"{speed:,.0f}/s")

        yield advance


def watched(
    command: str,
    unit: str,
    total: int | None,
    records: Iterable[_Record],
    console: Console,
    check: Callable[[], None] = lambda: None,
) -> Generator[_Record, None, None]:
    """Yields the records. Shows the progress, and calls `check` for each, which may raise to end the reading.

    What comes after the last record, such as the markers of transactions, is read with it.
    """
    passed = told = 0
    with progress(command, unit, total, console) as advance:
        for count, each in enumerate(records, 1):
            check()
            yield each
            passed += each.passed
            if count % _EVERY_RECORDS == 0:
                advance(passed - told)
                told = passed
        advance(max(passed, total or 0) - told)


class _Lines:
    """Logs a line every `LOG_EVERY_S`."""

    def __init__(self, command: str, unit: str, total: int | None, clock: Callable[[], float], done: int) -> None:
        self._command, self._unit, self._total = command, unit, total
        self._clock = clock
        self._done = self._before = done
        self._began_s = self._told_s = clock()

    def advance(self, count: int) -> None:
        self._done += count
        now = self._clock()
        if now - self._told_s < LOG_EVERY_S:
            return
        self._told_s = now
        per_s = (self._done - self._before) / (now - self._began_s)
        left_s = None if self._total is None or not per_s else round(max(0, self._total - self._done) / per_s)
        log.info(
            "progress", command=self._command, unit=self._unit, done=self._done, total=self._total,
            per_s=round(per_s), left_s=left_s,
        )  # fmt: skip
