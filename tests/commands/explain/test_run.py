from __future__ import annotations

import io
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from rich.console import Console

from tests.commands.explain.world import STORY, World, message
from worker.commands.explain.run import Options, run_explain
from worker.config.settings import Settings
from worker.errors import ConnectError, SettingsError
from worker.text.terminal import printable
from worker.transport.kafka import lookup


def explained(options: Options, settings: Settings, **console: Any) -> tuple[str, str]:
    """What the command prints, and what it says on standard error."""
    screen, aside = (io.StringIO() for _ in range(2))
    run_explain(options, settings, Console(file=screen, **({"width": 10_000} | console)), Console(file=aside))
    return screen.getvalue(), aside.getvalue()


@pytest.fixture
def in_memory(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The command reads these topics."""
    monkeypatch.setattr(lookup, "KafkaTopics", lambda _settings: world)
    return world


def test_the_page_of_a_file_is_written_and_standard_error_says_where(tmp_path: Path) -> None:
    path, html = tmp_path / "message.json", tmp_path / "page.html"
    path.write_bytes(message(text=f"Share\n{STORY}"))
    printed, aside = explained(Options(str(path), html=html), Settings())
    assert "- interface  Share" in printed
    assert aside.endswith(f"wrote {html}\n")
    assert '<li class="removed"><span class="rule">removed interface (en: share)</span>' in html.read_text(
        encoding="utf-8"
    )


def test_options_that_cannot_work_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "message.json"
    path.write_bytes(message())
    for options, error in (
        (Options(str(path), since="7d"), "--since limits the search in the topics"),
        (Options(str(path), html=tmp_path), "cannot write"),
        (Options("https://paper.example/1", html=tmp_path / "no" / "page.html"), "cannot write"),
        (Options("https://paper.example/1", since="7x"), "--since '7x' is not a time"),
    ):
        with pytest.raises(SettingsError, match=error):
            explained(options, Settings())


def test_links_without_markdown_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "message.json"
    path.write_bytes(message())
    for asked in (str(path), "https://paper.example/1"):
        with pytest.raises(SettingsError, match="links needs markdown"):
            explained(Options(asked), Settings(links=True))


def test_one_line_is_not_counted_as_lines(tmp_path: Path) -> None:
    path = tmp_path / "message.json"
    path.write_bytes(message(text=STORY.partition("\n")[0]))
    assert ": 1 line kept, 0 removed" in explained(Options(str(path)), Settings(min_words=1))[0]


def test_a_file_is_explained_without_the_kafka_library(tmp_path: Path) -> None:
    path = tmp_path / "message.json"
    path.write_bytes(message())
    code = f"import sys; sys.argv[1:] = ['explain', {str(path)!r}]\nfrom worker.commands import cli\ncli.app(standalone_mode=False)\nassert 'kafka' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_a_file_needs_no_complete_settings_of_connections(tmp_path: Path) -> None:
    path = tmp_path / "message.json"
    path.write_bytes(message())
    incomplete = Settings(security_protocol="SASL_SSL")
    assert "published" in explained(Options(str(path)), incomplete)[0]
    with pytest.raises(SettingsError, match="sasl_mechanism"):
        explained(Options("https://paper.example/1"), incomplete)


@pytest.mark.parametrize("asked", ["https://paper.example/1", "0:0"])
def test_without_a_broker_the_error_says_how_to_explain_a_message_of_a_file(asked: str) -> None:
    nowhere = Settings(bootstrap_servers=("127.0.0.1:1",), connect_timeout=timedelta(milliseconds=50))
    with pytest.raises(ConnectError) as raised:
        explained(Options(asked), nowhere)
    no_broker, from_files = raised.value.lines
    assert no_broker.startswith("no Kafka broker answered within 50ms at 127.0.0.1:1")
    assert from_files.startswith("After a run with --files, nothing is in Kafka: pipe the line of the input into")


def test_everything_about_a_message_is_printed_for_people(in_memory: World) -> None:
    in_memory.send(message(1, text=f"{STORY}\nAn old line.", odd=f"{STORY}\nA new line."))
    in_memory.send(message(2))
    in_memory.process(0, 1)
    settings = in_memory.settings.model_copy(update={"map": ("text=odd", "status=gone")})
    printed = explained(Options("0:0"), settings)[0]
    assert "message      articles.raw:0:0, written 2024-10-04T00:00:00.000Z, " in printed
    assert "then         published (new), on 2024-10-04" in printed
    assert "the text differs: 2 words deleted, 2 inserted\n" in printed
    assert "[-An old-] {+A new+} line." in printed
    assert "--map status=gone has no effect" in printed
    copy = explained(Options("https://paper.example/2"), in_memory.settings)[0]
    assert "Similar articles\n" in copy
    assert "https://paper.example/1" in copy
    coloured = explained(Options("0:0"), settings, force_terminal=True, color_system="standard", width=120)[0]
    assert "\x1b[9;31mAn old \x1b[0m\x1b[32mA new \x1b[0mline." in coloured
    narrow = explained(Options("0:1"), in_memory.settings, width=40)[0]
    assert "782f091f2b08a5ae7f9f112150b08b68 articles.raw:0:0\n" in narrow


def test_of_a_message_that_is_gone_the_text_and_the_report_are_printed(in_memory: World, tmp_path: Path) -> None:
    in_memory.send(message())
    in_memory.process(0)
    in_memory.expired = 1
    html = tmp_path / "page.html"
    printed = explained(Options("0:0", html=html), in_memory.settings)[0]
    assert f"As published\n{STORY}\n" in printed
    assert '  "outcome": "published",\n' in printed
    assert "bytes, no longer available\n" in printed
    assert STORY.splitlines()[2] in html.read_text(encoding="utf-8")


def test_everything_about_a_message_is_printed_for_machines(in_memory: World) -> None:
    in_memory.send(message())
    in_memory.process(0)
    told = orjson.loads(explained(Options("0:0", as_json=True), in_memory.settings)[0])
    assert told["report"]["outcome"] == told["now"]["report"]["outcome"] == "published"


def test_no_control_sequence_of_a_message_reaches_the_terminal(in_memory: World, tmp_path: Path) -> None:
    evil = "\x1b[31m\u202e\x9b[red]"
    in_memory.send(message(1, title=evil, odd=f"{STORY}\n{evil}", note=evil))
    in_memory.send(b'"\x1b[31m"', headers=((evil, b"\x1b"),), key=b"\x1b[31m")
    in_memory.process(0, 1)
    for options in (Options("0:0"), Options("0:1"), Options("0:1", as_json=True), Options("0:0", html=tmp_path / "a")):
        settings = in_memory.settings.model_copy(update={"map": ("text=odd",)})
        for line in explained(options, settings)[0].splitlines():
            assert printable(line) == line
