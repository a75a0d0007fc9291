"""`article-worker dead list`: counts the dead letters, and names the newest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rich import box
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from worker.commands.dead.ledger import GROUPS, STATES, Ledger, Row
from worker.commands.dead.reading import ledger_of, moment
from worker.commands.interrupt import interruptible
from worker.commands.only import parse_only
from worker.commands.report.run import parse_since
from worker.config.settings import Settings
from worker.errors import SettingsError
from worker.messages import rfc3339
from worker.text.terminal import json_text, shown

MEANINGS = {
    "open": "can be retried: article-worker dead retry",
    "resolved": "a retry succeeded",
    "gave_up": "died in every attempt; retry them with a higher --max-attempts",
    "cut": "has only a part of the value; a retry reads the whole value from the raw topic",
    "unknown": "no report in the quality topic says whether it was retried",
}
"""What the states mean, printed beside the counts."""


@dataclass(frozen=True, slots=True)
class Options:
    """What to list. `by` has names of `GROUPS`."""

    by: Sequence[str]
    only: Sequence[str]
    since: str | None
    most_rows: int
    as_json: bool


def run_list(options: Options, settings: Settings, console: Console, progress_console: Console) -> None:
    """Print how many dead letters there are, by state and by each name, and the newest ones.

    Raises:
        SettingsError: a name, a selection or the time is wrong.
        TransportError: a topic cannot be read.
        InterruptedCommand: a signal ended the reading.
    """
    only = parse_only(options.only, GROUPS)
    if unknown := [name for name in options.by if name not in GROUPS]:
        raise SettingsError(f"--by: unknown {', '.join(unknown)}; choose from {', '.join(GROUPS)}")
    since = parse_since(options.since, datetime.now(UTC))
    with interruptible("Nothing was listed") as check, \
         ledger_of(settings, progress_console, check, only=only, since=since) as ledger:  # fmt: skip
        states = ledger.states()
        by = {name: ledger.counts(name, options.most_rows) for name in options.by}
        newest = ledger.newest(options.most_rows)
        if options.as_json:
            console.print(json_text(_document(ledger, states, by, newest)), soft_wrap=True)
        else:
            show(ledger, states, by, newest, console)


_Counts = dict[str, list[tuple[str | None, dict[str, int]]]]


def _document(ledger: Ledger, states: dict[str, int], by: _Counts, newest: Sequence[Row]) -> dict[str, Any]:
    return {
        "inputs": sum(states.values()),
        "states": states,
        "foreign": ledger.foreign,
        "by": {name: [{name: value, **counts} for value, counts in rows] for name, rows in by.items()},
        "newest": [as_json(row) for row in newest],
    }


def as_json(row: Row) -> dict[str, Any]:
    """A letter as JSON."""
    facts = row._asdict() | {"id": row.place, "written_at": rfc3339(moment(row.written_ms))}
    del facts["partition"], facts["offset"], facts["written_ms"], facts["source_ms"], facts["is_whole"]
    return facts


def show(ledger: Ledger, states: dict[str, int], by: _Counts, newest: Sequence[Row], console: Console) -> None:
    """Print the counts by state and by each name, and the newest letters."""
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    for state in STATES:
        table.add_row(state, f"{states[state]:,}", MEANINGS[state])
    if ledger.foreign:
        table.add_row("foreign", f"{ledger.foreign:,}", "skipped: copies, and records that the worker did not write")
    console.print(table)
    for name, rows in by.items():
        counted: list[list[str | Text]] = [[_cell(value), *map(_number, counts.values())] for value, counts in rows]
        table = _table(name, *STATES, short=STATES, justify="right")
        _print(console, table, counted, _left_out(rows, sum(states.values())))
    note = f"The newest {len(newest):,} of {sum(states.values()):,}." if len(newest) < sum(states.values()) else ""
    _print(console, _table(*_COLUMNS, short=_COLUMNS[:3]), [[*map(_cell, _facts(row))] for row in newest], note)


def _left_out(rows: Sequence[tuple[str | None, dict[str, int]]], total: int) -> str:
    """What a table of counts does not show, because it would be too long."""
    shown_here = sum(sum(counts.values()) for _, counts in rows)
    return f"The first {len(rows):,}, with {shown_here:,} of {total:,} inputs." if shown_here < total else ""


def _facts(row: Row) -> tuple[str | None, ...]:
    """A row of the table of the newest letters: see `_COLUMNS`."""
    written = moment(row.written_ms)
    return row.place, f"{written:%Y-%m-%dT%H:%M:%SZ}", row.state, row.reason, row.host, row.detail


_COLUMNS = ("newest", "written", "state", "reason", "host", "detail")


def _table(*columns: str, short: Sequence[str], justify: JustifyMethod = "left") -> Table:
    """On a narrow terminal, only the columns that are not `short` fold: a crawler decides how long they are."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for column in columns:
        is_short = column in short
        table.add_column(column, justify=justify if is_short else "left", no_wrap=is_short, overflow="fold")
    return table


def _print(console: Console, table: Table, rows: Sequence[Sequence[str | Text]], note: str) -> None:
    for row in rows:
        table.add_row(*row)
    if rows:
        console.print()
        console.print(table)
    if note:
        console.print(Text(note, "dim"))


def _number(count: int) -> str:
    return f"{count:,}"


def _cell(value: str | None) -> Text:
    return shown("-" if value is None else value)
