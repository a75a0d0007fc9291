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
from typing import Any

import pytest

from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker
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
