from __future__ import annotations

import io
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from rich.console import Console
from selectolax.lexbor import LexborHTMLParser

from tests.commands.replay.diff.outputs import COMPARISON, Topics, article, compared, report
from tests.commands.report.reports import HOSTILE
from worker.commands.replay.diff import run, view
from worker.commands.replay.diff.examples import TOO_LONG, Example
from worker.commands.replay.diff.run import Options, run_diff
from worker.commands.replay.diff.sides import Comparison, Outputs
from worker.commands.replay.standing import Standing
from worker.config.settings import Settings

BEFORE = "The bridge is closed until spring.\nTrains run again."
AFTER = "The bridge is open until spring.\nTrains run again. Read more"


def found(before: str = BEFORE, after: str = AFTER, **fields: Any) -> list[Example]:
    result = compared(
        quality=[report(1, removed={"ad_label": 1})], clean=[article(1, before)],
        quality_v2=[report(1, **{"reason": "update", "removed": {}, **fields})], clean_v2=[article(1, after, title=fields.get("title", "T"))],
    )  # fmt: skip
    return list(result.examples)


def printed(examples: list[Example], *, colours: bool = False, width: int = 200) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colours, color_system="standard" if colours else None, markup=False, emoji=False,
        highlight=False, _environ={},
    )  # fmt: skip
    view.show(examples, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def page(examples: list[Example]) -> LexborHTMLParser:
    return LexborHTMLParser(view.part(examples).html)


def test_a_pipe_gets_marks_around_what_was_deleted_and_inserted() -> None:
    text = printed(found())
    assert "The bridge is [-closed-] {+open+} until spring." in text
    assert "Trains run again. {+Read more+}" in text
    assert "https://a.example/1" in text
    assert "articles.raw:0:1" in text
    assert "outcome: published new → published update" in text
    assert "rule ad_label: 1 → 0" in text
    assert "score" not in text  # it is the same


def test_a_terminal_gets_colours_instead_of_marks() -> None:
    text = printed(found(), colours=True)
    assert "[-" not in text
    assert "\x1b[9;31mclosed" in text
    assert "\x1b[32mopen" in text


def test_the_page_has_elements_for_what_was_deleted_and_inserted() -> None:
    tree = page(found())
    assert [node.text().strip() for node in tree.css("del")] == ["closed"]
    assert [node.text().strip() for node in tree.css("ins")] == ["open", "Read more"]


def test_hostile_texts_reach_neither_the_terminal_nor_the_page() -> None:
    examples = found(HOSTILE, f"{HOSTILE} {HOSTILE} {BEFORE}", url=HOSTILE, title=HOSTILE)
    text = printed(examples, colours=True)
    assert "\x1b[31m" not in text.replace("\x1b[9;31m", "")
    assert "\u202e" not in text
    html = view.part(examples).html
    assert "<script" not in html
    assert "\x1b" not in html
    assert page(examples).css("script, [src], [href], [onclick]") == []
    assert r"<script>alert(1)</script>\x1b[31m\u202e[red]&" in page(examples).css("h3")[0].text()


def test_a_long_text_is_shortened_to_its_changed_passages() -> None:
    filler = " ".join(f"word{number}" for number in range(500))
    text = printed(found(f"{filler} {BEFORE}", f"{filler} {AFTER}"), width=10_000)
    assert "[-closed-] {+open+}" in text
    assert "word499" in text
    assert "word250" not in text
    assert max(map(len, printed(found(filler, "new " * 90_000), width=100_000).splitlines())) < 10_000


def test_a_text_with_many_changes_is_cut_after_the_first_ones() -> None:
    before = [f"word{number}" for number in range(3000)]
    after = [word if number % 6 else f"new{number}" for number, word in enumerate(before)]
    (example,) = found(" ".join(before), " ".join(after))
    assert example.runs is not None
    assert example.runs[-1].text == " … "
    assert len(example.runs) < 300


def test_texts_that_are_too_long_are_not_compared_word_by_word() -> None:
    begin = time.process_time()
    examples = found("a b " * 250_000, "b b a " * 170_000)
    assert time.process_time() - begin < 10
    assert (examples[0].runs, TOO_LONG in printed(examples), TOO_LONG in page(examples).text()) == (None, True, True)


def test_the_same_text_without_an_example_prints_nothing() -> None:
    assert printed([]) == ""
    assert "There is nothing to show." in page([]).text()


@pytest.fixture
def topics(monkeypatch: pytest.MonkeyPatch) -> None:
    """The brokers and the state of a replay that is half done."""
    records = {
        "quality": [report(1), report(2)], "quality.v2": [report(1)],
        "clean": [article(1, BEFORE)], "clean.v2": [article(1, AFTER)],
    }  # fmt: skip
    opened = Topics(records)
    after = Outputs("v2", "clean.v2", "quality.v2", standing=Standing(2, 1))
    comparison = Comparison("articles.raw", COMPARISON.ranges, COMPARISON.before, after)
    monkeypatch.setattr(run, "compared", lambda *_: comparison)
    monkeypatch.setattr("worker.transport.kafka.published.opened", lambda _settings, *rest: opened.open(*rest))


def said(**options: Any) -> tuple[str, str]:
    screen, errors = io.StringIO(), io.StringIO()
    run_diff(Options("v2", **options), Settings(), Console(file=screen, width=120), Console(file=errors, width=120))
    return screen.getvalue(), errors.getvalue()


@pytest.mark.usefixtures("topics")
def test_the_command_says_first_that_the_replay_has_not_ended() -> None:
    text, _ = said()
    assert text.startswith(
        "The replay v2 has not ended: 1 of 2 (50 %) done. Replay v2 compared with the live outputs. "
    )
    assert "{+Read more+}" in text


def test_nothing_is_said_about_a_replay_that_has_ended() -> None:
    facts = {"unfinished": {}, "before": "v1", "after": "v2", "only": "", "compared": 2, "different": 1, "made_at": "T"}
    assert run.header(facts) == ("Replay v2 compared with the replay v1. Records: 2; different: 1; compared at T")
    after = Outputs("v2", "c", "q", standing=Standing(2, 2))
    comparison = replace(COMPARISON, after=after)
    assert run.facts_of(comparison, compared())["unfinished"] == {}


@pytest.mark.usefixtures("topics")
def test_json_has_every_table_and_the_examples() -> None:
    document = orjson.loads(said(as_json=True)[0])
    assert (document["compared"], document["only_before"], document["different"]) == (1, 1, 1)
    assert document["unfinished"] == {"v2": "1 of 2 (50 %)"}
    assert document["texts"][-1] == {"words_changed": "over 20 %", "articles": 1, "share": 1.0}
    (example,) = document["examples"]
    assert example["place"] == "articles.raw:0:1"
    assert {"kind": "deleted", "text": "closed "} in example["text"]


@pytest.mark.usefixtures("topics")
def test_the_page_is_complete_in_itself(tmp_path: Path) -> None:
    target = tmp_path / "v2.html"
    assert f"wrote {target}" in said(html=target)[1].replace("\n", "")
    text = target.read_text(encoding="utf-8")
    tree = LexborHTMLParser(text)
    assert tree.css("h1")[0].text() == "Replay v2"
    assert tree.css("h2")[-1].text() == "Texts that changed most"
    assert not tree.css("script, link, img, iframe, [src]")
    assert "default-src 'none'" in text
    assert all(colour in text for colour in ("var(--before)", "var(--after)"))
    assert [node.attributes["href"] for node in tree.css("nav a")][-1] == "#examples"
    assert len(tree.css("figure svg")) == 5
