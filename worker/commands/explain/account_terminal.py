"""Prints an account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.commands.diff_view import as_text
from worker.commands.explain import facts
from worker.commands.explain.account import Account
from worker.commands.explain.candidates import Candidate
from worker.commands.explain.terminal import show_lines, show_markdown, show_warnings
from worker.commands.word_diff import shortened
from worker.text.terminal import printable_lines, shown


def show(account: Account, console: Console) -> None:
    """Print everything that is known about a message."""
    say = partial(console.print, soft_wrap=True)
    for name, value in facts.summary(account):
        say(shown(f"{name:<12}", "bold"), shown(value))
    if account.others:
        _heading("Other messages of this page", console)
        _show_rows(facts.OTHERS, map(facts.other, account.others), console)
        if account.older:
            say(shown(f"and {account.older:,} older ones", "dim"))
    _show_texts(account, console)
    if account.candidates:
        _heading("Similar articles", console)
        for each in account.candidates:
            _show_candidate(each, console)
    for note in account.notes:
        say(shown(f"Note: {note}", "yellow"))


def _show_texts(account: Account, console: Console) -> None:
    if account.now:
        _heading("Line by line, with the current rules", console)
        show_lines(account.now.explanation, console)
        show_markdown(account.now.explanation, console)
        console.print(shown(account.now.explanation.totals, "bold"), soft_wrap=True)
        show_warnings(account.now.explanation, console)
        _show_comparison(account, console)
        return
    for heading, text in (("As published", facts.published_text(account)), ("Report", facts.report(account))):
        if text:
            _heading(heading, console)
            console.print(Text(printable_lines(text)), soft_wrap=True)


def _show_candidate(candidate: Candidate, console: Console) -> None:
    """Print one similar article, each fact on its own line, so that a narrow terminal cuts none."""
    article, name, *others = facts.candidate(candidate)
    say = partial(console.print, soft_wrap=True)
    first, *more = name.split("\n")
    say(shown(first, "bold"))
    for line in (*more, " ".join(article.split("\n")), *facts.described(facts.CANDIDATES[2:], others)):
        say(shown(f"  {line}"))


def _show_comparison(account: Account, console: Console) -> None:
    if not account.sighting:
        return
    _heading("As published, and with the current rules", console)
    console.print(shown(facts.sameness(account)), soft_wrap=True)
    if account.text and facts.has_changes(account.text):
        console.print()
        console.print(as_text(shortened(account.text), console), soft_wrap=True)
    if account.differences:
        console.print()
        _show_rows(facts.DIFFERENCES, map(facts.difference, account.differences), console)


def _heading(text: str, console: Console) -> None:
    console.print()
    console.print(shown(text, "bold"), soft_wrap=True)


def _show_rows(columns: Sequence[str], rows: Iterable[Sequence[str]], console: Console) -> None:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")  # a place or an id that is cut cannot be copied
    for row in rows:
        table.add_row(*(Text(printable_lines(cell)) for cell in row))
    console.print(table)
