from __future__ import annotations

import gzip
import io
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from rich.console import Console
from typer.testing import CliRunner

from tests.commands.report.reports import message
from worker.commands import cli
from worker.commands.report import run
from worker.commands.report.records import read_report
from worker.commands.report.run import Options, run_report
from worker.config.settings import Settings
from worker.errors import FatalTransportError, InterruptedCommand, SettingsError
from worker.messages import rfc3339

SETTINGS = Settings()
LINES = b"\n".join([message(host="a.example"), message("dropped", "http_error", host="b.example"), b"{}"])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "articles.quality.jsonl"
    path.write_bytes(LINES)
    return path


def reported(*files: Path | str, **options: Any) -> str:
    """What the command prints on these files."""
    console, progress = (Console(file=io.StringIO(), width=10_000, markup=False) for _ in range(2))
    run_report(Options("articles.quality", tuple(map(str, files)), **options), SETTINGS, console, progress)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def as_json(*files: Path | str, **options: Any) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(reported(*files, as_json=True, **options))
    return document


def test_a_file_is_counted_and_other_lines_are_skipped(file: Path) -> None:
    text = reported(file)
    assert text.startswith("Quality reports: 2; counted at 20")
    assert "other records, skipped: 1" in text
    assert "http_error" in text


def test_several_files_are_counted_together_compressed_or_not(file: Path) -> None:
    packed = file.with_name("more.jsonl.gz")
    packed.write_bytes(gzip.compress(LINES))
    assert as_json(file, packed)["reports"] == 4


def test_standard_input_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with file.open("rb") as content:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(content))
        assert as_json("-")["reports"] == 2


def test_json_has_the_numbers_of_every_table(file: Path) -> None:
    document = as_json(file)
    assert (document["reports"], document["unreadable"], document["complete"]) == (2, 1, True)
    assert document["by_host"][0] == {
        "host": "b.example", "reports": 1, "published": 0, "duplicate": 0, "dropped": 1, "dead": 0, "failed_share": 1.0,
        "main_reason": "http_error",
    }  # fmt: skip
    assert {"outcomes", "reasons", "over_time", "by_host", "by_rule", "scores", "kinds", "clusters"} <= document.keys()


def test_an_input_that_was_retried_counts_once_as_it_ended(tmp_path: Path) -> None:
    file = tmp_path / "articles.quality.jsonl"
    file.write_bytes(b"\n".join([message("dead", "no_content"), message(), message(attempt=2)]))
    document = as_json(file)
    assert (document["reports"], document["replaced"]) == (2, 1)
    assert {row["outcome"]: row["reports"] for row in document["outcomes"] if row["reports"]} == {"published": 2}
    assert "replaced by a retry, not counted: 1" in reported(file)


def test_the_tables_and_their_rows_can_be_chosen(file: Path) -> None:
    document = as_json(file, by=("host",), most_rows=1)
    assert len(document["by_host"]) == 1
    assert document["notes"]["by_host"] == "The first 1 of 2."
    assert "by_rule" not in document


@pytest.mark.parametrize("since", ["2h", "-2h"])
def test_since_leaves_out_earlier_reports(tmp_path: Path, since: str) -> None:
    now = datetime.now(UTC)
    times = [rfc3339(now - timedelta(hours=hours)) for hours in (1, 3)]
    path = tmp_path / "q.jsonl"
    path.write_bytes(b"\n".join(message(processed_at=each) for each in times))
    document = as_json(path, since=since)
    assert (document["reports"], document["earlier"]) == (1, 1)
    assert as_json(path, since="earliest")["reports"] == 2
    assert as_json(path, since="2026-01-01")["reports"] == 2


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"since": "latest"}, "--since latest leaves nothing to read"),
        ({"since": "yesterday"}, "--since 'yesterday' is not a time: write 24h"),
        ({"since": "1x"}, "--since '1x' is not a time"),
        ({"by": ("host", "colour")}, "--by: unknown colour; choose from host, reason, shape, language, rule"),
    ],
)
def test_a_wrong_option_is_refused(file: Path, options: dict[str, Any], error: str) -> None:
    with pytest.raises(SettingsError, match=error):
        reported(file, **options)


def test_a_file_without_any_report_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd\x1b.jsonl"
    path.write_bytes(b"{}\n{}\n")
    with pytest.raises(SettingsError, match=r"no record of .*odd\\x1b.jsonl is a quality report"):
        reported(path)


def test_an_empty_file_is_reported_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.touch()
    assert as_json(path)["reports"] == 0


def test_a_file_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot read"):
        reported(tmp_path / "missing.jsonl")


def test_ctrl_c_prints_what_was_read_so_far(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(value: bytes | None) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return read_report(value)

    monkeypatch.setattr(run, "read_report", interrupted)
    console = Console(file=io.StringIO(), width=200)
    with pytest.raises(InterruptedCommand, match="The report covers only what was read until then"):
        run_report(Options("t", (str(file), str(file))), SETTINGS, console, Console(file=io.StringIO()))
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().startswith("Quality reports: 1;")
    assert "not all were read" in console.file.getvalue()
    assert "a.example" in console.file.getvalue()


@pytest.mark.parametrize("kept", [0.0, 0.7], ids=["nothing was read", "a part was read"])
def test_of_a_damaged_file_the_reports_before_the_damage_are_shown(tmp_path: Path, kept: float) -> None:
    lines = b"\n".join(message(host=f"{number}.example", title=os.urandom(40).hex()) for number in range(500))
    packed = gzip.compress(lines)
    path = tmp_path / "q.jsonl.gz"
    path.write_bytes(packed[: int(kept * len(packed))] + b"damage" * 100)
    console = Console(file=io.StringIO(), width=200)
    with pytest.raises(FatalTransportError, match=r"q\.jsonl\.gz"):
        run_report(Options("t", (str(path),)), SETTINGS, console, Console(file=io.StringIO()))
    assert isinstance(console.file, io.StringIO)
    assert ("not all were read" in console.file.getvalue()) is bool(kept)


def test_the_command_says_on_standard_error_where_the_page_is(file: Path, tmp_path: Path) -> None:
    page, screen = tmp_path / "re\x1bport.html", io.StringIO()
    options = Options("t", (str(file),), html=page)
    run_report(options, SETTINGS, Console(file=io.StringIO()), Console(file=screen))
    assert screen.getvalue() == f"wrote {tmp_path}/re\\x1bport.html\n"


def test_the_topic_can_be_given_as_for_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Options] = []
    monkeypatch.setattr(run, "run_report", lambda options, *_: given.append(options))
    for flag in ("--from-topic", "--quality-topic"):
        assert CliRunner().invoke(cli.app, ["report", flag, "my.quality"]).exit_code == 0
    assert [each.topic for each in given] == ["my.quality"] * 2


def test_the_page_is_written_even_if_nobody_reads_the_tables(file: Path, tmp_path: Path) -> None:
    class Closed(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    page = tmp_path / "report.html"
    with pytest.raises((BrokenPipeError, SystemExit)):
        run_report(Options("t", (str(file),), html=page), SETTINGS, Console(file=Closed()), Console(file=io.StringIO()))
    assert "http_error" in page.read_text(encoding="utf-8")


def test_the_page_is_written_beside_the_tables(file: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert "http_error" in reported(file, html=page)
    assert "http_error" in page.read_text(encoding="utf-8")
