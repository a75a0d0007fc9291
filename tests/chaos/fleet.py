"""Runs workers as processes: starts, stops, suspends, kills and restarts them, and runs their health check."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from kafka.errors import KafkaError

from tests.kafka.broker import KafkaBroker
from tests.kafka.oracle import Account, Topics, check

SESSION_S = 6  # the minimum that a broker allows by default
RUN = (
    *("run", "--log-format", "json", "--batch-max-records", "20", "--batch-linger", "200ms"),
    *("--session-timeout", f"{SESSION_S}s", "--metrics-interval", "1s", "--transaction-timeout", "20s"),
)


@dataclass(slots=True)
class Worker:
    """The process of a worker. A restart uses the same command, state directory and log."""

    command: Sequence[str]
    state_dir: Path
    log: Path
    process: subprocess.Popen[bytes]
    wanted: bool = True  # whether the test wants it to run

    def freeze(self) -> None:
        """Suspend it."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Resume it."""
        self.process.send_signal(signal.SIGCONT)

    def frozen(self) -> bool:
        """Whether it is suspended."""
        return _status(self.process.pid, "State").startswith("T")

    def kill(self) -> None:
        """Kill it."""
        self.wanted = False
        self.process.kill()
        self.process.wait(20)

    def stop(self, within_s: float = 40) -> int:
        """Ask it to end, and return its exit code."""
        self.wanted = False
        self.process.terminate()
        return self.process.wait(within_s)

    def start(self) -> None:
        """Start it again."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stderr=log)
        self.wanted = True

    def rss_mb(self) -> float:
        """Its anonymous memory in megabytes. Mapped files do not count."""
        return int(_status(self.process.pid, "RssAnon").split()[0]) / 1024

    def lines(self) -> list[str]:
        """The lines that it has logged so far, before and after restarts."""
        return self.log.read_text(errors="replace").splitlines()

    def events(self, *names: str) -> list[dict[str, Any]]:
        """The JSON lines of these events, or of all events."""
        found = [orjson.loads(line) for line in self.lines() if line.startswith("{") and line.endswith("}")]
        return [event for event in found if not names or event["event"] in names]

    def said(self) -> str:
        """The last line that is not JSON, which says why it ended."""
        return next((line for line in reversed(self.lines()) if line and not line.startswith("{")), "")

    def health(self, *flags: str) -> tuple[int, str]:
        """The exit code and the output of `article-worker health`."""
        command = [sys.executable, "-m", "worker", "health", "--state-dir", str(self.state_dir), *flags]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, (done.stdout + done.stderr).strip()

    def ask(self, path: str) -> tuple[int, Any]:
        """The status code and the JSON that it answers on its HTTP port. Start it with `--http 127.0.0.1:0`."""
        address = self.events("http_listening")[-1]["address"]
        with closing(http.client.HTTPConnection(address, timeout=20)) as connection:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, orjson.loads(response.read())


def _status(pid: int, key: str) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith(f"{key}:"))


@dataclass(slots=True)
class Fleet:
    """The workers of a test, all in one group."""

    kafka: KafkaBroker
    topics: Topics
    home: Path
    flags: Sequence[str] = ()
    workers: list[Worker] = field(default_factory=list)
    restarts: int = 0  # of workers that ended without being asked

    def start(
        self,
        name: str,
        *flags: str,
        driver: Sequence[str] = ("-m", "worker"),
        own_state: bool = False,
        stderr: int | None = None,
    ) -> Worker:
        """Start a worker. Its log has its name. With its own state directory, it is like a worker on another machine.

        `driver` holds Python's arguments for the first start, which may inject a fault; `stderr` gets the log of that
        start.
        """
        state_dir = self.home / (f"state-{name}" if own_state else "state")
        host = ("--instance-id", name) if own_state else ()  # the default contains the host name
        given = [*self.topics.flags(self.kafka), "--state-dir", str(state_dir), *host, *self.flags, *flags]
        log = self.home / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen([sys.executable, *driver, *RUN, *given], stderr=stderr or output)
        worker = Worker([sys.executable, "-m", "worker", *RUN, *given], state_dir, log, process)
        self.workers.append(worker)
        return worker

    # -- progress ------------------------------------------------------------------------------------------------

    def done(self) -> int:
        """How many inputs are committed; -1 while no broker answers."""
        try:
            return sum(self.kafka.committed(self.topics.group, self.topics.raw).values())
        except KafkaError:
            return -1

    def await_that(self, condition: Callable[[], bool], within_s: float = 90) -> None:
        """Wait until the condition is true. Meanwhile, restart workers that end by themselves."""
        deadline = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < deadline, f"{self.done()} inputs are done\n{self.logs()}"
            self.revive()
            time.sleep(0.2)

    def await_more(self, count: int = 1) -> None:
        """Wait until this many more inputs are committed."""
        wanted = max(0, self.done()) + count
        self.await_that(lambda: self.done() >= wanted)

    def await_at_work(self, worker: Worker) -> None:
        """Wait until this worker commits something."""
        seen = len(worker.events("metrics"))
        self.await_that(lambda: any(event["articles_per_s"] for event in worker.events("metrics")[seen + 1 :]))

    def drain(self, within_s: float = 120) -> None:
        """Wait until every input is committed."""
        self.await_that(lambda: self.done() == sum(self.kafka.end_offsets(self.topics.raw).values()), within_s)

    def revive(self) -> None:
        """Restart workers that ended although the test wants them to run, as an orchestrator does."""
        for worker in self.workers:
            if worker.wanted and worker.process.poll() is not None:
                self.restarts += 1
                worker.start()

    def stop(self) -> None:
        """Shut down all workers cleanly."""
        for worker in self.workers:
            if worker.wanted and worker.process.poll() is None:
                assert worker.stop() == 0, self.logs()

    def account(self, after: Account | None = None) -> Account:
        """Wait for the end, then check: nothing was lost or published twice, and no worker ended with a bug."""
        self.drain()
        self.stop()
        for worker in self.workers:
            assert "Traceback (most recent call last):" not in worker.lines(), worker.said()
        return check(self.kafka, self.topics, after)

    # -- the end -------------------------------------------------------------------------------------------------

    def logs(self) -> str:
        """The last lines of each worker's log, for the message of a failed test."""
        return "\n".join(f"-- {worker.log.stem}: {worker.lines()[-4:]}" for worker in self.workers)

    def close(self) -> None:
        """Kill all workers."""
        for worker in self.workers:
            worker.kill()
