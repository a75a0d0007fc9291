"""How fast the worker is on Kafka, compared with a naive one (benchmarks/naive.py) in the same run.

    python -m benchmarks.peer PAGES.jsonl.xz [MORE ...] [--limit 2500] [--rounds 1]

Each file has one JSON object per line with `url` and `html`. The pages are written to a topic with six partitions. In
each round, first the naive worker and then ours reads them from the beginning to the end: one process each, with its
own output topics. Only the broker runs beside it. The time is that of the whole command, start and stop included.
The broker is the tests' own (see tests/kafka/broker.py). trafilatura and datasketch are in the dependency group
`bench`.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.pages import read_pages
from tests.kafka import broker, corpus
from tests.kafka.oracle import Topics

PARTITIONS = 6
_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER, of Linux
ROOT = Path(__file__).parent.parent


@dataclass
class Times:
    """Seconds of each run of a command: on the clock, and of CPU time."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    def run(self, command: list[str]) -> None:
        """Run it once more.

        Raises:
            SystemExit: it failed.
        """
        before, began_s = _children_s(), time.perf_counter()
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, process_group=0) as process:
            errors = process.communicate()[1]
        self.wall_s.append(time.perf_counter() - began_s)
        _await_orphans(process.pid)
        self.cpu_s.append(_children_s() - before)
        if process.returncode:
            sys.exit(f"{command[1:4]} exited with code {process.returncode}:\n{errors[-3000:]}")


def _await_orphans(group: int) -> None:
    """Wait for what a command leaves behind for a moment, the server of its processes: its CPU time counts, too."""
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-group, 0)


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def naive(kafka: broker.KafkaBroker, topics: Topics) -> list[str]:
    """The command that runs the naive worker."""
    return [sys.executable, str(ROOT / "benchmarks/naive.py"), kafka.bootstrap, topics.raw, topics.clean]


def ours(kafka: broker.KafkaBroker, topics: Topics, state: str) -> list[str]:
    """The command that runs our worker, with its default settings."""
    flags = ["--stop-at-end", "--state-dir", state, "--log-format", "json", *topics.flags(kafka)]
    return [sys.executable, "-m", "worker", "run", *flags]


def measure(kafka: broker.KafkaBroker, raw: Topics, rounds: int) -> dict[str, Times]:
    """Run both, in turn."""
    times = {"naive": Times(), "article-worker": Times()}
    for _ in range(rounds):
        times["naive"].run(naive(kafka, raw.again(kafka)))
        with tempfile.TemporaryDirectory() as state:
            times["article-worker"].run(ours(kafka, raw.again(kafka), state))
    return times


@contextmanager
def filled(pages: Sequence[Path], limit: int) -> Iterator[tuple[broker.KafkaBroker, Topics, int]]:
    """A broker, the topics of a new job with these pages in the raw topic, and the number of messages."""
    ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)
    values = [corpus.native(corpus.Page(page["url"], page["html"])) for page in read_pages(pages, limit)]
    kafka = broker.find()
    try:
        raw = Topics.create(kafka, PARTITIONS)
        raw.fill(kafka, values, PARTITIONS)
        yield kafka, raw, len(values)
    finally:
        kafka.close()


def print_figures(times: dict[str, Times], messages: int) -> None:
    """One line for each command, and the ratio of their best times."""
    best: Callable[[str], float] = lambda name: min(times[name].wall_s)  # noqa: E731
    print(f"{messages} messages on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; start and stop included")
    for name, each in times.items():
        cpu_ms = 1000 * min(each.cpu_s) / messages
        print(f"{name:<16}{messages / best(name):7.1f} messages/s{best(name):8.1f} s{cpu_ms:8.1f} ms of CPU a message")
    cpu = min(times["naive"].cpu_s) / min(times["article-worker"].cpu_s)
    print(f"the worker is {best('naive') / best('article-worker'):.2f} times as fast as the naive one", end="")
    print(f"; on a busy machine, trust the ratio of CPU time more: {cpu:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, default=2500)
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    with filled(args.pages, args.limit) as (kafka, raw, messages):
        times = measure(kafka, raw, args.rounds)
    print_figures(times, messages)


if __name__ == "__main__":
    main()
