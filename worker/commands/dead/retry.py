"""`article-worker dead retry`: processes dead letters again, as if their inputs had just arrived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from rich.console import Console
from rich.table import Table

from worker.app import Run, run_worker
from worker.commands.dead.ledger import GROUPS, UNKNOWN, Ledger, Row, place_of
from worker.commands.dead.reading import chosen_letters, ledger_of
from worker.commands.interrupt import interruptible
from worker.commands.only import Only, parse_only
from worker.commands.progress import progress
from worker.config.settings import Settings
from worker.errors import StoppedWaiting
from worker.messages import RawRecord, Retry
from worker.observe import logs
from worker.text.terminal import shown

_RUN_AGAIN = "To continue, run the command again"

_USED_UP = "skipped: died in --max-attempts attempts"
_CUT = "skipped: the raw topic no longer has the whole value"
_IF_THERE = "of these, only if the raw topic still has the value"
_UNKNOWN = "skipped: no report, so they may have been retried"


@dataclass(frozen=True, slots=True)
class Retrying:
    """Which letters are retried. `left` counts those that are not, by cause."""

    settings: Settings
    only: Only
    max_attempts: int
    console: Console
    left: Counter[str] = field(default_factory=Counter)

    def records(self, stop: Callable[[], bool]) -> Iterator[RawRecord]:
        """The inputs of all letters that can be retried now. Begins a pass of `RetryTransport`.

        Raises:
            StoppedWaiting: `stop` says that a stop was requested.
        """
        check = partial(_check, stop)
        with ledger_of(self.settings, self.console, check, only=self.only) as ledger:
            count = self.choose(ledger)
            if count:
                with progress("dead retry", "letters", count, self.console) as advance:
                    logs.configure(self.settings.log_format, self.settings.log_level)  # for the new standard error
                    for row, letter in chosen_letters(self.settings, ledger, check):
                        if letter.is_whole:
                            yield letter.again(row.input_ms, self._retry(row))
                        else:
                            self.left[_CUT] += 1
                        advance(1)

    def choose(self, ledger: Ledger) -> int:
        """Choose the letters in the ledger, and return their number."""
        self.left.clear()
        self.left[_USED_UP] = ledger.used_up(self.max_attempts)
        self.left[_UNKNOWN] = ledger.states()[UNKNOWN]
        return ledger.choose(self.max_attempts)

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
    rows = [(f"{outcome} ({reason})", times) for (outcome, reason), times in sorted(outcomes.items())]
    _print(console, rows, "retried", retrying.left)
    if run.stop():
        console.print(f"Not all dead letters were retried. {_RUN_AGAIN}.")


def _check(stop: Callable[[], bool]) -> None:
    if stop():
        raise StoppedWaiting(f"stopped while reading dead letters. {_RUN_AGAIN}")


def _preview(retrying: Retrying, console: Console) -> None:
    with interruptible("Nothing was retried") as check, \
         ledger_of(retrying.settings, retrying.console, check, only=retrying.only) as ledger:  # fmt: skip
        retrying.choose(ledger)
        retrying.left[_IF_THERE] = ledger.count_cut
        _print(console, ledger.chosen(), "would be retried", retrying.left)


def _print(console: Console, rows: Sequence[tuple[str, int]], what: str, left: Mapping[str, int]) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    causes = [(name, count) for name, count in left.items() if count]
    for name, count in [*rows, (what, sum(count for _, count in rows)), *causes]:
        table.add_row(shown(name), f"{count:,}")
    console.print(table)
