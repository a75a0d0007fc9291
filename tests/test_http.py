"""A running worker answers on its HTTP port, in every state."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.dedup import valkey_server
from tests.test_app import article


class Worker:
    """A worker that follows its input, and answers on `port`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        assert process.stderr is not None
        self._log = process.stderr
        self.port = int(self.await_event("http_listening")["address"].rpartition(":")[2])

    def await_event(self, name: str, times: int = 1) -> dict[str, Any]:
        """The event when it is logged for the n-th time from now."""
        for line in self._log:
            event: dict[str, Any] = orjson.loads(line)
            times -= event["event"] == name
            if not times:
                return event
        raise AssertionError(f"the worker ended without {name}")

    def ask(self, path: str) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()

    def told(self, path: str) -> tuple[int, Any]:
        code, body = self.ask(path)
        return code, orjson.loads(body)

    def await_told(self, path: str, wanted: Callable[[int, Any], bool]) -> None:
        deadline = time.monotonic() + 60
        while not wanted(*self.told(path)):
            assert time.monotonic() < deadline, self.told(path)
            time.sleep(0.02)


@contextmanager
def running(directory: Path, *options: str) -> Iterator[Worker]:
    command = [sys.executable, "-m", "worker", "run", "--files", str(directory), "--follow", "--instance-id", "a"]
    listening = ("--http", "127.0.0.1:0", "--metrics-interval", "50ms", "--log-format", "json")
    with subprocess.Popen([*command, *listening, *options], stderr=subprocess.PIPE) as process:
        try:
            yield Worker(process)
        finally:
            process.kill()


def feed(directory: Path, *numbers: int) -> None:
    with (directory / "articles.raw.jsonl").open("ab") as file:
        file.writelines(orjson.dumps(article(number)) + b"\n" for number in numbers)


def test_a_worker_answers_with_its_numbers(tmp_path: Path) -> None:
    feed(tmp_path, 1, 2, 2)
    with (tmp_path / "articles.raw.jsonl").open("ab") as file:
        file.write(b"{\n")
    with running(tmp_path) as worker:
        worker.await_told("/status", lambda _, status: bool(status["articles_in"] == 4))
        worker.await_told("/status", lambda _, status: bool(status["state"] == "waiting for input"))
        _, status = worker.told("/status")
        assert (status["instance"], status["group"], status["index"]["articles"]) == ("a", None, 2)
        assert (status["published"], status["duplicate"], status["dead"]) == (2, 1, {"bad_json": 1})
        families = text_string_to_metric_families(worker.ask("/metrics")[1].decode())
        records = {s.labels["outcome"]: s.value for f in families for s in f.samples if "_records_total" in s.name}
        assert records == {"published": 2, "duplicate": 1, "dropped": 0, "dead": 1}
        assert worker.told("/readyz") == (200, {"ready": True, "reasons": {}})
        assert worker.told("/livez") == (200, {"alive": True, "reasons": {}})


def test_a_worker_whose_index_server_is_away_is_alive_but_not_ready_and_its_metrics_go_on(tmp_path: Path) -> None:
    server = valkey_server.required(lambda: valkey_server.start_own(*valkey_server.DURABLE))
    try:
        feed(tmp_path, 1)
        with running(tmp_path, "--index", server.url) as worker:
            worker.await_told("/status", lambda _, status: bool(status["published"] == 1))
            assert worker.told("/readyz")[0] == 200
            server.kill()
            feed(tmp_path, 2)
            reasons = {"a": "waiting for the index server"}
            worker.await_told("/readyz", lambda code, told: (code, told["reasons"]) == (503, reasons))
            assert worker.told("/livez")[0] == 200
            worker.await_event("index_unreachable")
            line = worker.await_event("metrics", times=2)
            assert (line["state"], line["published"]) == ("waiting for the index server", 1)
            server.start()
            worker.await_told("/readyz", lambda code, _: code == 200)
            worker.await_told("/status", lambda _, status: bool(status["published"] == 2))
    finally:
        server.close()


def test_a_worker_that_still_waits_for_its_index_server_is_not_ready(tmp_path: Path) -> None:
    feed(tmp_path, 1)
    with running(tmp_path, "--index", "valkey://127.0.0.1:1/0") as worker:
        worker.await_told("/readyz", lambda code, told: code == 503 and "index server" in told["reasons"].get("a", ""))
        assert worker.told("/livez")[0] == 200
        assert worker.told("/status")[1]["articles_in"] == 0


def test_a_port_that_is_taken_ends_the_worker_with_the_advice(tmp_path: Path) -> None:
    feed(tmp_path, 1)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        command = [sys.executable, "-m", "worker", "run", "--files", str(tmp_path), "--http", address]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"cannot listen on {address}: Address already in use. Choose another address with --http" in done.stderr


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_run_without_the_setting_opens_no_port_and_does_without_the_prometheus_library(
    tmp_path: Path, log_format: str
) -> None:
    feed(tmp_path, 1)
    code = (
        "import sys; from worker.__main__ import main\ntry: main()\nfinally: print('prometheus_client' in sys.modules)"
    )
    command = [sys.executable, "-c", code, "run", "--files", str(tmp_path), "--log-format", log_format]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "False\n")
    assert "http_listening" not in done.stderr
