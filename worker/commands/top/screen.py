"""The screen of `top`: everything about a group of workers that fits the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from worker.commands.top.fleet import Fleet
from worker.messages import PUBLISHED_KINDS, Outcome
from worker.observe.status import Status, WarningLine
from worker.text.terminal import printable

WIDE = 78  # from this width, there are two columns of tables
_LEAST_WORKERS, _LEAST_WARNINGS = 3, 2  # that are shown even if the terminal has too few rows
_BLOCKS = "▁▂▃▄▅▆▇█"
_BAR = 12
_COLOURS = {"published": "green", "duplicate": "cyan", "dropped": "yellow", "dead": "red"}
_GOOD = ("working", "waiting for input")
_LAG_S_BAD = 60.0
_TALL = 30  # from this number of rows, tables have _MANY entries
_FEW, _MANY = 3, 6


class Screen:
    """A frame for `rich`. `at` is the time of day. With `rows`, the frame is not taller than that if it can be."""

    def __init__(self, fleet: Fleet, at: str, rows: int | None = None) -> None:
        self._fleet = fleet
        self._at = at
        self._rows = rows

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        fleet, width = self._fleet, options.max_width
        for address, why in fleet.unreachable.items():
            yield Text(printable(f"{address}: {why}"), style="red", no_wrap=True, overflow="ellipsis")
        together = fleet.all
        if together is None:
            yield Text(
                "no worker has reported yet: start workers with --http, or pipe their JSON log to top -", style="yellow"
            )
            return
        yield from _headline(fleet, together, self._at, width)
        entries = _FEW if self._rows and self._rows < _TALL else _MANY
        left = _tables(_outcomes(together, entries), _hosts(together, width))
        right = _tables(_stages(together, entries), _lags(together, entries))
        body = list(_arranged(left, right, width))
        room = self._rows and self._rows - len(fleet.unreachable) - _height(left, right, width) - 6
        workers = room and max(_LEAST_WORKERS, room - _LEAST_WARNINGS)
        yield Text("")
        yield _workers(fleet, workers)
        yield Text("")
        yield from body
        used = min(workers or 0, len(fleet.workers))
        yield from _warnings(fleet, room and max(_LEAST_WARNINGS, room - used))


def _tables(*tables: Table | None) -> list[Table]:
    return [table for table in tables if table]


def _arranged(left: Sequence[Table], right: Sequence[Table], width: int) -> Iterable[RenderableType]:
    if width < WIDE:
        yield from _spaced([*left, *right])
        return
    columns = Table.grid(padding=(0, 2), expand=True)
    columns.add_column(ratio=1)
    columns.add_column(ratio=1)
    columns.add_row(Group(*_spaced(left)), Group(*_spaced(right)))
    yield columns


def _spaced(tables: Iterable[RenderableType]) -> Iterable[RenderableType]:
    for table in tables:
        yield table
        yield Text("")


def _height(left: Sequence[Table], right: Sequence[Table], width: int) -> int:
    """How many rows the tables take, with their titles and the space below each."""
    heights = [sum(table.row_count + 2 for table in tables) for tables in (left, right)]
    return max(heights) if width >= WIDE else sum(heights)


def _headline(fleet: Fleet, together: Status, at: str, width: int) -> Iterable[RenderableType]:
    count = len(fleet.workers)
    workers = "1 worker" if count == 1 else f"{count} workers"
    group = printable(together["group"] or "files")
    line = Table.grid(expand=True)
    line.add_column(no_wrap=True)
    line.add_column(justify="right", no_wrap=True)
    name = f"article-worker {printable(together['version'])}"
    line.add_row(Text.assemble((name, "bold"), f"  {group}  {workers}"), at)
    lag, lag_s = together["lag"], together["lag_s"]
    behind = "lag ?" if lag is None else f"lag {lag:,}"
    age = "" if not lag or lag_s is None else f", {duration(lag_s)}"
    mb = sum(worker.status["mb_per_s"] for worker in fleet.workers.values())
    yield line
    yield Text.assemble(
        (f"{fleet.rate:,.0f} articles/s", "bold green"), f"  {mb:,.1f} MB/s  ",
        (behind + age, "bold red" if (lag_s or 0) > _LAG_S_BAD else ""), "  ",
        (sparkline(list(fleet.rates)[-max(0, width - 50):]), "green"),
    )  # fmt: skip


def _workers(fleet: Fleet, most: int | None) -> Table:
    """The workers by name; if there are more than `most`, those with the greatest lag."""
    table = _table(
        "workers", "state", ("articles/s", "right"), ("lag", "right"), ("memory", "right"), ("seen", "right")
    )
    names = sorted(fleet.workers)
    if most and len(names) > most:
        names = sorted(names, key=lambda name: -(fleet.workers[name].status["lag"] or 0))[: most - 1]
    for name in names:
        worker = fleet.workers[name]
        status, lag = worker.status, worker.status["lag"]
        state = status["state"]
        table.add_row(
            _cut(name, 24), Text(state, style="" if state in _GOOD else "yellow"), f"{worker.rate:,.1f}",
            "?" if lag is None else f"{lag:,}", size(status["memory_bytes"]), duration(fleet.age_s(name)),
        )  # fmt: skip
    if len(names) < len(fleet.workers):
        table.add_row(Text(f"and {len(fleet.workers) - len(names)} more", style="dim"))
    return table


def _outcomes(together: Status, entries: int) -> Table:
    table = _table("outcome", ("total", "right"), ("share", "right"), ("interval", "right"))
    now, all_in = together["interval"], max(1, together["articles_in"])
    for outcome in map(str, Outcome):
        count, recent = outcome_of(together, outcome), outcome_of(now, outcome)
        table.add_row(Text(outcome, style=_COLOURS[outcome]), f"{count:,}", f"{count / all_in:.0%}", f"{recent:,}")
        for reason, times in list(_reasons(together, outcome).items())[: entries // 2]:
            table.add_row(Text(f"  {printable(reason)}", style="dim"), f"{times:,}", f"{times / all_in:.0%}", "")
    return table


def _reasons(together: Status, outcome: str) -> Mapping[str, int]:
    """The records of an outcome by reason, the most frequent first."""
    if outcome == Outcome.DROPPED:
        return together["dropped"]
    if outcome == Outcome.DEAD:
        return together["dead"]
    is_published = outcome == Outcome.PUBLISHED
    return {kind: count for kind, count in together["kinds"].items() if (kind in PUBLISHED_KINDS) is is_published}


def outcome_of(counts: Mapping[str, object], outcome: str) -> int:
    """How many records had this outcome."""
    value = counts[outcome]
    return sum(value.values()) if isinstance(value, Mapping) else int(str(value))


def _stages(together: Status, entries: int) -> Table | None:
    return _bars("time goes to", together["time_share"], lambda share: f"{share:.0%}", entries)


def _lags(together: Status, entries: int) -> Table | None:
    lags = sorted(together["lag_by_partition"].items(), key=lambda item: -item[1])
    behind = {f"partition {partition}": lag for partition, lag in lags if lag}
    return _bars("lag of", behind, lambda lag: f"{lag:,.0f}", entries) if behind else None


def _hosts(together: Status, width: int) -> Table | None:
    if not together["worst_hosts"]:
        return None
    table = _table("failing hosts", ("dropped", "right"), ("dead", "right"), ("of", "right"))
    for host in together["worst_hosts"]:
        name = _cut(host["host"], max(12, min(width // 2 - 24, 40)))
        table.add_row(name, f"{host['dropped']:,}", f"{host['dead']:,}", f"{host['articles_in']:,}")
    return table


def _bars(title: str, values: Mapping[str, float], shown: Callable[[float], str], most: int) -> Table | None:
    largest = list(values.items())[:most]
    if not largest:
        return None
    table = _table(title, "", ("", "right"))
    longest = max(value for _, value in largest) or 1
    for name, value in largest:
        table.add_row(printable(name), Text("█" * max(1, round(_BAR * value / longest)), style="green"), shown(value))
    return table


def _warnings(fleet: Fleet, most: int | None) -> Iterable[RenderableType]:
    latest = list(fleet.warnings)[::-1]
    if latest:
        yield Text("latest warnings", style="bold")
        yield from map(_warning, latest[:most])


def _warning(line: WarningLine) -> Text:
    style = "yellow" if line["level"] == "warning" else "red"
    at, event = printable(line["timestamp"][11:19]), printable(line["event"])
    said = Text.assemble((at, "dim"), " ", (event, style), " ", printable(line["detail"]))
    said.no_wrap, said.overflow = True, "ellipsis"
    return said


def _table(first: str, *columns: str | tuple[str, str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    table.add_column(first)  # may shrink; the others may not
    for column in columns:
        name, justify = (column, "left") if isinstance(column, str) else column
        table.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type] # a literal
    return table


def _cut(text: str, most: int) -> Text:
    """The text in at most so many cells of the terminal. In a narrower column, it is cut further."""
    cut = Text(printable(text), no_wrap=True, overflow="ellipsis")
    cut.truncate(most, overflow="ellipsis")
    return cut


def sparkline(values: Sequence[float]) -> str:
    """The values as a row of blocks, the greatest one at full height."""
    most = max(values, default=0)
    return "".join(_BLOCKS[round((len(_BLOCKS) - 1) * value / most)] if most else _BLOCKS[0] for value in values)


def size(count: int | None) -> str:
    """A number of bytes, in whole MB."""
    return "?" if count is None else f"{count / 1e6:,.0f} MB"


def duration(seconds: float) -> str:
    """A time in its largest unit that fits twice: `90 s`, `2 min`, `5 h`, `3 d`."""
    for unit_s, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * unit_s:
            return f"{seconds / unit_s:.0f} {name}"
    return f"{seconds:.0f} s"
