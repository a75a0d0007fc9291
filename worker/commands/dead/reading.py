"""Reads the dead topic and the quality topic for the `dead` commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from rich.console import Console

from worker.commands.dead.ledger import Ledger
from worker.commands.only import Only
from worker.commands.progress import watched
from worker.config.settings import Settings
from worker.transport import dead_letters
from worker.transport.kafka import published

_CLOCKS = timedelta(days=1)
"""How far the clocks of workers may differ: a report is in the same transaction as its letter, or in a later one."""

Check = Callable[[], None]
_ALL: Only = {}


@contextmanager
def ledger_of(
    settings: Settings,
    console: Console,
    check: Check,
    *,
    only: Only = _ALL,
    since: datetime | None = None,
    settled: bool = False,
) -> Iterator[Ledger]:
    """What is known of the dead letters that were written since a time. `check` raises what ends the reading.

    With `settled`, it knows everything that was committed before.

    Raises:
        TransportError: a topic cannot be read.
    """
    ledger = Ledger(settings.dead_topic, only)
    try:
        with published.opened(settings, settings.dead_topic, since, settled=settled) as letters:
            for each in watched("dead letters", "records", letters.offsets, letters, console, check):
                letter = dead_letters.read(each.key, each.value, each.headers)
                ledger.add(each.partition, each.offset, each.written_ms, letter)
        if (oldest := moment(ledger.oldest_ms)) is not None:
            with published.opened(settings, settings.quality_topic, oldest - _CLOCKS, settled=settled) as reports:
                for each in watched("reports", "records", reports.offsets, reports, console, check):
                    ledger.note(each.headers, each.value)
        yield ledger
    finally:
        ledger.close()


def moment(written_ms: int | None) -> datetime | None:
    """A time in milliseconds since 1970; the beginning of 1970 if a producer set one that is too large."""
    if written_ms is None:
        return None
    begin = datetime(1970, 1, 1, tzinfo=UTC)
    try:
        return begin + timedelta(milliseconds=written_ms)
    except OverflowError:
        return begin
