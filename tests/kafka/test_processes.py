"""Tests of `run --processes` on a real broker: crashes, stops, and a start that fails."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker
from tests.kafka.oracle import Topics, check

pytestmark = pytest.mark.kafka

RUN = (
    *(sys.executable, "-m", "worker", "run", "--processes", "2", "--log-format", "json", "--batch-max-records", "20"),
    *("--session-timeout", "6s", "--metrics-interval", "1s"),
)


class Supervised:
    """A run with two processes. `log` has the events so far."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def log(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self._log.read_bytes().splitlines() if line.startswith(b"{")]

    def workers(self) -> list[int]:
        """The process ids of the running workers."""
        return _children(self.server)

    @property
    def server(self) -> int:
        """The process id of the server that the workers are forked from."""
        return next(pid for pid in _children(self.process.pid) if b"forkserver" in _command(pid))

    def await_event(self, event: str, times: int = 1, timeout_s: float = 60) -> None:
        until_s = time.monotonic() + timeout_s
        while sum(line["event"] == event for line in self.log) < times:
            assert time.monotonic() < until_s, f"no {event}: {self._log.read_text()[-3000:]}"
            assert self.process.poll() is None, self._log.read_text()[-3000:]
            time.sleep(0.1)


def _children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [*map(int, found.stdout.split())]


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@contextmanager
def supervised(kafka: KafkaBroker, topics: Topics, path: Path, *more: str) -> Iterator[Supervised]:
    command = [*RUN, *topics.flags(kafka), "--state-dir", str(path / "state"), *more]
    with (path / "log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log, start_new_session=True)
    try:
        yield Supervised(process, path / "log")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # the workers notice it
        process.wait()


def test_a_crash_of_one_process_loses_nothing_and_repeats_nothing(kafka: KafkaBroker, tmp_path: Path) -> None:
    topics = Topics.create(kafka)
    good = [corpus.native(page) for page in corpus.pages(1500, seed=3)]
    total = topics.fill(kafka, corpus.mixed(good, corpus.broken(50, heavy=0)))
    with supervised(kafka, topics, tmp_path, "--stop-at-end") as run:
        run.await_event("started", 2)
        for kills in range(1, 3):
            os.kill(run.workers()[0], signal.SIGKILL)
            run.await_event("process_ended", kills)
            run.await_event("started", 2 + kills)
        assert run.process.wait(120) == 0
        final = run.log[-2]
    account = check(kafka, topics)
    assert sum(account.outcomes.values()) == total
    assert account.count("published") == 1500
    assert (final["event"], final["final"]) == ("metrics", True)
    lost_with_the_kills = total - final["articles_in"]  # committed after the last status of a killed process
    assert 0 <= lost_with_the_kills <= total / 2


def test_if_the_server_of_processes_is_killed_nothing_is_lost_or_repeated(kafka: KafkaBroker, tmp_path: Path) -> None:
    topics = Topics.create(kafka)
    total = topics.fill(kafka, [corpus.native(page) for page in corpus.pages(1500, seed=4)])
    with supervised(kafka, topics, tmp_path, "--stop-at-end") as run:
        run.await_event("started", 2)
        os.kill(run.server, signal.SIGKILL)
        run.await_event("started", 4)
        assert run.process.wait(120) == 0
    assert sum(check(kafka, topics).outcomes.values()) == total


def test_if_the_server_of_processes_is_killed_the_workers_that_it_started_end(
    kafka: KafkaBroker, tmp_path: Path
) -> None:
    """Otherwise they would go on beside those that replace them, and nobody would count what they do."""
    topics = Topics.create(kafka)
    with supervised(kafka, topics, tmp_path) as run:
        run.await_event("started", 2)
        before = run.workers()
        os.kill(run.server, signal.SIGKILL)
        run.await_event("started", 4)
        assert not [pid for pid in before if _command(pid)]
        assert len(run.workers()) == 2


def test_the_metrics_are_those_of_all_processes_and_every_line_names_its_worker(
    kafka: KafkaBroker, tmp_path: Path
) -> None:
    topics = Topics.create(kafka)
    total = topics.fill(kafka, [corpus.native(page) for page in corpus.pages(300, seed=4)])
    with supervised(kafka, topics, tmp_path, "--stop-at-end", "--instance-id", "news") as run:
        assert run.process.wait(60) == 0
        log = run.log
    metrics = [line for line in log if line["event"] == "metrics"]
    assert {line["instance"] for line in metrics} == {"news"}
    assert (metrics[-1]["articles_in"], metrics[-1]["published"]) == (total, total)
    assert sum(line["interval"]["articles_in"] for line in metrics[:-1]) <= total
    assert {line["instance"] for line in log if line["event"] == "started"} == {"news-0", "news-1"}
    assert all("instance" in line for line in log if line["event"] != "stopped")


def test_one_port_tells_of_all_processes(kafka: KafkaBroker, tmp_path: Path) -> None:
    topics = Topics.create(kafka)
    with supervised(kafka, topics, tmp_path, "--http", "127.0.0.1:0", "--instance-id", "news") as run:
        run.await_event("started", 2)
        (address,) = (line["address"] for line in run.log if line["event"] == "http_listening")

        def ask(path: str) -> tuple[int, str]:
            connection = http.client.HTTPConnection(address, timeout=10)
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

        until_s = time.monotonic() + 30
        while ask("/readyz")[0] != 200:
            assert time.monotonic() < until_s, ask("/readyz")
            time.sleep(0.2)
        assert [orjson.loads(line)["instance"] for line in ask("/status")[1].splitlines()] == ["news-0", "news-1"]
        metrics = ask("/metrics")[1]
        assert all(f'worker="news-{number}"' in metrics for number in range(2))
        os.kill(run.workers()[0], signal.SIGKILL)
        run.await_event("process_ended")
        assert ask("/readyz") == (503, '{"ready":false,"reasons":{"processes":"1 of 2 are running"}}\n')
        assert ask("/livez")[0] == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_to_the_whole_process_group_stops_all_processes_in_an_orderly_way(
    kafka: KafkaBroker, tmp_path: Path, number: signal.Signals
) -> None:
    topics = Topics.create(kafka)
    with supervised(kafka, topics, tmp_path) as run:
        run.await_event("started", 2)
        workers = run.workers()
        os.killpg(run.process.pid, number)
        if number is signal.SIGTERM:  # as systemd does
            for pid in (*workers, run.server):
                os.kill(pid, number)
        assert run.process.wait(30) == 0
        assert not [pid for pid in workers if _command(pid)]
        assert [line["event"] for line in run.log].count("stopped") == 3


def test_the_workers_end_if_the_supervisor_is_killed(kafka: KafkaBroker, tmp_path: Path) -> None:
    topics = Topics.create(kafka)
    with supervised(kafka, topics, tmp_path) as run:
        run.await_event("started", 2)
        workers = run.workers()
        assert len(workers) == 2
        run.process.kill()
        until_s = time.monotonic() + 30
        while any(_command(pid) for pid in workers):
            assert time.monotonic() < until_s
            time.sleep(0.1)


def test_an_error_that_no_restart_cures_ends_the_run_with_its_message_and_exit_code(
    kafka: KafkaBroker, tmp_path: Path
) -> None:
    topics = Topics("no-such-topic", "no-clean", "no-quality", "no-dead", "nobody")
    with supervised(kafka, topics, tmp_path) as run:
        assert run.process.wait(60) == 4
        assert b"topics do not exist" in (tmp_path / "log").read_bytes()
