"""Makes the sections of the report from the counts: tables of plain values, each shown by every form of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from worker.commands.report.counts import SCORE_STEPS, Bounded, Counts, Ending
from worker.messages import DuplicateKind, Outcome

Cell = str | int | float | datetime | None
OUTCOMES: Final = tuple(map(str, Outcome))
FAILED: Final = (str(Outcome.DROPPED), str(Outcome.DEAD))

MOST_STEPS: Final = 48


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the report.

    `columns` names the columns; a name that ends in `share` holds a share in 0..1. The first column says what a row is
    about. `series` are the columns that a chart shows, as columns from left to right or as bars from top to bottom. If
    they are not `stacked`, they are drawn side by side.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    series: tuple[str, ...] = ()
    chart: Literal["columns", "bars"] = "bars"
    note: str = ""
    stacked: bool = True

    def column(self, name: str) -> list[Cell]:
        """The values of a column."""
        at = self.columns.index(name)
        return [row[at] for row in self.rows]

    def is_number(self, name: str) -> bool:
        """Whether a column has only numbers, at least one."""
        return bool(self.rows) and all(isinstance(cell, int | float) for cell in self.column(name))

    def as_json(self) -> list[dict[str, Cell]]:
        """The rows as objects."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def sections(counts: Counts, by: Iterable[str], most_rows: int) -> list[Section]:
    """All sections, in order. `by` has names of `BROKEN_DOWN`. `most_rows` limits the tables that can be long."""
    return [
        _outcomes(counts),
        _reasons(counts),
        _over_time(counts),
        *(BROKEN_DOWN[name](counts, most_rows) for name in by),
        _scores(counts),
        _kinds(counts),
        _stories(counts, most_rows),
    ]


def _outcomes(counts: Counts) -> Section:
    totals = _by_outcome(counts.endings)
    rows = [(name, totals[name], share(totals[name], counts.reports)) for name in OUTCOMES]
    return Section("outcomes", "Outcomes", ("outcome", "reports", "share"), rows)


def _reasons(counts: Counts) -> Section:
    ranked = sorted(counts.endings.items(), key=lambda item: (OUTCOMES.index(item[0][0]), -item[1], item[0][1]))
    rows = [(*ending, times, share(times, counts.reports)) for ending, times in ranked]
    return Section("reasons", "Reasons", ("outcome", "reason", "reports", "share"), rows)


def _over_time(counts: Counts) -> Section:
    steps = counts.timeline.steps(MOST_STEPS)
    rows: list[tuple[Cell, ...]] = [(begin, *(found.get(name, 0) for name in OUTCOMES)) for begin, found in steps]
    return Section("over_time", "Outcomes over time (UTC)", ("from", *OUTCOMES), rows, OUTCOMES, "columns")


def _hosts(counts: Counts, most_rows: int) -> Section:
    rows: list[tuple[Any, ...]] = []
    for host, endings in counts.hosts:
        failed = {ending: times for ending, times in endings.items() if ending[0] in FAILED}
        why = max(failed, key=lambda ending: failed[ending])[1] if failed else None
        rows.append((*_row(host, _by_outcome(endings)), why))
    return _worst("by_host", "Hosts", ("host", *_COLUMNS, "main_reason"), rows, most_rows, counts.hosts)


def _failures(counts: Counts, most_rows: int) -> Section:
    """Why records failed, and which host has most of each."""
    worst: dict[Ending, tuple[int, str | None]] = {}
    for host, endings in counts.hosts:
        for ending, times in endings.items():
            if ending not in worst or times > worst[ending][0]:
                worst[ending] = times, host
    rows: list[tuple[Cell, ...]] = []
    for ending, times in sorted(counts.endings.items(), key=lambda item: (-item[1], item[0])):
        if ending[0] in FAILED and ending in worst:
            at_worst, host = worst[ending]
            rows.append((ending[1], ending[0], times, share(times, counts.reports), host, at_worst))
    columns = ("reason", "outcome", "reports", "share", "worst_host", "at_worst_host")
    return Section(
        "by_reason", "Reasons of failures", columns, rows[:most_rows], ("reports",), note=notes(rows, most_rows)
    )


def _shapes(counts: Counts, most_rows: int) -> Section:
    rows = [_row(shape, found) for shape, found in counts.shapes]
    return _worst("by_shape", "Message shapes", ("shape", *_COLUMNS), rows, most_rows, counts.shapes)


