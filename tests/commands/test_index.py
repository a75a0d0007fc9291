"""`article-worker index` after `run --files` has read a few articles. One is cut short, and one is recrawled."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import orjson
import pytest
import redis
from typer.testing import CliRunner, Result

from tests.dedup import valkey_server
from tests.dedup.made_stream import LOOKALIKES_FROM, stories
from tests.dedup.test_damage_contract import damage_embedded
from tests.kafka.servers import free_port
from worker.app import Run, run_worker
from worker.commands import cli, index, index_memory
from worker.config.settings import Settings
from worker.dedup.adopt import AdoptingIndex, Withdrawn
from worker.dedup.embedded.memory import EmbeddedMemory
from worker.dedup.entries import SHOWN
from worker.errors import IndexStoreError, SettingsError
from worker.identity.ids import hash_id
from worker.messages import Article
from worker.observe import logs
from worker.pipeline.stage import Part, Stage, Stages
from worker.stages.order import build_stages

STORIES = [story.paragraphs for story in stories("en")]
HARBOUR = "https://paper.example.com/harbour"
CUT = "https://copy.example.org/cut"
PASSWORD = "hunter2"  # noqa: S105 - these tests check that it is never shown


def message(url: str, *paragraphs: str) -> dict[str, str]:
    return {"url": url, "title": "A story of today", "text": "\n".join(paragraphs)}


MESSAGES = (
    message(HARBOUR, *STORIES[0]),
    message("https://paper.example.com/ferry", *STORIES[1]),
    message("https://paper.example.com/template", *STORIES[LOOKALIKES_FROM + 2]),
    message(CUT, *STORIES[0][:4]),
    message(f"{HARBOUR}/?utm_source=mail", *STORIES[0]),  # a recrawl
)
LATER = (message("https://other.example.net/1", *STORIES[1][:4]), message(HARBOUR, *STORIES[0], "It rained."))


def feed(directory: Path, *messages: dict[str, str]) -> None:
    """Add messages to the worker's input in the directory."""
    with (directory / "articles.raw.jsonl").open("ab") as file:
        file.writelines(orjson.dumps(each) + b"\n" for each in messages)


def run_files(directory: Path, *messages: dict[str, str]) -> list[dict[str, Any]]:
    """The verdicts on all messages so far, including these."""
    feed(directory, *messages)
    run_worker(Run(Settings(files=str(directory))))
    reports = (directory / "articles.quality.jsonl").read_bytes().splitlines()
    return [orjson.loads(report)["duplicate"] for report in reports]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory whose articles have been read. Tests must not write to it."""
    directory = tmp_path_factory.mktemp("made")
    assert [verdict["kind"] for verdict in run_files(directory, *MESSAGES)] == [
        "new", "new", "new", "excerpt", "recrawl",
    ]  # fmt: skip
    return directory


@pytest.fixture(autouse=True)
def in_an_empty_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start the tests in an empty directory."""
    monkeypatch.chdir(tmp_path)


def invoke(directory: Path, *args: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli.app, ["index", *args, "--state-dir", str(directory / "state")], input=stdin)


def told(directory: Path, *args: str, stdin: bytes | None = None) -> list[dict[str, Any]]:
    """What the command prints for machines: one JSON object per line."""
    return [json.loads(line) for line in invoke(directory, *args, "--json", stdin=stdin).output.splitlines()]


def fields(output: str) -> dict[str, str]:
    """The values of `name value` lines, by name."""
    return {name: value for name, value, *_ in (re.split(r"  +", line) for line in output.splitlines())}


def rows(output: str) -> list[dict[str, str]]:
    """The rows of a table, each a mapping from column name to cell."""
    names, *lines = (line.split() for line in output.splitlines())
    return [dict(zip(names, line, strict=True)) for line in lines]


# -- stats ---------------------------------------------------------------------------------------------------------


def test_stats_counts_messages_pages_and_texts(made: Path) -> None:
    """There are five messages. The recrawl adds a verdict, but no page; the excerpt adds a page, but no text."""
    (stats,) = told(made, "stats")
    assert stats["bytes"] > 0
    assert stats | {"bytes": 0, "span_s": 0} == {
        "verdicts": 5, "urls": 4, "contents": 3, "records": 3, "generations": 1, "span_s": 0, "bytes": 0,
    }  # fmt: skip


