"""All parts together: lines that recur on a site are removed, wherever the process dies between the stores' commits."""

from __future__ import annotations

import gzip
import random
import shutil
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from tests import namespaces
from tests.dedup import valkey_server
from tests.dedup.test_index import paragraphs
from worker import app
from worker.app import Run, run_worker
from worker.config.settings import Settings
from worker.dedup.embedded.memory import EmbeddedMemory
from worker.dedup.index import Index
from worker.errors import DamagedInput, FatalTransportError, IndexStoreError, SettingsError, WorkerError
from worker.memories import open_memory
from worker.messages import Article, PipelineInfo, RawRecord, Result, Source
from worker.observe.health import workers
from worker.pipeline.pipeline import Pipeline
from worker.sites.memory import SiteStore, on_disk
from worker.stages.identify import Dedup, identify
from worker.stages.order import build_stages
from worker.transport.files.transport import FilesTransport

CALL = "The kettle of the lighthouse whistles at the same hour every morning."
WINDOW = timedelta(days=30)


def article(number: int) -> dict[str, Any]:
    words = random.Random(number)
    story = [" ".join("".join(words.choices("aeioulmnrst", k=7)) for _ in range(12)) + "." for _ in range(6)]
    return {"url": f"https://www.example.com/{number}", "text": "\n".join([*story, CALL])}


def read(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def run_files(directory: Path, **settings: Any) -> list[int]:
    """The numbers of the articles that lost the site's line. Every report must agree."""
    run_worker(Run(Settings(files=str(directory), **settings)))
    clean, reports = read(directory / "articles.clean.jsonl"), read(directory / "articles.quality.jsonl")
    lost = [message["source"]["offset"] for message in clean if CALL not in message["text"]]
    assert lost == [report["source"]["offset"] for report in reports if report["removed"] == {"site_line": 1}]
    return lost


@pytest.mark.parametrize("batch_max_records", [1, 3, 200])
def test_a_run_removes_recurring_lines_whatever_the_size_of_its_batches(tmp_path: Path, batch_max_records: int) -> None:
    (tmp_path / "articles.raw.jsonl").write_bytes(b"\n".join(orjson.dumps(article(n)) for n in range(10)) + b"\n")
    assert run_files(tmp_path, batch_max_records=batch_max_records) == [5, 6, 7, 8, 9]
    assert (tmp_path / "state" / "site_lines").is_dir()


def test_a_run_has_one_heap_from_the_start_and_gives_unused_memory_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "articles.raw.jsonl").write_bytes(orjson.dumps(article(1)) + b"\n")
    called: list[str] = []
    for name in ("use_one_heap", "keep_what_is_loaded", "give_back"):
        monkeypatch.setattr(app, name, partial(called.append, name))
    run_files(tmp_path)
    assert called == ["use_one_heap", "keep_what_is_loaded", "give_back"]


@pytest.mark.parametrize(("least", "lost"), [(0, []), (8, [8, 9])])
def test_the_setting_says_after_how_many_articles_a_line_is_removed(
    tmp_path: Path, least: int, lost: list[int]
) -> None:
    (tmp_path / "articles.raw.jsonl").write_bytes(b"\n".join(orjson.dumps(article(n)) for n in range(10)) + b"\n")
    assert run_files(tmp_path, site_lines=least) == lost
    assert (tmp_path / "state" / "site_lines").exists() == bool(least)


@pytest.mark.parametrize(
    ("settings", "endings"),
    [
        ({}, [("published", "new"), ("published", "superset"), ("published", "update")]),
        (
            {"supersets": "drop", "updates": "major"},
            [("published", "new"), ("duplicate", "superset"), ("duplicate", "update")],
        ),
    ],
)
def test_the_settings_say_whether_longer_texts_and_minor_updates_are_published(
    tmp_path: Path, settings: dict[str, Any], endings: list[tuple[str, str]]
) -> None:
    story = paragraphs("story", 10)
    texts = [("a", story[:5]), ("b", story), ("a", [*story[:2], "Back on Monday", *story[2:5]])]
    raw = [{"url": f"https://www.example.com/{url}", "text": "\n".join(lines)} for url, lines in texts]
    (tmp_path / "articles.raw.jsonl").write_bytes(b"\n".join(map(orjson.dumps, raw)) + b"\n")
    run_worker(Run(Settings(files=str(tmp_path), **settings)))
    reports = read(tmp_path / "articles.quality.jsonl")
    assert [(report["outcome"], report["reason"]) for report in reports] == endings


