"""How the list of dead letters looks."""

from __future__ import annotations

import io
from contextlib import closing

from rich.console import Console

from tests.commands.dead.letters import HOSTILE, row
from worker.commands.dead import listing
from worker.commands.dead.ledger import STATES, Ledger, Row


def shown(newest: list[Row], width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    counts = [(each.host, dict.fromkeys(STATES, 1_000_000)) for each in newest]
    with closing(Ledger("articles.dead", {})) as ledger:
        listing.show(ledger, dict.fromkeys(STATES, 1), {"host": counts}, newest, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_a_narrow_terminal_keeps_the_places_and_the_numbers_however_long_a_host_is() -> None:
    lines = shown([row(host="h" * 253, detail="d" * 500, reason="r" * 60)], 80)
    assert any(line.split()[1:] == ["1,000,000"] * 5 for line in lines)
    assert any(line.startswith("3:1204  2026-03-02T12:00:00Z  open ") for line in lines)
    assert "…" not in "".join(lines)
    assert max(map(len, lines)) <= 80


def test_a_table_that_does_not_show_all_says_so() -> None:
    console = Console(file=io.StringIO(), width=200)
    states = dict.fromkeys(STATES, 0) | {"open": 76}
    by: dict[str, list[tuple[str | None, dict[str, int]]]]
    by = {"host": [("a.example", states | {"open": 5})], "reason": [("bad_json", states)]}
    with closing(Ledger("articles.dead", {})) as ledger:
        listing.show(ledger, states, by, [row()], console)
    assert isinstance(console.file, io.StringIO)
    notes = [line for line in console.file.getvalue().splitlines() if line.startswith("The ")]
    assert notes == ["The first 1, with 5 of 76 inputs.", "The newest 1 of 76."]


def test_no_text_from_outside_controls_the_terminal() -> None:
    text = "\n".join(shown([row(host=HOSTILE, detail=HOSTILE, reason=HOSTILE)], 200))
    assert not {*HOSTILE[:1], "\u202e", "\x9b", "\x07"} & {*text}
    assert r"\x1b[31m\u202e\x9bEVIL\x07\n" in text


def test_a_letter_as_json_names_its_place_and_its_time() -> None:
    made = listing.as_json(row())
    assert (made["id"], made["written_at"], made["host"]) == ("3:1204", "2026-03-02T12:00:00.250Z", "e.org")
