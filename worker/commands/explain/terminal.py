"""Prints an explanation."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from functools import partial

from rich.console import Console
from rich.text import Text

from worker.commands.explain.explanation import Explanation
from worker.text.terminal import json_text, printable_lines, shown

NOT_SHOWN = "lines that recur on a site are not shown as removed: only a worker knows which lines recur"

_STYLES = {"+": "", "-": "red", "~": "yellow"}


def show(explanation: Explanation, console: Console) -> None:
    """Print the facts about a message, its lines, and how it ends."""
    say = partial(console.print, soft_wrap=True)
    for name, value in explanation.facts:
        say(shown(f"{name}: {value}", "dim"))
    show_lines(explanation, console)
    show_markdown(explanation, console)
    say(shown(f"{explanation.ending}: ", "bold"), end="")
    say(shown(explanation.totals))
    show_warnings(explanation, console)
    if explanation.suggested_map:
        for text in _suggestion(explanation.suggested_map):
            say(shown(text))
    else:
        say(shown(NOT_SHOWN, "dim"))


def show_lines(explanation: Explanation, console: Console) -> None:
    """Print the lines, and what became of each."""
    say = partial(console.print, soft_wrap=True)
    width = max((len(line.rule) for line in explanation.lines if line.rule), default=0)
    for line in explanation.lines:
        scores = f" {line.scores}" if line.scores else ""
        why = f"  [{line.why}]" if line.why else ""
        say(shown(f"{line.mark} {line.rule or '':{width}}{scores}  {line.text}{why}".rstrip(), _STYLES[line.mark]))


def show_markdown(explanation: Explanation, console: Console) -> None:
    """Print the final text as Markdown, if the settings ask for it."""
    if explanation.markdown:
        console.print(Text(f"\n{printable_lines(explanation.markdown)}\n"), soft_wrap=True)


def show_warnings(explanation: Explanation, console: Console) -> None:
    """Print what the user may have got wrong."""
    for warning in explanation.warnings:
        console.print(shown(warning, "yellow"), soft_wrap=True)


def _suggestion(entries: Sequence[str]) -> Iterator[str]:
    """How to read the message: as flags, and as lines of a settings file."""
    yield "If these are the right fields, add " + " ".join(f"--map {shlex.quote(entry)}" for entry in entries)
    yield "to the command, or add these lines to the settings file:"
    yield "[map]"
    for field, _, name in (entry.partition("=") for entry in entries):
        yield f"{field} = {json_text(name)}"