def test_a_run_over_a_single_file_leaves_outputs_and_state_beside_it(tmp_path: Path) -> None:
    (tmp_path / "crawl.jsonl").write_bytes(orjson.dumps(article(1)) + b"\n")
    assert run_worker(Run(Settings(files=str(tmp_path / "crawl.jsonl")))).total.records == 1
    assert [message["source"]["topic"] for message in read(tmp_path / "articles.clean.jsonl")] == ["crawl.jsonl"]
    assert (tmp_path / "state" / "index").is_dir()


def test_a_run_over_a_damaged_file_ends_with_its_metrics_and_then_the_error(tmp_path: Path) -> None:
    raw = gzip.compress(orjson.dumps(article(0)) + b"\n")
    (tmp_path / "articles.raw-1.jsonl.gz").write_bytes(raw + b"garbage")
    (tmp_path / "articles.raw-2.jsonl").write_bytes(orjson.dumps(article(1)) + b"\n")
    with (
        capture_logs() as logged,
        pytest.raises(DamagedInput, match=r"articles.raw-1.jsonl.gz: .* is damaged") as raised,
    ):
        run_worker(Run(Settings(files=str(tmp_path))))
    assert raised.value.exit_code == 5
    assert (logged[-1]["event"], logged[-1]["final"], logged[-1]["articles_in"]) == ("metrics", True, 2)
    assert len(read(tmp_path / "articles.quality.jsonl")) == 2


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        ({"files": "missing.jsonl"}, FatalTransportError, "no file or directory missing.jsonl"),
        ({"files": "."}, FatalTransportError, "no input in ."),
        ({"security_protocol": "SSL", "ssl_cafile": Path("ca.pem")}, SettingsError, "ssl_cafile: cannot use ca.pem"),
    ],
)
def test_certain_errors_are_reported_before_anything_is_created(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: dict[str, Any], error: type[WorkerError], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=says):
        run_worker(Run(Settings(**settings)))
    assert list(tmp_path.iterdir()) == []


def test_another_file_of_the_same_name_is_judged_on_its_own(tmp_path: Path) -> None:
    """The places are the same but the messages differ, so the decisions on the first file must not apply to the second."""
    files = {"first": [*range(10), *range(10)], "second": range(20, 40), "first_again": [*range(10), *range(10)]}
    ended: dict[str, list[str]] = {}
    for name, numbers in files.items():
        directory = tmp_path / name
        directory.mkdir()
        (directory / "articles.raw.jsonl").write_bytes(b"\n".join(orjson.dumps(article(n)) for n in numbers))
        run_worker(Run(Settings(files=str(directory), state_dir=tmp_path / "state", site_lines=0)))
        ended[name] = [report["reason"] for report in read(directory / "articles.quality.jsonl")]
    assert ended["second"] == ["new"] * 20
    assert ended["first"] == ended["first_again"] == ["new"] * 10 + ["recrawl"] * 10


@pytest.mark.parametrize(
    ("fetched_at", "kept"), [(None, True), ("2199-01-01T00:00:00Z", True), ("2026-01-01T00:00:00Z", False)]
)
def test_in_a_crawl_of_old_articles_only_a_possible_time_moves_the_window(
    tmp_path: Path, fetched_at: str | None, *, kept: bool
) -> None:
    old = [{**article(number), "fetched_at": "2015-05-01T00:00:00Z"} for number in range(20)]
    odd = {**article(99), "fetched_at": fetched_at}
    copies = [{**each, "url": f"{each['url']}/copy"} for each in old]
    lines = map(orjson.dumps, (*old, odd, *copies))
    (tmp_path / "articles.raw.jsonl").write_bytes(b"\n".join(lines))
    with capture_logs() as logged:
        run_worker(Run(Settings(files=str(tmp_path), site_lines=0)))
    reasons = [report["reason"] for report in read(tmp_path / "articles.quality.jsonl")]
    assert reasons == ["new"] * 21 + ["exact" if kept else "new"] * 20
    assert ("window_jumped" in {line["event"] for line in logged}) != kept


class CrashError(Exception):
    """The process dies here."""


class Frail(EmbeddedMemory):
    """A memory whose process dies in its nth batch, before or after the commit."""

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
    """What was published, without the times."""
    values = [orjson.loads(o.value) for r in results for o in r.outputs if isinstance(o.value, bytes)]
    return [{**value, "stage_ms": None, "processed_at": None} for value in values]


