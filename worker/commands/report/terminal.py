"""The report as tables on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.bar import Bar
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from worker.commands.report import cells
from worker.commands.report.sections import Cell, Section
from worker.messages import Outcome
from worker.text.terminal import shown

_COLOUR = {Outcome.PUBLISHED: "green", Outcome.DUPLICATE: "cyan", Outcome.DROPPED: "yellow", Outcome.DEAD: "red"}
_NOT_SHOWN = {"over_time"}  # a long table, which only a chart makes readable
_BAR_WIDTH = 24
_ROOMY = 100  # from this width in columns, there is room for every column
_MOST_TIGHT = 5
_LESS_URGENT = (Outcome.PUBLISHED, Outcome.DUPLICATE, "over_20_percent")


def show(sections: Iterable[Section], header: str, console: Console) -> None:
    """Print all sections."""
    console.print(shown(header, "bold"))
    for section in sections:
        if section.name not in _NOT_SHOWN:
            console.print()
            console.print(_table(section, _columns(section, console.width)) if section.rows else _empty(section))
            if section.note:
                console.print(Text(section.note, "dim"))


def _empty(section: Section) -> Text:
    return Text.assemble((section.title, "bold"), "\nThere is nothing to show.")


def _columns(section: Section, width: int) -> list[str]:
    """The columns for which there is room."""
    is_tight = width < _ROOMY and len(section.columns) > _MOST_TIGHT
    return [name for name in section.columns if not (is_tight and name in _LESS_URGENT)]


def _table(section: Section, columns: Sequence[str]) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, title=section.title,
        title_justify="left", title_style="bold",
    )  # fmt: skip
    for at, name in enumerate(columns):
        is_number = at > 0 and section.is_number(name)
        # Numbers and ids are never cut: rich narrows only columns that may wrap.
        table.add_column(
            cells.heading(name), justify="right" if is_number else "left", no_wrap=is_number or name == "cluster_id"
        )
    if _has_bars(section):
        table.add_column("")
    for row in section.rows:
        table.add_row(*_cells(section, row, columns))
    return table


def _cells(section: Section, row: tuple[Cell, ...], columns: Sequence[str]) -> list[RenderableType]:
    named = dict(zip(section.columns, row, strict=True))
    style = _COLOUR.get(Outcome(str(named["outcome"])), "") if "outcome" in named else ""
    made: list[RenderableType] = [
        Text(cells.text(name, named[name]), style if name == "outcome" else "", no_wrap=True, overflow="ellipsis")
        for name in columns
    ]
    if _has_bars(section):
        (series,) = section.series
        most, count = max(map(_number, section.column(series))), _number(named[series])
        made.append(Bar(max(1, most), 0, count, width=_BAR_WIDTH))
    return made


def _has_bars(section: Section) -> bool:
    return section.chart == "columns" and len(section.series) == 1


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0
