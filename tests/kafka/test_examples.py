"""Runs the examples on a real broker, as their README says."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from kafka import KafkaProducer

from tests.examples.records import IDS, article, history, versions
from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.oracle import Topics, check
from tests.kafka.test_commands import command

pytestmark = pytest.mark.kafka

EXAMPLES = Path(__file__).parents[2] / "examples"


def needs(package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(find_spec(package) is None, reason=f"{package} is not installed")


def example(*arguments: str, folder: Path = EXAMPLES) -> str:
    """Run a module of the examples. Return what it logs."""
    run = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return run.stderr


# -- Scrapy ----------------------------------------------------------------------------------------------------------


@contextmanager
def site(pages: dict[str, bytes]) -> Iterator[str]:
    """A web server on this machine. It has these pages, and moves `/moved` to `/1`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, b"")
            self.send_response(301 if self.path == "/moved" else 200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Location", "/1")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the name of the base class
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@needs("scrapy")
def test_the_worker_publishes_what_the_scrapy_project_crawls(kafka: KafkaBroker, tmp_path: Path) -> None:
    topics = Topics.create(kafka, 2)
    links = "".join(f'<li><a href="{link}">{link}</a>' for link in ("/moved", "/2", "/3", "/gone", "mailto:a@b.c"))
    articles = {f"/{number}": corpus.page(number).html.encode() for number in (1, 2, 3)}
    with site({"/": f"<!doctype html><title>Front page</title><ul>{links}</ul>".encode(), **articles}) as url:
        options = {"KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap, "KAFKA_RAW_TOPIC": topics.raw, "AUTOTHROTTLE_ENABLED": 0}
        flags = [flag for name, value in options.items() for flag in ("-s", f"{name}={value}")]
        logged = example("scrapy", "crawl", "news", "-a", f"url={url}/", *flags, folder=EXAMPLES / "scrapy_project")
    assert "ERROR" not in logged
    run = command("run", *topics.flags(kafka), "--state-dir", str(tmp_path), "--stop-at-end")
    assert run.returncode == 0, run.stderr[-3000:]
    account = check(kafka, topics)
    assert sorted(each["url"] for each in account.clean.values()) == [f"{url}/2", f"{url}/3", f"{url}/moved"]
    assert {each["url"] for each in account.reports.values() if each["outcome"] != "published"} == {f"{url}/"}


# -- consumers -------------------------------------------------------------------------------------------------------


@pytest.fixture
def clean(kafka: KafkaBroker) -> str:
    """A topic of clean articles in two partitions."""
    return kafka.create_topic("clean", 2)


def publish(kafka: KafkaBroker, topic: str, records: list[list[Any]]) -> None:
    """Write the records to their partitions."""
    kafka.produce(
        topic, (Message(each.value, each.key, partition=number) for number, part in enumerate(records) for each in part)
    )


def abort(kafka: KafkaBroker, topic: str) -> None:
    """Leave an article in an aborted transaction."""
    with KafkaProducer(
        bootstrap_servers=kafka.bootstrap, acks="all", enable_idempotence=True, transactional_id=f"{topic}-aborted"
    ) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        producer.send(topic, orjson.dumps(article(0, version=10_000)), IDS[0].encode(), partition=0)
        producer.flush(timeout=60)
        producer.abort_transaction()


def flags(kafka: KafkaBroker, topic: str) -> list[str]:
    return ["--bootstrap-servers", kafka.bootstrap, "--topic", topic, "--stop-at-end"]


@needs("duckdb")
def test_the_duckdb_table_equals_the_topic_after_each_run(kafka: KafkaBroker, clean: str, tmp_path: Path) -> None:
    import duckdb  # noqa: PLC0415 - only this test needs it

    database, topic = tmp_path / "articles.duckdb", history(Random(1), length=700)
    for begin, end in ((0, 650), (650, 700)):
        publish(kafka, clean, [part[begin:end] for part in topic])
        abort(kafka, clean)
        logged = example("consumers.to_duckdb", *flags(kafka, clean), "--database", str(database))
        assert f"skipped {clean}[0] offset" in logged
        with duckdb.connect(str(database)) as db:
            held = db.execute("SELECT article_id, version FROM articles").fetchall()
        assert dict(held) == versions([part[:end] for part in topic])


def test_the_bulk_files_hold_each_record_once(kafka: KafkaBroker, clean: str, tmp_path: Path) -> None:
    topic = history(Random(2), length=700)
    for begin, end in ((0, 650), (650, 700)):
        publish(kafka, clean, [part[begin:end] for part in topic])
        abort(kafka, clean)
        example("consumers.to_bulk_files", *flags(kafka, clean), "--directory", str(tmp_path))
    index: dict[str, int | None] = {}
    actions = 0
    for file in sorted(tmp_path.glob("*.ndjson")):
        lines = iter(file.read_bytes().splitlines())
        for line in lines:
            [(action, target)] = orjson.loads(line).items()
            index[target["_id"]] = orjson.loads(next(lines))["version"] if action == "index" else None
            actions += 1
    assert {name: version for name, version in index.items() if version is not None} == versions(topic)
    read = [each.value or b"" for part in topic for each in part if each.key != b"bad"]
    assert actions == sum(b'"is_duplicate":true' not in value for value in read)


def test_a_consumer_says_that_its_topic_does_not_exist(kafka: KafkaBroker, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="the topic nope does not exist"):
        example("consumers.to_bulk_files", *flags(kafka, "nope"), "--directory", str(tmp_path))