def process(state: Path, *, dies_at: int = 0, after: bool = False) -> list[Any]:
    """Run ten articles in batches of three. A process that dies is restarted on the batch that was not published."""
    published: list[Any] = []
    while len(published) < 20:
        memory = Frail(state / "index", window=WINDOW, max_bytes=1 << 28)
        memory.dies_at, memory.after = dies_at, after
        sites = SiteStore(on_disk(state / "site_lines", window=WINDOW, max_bytes=1 << 28), least=5)
        pipeline = Pipeline(build_stages(Settings(), sites, Dedup(Index(memory))), PipelineInfo("1", "f"))
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
            memory.close()
            sites.close()
    return published


@pytest.mark.parametrize("after", [False, True], ids=["before_index_commit", "after_index_commit"])
@pytest.mark.parametrize("dies_at", [1, 2, 3, 4])
def test_a_process_that_dies_between_the_commits_publishes_the_same_after_its_restart(
    tmp_path: Path, dies_at: int, *, after: bool
) -> None:
    undisturbed = process(tmp_path / "undisturbed")
    assert len(undisturbed) == 20
    assert [message["removed"] for message in undisturbed[-1::-2]] == [{"site_line": 1}] * 5 + [{}] * 5
    assert process(tmp_path / "disturbed", dies_at=dies_at, after=after) == undisturbed


def states(directory: Path) -> list[str]:
    """What `health` says about each worker on this input."""
    return [seen.state for seen in workers(directory / "state")]


def test_a_worker_without_its_index_server_waits_and_says_so_and_stops_on_request(tmp_path: Path) -> None:
    """It publishes nothing of the undecided batch, and the next run reads the batch again."""
    feed(tmp_path, 1, 2, 3)
    with index_server() as server:
        server.kill()
        with running(tmp_path, server) as worker:
            await_true(lambda: states(tmp_path) == ["waiting for the index server"])
            worker.terminate()
            _, log = worker.communicate(timeout=30)
        assert worker.returncode == 0
        assert "index_unreachable" in log
        assert clean_articles(tmp_path) == 0
        server.start()
        valkey_server.await_ready(server.url)
        assert run_worker(Run(Settings(files=str(tmp_path), index=server.url))).total.records == 3


def test_a_worker_resumes_when_its_index_server_is_back(tmp_path: Path) -> None:
    feed(tmp_path, 1, 2, 3)
    with index_server() as server, running(tmp_path, server) as worker:
        await_true(lambda: clean_articles(tmp_path) == 3)
        server.kill()
        feed(tmp_path, 1, 4)
        await_true(lambda: states(tmp_path) == ["waiting for the index server"])
        server.start()
        await_true(lambda: clean_articles(tmp_path) == 4)
        await_true(lambda: states(tmp_path) == [""])
        worker.terminate()
        _, log = worker.communicate(timeout=30)
        assert worker.returncode == 0
        assert "index_reachable" in log
    kinds = [report["duplicate"]["kind"] for report in read(tmp_path / "articles.quality.jsonl")]
    assert kinds == ["new", "new", "new", "recrawl", "new"]


def test_the_index_password_may_contain_any_characters(tmp_path: Path) -> None:
    password = "s/e?c#r@t:%41 ü"  # noqa: S105 - of a server that lives for a second
    server = valkey_server.required(lambda: valkey_server.start_local("--requirepass", password))
    try:
        valkey_server.await_ready(server.url, password=password)
        memory = open_memory(Settings(index=server.url, index_password=SecretStr(password)), tmp_path)
        assert memory.stats()["records"] == 0
        memory.close()
        with pytest.raises(IndexStoreError, match=r"rejects the login .*ARTICLE_WORKER_INDEX_PASSWORD"):
            open_memory(Settings(index=server.url), tmp_path)
    finally:
        server.close()


def feed(directory: Path, *numbers: int) -> None:
    with (directory / "articles.raw.jsonl").open("ab") as file:
        file.writelines(orjson.dumps(article(number)) + b"\n" for number in numbers)


@contextmanager
def index_server() -> Iterator[valkey_server.Server]:
    """A server that keeps its data when it is killed."""
    server = valkey_server.required(lambda: valkey_server.start_own(*valkey_server.DURABLE))
    try:
        yield server
    finally:
        server.close()


