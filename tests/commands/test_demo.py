"""The demo shows a run that adds up, and touches only its own files."""

from __future__ import annotations

import io
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from worker.commands import demo, demo_view
from worker.commands.demo import Finished, run_demo
from worker.commands.samples.load import Sample, samples
from worker.errors import SettingsError
from worker.messages import Outcome


@dataclass(frozen=True)
class Shown:
    status: int
    directory: Path
    text: str

    def lines(self, name: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.directory / name).read_bytes().splitlines()]


def show(directory: Path, width: int = 100) -> Shown:
    out = io.StringIO()
    status = run_demo(directory, Console(file=out, width=width))
    return Shown(status, directory, out.getvalue())


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return show(tmp_path_factory.mktemp("parent") / "demo-output")


def test_the_demo_adds_up(shown: Shown) -> None:
    assert shown.status == 0
    reports = shown.lines(demo.QUALITY)
    assert sorted(report["source"]["offset"] for report in reports) == list(range(len(samples())))  # type: ignore[index]
    outcomes = [report["outcome"] for report in reports]
    assert outcomes.count("published") == len(shown.lines(demo.CLEAN)) > 10
    assert outcomes.count("dead") == len(shown.lines(demo.DEAD)) > 5
    assert outcomes.count("duplicate") >= 2
    assert outcomes.count("dropped") >= 3


def test_the_raw_file_holds_the_samples_one_per_line(shown: Shown) -> None:
    assert (shown.directory / demo.RAW).read_bytes().split(b"\n")[:-1] == [sample.value for sample in samples()]


def test_every_sample_is_in_the_table_with_its_outcome_and_reason(shown: Shown) -> None:
    reports = {report["source"]["offset"]: report for report in shown.lines(demo.QUALITY)}  # type: ignore[index]
    for number, sample in enumerate(samples()):
        row = next(
            line for line in shown.text.splitlines() if line.strip().startswith(f"{number} ") and sample.label in line
        )
        assert sample.crawler in row
        assert f"{reports[number]['outcome']}: {reports[number]['reason']}" in row


def test_each_copy_gets_its_own_kind(shown: Shown) -> None:
    reports = {report["source"]["offset"]: report for report in shown.lines(demo.QUALITY)}  # type: ignore[index]
    by_label = {sample.label: reports[number]["reason"] for number, sample in enumerate(samples())}
    assert by_label["English page, recrawled"] == "recrawl"
    assert by_label["French page, another site"] == "exact"
    assert by_label["table page, updated"] == "update"
    assert by_label["seed article, cut short"] == by_label["English page, cut off"] == "excerpt"


def test_the_seed_article_is_shown_before_and_after(shown: Shown) -> None:
    assert "before: 61 lines" in shown.text
    assert "2 tags, 29 repeated lines" in shown.text
    assert "after: 30 paragraphs" in shown.text
    assert "- [ad_1]" in shown.text
    assert "- [ad_2]" in shown.text


def test_the_sum_is_shown(shown: Shown) -> None:
    outcomes = [report["outcome"] for report in shown.lines(demo.QUALITY)]
    sums = " + ".join(f"{outcomes.count(outcome.value)} {outcome}" for outcome in Outcome)
    assert f"{len(samples())} in = {sums}" in shown.text


def test_log_lines_go_to_the_log_file_and_not_to_the_terminal(shown: Shown, capfd: pytest.CaptureFixture[str]) -> None:
    events = [line["event"] for line in shown.lines(demo.LOG)]
    assert "metrics" in events
    show(shown.directory)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("width", [80, 100, 140])
def test_nothing_but_commands_is_wider_than_the_terminal(width: int, tmp_path: Path) -> None:
    before_commands = show(tmp_path / "out", width).text.partition("What to do next")[0]
    assert max(map(len, before_commands.splitlines())) <= width


def test_a_second_demo_in_the_same_directory_replaces_the_first(tmp_path: Path) -> None:
    first, second = show(tmp_path / "out"), show(tmp_path / "out")
    assert first.status == second.status == 0
    assert len(second.lines(demo.QUALITY)) == len(samples())


