from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from worker.commands.diff_view import as_html, as_text
from worker.commands.word_diff import Run

RUNS = [Run("same", "The "), Run("deleted", "old\n"), Run("inserted", "new\x1b[31m "), Run("same", "<b>bridge</b>")]


def shown(runs: list[Run], **options: Any) -> str:
    console = Console(file=io.StringIO(), width=80, color_system="standard", _environ={}, **options)
    console.print(as_text(runs, console))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().rstrip("\n")


def test_a_terminal_gets_colours() -> None:
    assert shown(RUNS, force_terminal=True) == "The \x1b[9;31mold\x1b[0m\n\x1b[32mnew\\x1b[31m \x1b[0m<b>bridge</b>"


@pytest.mark.parametrize("options", [{"force_terminal": False}, {"force_terminal": True, "no_color": True}])
def test_marks_take_the_place_of_colours_and_leave_out_the_spaces_around(options: dict[str, bool]) -> None:
    assert shown(RUNS, **options) == "The [-old-]\n{+new\\x1b[31m+} <b>bridge</b>"


def test_a_change_of_spaces_alone_has_no_marks() -> None:
    assert shown([Run("deleted", " "), Run("same", "x")]) == " x"


def test_a_page_gets_elements_and_no_markup_of_the_text() -> None:
    assert as_html(RUNS) == "The <del>old\n</del><ins>new\\x1b[31m </ins>&lt;b&gt;bridge&lt;/b&gt;"
