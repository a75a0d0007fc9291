"""Shows examples: on a terminal, in a pipe, and in the page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from worker.commands.replay.diff.examples import TOO_LONG, Example
from worker.commands.report.page import Part
from worker.commands.word_diff import Kind, Run
from worker.text.terminal import printable, printable_lines, shown

TITLE: Final = "Texts that changed most"
_INDENT: Final = (0, 0, 0, 4)
_COLOURS: Final[dict[Kind, str]] = {"same": "", "deleted": "red strike", "inserted": "green"}
_MARKS: Final[dict[Kind, tuple[str, str]]] = {"same": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}
_TAGS: Final[dict[Kind, str]] = {"same": "span", "deleted": "del", "inserted": "ins"}


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
        console.print(Padding(_diff(example.runs, coloured=bool(console.color_system)), _INDENT, expand=False))


def part(examples: Sequence[Example]) -> Part:
    """The examples as a part of the page."""
    made = "".join(map(_article, examples)) or "<p>There is nothing to show.</p>\n"
    return Part("examples", TITLE, made)


def _lines(example: Example) -> list[str]:
    before, after = ("?" if count is None else f"{count:,}" for count in example.words)
    size = f"{example.place}; {example.share:.1%} of the words changed; {before} words before, {after} after"
    return [size, *(f"{name}: {old} → {new}" for name, old, new in example.facts)]


def _diff(runs: Sequence[Run] | None, *, coloured: bool) -> Text:
    if runs is None:
        return Text(TOO_LONG)
    text = Text()
    for kind, part in runs:
        clean = printable_lines(part)
        if coloured:
            text.append(clean, _COLOURS[kind])
        else:
            text.append(_marked(kind, clean))
    return text


def _marked(kind: Kind, text: str) -> str:
    """The text between its marks; the spaces around it stay outside."""
    begin, end = _MARKS[kind]
    bare = text.strip()
    if not bare:
        return text
    at = text.index(bare)
    return f"{text[:at]}{begin}{bare}{end}{text[at + len(bare) :]}"


def _article(example: Example) -> str:
    lines = "".join(f"<li>{escape(printable(line))}</li>" for line in _lines(example))
    runs = example.runs
    text = escape(TOO_LONG) if runs is None else "".join(map(_run, runs))
    title = escape(printable(example.url or example.place))
    return f'<article>\n<h3>{title}</h3>\n<ul>{lines}</ul>\n<div class="text" dir="auto">{text}</div>\n</article>\n'


def _run(run: Run) -> str:
    tag = _TAGS[run.kind]
    return f"<{tag}>{escape(printable_lines(run.text))}</{tag}>"