def test_stats_prints_a_line_for_each_number_with_its_meaning(made: Path) -> None:
    result = invoke(made, "stats")
    (stats,) = told(made, "stats")
    assert result.exit_code == 0
    assert fields(result.output) == {name: f"{value:,}" for name, value in stats.items()}
    width = len(str(stats["bytes"])) + 1
    assert result.output.splitlines()[0] == f"verdicts     {stats['verdicts']:>{width}}  messages whose verdict is kept"
    assert not [name for name in stats if f"  {index.MEANINGS[name]}\n" not in result.output]


# -- lookup --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [HARBOUR, f"http://www.{HARBOUR[8:]}/index.html?utm_source=x#top"])
def test_lookup_knows_a_page_by_any_of_its_urls(made: Path, url: str) -> None:
    result = invoke(made, "lookup", url)
    shown = fields(result.output)
    assert result.exit_code == 0
    assert shown.pop("content_hash_begins").startswith("sha256:")
    assert shown == {
        "known": "true",
        "canonical_url": HARBOUR,
        "article_id": hash_id(HARBOUR),
        "version": "1",
        "published_as": hash_id(HARBOUR),
        "cluster_id": hash_id(HARBOUR),
    }


def test_lookup_of_an_article_that_was_withdrawn_names_none(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "withdrawn")
    memory = EmbeddedMemory(tmp_path / "withdrawn" / "state" / "index", window=timedelta(days=30), max_bytes=1 << 30)
    AdoptingIndex(memory).withdraw([Withdrawn(hash_id(HARBOUR), None)])
    memory.close()
    (shown,) = told(tmp_path / "withdrawn", "lookup", HARBOUR)
    assert (shown["known"], shown["published_as"]) == (True, None)


def test_lookup_of_a_copy_names_the_article_that_was_published_for_it(made: Path) -> None:
    (shown,) = told(made, "lookup", CUT)
    assert (shown["article_id"], shown["published_as"], shown["cluster_id"]) == (
        hash_id(CUT), hash_id(HARBOUR), hash_id(HARBOUR),
    )  # fmt: skip


