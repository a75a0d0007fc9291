"""Workers as processes: started, stopped, frozen, killed, asked for their health, and started again where they ended."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from kafka.errors import KafkaError

from tests.kafka.broker import KafkaBroker
from tests.kafka.oracle import Account, Topics, check

SESSION_S = 6  # the least that a broker of default settings allows
RUN = (
    *("run", "--log-format", "json", "--batch-max-records", "20", "--batch-linger", "200ms"),
    *("--session-timeout", f"{SESSION_S}s", "--metrics-interval", "1s", "--transaction-timeout", "20s"),
)


@dataclass(slots=True)
class Worker:
    """One worker's process; started again it has the same command, state directory and log."""

    command: Sequence[str]
    state_dir: Path
    log: Path
    process: subprocess.Popen[bytes]
    wanted: bool = True  # whether the test has let it run

    def freeze(self) -> None:
        """Stop it where it is."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    def frozen(self) -> bool:
        """Whether it stands still."""
        return _status(self.process.pid, "State").startswith("T")

    def kill(self) -> None:
        """End it at once."""
        self.wanted = False
        self.process.kill()
        self.process.wait(20)

    def stop(self, within_s: float = 40) -> int:
        """Its exit code when it was asked to end."""
        self.wanted = False
        self.process.terminate()
        return self.process.wait(within_s)

    def start(self) -> None:
        """Start it, again where it ended."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stderr=log)
        self.wanted = True

    def rss_mb(self) -> float:
        """Megabytes of its own in memory: those of mapped files belong to the system."""
        return int(_status(self.process.pid, "RssAnon").split()[0]) / 1024

    def lines(self) -> list[str]:
        """What it has logged so far, in all its lives."""
        return self.log.read_text(errors="replace").splitlines()

    def events(self, *names: str) -> list[dict[str, Any]]:
        """The JSON lines of these events, or of all."""
        found = [orjson.loads(line) for line in self.lines() if line.startswith("{") and line.endswith("}")]
        return [event for event in found if not names or event["event"] in names]

    def said(self) -> str:
        """The last line that is not JSON: why it ended."""
        return next((line for line in reversed(self.lines()) if line and not line.startswith("{")), "")

    def health(self, *flags: str) -> tuple[int, str]:
        """What `article-worker health` exits with and says."""
        command = [sys.executable, "-m", "worker", "health", "--state-dir", str(self.state_dir), *flags]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, (done.stdout + done.stderr).strip()


def _status(pid: int, key: str) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith(f"{key}:"))


@dataclass(slots=True)
class Fleet:
    """The workers of one test, all of one group."""

    kafka: KafkaBroker
    topics: Topics
    home: Path
    flags: Sequence[str] = ()
    workers: list[Worker] = field(default_factory=list)
    restarts: int = 0  # of workers that ended though nobody had asked them to

    def start(
        self,
        name: str,
        *flags: str,
        driver: Sequence[str] = ("-m", "worker"),
        own_state: bool = False,
        stderr: int | None = None,
    ) -> Worker:
        """A worker whose log is called by its name. With a state directory of its own it is as on another machine.

        `driver` says to Python what runs it in its first life, with a fault in it perhaps; `stderr` takes the log then.
        """
        state_dir = self.home / (f"state-{name}" if own_state else "state")
        host = ("--instance-id", name) if own_state else ()  # by default it is made of the host's name
        given = [*self.topics.flags(self.kafka), "--state-dir", str(state_dir), *host, *self.flags, *flags]
        log = self.home / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen([sys.executable, *driver, *RUN, *given], stderr=stderr or output)
        worker = Worker([sys.executable, "-m", "worker", *RUN, *given], state_dir, log, process)
        self.workers.append(worker)
        return worker

    # -- progress ------------------------------------------------------------------------------------------------

    def done(self) -> int:
        """How many inputs are committed; -1 while nobody can say."""
        try:
            return sum(self.kafka.committed(self.topics.group, self.topics.raw).values())
        except KafkaError:
            return -1

    def await_that(self, condition: Callable[[], bool], within_s: float = 90) -> None:
        """Wait until something is so. Meanwhile workers that end by themselves are started again."""
        deadline = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < deadline, f"{self.done()} inputs are done\n{self.logs()}"
            self.revive()
            time.sleep(0.2)

    def await_more(self, count: int = 1) -> None:
        """Wait until so many more inputs are committed."""
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
        """Start again those that ended though the test lets them run, as whatever supervises workers does."""
        for worker in self.workers:
            if worker.wanted and worker.process.poll() is not None:
                self.restarts += 1
                worker.start()

    def stop(self) -> None:
        """End all workers in good order."""
        for worker in self.workers:
            if worker.wanted and worker.process.poll() is None:
                assert worker.stop() == 0, self.logs()

    def account(self, after: Account | None = None) -> Account:
        """When all is done: nothing was lost, nothing came twice, and no worker ended with a bug."""
        self.drain()
        self.stop()
        for worker in self.workers:
            assert "Traceback (most recent call last):" not in worker.lines(), worker.said()
        return check(self.kafka, self.topics, after)

    # -- the end -------------------------------------------------------------------------------------------------

    def logs(self) -> str:
        """The last lines of each worker's log, for the message of a test that fails."""
        return "\n".join(f"-- {worker.log.stem}: {worker.lines()[-4:]}" for worker in self.workers)

    def close(self) -> None:
        """End every worker at once."""
        for worker in self.workers:
            worker.kill()
