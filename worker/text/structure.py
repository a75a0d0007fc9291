"""What the lines of a text were on their page: headings, list items, quotes, code, rows of tables, links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

CELL_SEPARATOR: Final = " | "
"""What separates the cells of a table row, which is one line of the text."""

_LEAST_ROWS: Final = 3  # a byline with bars may have two lines


class Step(NamedTuple):
    """A list item or a quote around a line. Lines in the same one have the same `number`.

    `marker` is what Markdown writes before it: `-`, a number with a full stop, or `>`. Items of the same list have the
    same `group`.
    """

    number: int
    group: int
    marker: str

    @property
    def is_quote(self) -> bool:
        """Whether this is a quote."""
        return self.marker == ">"


class Link(NamedTuple):
    """A link in a line, from one character to another. Only characters that are not spaces count."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line, and what it was on the page.

    `path` holds the list items and quotes around it, the outermost first. `heading` is 1 to 6; 0 for any other line. A
    line of code has `code`, the line with its spaces and the blank lines before it, and `pre`, the same number for all
    lines of one block. A row of a table has its cells and their columns, and the same number `table` as the other rows.
    """

    text: str
    path: tuple[Step, ...] = ()
    heading: int = 0
    pre: int = 0
    code: str = ""
    table: int = 0
    cells: Sequence[str] = ()
    columns: tuple[int, ...] = ()
    links: tuple[Link, ...] = ()


def visible(text: str) -> str:
    """The text without its spaces."""
    return "".join(text.split())


def table_rows(lines: Sequence[str]) -> set[str]:
    """The lines that look like rows of one table: several lines with the same number of cells follow each other."""
    bars = [line.count(CELL_SEPARATOR) for line in lines]
    if not any(bars):
        return set()
    runs = (list(run) for count, run in groupby(range(len(lines)), bars.__getitem__) if count)
    return {lines[at] for run in runs if len(run) >= _LEAST_ROWS for at in run}