def test_lookup_gives_the_version_of_an_article(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    run_files(tmp_path, *LATER)
    before, after = told(made, "lookup", HARBOUR)[0], told(tmp_path, "lookup", HARBOUR)[0]
    assert (before["version"], after["version"]) == (1, 2)
    assert before["content_hash_begins"] != after["content_hash_begins"]


def test_lookup_gives_the_same_ids_and_hash_as_the_outputs(made: Path) -> None:
    clean = orjson.loads((made / "articles.clean.jsonl").read_bytes().splitlines()[1])
    (shown,) = told(made, "lookup", clean["url"])
    assert shown["article_id"] == clean["article_id"]
    assert clean["content_hash"].startswith(shown["content_hash_begins"])


def test_an_unknown_url_exits_with_1_and_shows_what_was_looked_up(made: Path) -> None:
    result = invoke(made, "lookup", "http://www.paper.example.com/nowhere?fbclid=1")
    expected = "https://paper.example.com/nowhere"
    assert result.exit_code == 1
    assert fields(result.output) == {"known": "false", "canonical_url": expected, "article_id": hash_id(expected)}
    assert told(made, "lookup", expected) == [
        {"known": False, "canonical_url": expected, "article_id": hash_id(expected)}
    ]


@pytest.mark.parametrize(
    "url", ["harbour", "paper.example.com/harbour", "mailto:a@b.example", "http://", "", "\x1b[2J"]
)
def test_anything_but_the_url_of_a_page_is_wrong_usage(made: Path, url: str) -> None:
    result = invoke(made, "lookup", url)
    assert isinstance(result.exception, SettingsError)
    assert str(result.exception).startswith(f"{url!r} is not an http(s) URL: give a full one, such as https://")


# -- similar -------------------------------------------------------------------------------------------------------

CUT_TEXT = "\n".join(STORIES[0][1:5])


def page(*paragraphs: str) -> str:
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return f"<!doctype html><html><head><title>Story</title></head><body><article>{body}</article></body></html>"


@pytest.mark.parametrize(
    "given",
    [
        orjson.dumps(message("https://x.example/1", *STORIES[0][1:5])),
        page(*STORIES[0][1:5]).encode(),
        CUT_TEXT.encode(),
    ],
    ids=["message", "page", "text"],
)
def test_similar_finds_the_article_that_contains_a_message_a_page_or_a_text(
    made: Path, tmp_path: Path, given: bytes
) -> None:
    (tmp_path / "given").write_bytes(given)
    result = invoke(made, "similar", "given")
    (found,) = rows(result.output)
    assert result.exit_code == 0
    assert (found["article_id"], found["kind"]) == (hash_id(HARBOUR), "excerpt")
    assert told(made, "similar", "-", stdin=given) == told(made, "similar", "given")


def test_similar_shows_the_same_evidence_as_the_verdict(made: Path, tmp_path: Path) -> None:
    (tmp_path / "given").write_bytes(orjson.dumps(LATER[0]))
    (row,) = told(made, "similar", "given")
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    verdict = run_files(tmp_path, LATER[0])[-1]
    assert row["kind"] == verdict["kind"] == "excerpt"
    assert (row["article_id"], row["cluster_id"]) == (verdict["of"], verdict["cluster_id"])
    assert row["similarity"] == pytest.approx(verdict["similarity"], abs=0.003)
    assert {name: row[name] for name in SHOWN} == pytest.approx(verdict["evidence"], abs=0.003)


def test_similar_cleans_an_article_as_the_worker_does(made: Path) -> None:
    furnished = "\n".join(["Share", "[ad_1]", *STORIES[0], "Also read: Mayor resigns at last"])
    assert told(made, "similar", "-", stdin=furnished.encode()) == told(
        made, "similar", "-", stdin="\n".join(STORIES[0]).encode()
    )


def test_similar_runs_the_stages_of_all_parts_and_compares_even_what_they_drop(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_adverts(article: Article) -> Article:
        lines = (article.text or "").split("\n")
        return article.with_text("\n".join(line for line in lines if "advert" not in line), {})

    def stages(_: Settings) -> Stages:
        first, second = build_stages(Settings(min_words=1_000_000)).parts
        added = Part((*second.stages, Stage("adverts", without_adverts)), None)
        return Stages(build_stages(Settings()).decode, (first, added))

    furnished = "\n".join([*STORIES[0], *(f"The {place} advert sells {place} lamps." for place in ("red", "blue"))])
    expected = told(made, "similar", "-", stdin="\n".join(STORIES[0]).encode())
    monkeypatch.setattr(index, "build_stages", stages)
    assert told(made, "similar", "-", stdin=furnished.encode()) == expected


def test_an_article_that_only_shares_words_is_shown_with_its_evidence_but_does_not_count_as_found(made: Path) -> None:
    known, other = STORIES[LOOKALIKES_FROM + 2 : LOOKALIKES_FROM + 4]
    given = "\n".join([*other[:2], *known[2:4], *other[4:]]).encode()
    result = invoke(made, "similar", "-", stdin=given)
    (row,) = rows(result.output)
    assert (row["kind"], row["article_id"]) == ("none", hash_id("https://paper.example.com/template"))
    assert result.exit_code == 1
    assert told(made, "similar", "-", stdin=given)[0]["kind"] is None


def test_without_a_similar_article_people_get_a_message_and_machines_no_line(made: Path) -> None:
    given = "\n".join(STORIES[3]).encode()
    result = invoke(made, "similar", "-", stdin=given)
    assert (result.exit_code, result.output) == (1, "no article in the index is similar\n")
    silent = invoke(made, "similar", "-", "--json", stdin=given)
    assert (silent.exit_code, silent.output) == (1, "")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"", "the input is empty: give a file with one raw message, a page or a text"),
        (orjson.dumps(MESSAGES[0]) + b"\n" + orjson.dumps(MESSAGES[1]), "the input holds 2 messages: give one"),
        (b'{"url": "https://a.example/1"}', "there is no article in - (no_content"),
        (b'{"url": "https://a.example/1", "status": 404, "text": "Gone."}', "there is no article in - (http_error"),
    ],
    ids=["empty", "two", "no_content", "http_error"],
)
def test_anything_but_a_single_article_is_wrong_usage(made: Path, given: bytes, said: str) -> None:
    result = invoke(made, "similar", "-", stdin=given)
    assert isinstance(result.exception, SettingsError)
    assert str(result.exception).startswith(said)


def test_a_missing_file_is_wrong_usage(made: Path) -> None:
    result = invoke(made, "similar", "nowhere.json")
    assert isinstance(result.exception, SettingsError)
    assert "cannot read nowhere.json: No such file or directory" in str(result.exception)