def _languages(counts: Counts, most_rows: int) -> Section:
    rows = [_row(language, found) for language, found in counts.languages]
    return _worst("by_language", "Languages", ("language", *_COLUMNS), rows, most_rows, counts.languages)


def _rules(counts: Counts, most_rows: int) -> Section:
    rows = [
        (rule, found.get("removals", 0), found["reports"], share(found["reports"], counts.reports))
        for rule, found in counts.rules
    ]
    rows.sort(key=lambda row: (-row[1], str(row[0])))
    columns = ("rule", "removals", "reports", "share")
    note = notes(rows, most_rows, counts.rules)
    return Section("by_rule", "Rules that removed text", columns, rows[:most_rows], ("removals",), note=note)


def _scores(counts: Counts) -> Section:
    scored = sum(counts.scores)
    rows = [
        (f"{step / SCORE_STEPS:.1f} to {(step + 1) / SCORE_STEPS:.1f}", times, share(times, scored))
        for step, times in enumerate(counts.scores)
    ]
    note = f"Reports without a score: {counts.reports - scored:,}."
    return Section("scores", "Quality scores", ("score", "reports", "share"), rows, ("reports",), "columns", note)


def _kinds(counts: Counts) -> Section:
    """The articles that are related to earlier ones, by kind."""
    published, left_out = str(Outcome.PUBLISHED), str(Outcome.DUPLICATE)
    found = counts.endings
    judged = sum(times for (outcome, _), times in found.items() if outcome not in FAILED)
    rows = [
        (kind, out, duplicates, share(out + duplicates, judged))
        for kind in map(str, DuplicateKind)
        if kind != DuplicateKind.NEW and (out := found[published, kind]) + (duplicates := found[left_out, kind])
    ]
    rows.sort(key=lambda row: -row[2])
    chart = (published, left_out)
    return Section("kinds", "Duplicates by kind", ("kind", published, left_out, "share"), rows, chart)


def _stories(counts: Counts, most_rows: int) -> Section:
    rows: list[tuple[Any, ...]] = []
    for story, kinds in counts.stories:
        kind = max(kinds, key=lambda each: kinds[each])
        rows.append((counts.titles.get(str(story)) or None, sum(kinds.values()), kind, story))
    rows.sort(key=lambda row: (-row[1], str(row[3])))
    columns = ("title", "later_articles", "mostly", "cluster_id")
    note = notes(rows, most_rows, counts.stories)
    return Section("clusters", "Largest clusters", columns, rows[:most_rows], ("later_articles",), note=note)


_COLUMNS: Final = ("reports", *OUTCOMES, "failed_share")


def _by_outcome(endings: Mapping[Ending, int]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for (outcome, _), times in endings.items():
        totals[outcome] += times
    return totals


def _row(key: str | None, found: Mapping[str, int]) -> tuple[Any, ...]:
    """The key, and `_COLUMNS`."""
    total = sum(found.values())
    failed = sum(found.get(name, 0) for name in FAILED)
    return (key, total, *(found.get(name, 0) for name in OUTCOMES), share(failed, total))


def _worst(
    name: str, title: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]], most_rows: int, source: Bounded[Any]
) -> Section:
    """The rows with most failures first."""
    failed = [columns.index(outcome) for outcome in FAILED]
    rows.sort(key=lambda row: (-sum(row[at] for at in failed), -row[1], str(row[0])))
    return Section(name, title, columns, rows[:most_rows], OUTCOMES, note=notes(rows, most_rows, source))


def notes(rows: Sequence[Any], most_rows: int, source: Bounded[Any] | None = None) -> str:
    """What a table that shows the first `most_rows` of these rows does not show."""
    made = []
    forgot = source is not None and source.short_by > 0
    if len(rows) > most_rows:
        made.append(f"The first {most_rows:,} of {'at least ' if forgot else ''}{len(rows):,}.")
    if source and forgot:
        made.append(f"There were too many to count them all: a count may be too low by up to {source.short_by:,}.")
    return " ".join(made)


def share(part: int, whole: int) -> float:
    """0..1, as a table shows it."""
    return round(part / whole, 4) if whole else 0.0


BROKEN_DOWN: Final[Mapping[str, Callable[[Counts, int], Section]]] = {
    "host": _hosts,
    "reason": _failures,
    "shape": _shapes,
    "language": _languages,
    "rule": _rules,
}
"""What the counts can be broken down by."""
