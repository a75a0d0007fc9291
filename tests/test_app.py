"""The parts together: what recurs on a site goes, whatever happens between the stores' commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from worker.app import Run, build_stages, run_worker
from worker.dedup.embedded import EmbeddedIndex
from worker.errors import IndexStoreError
from worker.messages import PipelineInfo, RawRecord, Result, Source
from worker.pipeline import Pipeline
from worker.settings import Settings
from worker.sites.store import SiteStore

CALL = "Join the conversation with our readers on the town square."
WINDOW = timedelta(days=30)


def article(number: int) -> dict[str, Any]:
    story = [f"Story {number} has a paragraph {part} that no other story has." for part in range(6)]
    return {"url": f"https://www.example.com/{number}", "text": "\n".join([*story, CALL])}


def read(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def run_files(directory: Path, **settings: Any) -> list[int]:
    """The articles that lost the site's line, by their number; every report must say the same."""
    run_worker(Run(Settings(files=str(directory), **settings)))
    clean, reports = read(directory / "articles.clean.jsonl"), read(directory / "articles.quality.jsonl")
    lost = [message["source"]["offset"] for message in clean if CALL not in message["text"]]
    assert lost == [report["source"]["offset"] for report in reports if report["removed"] == {"site_line": 1}]
    return lost


@pytest.mark.parametrize("batch_max_records", [1, 3, 200])
def test_a_run_removes_what_recurs_on_a_site_however_long_its_batches_are(
    tmp_path: Path, batch_max_records: int
) -> None:
    (tmp_path / "articles.raw.jsonl").write_bytes(b"\n".join(orjson.dumps(article(n)) for n in range(10)) + b"\n")
    assert run_files(tmp_path, batch_max_records=batch_max_records) == [5, 6, 7, 8, 9]
    assert (tmp_path / "state" / "site_lines").is_dir()


@pytest.mark.parametrize(("least", "lost"), [(0, []), (8, [8, 9])])
def test_the_setting_says_after_how_many_articles(tmp_path: Path, least: int, lost: list[int]) -> None:
    (tmp_path / "articles.raw.jsonl").write_bytes(b"\n".join(orjson.dumps(article(n)) for n in range(10)) + b"\n")
    assert run_files(tmp_path, site_lines=least) == lost
    assert (tmp_path / "state" / "site_lines").exists() == bool(least)


class CrashError(Exception):
    """The process dies here."""


class Frail(EmbeddedIndex):
    """An index whose process dies when it is asked for the nth time, before its commit or after it."""

    batches, dies_at, after = 0, 0, False

    @contextmanager
    def batch(self) -> Iterator[None]:
        self.batches += 1
        dies = self.batches == self.dies_at
        with super().batch():
            yield
            if dies and not self.after:
                raise CrashError
        if dies:
            raise CrashError


def outputs(results: list[Result]) -> list[Any]:
    """What was published, without the times that it took."""
    values = [orjson.loads(o.value) for r in results for o in r.outputs if isinstance(o.value, bytes)]
    return [{**value, "stage_ms": None, "processed_at": None} for value in values]


def process(state: Path, *, dies_at: int = 0, after: bool = False) -> list[Any]:
    """Ten articles in batches of three; a process that dies is started anew, on the batch that was not published."""
    published: list[Any] = []
    while len(published) < 20:
        index = Frail(state / "index", window=WINDOW, max_bytes=1 << 28)
        index.dies_at, index.after = dies_at, after
        sites = SiteStore(state / "site_lines", least=5, window=WINDOW, max_bytes=1 << 28)
        pipeline = Pipeline(build_stages(Settings(), sites), index, PipelineInfo("1", "f"))
        try:
            while len(published) < 20:
                begin = len(published) // 2
                records = [
                    RawRecord(Source("raw", 0, n, 1_700_000_000_000), orjson.dumps(article(n)))
                    for n in range(begin, min(10, begin + 3))
                ]
                published += outputs(pipeline.process(records))
        except CrashError:
            dies_at = 0
        finally:
            index.close()
            sites.close()
    return published


@pytest.mark.parametrize("after", [False, True], ids=["before_index_commit", "after_index_commit"])
@pytest.mark.parametrize("dies_at", [1, 2, 3, 4])
def test_a_process_that_dies_between_the_commits_publishes_the_same_when_it_is_back(
    tmp_path: Path, dies_at: int, *, after: bool
) -> None:
    undisturbed = process(tmp_path / "undisturbed")
    assert len(undisturbed) == 20
    assert [message["removed"] for message in undisturbed[-1::-2]] == [{"site_line": 1}] * 5 + [{}] * 5
    assert process(tmp_path / "disturbed", dies_at=dies_at, after=after) == undisturbed


def test_a_state_directory_whose_sites_cannot_be_read_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "articles.raw.jsonl").write_bytes(orjson.dumps(article(1)) + b"\n")
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "site_lines").write_bytes(b"")
    with pytest.raises(IndexStoreError, match="site_lines"):
        run_worker(Run(Settings(files=str(tmp_path))))