@contextmanager
def running(directory: Path, server: valkey_server.Server) -> Iterator[subprocess.Popen[str]]:
    """A worker that waits for more input."""
    command = [sys.executable, "-m", "worker", "run", "--files", str(directory), "--follow", "--index", server.url]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as worker:
        try:
            yield worker
        finally:
            worker.kill()


def await_true(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def clean_articles(directory: Path) -> int:
    clean = directory / "articles.clean.jsonl"
    return clean.read_bytes().count(b"\n") if clean.exists() else 0


def own_process_ids(directory: Path, out_dir: Path, *options: str) -> list[str]:
    """A command that runs a worker as process 1, as in a container."""
    worker = [sys.executable, "-m", "worker", "run", "--files", str(directory), "--out-dir", str(out_dir)]
    namespace = namespaces.in_own("--pid", "--fork", "--kill-child")
    return [*namespace, *worker, "--state-dir", str(directory / "state"), *options]


@contextmanager
def container(directory: Path, *options: str) -> Iterator[None]:
    """A worker in its own PID namespace, which has published its articles and waits for more."""
    out_dir = directory / "out"
    with subprocess.Popen(own_process_ids(directory, out_dir, "--follow", *options), stderr=subprocess.PIPE) as worker:
        try:
            await_true(lambda: clean_articles(out_dir) == 3)
            yield
        finally:
            worker.kill()


def test_containers_with_an_index_server_may_share_a_state_directory(tmp_path: Path) -> None:
    feed(tmp_path, 1, 2, 3)
    with index_server() as server, container(tmp_path, "--index", server.url):
        command = own_process_ids(tmp_path, tmp_path / "second", "--index", server.url)
        assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    state = tmp_path / "state"
    assert {path.name for path in state.iterdir() if path.is_dir()} == {"slots"}
    assert {path.name for path in (state / "slots").glob("*.lock")} == {"0.lock", "1.lock"}


def test_containers_without_an_index_server_are_told_what_to_do(tmp_path: Path) -> None:
    feed(tmp_path, 1, 2, 3)
    with container(tmp_path):
        command = own_process_ids(tmp_path, tmp_path / "second")
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 6
    assert "run the containers in one PID namespace (pid: host)" in ended.stderr


def test_a_state_directory_whose_sites_cannot_be_read_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "articles.raw.jsonl").write_bytes(orjson.dumps(article(1)) + b"\n")
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "site_lines").write_bytes(b"")
    with pytest.raises(IndexStoreError, match="site_lines"):
        run_worker(Run(Settings(files=str(tmp_path))))


# -- results of other rules --------------------------------------------------------------------------------------------


def test_a_run_on_results_of_other_settings_says_that_they_stay_as_they_are(tmp_path: Path) -> None:
    feed(tmp_path, 1, 2)
    assert warnings_of_run(tmp_path, "results_of_other_rules") == []
    assert warnings_of_run(tmp_path, "results_of_other_rules", batch_max_records=5) == []  # changes no article
    (warning,) = warnings_of_run(tmp_path, "results_of_other_rules", markdown=True)
    assert (warning["log_level"], warning["directory"]) == ("warning", str(tmp_path))
    assert warning["then"] != warning["now"]
    assert "not processed again" in warning["consequence"]
    assert "--out-dir" in warning["advice"]
    out_dir = tmp_path / "fresh"
    assert warnings_of_run(tmp_path, "results_of_other_rules", markdown=True, out_dir=out_dir) == []
    assert clean_articles(out_dir) == 2


# -- an empty state ----------------------------------------------------------------------------------------------------


def warnings_of_run(directory: Path, event: str = "state_is_empty", **settings: Any) -> list[Any]:
    """The lines of this event; by default, the warnings about an empty state."""
    with capture_logs() as lines:
        run_worker(Run(Settings(files=str(directory), **settings)))
    return [line for line in lines if line["event"] == event]


def test_a_start_with_an_empty_state_and_a_committed_position_logs_one_warning(tmp_path: Path) -> None:
    feed(tmp_path, 1, 2)
    assert warnings_of_run(tmp_path, require_state=True) == []  # the first start: nothing is committed
    assert warnings_of_run(tmp_path, require_state=True) == []
    shutil.rmtree(tmp_path / "state")
    (warning,) = warnings_of_run(tmp_path)
    assert warning["log_level"] == "warning"
    assert warning["index"] == f"the index in {tmp_path / 'state'}"
    assert "published again" in warning["consequence"]
    assert "--state-dir" in warning["advice"]