# -- whatever the command ------------------------------------------------------------------------------------------

LOOKS = (("stats",), ("lookup", HARBOUR), ("lookup", "https://new.example/1"), ("similar", "-"))


def look(directory: Path, *command: str) -> Result:
    return invoke(directory, *command, "--dedup-window", "1d", stdin=CUT_TEXT.encode())


@pytest.mark.parametrize("command", LOOKS, ids=" ".join)
def test_inspecting_the_index_changes_no_byte_of_it(made: Path, command: tuple[str, ...]) -> None:
    """Even with a window other than the worker's."""
    before = (made / "state" / "index" / "data.mdb").read_bytes()
    assert look(made, *command).output
    assert (made / "state" / "index" / "data.mdb").read_bytes() == before


def test_inspecting_the_index_does_not_change_later_verdicts(made: Path, tmp_path: Path) -> None:
    for name in ("undisturbed", "looked_at"):
        shutil.copytree(made, tmp_path / name)
    for command in LOOKS:
        look(tmp_path / "looked_at", *command)
    verdicts = run_files(tmp_path / "looked_at", *LATER)
    assert [verdict["kind"] for verdict in verdicts[len(MESSAGES) :]] == ["excerpt", "update"]
    assert verdicts == run_files(tmp_path / "undisturbed", *LATER)


@pytest.mark.parametrize("command", LOOKS, ids=" ".join)
def test_without_an_index_the_message_says_so_and_none_is_created(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "state" / "index").mkdir(parents=True)
    result = look(tmp_path, *command)
    assert isinstance(result.exception, IndexStoreError)
    assert f"there is no index in {tmp_path / 'state'}: give the worker's state directory with --state-dir" in str(
        result.exception
    )
    assert result.output == ""
    assert list((tmp_path / "state").rglob("*")) == [tmp_path / "state" / "index"]


@pytest.mark.parametrize("name", ["nowhere", "x" * 300])
def test_an_impossible_state_directory_has_no_index(tmp_path: Path, name: str) -> None:
    result = invoke(tmp_path / name, "stats")
    assert isinstance(result.exception, IndexStoreError)
    assert "there is no index in" in str(result.exception)


def test_a_damaged_index_is_reported_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "state" / "index").mkdir(parents=True)
    (tmp_path / "state" / "index" / "data.mdb").write_bytes(b"no index" * 4096)
    result = invoke(tmp_path, "stats")
    assert isinstance(result.exception, IndexStoreError)
    assert "is damaged" in str(result.exception)
    assert "move the directory away" in str(result.exception)


def process(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "worker", *args]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_damaged_entry_is_unknown_and_its_warning_stays_out_of_the_answer(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "state", tmp_path / "state")
    memory = EmbeddedMemory(tmp_path / "state" / "index", window=timedelta(days=30), max_bytes=1 << 30)
    damage_embedded(memory, "urls", lambda value: value[:-1])
    memory.close()
    done = process("index", "lookup", HARBOUR, "--json", "--state-dir", str(tmp_path / "state"))
    assert (done.returncode, json.loads(done.stdout)["known"]) == (1, False)
    assert "stored_value_damaged" in done.stderr


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["stats"], 6, "there is no index in state: give the worker's state directory with --state-dir"),
        (["lookup", "harbour"], 2, "'harbour' is not an http(s) URL"),
    ],
)
def test_an_error_is_one_line_on_standard_error_and_has_its_exit_code(args: list[str], code: int, said: str) -> None:
    done = process("index", *args)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(f"article-worker: {said}")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", LOOKS, ids=" ".join)
