"""No foreign text controls a terminal."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table

from worker.commands import demo_view, index
from worker.commands.explain.asked import parse
from worker.commands.explain.run import Options, run_explain
from worker.commands.samples.load import Sample
from worker.config.settings import Settings
from worker.errors import SettingsError
from worker.text.terminal import json_text, printable, printable_lines, shown

COLOUR, TITLE, CLIPBOARD = "\x1b[31m", "\x1b]0;owned\x07", "\x1b]52;c;cm0gLXJm\x1b\\"
C1, BIDI = "\x9b31m\x9d0;owned\x9c\x7f", "\u202egpj.exe\u2066x"
MARKUP = "[red]a[/red] [link=https://e.example]b[/link] :smile:"
LINE = f"{COLOUR}{TITLE}{CLIPBOARD}{C1}{BIDI} {MARKUP}".replace("\\", "")
OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def screen() -> Console:
    """A terminal with colours that interprets markup wherever possible."""
    return Console(file=io.StringIO(), force_terminal=True, color_system="standard", width=200, legacy_windows=False)


def seen(console: Console) -> str:
    """The printed text, without the colours that rich adds."""
    assert isinstance(console.file, io.StringIO)
    return re.sub(r"\x1b\[[0-9;]*m", "", console.file.getvalue())


# -- One function --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\x07b\x7f", r"a\x07b\x7f"),
        ("\x9b1m", r"\x9b1m"),
        ("gpj\u202eexe", r"gpj\u202eexe"),
        ("one\ntwo\r", r"one\ntwo\r"),
        ("\udcff", r"\udcff"),
        ("a" + "\u0300" * 40, "a" + "\u0300" * 30),
    ],
)
def test_terminal_control_characters_are_shown_as_escapes(text: str, escaped: str) -> None:
    assert printable(text) == escaped


@pytest.mark.parametrize(
    "text", ["Größe\t5\u00a0€", "مرحبا \u200fبالعالم", "שלום\u200e!", "👩\u200d🚀", "न\u200dम", "日本語", r"C:\x1b"]
)
def test_ordinary_text_is_left_unchanged(text: str) -> None:
    assert printable(text) == text


@given(st.text(st.characters()))
def test_no_control_character_reaches_the_terminal(text: str) -> None:
    assert not OBEYED.search(printable(text))
    assert printable(printable(text)) == printable(text)
    assert printable_lines(text).split("\n") == [printable(line) for line in text.split("\n")]


@given(st.dictionaries(st.text(), st.text() | st.none() | st.lists(st.text())))
def test_json_is_escaped_as_json(value: dict[str, Any]) -> None:
    assert orjson.loads(json_text(value)) == value
    assert not OBEYED.search(json_text(value))


def test_markup_is_shown_as_text() -> None:
    console = screen()
    console.print(shown(MARKUP, "bold"))
    assert seen(console) == f"{MARKUP}\n"


# -- Commands ------------------------------------------------------------------------------------------------------


def warc(content_type: str, encoding: str = "") -> bytes:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Encoding: {encoding}\r\n\r\n<p>x</p>".encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://e.org/\r\nContent-Length: {len(http)}\r\n\r\n"
    return head.encode() + http + b"\r\n\r\n"


STORY = f"The council voted to keep the old bridge open, {LINE} although the engineers asked for its closure.\n" * 12
INPUTS = {
    "an article": orjson.dumps({"url": f"https://e.org/{LINE}", "title": LINE, "text": STORY}),
    "a page": f"<html><title>{LINE}</title><p>{STORY.replace(chr(10), '</p><p>')}</p></html>".encode(),
    "entities": b"<html><head><title>&#155;31m &#8238;</title></head><body><p>&#x9b; &#x202e;</p></body></html>",
    "a content type": warc(f"image/{LINE}"),
    "a content encoding": warc("text/html", LINE),
    "names of fields": orjson.dumps({"url": "https://e.org/", f"key {LINE}": 1, "crawlid": LINE}),
    "a wrong type": orjson.dumps({"schema": "raw_article.v1", "url": 5, LINE: {LINE: LINE}}),
    "a broken message": f'{{"url": "{LINE}'.encode(),
}


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("as_json", [False, True])
def test_explain_prints_no_control_sequence_from_its_input(tmp_path: Path, name: str, as_json: bool) -> None:
    console, path = screen(), tmp_path / "input"
    path.write_bytes(INPUTS[name])
    html = tmp_path / "page.html"
    run_explain(Options(str(path), as_json=as_json, html=html), Settings(), console, screen())
    assert not OBEYED.search(html.read_text(encoding="utf-8").replace("\n", ""))
    assert not OBEYED.search(seen(console))
    assert "]8;" not in seen(console)
    assert not as_json or orjson.loads(seen(console))


def test_a_file_name_in_an_error_is_printable() -> None:
    runs: list[Callable[[str], Any]] = [
        parse,
        lambda name: index.run_similar(name, Settings(), screen(), as_json=False),
    ]
    for run in runs:
        with pytest.raises(SettingsError) as error:
            run(f"no\n{LINE}")
        assert not OBEYED.search(str(error.value))
        assert "\n" not in str(error.value)


def test_the_reason_for_a_missing_article_is_printable(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(INPUTS["a content type"])
    with pytest.raises(SettingsError) as error:
        index.run_similar(str(path), Settings(), screen(), as_json=False)
    assert not OBEYED.search(str(error.value))


def test_names_in_the_index_are_printable() -> None:
    """A file may have any name, and an article that was read from a file is named after it."""
    place, table, console = f"{LINE}/0/1", Table.grid(), screen()
    table.add_row("published_as", index._plain(place))
    index._print_lines(table, console)
    assert not OBEYED.search(seen(console))
    assert "[red]a[/red]" in seen(console)
    console = screen()
    index._print_json({"published_as": place}, console)
    assert not OBEYED.search(seen(console))
    assert orjson.loads(seen(console)) == {"published_as": place}


def test_the_demo_prints_articles_and_directories_without_control_characters(tmp_path: Path) -> None:
    article = {"text": STORY, "title": LINE, "authors": [LINE], "published_at": LINE, "language": LINE, "url": LINE}
    report: dict[str, Any] = {
        "sizes": {LINE: {"before": 1, "after": 0}},
        "removed": {LINE: 1},
        "outcome": "dropped",
        "reason": LINE,
    }
    report |= {"measures": None, "score": None}
    sample = Sample(LINE, LINE, b"")
    parts: list[Callable[[], Any]] = [
        lambda: demo_view.before_and_after(STORY, LINE),
        lambda: demo_view.page_steps(sample, article, report),
        lambda: demo_view.record_table([sample], {0: report}, {0: article}, 200),
        lambda: demo_view.summary(1, {}, [LINE]),
        lambda: demo_view.files_table(Path(LINE), {"x": "x"}),
        lambda: demo_view.next_steps(Path(LINE)),
    ]
    for part in parts:
        console = screen()
        console.print(part())
        assert not OBEYED.search(seen(console))
        assert "[red]a[/red]" in seen(console).replace("\n", "")


def test_a_table_of_shown_texts_keeps_its_columns() -> None:
    console, table = screen(), Table.grid(padding=(0, 2))
    for text in ("\x1b", "plain"):
        table.add_row(shown(text), shown("next"))
    console.print(table)
    assert [line.index("next") for line in seen(console).splitlines()] == [7, 7]