def test_a_directory_with_other_files_is_refused_and_left_unchanged(tmp_path: Path) -> None:
    (tmp_path / "articles.raw.jsonl").write_text("mine\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="holds files that no demo created"):
        show(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["articles.raw.jsonl"]
    assert (tmp_path / "articles.raw.jsonl").read_text(encoding="utf-8") == "mine\n"


def test_other_files_in_a_demo_directory_stay(tmp_path: Path) -> None:
    show(tmp_path / "out")
    (tmp_path / "out" / "notes.txt").write_text("mine\n", encoding="utf-8")
    assert show(tmp_path / "out").status == 0
    assert (tmp_path / "out" / "notes.txt").read_text(encoding="utf-8") == "mine\n"


def test_a_file_in_place_of_the_directory_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"cannot use .*out for the demo"):
        show(tmp_path / "out")


def test_the_directories_and_the_index_of_a_live_worker_are_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_STATE_DIR", str(tmp_path / "live-state"))
    monkeypatch.setenv("ARTICLE_WORKER_OUT_DIR", str(tmp_path / "live-out"))
    monkeypatch.setenv("ARTICLE_WORKER_DUPLICATES", "tag")
    monkeypatch.setenv("ARTICLE_WORKER_INDEX", "valkey://127.0.0.1:1/0")
    monkeypatch.setenv("ARTICLE_WORKER_INDEX_PASSWORD", "not for the embedded index")
    assert show(tmp_path / "demo").status == 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["demo"]


# -- when it does not add up ---------------------------------------------------------------------------------------

SENT = [Sample("native", "one", b"1"), Sample("native", "two", b"2")]
PUBLISHED = {"outcome": "published"}
DEAD = {"outcome": "dead"}


def test_a_run_with_one_report_per_input_has_no_problems() -> None:
    finished = Finished(SENT, {0: [PUBLISHED], 1: [DEAD]}, {0: [{}]}, {1: [{}]})
    assert finished.problems() == []
    assert finished.count(Outcome.PUBLISHED) == finished.count(Outcome.DEAD) == 1


@pytest.mark.parametrize(
    ("finished", "problem"),
    [
        (Finished(SENT, {0: [PUBLISHED]}, {0: [{}]}, {}), "input 1 has 0 quality reports"),
        (Finished(SENT, {0: [DEAD] * 2, 1: [DEAD]}, {}, {0: [{}], 1: [{}]}), "input 0 has 2 quality reports"),
        (Finished(SENT, {n: [DEAD] for n in range(3)}, {}, {n: [{}] for n in range(3)}), "line 2, which was not sent"),
        (Finished(SENT, {0: [PUBLISHED], 1: [DEAD]}, {}, {1: [{}]}), "1 reports say published, but 0 messages"),
        (
            Finished(SENT, {0: [PUBLISHED], 1: [DEAD]}, {0: [{}, {}]}, {1: [{}]}),
            "1 reports say published, but 2 messages",
        ),
        (Finished(SENT, {0: [PUBLISHED], 1: [DEAD]}, {1: [{}]}, {1: [{}]}), "1 reports say published, but 1 messages"),
        (Finished(SENT, {0: [PUBLISHED], 1: [DEAD]}, {0: [{}]}, {}), "1 reports say dead, but 0 messages"),
    ],
)
def test_anything_missing_or_extra_is_a_problem(finished: Finished, problem: str) -> None:
    assert [found for found in finished.problems() if problem in found]


def test_a_run_that_lost_a_record_is_shown_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = demo._run

    def run_and_lose(out_dir: Path) -> None:
        lost(out_dir)
        path = out_dir / demo.QUALITY
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))

    monkeypatch.setattr(demo, "_run", run_and_lose)
    result = show(tmp_path / "out")
    assert result.status == 1
    assert "do not add up" in result.text
    assert "input 0 has 0 quality reports instead of 1" in result.text
    assert "no report" in result.text


# -- the view ------------------------------------------------------------------------------------------------------


def test_an_article_shorter_than_its_excerpt_is_shown_once() -> None:
    out = io.StringIO()
    Console(file=out, width=80).print(demo_view.before_and_after("[ad_1]\nOne.\nTwo.", "One.\nTwo."))
    text = out.getvalue()
    assert text.count("One.") == text.count("Two.") == 2
    assert "lines ..." not in text
    assert "1 - [ad_1]" in text


def test_a_paragraph_that_cleaning_changed_is_not_shown_as_kept() -> None:
    out = io.StringIO()
    Console(file=out, width=80).print(demo_view.before_and_after("One. Buy now!\nTwo.", "One.\nTwo."))
    assert "1 - One. Buy now!" in out.getvalue()


def test_markup_in_a_text_is_shown_unchanged() -> None:
    out = io.StringIO()
    Console(file=out, width=80).print(demo_view.before_and_after("[bold]One.[/]", "[bold]One.[/]"))
    assert out.getvalue().count("[bold]One.[/]") == 2


def test_the_commands_that_read_the_output_work_as_shown(shown: Shown) -> None:
    commands = [
        line.strip() for line in shown.text.splitlines() if str(shown.directory) in line and "articles." in line
    ]
    assert [command.split()[0] for command in commands] == ["head", "grep"]
    article, reasons = (
        subprocess.run(["sh", "-c", command], check=True, capture_output=True, text=True).stdout for command in commands
    )
    assert "Both sides expressed cautious hope" in article
    assert reasons.count('"reason":') == len(shown.lines(demo.DEAD))
