"""What is shown of one dead letter."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from tests.commands.dead.letters import HOSTILE, letter, row
from worker.commands.dead import show
from worker.commands.dead.ledger import STATES, Row
from worker.messages import Reason
from worker.transport.dead_letters import KeptLetter


def shown(one: Row, kept: KeptLetter) -> str:
    console = Console(file=io.StringIO(), width=200)
    show.show(one, kept, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_no_text_from_outside_controls_the_terminal_and_no_secret_is_shown() -> None:
    facts: dict[str, Any] = dict.fromkeys(("reason", "detail", "stage", "url", "host", "shape"), HOSTILE)
    bad = HOSTILE.encode()
    kept = letter(bad * 9, ((HOSTILE, bad), ("x-api-key", b"hush"), ("Cookie", b"hush")), key=bad)
    text = shown(row(**facts), kept)
    assert not {"\x1b", "\u202e", "\x9b", "\x07"} & {*text}
    assert "hush" not in text


def test_long_values_and_many_headers_are_cut() -> None:
    many = tuple((f"h{number}", b"x" * 10_000) for number in range(1000))
    text = shown(row(), letter(b"y" * 3_000_000, many, key=b"k" * 2_000_000))
    assert len(text) < 100_000
    assert "... 950 more headers" in text
    assert f"... {3_000_000 - show.MAX_SHOWN_BYTES:,} more bytes" in text


@pytest.mark.parametrize(
    ("is_whole", "kept", "said"),
    [
        (1, letter(b"{}"), "2 bytes\n"),
        (0, letter(b"{}"), "2 bytes, from the raw topic"),
        (0, replace(letter(b"{"), value_length=2), "1 of 2 bytes; the raw topic does not have the rest"),
        (1, letter(None), "none"),
    ],
)
def test_the_size_line_says_how_much_of_the_value_there_is(is_whole: int, kept: KeptLetter, said: str) -> None:
    lines = [" ".join(line.split()) + "\n" for line in shown(row(is_whole=is_whole), kept).splitlines()]
    assert any(line.startswith(f"value {said}") for line in lines)


@pytest.mark.parametrize("state", [*STATES, "again"])
@pytest.mark.parametrize("reason", [*map(str, Reason), "a reason of a later version"])
def test_every_letter_has_a_next_step(state: str, reason: str) -> None:
    assert show.next_step(row(state=state, reason=reason))
