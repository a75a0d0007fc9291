"""Shows examples: on a terminal, in a pipe, and in the page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from worker.commands.diff_view import as_html, as_text
from worker.commands.replay.diff.examples import TOO_LONG, Example
from worker.commands.report.page import Part
from worker.text.terminal import printable, shown

TITLE: Final = "Texts that changed most"
_INDENT: Final = (0, 0, 0, 4)


def show(examples: Sequence[Example], console: Console) -> None:
    """Print the examples. Changes are coloured if the console has colours, and marked otherwise."""
    if not examples:
        return
    console.print()
    console.print(Text(TITLE, "bold"))
    for number, example in enumerate(examples, 1):
        console.print()
        console.print(shown(f"{number}. {example.url or example.place}"), soft_wrap=True)
        for line in _lines(example):
            console.print(Padding(shown(line, "dim"), _INDENT, expand=False))
        text = Text(TOO_LONG) if example.runs is None else as_text(example.runs, console)
        console.print(Padding(text, _INDENT, expand=False))


def part(examples: Sequence[Example]) -> Part:
    """The examples as a part of the page."""
    made = "".join(map(_article, examples)) or "<p>There is nothing to show.</p>\n"
    return Part("examples", TITLE, made)


def _lines(example: Example) -> list[str]:
    before, after = ("?" if count is None else f"{count:,}" for count in example.words)
    size = f"{example.place}; {example.share:.1%} of the words changed; {before} words before, {after} after"
    return [size, *(f"{name}: {old} → {new}" for name, old, new in example.facts)]


def _article(example: Example) -> str:
    lines = "".join(f"<li>{escape(printable(line))}</li>" for line in _lines(example))
    text = escape(TOO_LONG) if example.runs is None else as_html(example.runs)
    title = escape(printable(example.url or example.place))
    return f'<article>\n<h3>{title}</h3>\n<ul>{lines}</ul>\n<div class="diff" dir="auto">{text}</div>\n</article>\n'