def test_the_lines_are_plain_and_complete_without_trailing_spaces(
    made: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = look(made, *command).output.splitlines()
    assert lines
    assert not [line for line in lines if "\x1b" in line or line != line.rstrip()]
    assert {len(each) for line in lines for each in re.findall(r"\b[0-9a-f]{20,}\b", line)} <= {32}


# -- while a worker runs -------------------------------------------------------------------------------------------


@contextmanager
def running(directory: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker that waits for more input. It must exit cleanly."""
    command = [sys.executable, "-m", "worker", "run", "--files", str(directory), "--follow", "--log-format", "json"]
    with subprocess.Popen([*command, "--metrics-interval", "20ms"], stderr=subprocess.PIPE, text=True) as worker:
        try:
            yield worker
            worker.send_signal(signal.SIGTERM)
            worker.communicate(timeout=30)
        finally:
            worker.kill()
    assert worker.returncode == 0


def await_articles(log: IO[str] | None, count: int) -> None:
    """Read the log until it says that this many articles were committed."""
    assert log is not None
    until_s = time.monotonic() + 30
    for line in log:
        if json.loads(line).get("articles_in") == count:
            return
        assert time.monotonic() < until_s
    pytest.fail("the worker ended")


def test_the_index_of_a_running_worker_can_be_inspected_while_it_works(tmp_path: Path) -> None:
    feed(tmp_path, *MESSAGES)
    with running(tmp_path) as worker:
        await_articles(worker.stderr, len(MESSAGES))
        assert told(tmp_path, "stats")[0]["verdicts"] == len(MESSAGES)
        assert told(tmp_path, "lookup", HARBOUR)[0]["version"] == 1
        assert {row["kind"] for row in told(tmp_path, "similar", "-", stdin=CUT_TEXT.encode())} >= {"excerpt"}
        feed(tmp_path, *LATER)
        await_articles(worker.stderr, len(MESSAGES) + len(LATER))
        assert told(tmp_path, "stats")[0]["verdicts"] == len(MESSAGES) + len(LATER)
        assert told(tmp_path, "lookup", HARBOUR)[0]["version"] == 2


# -- an index on a server ------------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[str]:
    """The URL of a server for one test."""
    own = valkey_server.required(valkey_server.start_own)
    yield own.url
    own.close()


def test_an_index_on_a_server_is_inspected_in_the_same_way(server: str, tmp_path: Path) -> None:
    """Log lines (this server does not persist its data) do not appear among the lines for machines."""
    feed(tmp_path, *MESSAGES)
    run_worker(Run(Settings(files=str(tmp_path), index=server)))
    (tmp_path / "cut").write_text(CUT_TEXT, "utf-8")
    stats, lookup, similar, unknown = (
        process("index", *command, "--index", server, "--json")
        for command in (["stats"], ["lookup", HARBOUR], ["similar", "cut"], ["lookup", "https://new.example/1"])
    )
    assert [done.returncode for done in (stats, lookup, similar, unknown)] == [0, 0, 0, 1]
    assert json.loads(stats.stdout)["verdicts"] == len(MESSAGES)
    assert set(json.loads(stats.stdout)) <= set(index.MEANINGS)
    assert json.loads(lookup.stdout)["published_as"] == hash_id(HARBOUR)
    assert {json.loads(line)["article_id"] for line in similar.stdout.splitlines()} == {hash_id(HARBOUR)}
    assert "index_not_durable" in stats.stderr


def test_a_command_that_reads_needs_an_index_on_the_server_and_makes_none(server: str, tmp_path: Path) -> None:
    feed(tmp_path, *MESSAGES)
    run_worker(Run(Settings(files=str(tmp_path), index=server, index_name="news")))
    for command in (["stats"], ["lookup", HARBOUR], ["export", str(tmp_path / "backup")]):
        refused = process("index", *command, "--index", server)
        assert refused.returncode == IndexStoreError.exit_code
        assert "there is no index article-worker on valkey://" in refused.stderr
        assert process("index", *command, "--index", server, "--index-name", "news").returncode == 0
    client = redis.Redis.from_url(server.replace("valkey", "redis"))
    assert {key.partition(b":")[0] for key in client.scan_iter()} == {b"{news}"}
    client.close()


def test_a_server_that_does_not_answer_is_reported_after_a_while_without_its_password(
    monkeypatch: pytest.MonkeyPatch, made: Path
) -> None:
    monkeypatch.setattr(index_memory, "LONGEST_WAIT_S", 0.0)
    monkeypatch.setenv("ARTICLE_WORKER_INDEX_PASSWORD", PASSWORD)
    monkeypatch.setattr(logs, "configure", lambda *_: None)  # its effect would outlive the test
    result = invoke(made, "stats", "--index", f"redis://me@127.0.0.1:{free_port()}/3")
    assert isinstance(result.exception, IndexStoreError)
    assert re.match(
        r"the index server valkey://127\.0\.0\.1:\d+/3 does not answer: check that it is running", str(result.exception)
    )
    assert PASSWORD not in result.output + str(result.exception)
