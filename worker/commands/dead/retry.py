"""`article-worker dead retry`: reads dead letters again, as if their inputs had just arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from rich.console import Console
from rich.table import Table

from worker.app import Run, run_worker
from worker.commands.dead.ledger import GROUPS, Ledger, Row, place_of
from worker.commands.dead.reading import Check, ledger_of, moment
from worker.commands.interrupt import interruptible
from worker.commands.only import Only, parse_only
from worker.commands.progress import progress
from worker.config.settings import Settings
from worker.errors import StoppedWaiting
from worker.messages import RawRecord, Retry
from worker.observe import logs
from worker.text.terminal import shown
from worker.transport import dead_letters
from worker.transport.kafka import published

_RUN_AGAIN = "To continue, run the command again"


@dataclass(frozen=True, slots=True)
class Retrying:
    """Which letters are read again."""

    settings: Settings
    only: Only
    max_attempts: int
    console: Console

    def records(self, stop: Callable[[], bool]) -> Iterator[RawRecord]:
        """The inputs of all letters that are open now. Begins a pass of `RetryTransport`.

        Raises:
            StoppedWaiting: `stop` says that a stop was requested.
        """
        check = partial(_check, stop)
        with ledger_of(self.settings, self.console, check, only=self.only, settled=True) as ledger:
            count = ledger.choose(self.max_attempts)
            if count:
                with progress("dead retry", "letters", count, self.console) as advance:
                    logs.configure(self.settings.log_format, self.settings.log_level)  # for the new standard error
                    for record in self._read(ledger, check):
                        yield record
                        advance(1)

    def _read(self, ledger: Ledger, check: Check) -> Iterator[RawRecord]:
        topic, since = self.settings.dead_topic, moment(ledger.oldest_chosen_ms)
        with published.opened(self.settings, topic, since) as letters:
            for each in letters:
                check()
                row = ledger.chosen_at(each.partition, each.offset)
                letter = dead_letters.read(each.key, each.value, each.headers) if row else None
                if row and letter:
                    written_ms = each.written_ms if row.source_ms is None else row.source_ms
                    yield letter.again(written_ms, self._retry(row))

    def _retry(self, row: Row) -> Retry:
        attempt = row.attempt + 1
        return Retry(place_of(self.settings.dead_topic, row), attempt, is_last=attempt >= self.max_attempts)


def run_retry(
    only: Sequence[str], max_attempts: int, settings: Settings, console: Console, progress_console: Console,
    *, dry_run: bool,
) -> None:  # fmt: skip
    """Retry the selected letters, or with `dry_run` print how many would be retried.

    Raises:
        SettingsError: the selection is wrong.
        WorkerError: see worker.app.run_worker.
    """
    own = settings.model_copy(update={"files": None, "instance_id": None, "http": None, "stop_at_end": True})
    retrying = Retrying(own, parse_only(only, GROUPS), max_attempts, progress_console)
    if dry_run:
        _preview(retrying, console)
        return
    run = Run(own, retried=retrying.records)
    outcomes = run_worker(run).total.outcomes
    _print(console, [(f"{outcome} ({reason})", times) for (outcome, reason), times in sorted(outcomes.items())],
           "retried")  # fmt: skip
    if run.stop():
        console.print(f"Not all dead letters were retried. {_RUN_AGAIN}")


def _check(stop: Callable[[], bool]) -> None:
    if stop():
        raise StoppedWaiting(f"stopped while reading dead letters. {_RUN_AGAIN}")


def _preview(retrying: Retrying, console: Console) -> None:
    with interruptible("Nothing was retried") as check, \
         ledger_of(retrying.settings, retrying.console, check, only=retrying.only) as ledger:  # fmt: skip
        ledger.choose(retrying.max_attempts)
        _print(console, ledger.chosen(), "would be retried")


def _print(console: Console, rows: Sequence[tuple[str, int]], what: str) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    for name, count in [*rows, (what, sum(count for _, count in rows))]:
        table.add_row(shown(name), f"{count:,}")
    console.print(table)
