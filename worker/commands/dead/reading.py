"""Reads the dead topic and the quality topic for the `dead` commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

from rich.console import Console

from worker.commands import scratch
from worker.commands.dead.ledger import UNKNOWN, Ledger, Row
from worker.commands.only import Only
from worker.commands.progress import watched
from worker.config.settings import Settings
from worker.transport import dead_letters
from worker.transport.dead_letters import KeptLetter
from worker.transport.kafka import published
from worker.transport.kafka.originals import Originals

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
) -> Iterator[Ledger]:
    """What is known about the dead letters that were written since a time. `check` raises what ends the reading.

    It includes everything that was committed before: if a report were missing, its letter would be retried once more.

    Raises:
        TransportError: a topic cannot be read.
        WorkerError: the disk is full.
    """
    with scratch.in_use(), closing(Ledger(settings.dead_topic, only)) as ledger:
        with published.opened(settings, settings.dead_topic, since, settled=True) as letters:
            for each in watched("dead letters", "records", letters.offsets, letters, console, check):
                letter = dead_letters.read(each.key, each.value, each.headers)
                ledger.add(each.partition, each.offset, each.written_ms, letter)
        if (oldest := moment(ledger.oldest_ms)) is not None:
            with published.opened(settings, settings.quality_topic, oldest - _CLOCKS, settled=True) as reports:
                for each in watched("reports", "records", reports.offsets, reports, console, check):
                    ledger.note(each.headers, each.value)
        yield ledger


def chosen_letters(settings: Settings, ledger: Ledger, check: Check) -> Iterator[tuple[Row, KeptLetter]]:
    """The chosen dead letters: whole ones if the value is in the letter, or else still in the topic of the input.

    Raises:
        TransportError: a topic cannot be read.
    """
    since = moment(ledger.oldest_chosen_ms)
    with (
        published.opened(settings, settings.dead_topic, since, settled=True) as letters,
        closing(Originals(settings)) as originals,
    ):
        for each in letters:
            check()
            row = ledger.chosen_at(each.partition, each.offset)
            letter = dead_letters.read(each.key, each.value, each.headers) if row else None
            if row and letter:
                yield row, letter if row.state == UNKNOWN else originals.completed(letter)


def moment(written_ms: int | None) -> datetime | None:
    """A time in milliseconds since 1970; the beginning of 1970 if a producer set one that is too large."""
    if written_ms is None:
        return None
    begin = datetime(1970, 1, 1, tzinfo=UTC)
    try:
        return begin + timedelta(milliseconds=written_ms)
    except OverflowError:
        return begin
