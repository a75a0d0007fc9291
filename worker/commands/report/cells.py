"""How people see the values of a table."""

from __future__ import annotations

from datetime import datetime

from worker.commands.report.sections import Cell
from worker.text.terminal import printable


def heading(column: str) -> str:
    """The name of a column. A share needs no other name, because its values have a percent sign."""
    return column.removesuffix("_share").replace("_", " ")


def text(column: str, value: Cell) -> str:
    """The value as one line that is safe to print. Markup in it stays as it is."""
    if value is None:
        return "(none)"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:.1%}" if column.endswith("share") else f"{value:g}"
    return printable(value) if isinstance(value, str) else f"{value:,}"
