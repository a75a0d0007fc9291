"""`article-worker demo`: runs the main job on the sample articles in files, and shows the results."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console

from worker.app import Run, run_worker
from worker.commands import demo_view as view
from worker.commands.samples import load
from worker.commands.samples.load import Sample
from worker.config.index_address import EMBEDDED
from worker.config.load import load as load_settings
from worker.errors import SettingsError, system_words
from worker.messages import Outcome
from worker.observe import logs
from worker.store import own_files

MARKER = ".article-worker-demo"  # marks a directory that a demo created, and that the next demo may clear
RAW, CLEAN, QUALITY, DEAD = (f"articles.{name}.jsonl" for name in ("raw", "clean", "quality", "dead"))
LOG = "worker.log"

_MARKED = b"Made by article-worker demo, which clears it when it runs again.\n"

_FILES = {
    RAW: "the samples, as crawlers send them",
    CLEAN: "cleaned articles",
    QUALITY: "a quality report for every input",
    DEAD: "what could not be processed",
    LOG: "log lines, with the metrics",
}
_SEED, _PAGE = 0, 10  # the samples that are shown before and after cleaning


@dataclass(frozen=True, slots=True)
class Finished:
    """The results of the run. Reports and articles are keyed by the number of their input line, from 0."""

    sent: Sequence[Sample]
    reports: Mapping[int, Sequence[dict[str, Any]]]
    clean: Mapping[int, Sequence[dict[str, Any]]]
    dead: Mapping[int, Sequence[dict[str, Any]]]

    def count(self, outcome: Outcome) -> int:
        """How many reports give this outcome."""
        return sum(report["outcome"] == outcome for found in self.reports.values() for report in found)

    def problems(self) -> list[str]:
        """What does not add up. Empty if every input has one report, and every output that it names was written."""
        found = [
            f"input {number} has {len(self.reports.get(number, ()))} quality reports instead of 1"
            for number in range(len(self.sent))
            if len(self.reports.get(number, ())) != 1
        ]
        found += [
            f"a quality report for line {number}, which was not sent"
            for number in self.reports
            if number >= len(self.sent)
        ]
        for outcome, written in ((Outcome.PUBLISHED, self.clean), (Outcome.DEAD, self.dead)):
            said = {n for n, reports in self.reports.items() if any(r["outcome"] == outcome for r in reports)}
            if said != set(written) or any(len(messages) != 1 for messages in written.values()):
                found.append(
                    f"{len(said)} reports say {outcome}, but {sum(map(len, written.values()))} messages were written"
                )
        return found


def run_demo(out_dir: Path, console: Console) -> int:
    """Write the samples to `out_dir`, run the main job there, and show the results. Return 0 if the numbers add up.

    Files of an earlier demo in `out_dir` are replaced. Log lines go to `worker.log` there.

    Raises:
        SettingsError: `out_dir` cannot be used, or it holds files that no demo created.
        WorkerError: the run could not start or continue.
    """
    sent = load.samples()
    _prepare(out_dir, sent)
    console.print(f"[bold]article-worker demo[/]: {len(sent)} raw articles from several crawlers, no broker\n")
    _run(out_dir)
    finished = _read_back(out_dir, sent)
    problems = finished.problems()
    _show(finished, problems, out_dir, console)
    return 1 if problems else 0


def _prepare(out_dir: Path, sent: Sequence[Sample]) -> None:
    """Create the directory, or clear what an earlier demo left in it. Then write the input."""
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        if any(out_dir.iterdir()) and not (out_dir / MARKER).is_file():
            raise SettingsError(f"{out_dir} holds files that no demo created: choose another one with --out-dir")
        own_files.replace(out_dir / MARKER, _MARKED, own_files.OUTPUT_MODE)
        for old in [*out_dir.glob("articles.*"), out_dir / LOG]:
            old.unlink(missing_ok=True)
        if (out_dir / "state").exists():
            shutil.rmtree(out_dir / "state")
        own_files.replace(out_dir / RAW, b"".join(sample.value + b"\n" for sample in sent), own_files.OUTPUT_MODE)
    except OSError as error:
        doing = f"use {out_dir} for the demo"
        raise SettingsError(f"cannot {doing}: {system_words(error, doing)}") from error


def _run(out_dir: Path) -> None:
    # The environment may hold the settings of a live worker. The demo must not use its directories or its index.
    flags = {
        "files": str(out_dir),
        "out_dir": str(out_dir),
        "state_dir": str(out_dir / "state"),
        "follow": False,
        "shape": "auto",
        "duplicates": "drop",
        "index": EMBEDDED,
        "log_format": "json",
    }
    settings = load_settings(flags, used=())[0]  # the demo does not connect
    with _log_file(out_dir / LOG):
        run_worker(Run(settings))


@contextmanager
def _log_file(path: Path) -> Iterator[None]:
    with path.open("w", encoding="utf-8") as stream:
        logs.configure("json", stream=stream)
        try:
            yield
        finally:
            logs.configure()


def _read_back(out_dir: Path, sent: Sequence[Sample]) -> Finished:
    return Finished(sent, *(_by_input(out_dir / name) for name in (QUALITY, CLEAN, DEAD)))


def _by_input(path: Path) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for line in path.read_bytes().splitlines() if path.exists() else ():
        message = orjson.loads(line)
        found.setdefault(message["source"]["offset"], []).append(message)
    return found


def _show(finished: Finished, problems: Sequence[str], out_dir: Path, console: Console) -> None:
    clean = {number: articles[0] for number, articles in finished.clean.items()}
    reports = {number: found[0] for number, found in finished.reports.items()}
    counts = {outcome: finished.count(outcome) for outcome in Outcome}
    if _SEED in clean:
        console.print("[bold]The seed article[/] (a minus marks what is removed)")
        console.print(view.before_and_after(load.read("seed_article.txt"), clean[_SEED]["text"]))
    if _PAGE in clean:
        console.print(view.page_steps(finished.sent[_PAGE], clean[_PAGE], reports[_PAGE]))
    for part in (
        view.record_table(finished.sent, reports, clean, console.width),
        view.summary(len(finished.sent), counts, problems),
        view.files_table(out_dir, _FILES),
    ):
        console.print()
        console.print(part)
    console.print()
    console.print(view.next_steps(out_dir), soft_wrap=True)
