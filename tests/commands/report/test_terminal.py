from __future__ import annotations

import io

import pytest
from rich.console import Console

from tests.commands.report.reports import mixed
from worker.commands.report.counts import Counts
from worker.commands.report.sections import BROKEN_DOWN, sections
from worker.commands.report.terminal import show


def shown(counts: Counts, width: int, *, terminal: bool = True) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=terminal, color_system="standard" if terminal else None, markup=False, emoji=False,
        highlight=False, _environ={},
    )  # fmt: skip
    show(sections(counts, BROKEN_DOWN, 10), "16 quality reports", console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_pipe_gets_every_value_whole() -> None:
    text = shown(mixed(), 10_000, terminal=False)
    for words in ("16 quality reports", "bad.example", "http_error", "12.5%", "a" * 32, "0.5 to 0.6"):
        assert words in text
    assert "\x1b" not in text


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal_and_the_host_can_be_read(width: int) -> None:
    lines = shown(mixed(), width, terminal=False).splitlines()
    assert max(map(len, lines)) <= width
    assert any(line.startswith("bad.example") and "http_error" in line for line in lines)
    assert any("a" * 32 in line for line in lines)


def test_hostile_texts_do_not_reach_the_terminal() -> None:
    text = shown(mixed(), 120)
    assert "\x1b[31m[" not in text
    assert "\u202e" not in text
    assert r"\x1b[31m\u202e[red]" in text


def test_a_report_on_nothing_is_shown_too() -> None:
    text = shown(Counts(), 80, terminal=False)
    assert "published" in text
    assert "Hosts\nThere is nothing to show." in text