def test_with_require_state_such_a_start_is_refused_and_publishes_nothing(tmp_path: Path) -> None:
    feed(tmp_path, 1, 2)
    warnings_of_run(tmp_path)
    shutil.rmtree(tmp_path / "state")
    feed(tmp_path, 1, 3)
    for _ in range(2):  # the refused start must not create a state
        with pytest.raises(IndexStoreError, match=r"the index in .*state is empty.*without --require-state"):
            warnings_of_run(tmp_path, require_state=True)
    assert clean_articles(tmp_path) == 2
    warnings_of_run(tmp_path)
    assert clean_articles(tmp_path) == 4
    assert warnings_of_run(tmp_path, require_state=True) == []


def test_only_the_index_in_use_counts_as_state(tmp_path: Path) -> None:
    """With an index server, the state directory may be new, and a full one does not make up for an empty server."""
    feed(tmp_path, 1)
    warnings_of_run(tmp_path)
    with index_server() as server:
        valkey_server.await_ready(server.url)
        with pytest.raises(IndexStoreError, match=r"the index on valkey://.* is empty.*right --index"):
            warnings_of_run(tmp_path, index=server.url, require_state=True)
        feed(tmp_path, 2)
        assert len(warnings_of_run(tmp_path, index=server.url)) == 1
        shutil.rmtree(tmp_path / "state")
        assert warnings_of_run(tmp_path, index=server.url, require_state=True) == []


def test_a_worker_that_starts_at_the_same_time_is_not_a_reason_to_refuse(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It may commit its index and then its position between the two checks."""
    feed(tmp_path, 1)
    looks = iter([True, False])
    monkeypatch.setattr(EmbeddedMemory, "is_empty", lambda _self: next(looks))
    monkeypatch.setattr(FilesTransport, "resumes", lambda _self: True)
    assert warnings_of_run(tmp_path, require_state=True) == []
    assert list(looks) == []


def test_a_damaged_index_is_reported_before_waiting_for_the_broker(tmp_path: Path) -> None:
    (tmp_path / "index").write_bytes(b"")
    with pytest.raises(IndexStoreError, match="index"):
        run_worker(Run(Settings(bootstrap_servers=("127.0.0.1:9",), state_dir=tmp_path)))


# -- What a process keeps of hostile messages ------------------------------------------------------------------------


def hostile(number: int) -> Iterator[dict[str, Any]]:
    """Messages with long names and URLs that never repeat."""
    long = f"{number}{'x' * 200_000}"
    page = (
        "<html><head>{}</head><body {}><p>The council voted to keep the old bridge open for a year.</p></body></html>"
    )
    yield {"url": f"https://paper.example/{long}", "html": page.format("", "")}
    yield {"url": "https://paper.example/", "final_url": f"https://paper.example/{long}", "html": page.format("", "")}
    yield {"url": f"https://{long}.example/", "text": "The council voted to keep the old bridge open for a year."}
    yield {"html": page.format("", f"class='{long}'")}
    yield {"html": page.format("", f"id='{long}'")}
    yield {"html": page.format(f"<link rel=canonical href='https://paper.example/{long}'>", "")}
    yield {"html": page.format(f"<meta property=og:url content='https://paper.example/{long}'>", "")}
    yield {"html": page.format(f"<base href='https://paper.example/{long}'><link rel=canonical href=/a>", "")}
    story = {"@type": "NewsArticle", "headline": "x", "url": f"https://paper.example/{long}"}
    yield {"html": page.format(f"<script type='application/ld+json'>{orjson.dumps(story).decode()}</script>", "")}


def test_the_process_keeps_nothing_of_a_long_name_or_url() -> None:
    stages = build_stages(Settings())

    def process(number: int) -> None:
        for message in hostile(number):
            step = stages.decode(RawRecord(Source("raw", 0, number), orjson.dumps(message)))
            for _, run in stages.parts[0].stages:
                step = run(step) if isinstance(step, Article) else step
            if isinstance(step, Article):
                identify(step, RawRecord(Source("raw", 0, number), b""), time.time(), seed=1)

    process(0)
    tracemalloc.start()
    try:
        for number in range(1, 6):
            process(number)
        kept_bytes = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert kept_bytes < 1_000_000  # one message has 200,000 bytes
