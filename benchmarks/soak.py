"""The memory of one worker on a real broker, over many messages: the curve, and how fast it grows.

    python -m benchmarks.soak PAGES [PAGES ...] [--minutes 60] [--rate 25] [--csv FILE] [--flag FLAG ...]

PAGES has one JSON object per line with `url` and `html`. The pages are sent again and again in the formats of four
crawlers (see benchmarks/rounds.py), with broken messages between them. With `--rate 0`, they are sent as fast as the
worker takes them. The broker is the tests' own (see tests/kafka/broker.py). Linux only.

Each metrics line of the worker adds a line to the curve, in MB (millions of bytes):

    rss     all memory of the process that is resident: anon + code + index
    anon    without mapped files: what the process has allocated itself
    code    pages of mapped libraries
    index   pages of the mapped index, of which the kernel keeps as many as it has room for
    own     what no other process shares (USS)
    peak    the largest `rss` so far

The slope is how much `anon` grows per 10,000 messages after the first 10,000: the median over all pairs of lines
(Theil-Sen), so single batches hardly change it. The index grows with its articles, and has its own limit.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import IO

from benchmarks.rounds import messages, read_pages
from tests.kafka import broker
from tests.kafka.oracle import Topics

MB = 1_000_000
PARTITIONS = 6
AHEAD = 3_000  # messages that wait for the worker, if there is no rate
FIRST = 10_000  # messages before the slope begins
ROWS = 25  # of the printed curve
CHUNKS_PER_S = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """The memory of the worker in MB, after so many seconds and messages."""

    seconds: float
    messages: int
    rss: float
    anon: float
    code: float
    index: float
    own: float
    peak: float


def sample(pid: int, seconds: float, count: int) -> Sample:
    """The memory of a process now."""
    kib = _sizes(Path(f"/proc/{pid}/smaps_rollup")) | _sizes(Path(f"/proc/{pid}/status"))
    own, index = kib["Private_Clean"] + kib["Private_Dirty"], _index_kib(pid)
    sizes = kib["Rss"], kib["Anonymous"], kib["Rss"] - kib["Anonymous"] - index, index, own, kib["VmHWM"]
    return Sample(seconds, count, *(size * 1024 / MB for size in sizes))


def _sizes(path: Path) -> dict[str, int]:
    """The values of a file of /proc in KiB."""
    words = (line.replace(":", " ").split() for line in path.read_text().splitlines())
    return {each[0]: int(each[1]) for each in words if len(each) == 3 and each[2] == "kB"}


def _index_kib(pid: int) -> int:
    """How much of the index and of the lines of sites is resident."""
    size, is_index = 0, False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        name, _, value = line.partition(":")
        if " " in name:  # the first line of a mapping
            is_index = line.endswith(".mdb")
        elif is_index and name == "Rss":
            size += int(value.split()[0])
    return size


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The median of the slopes between all pairs of points; NaN if there is no pair."""
    pairs = itertools.combinations(points, 2)
    slopes = [(b - a) / (y - x) for (x, a), (y, b) in pairs if y != x]
    return statistics.median(slopes) if slopes else float("nan")


class Watch:
    """Takes a sample with each metrics line of the worker."""

    def __init__(self, worker: subprocess.Popen[str]) -> None:
        self.samples: list[Sample] = []
        self.done = 0
        self.outcomes: dict[str, object] = {}
        self._worker, self._begin = worker, time.monotonic()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        assert self._worker.stderr is not None
        for line in self._worker.stderr:
            event = json.loads(line) if line.startswith("{") else {"event": line.rstrip(), "level": "error"}
            if event["event"] == "metrics":
                self._note(event)
            elif event["level"] != "info":
                print(line.rstrip(), file=sys.stderr)

    def _note(self, metrics: dict[str, object]) -> None:
        self.done = int(str(metrics["articles_in"]))
        self.outcomes = {name: metrics[name] for name in ("published", "duplicate", "dropped", "dead")}
        if not metrics["final"]:
            self.samples.append(sample(self._worker.pid, time.monotonic() - self._begin, self.done))

    def end(self) -> None:
        """Wait for the last line."""
        self._thread.join(timeout=60)


def feed(
    kafka: broker.KafkaBroker, topic: str, values: Iterable[bytes | None], watch: Watch, rate: float, seconds: float
) -> int:
    """Send messages for so many seconds. Return how many."""
    sent, left, begin = 0, iter(values), time.monotonic()
    while (now := time.monotonic() - begin) < seconds:
        due = int(now * rate) - sent if rate else min(50, watch.done + AHEAD - sent)
        chunk = [
            broker.Message(value, b"%d" % n, partition=n % PARTITIONS)
            for n, value in enumerate(itertools.islice(left, max(0, due)), sent)
        ]
        kafka.produce(topic, chunk)
        sent += len(chunk)
        if rate or not chunk:
            time.sleep(1 / CHUNKS_PER_S)
    return sent


def soak(options: argparse.Namespace) -> Watch:
    """Run a worker on a new broker for the time that the options say."""
    pages = read_pages(options.pages)
    kafka = broker.find()
    try:
        topics, before_s = Topics.create(kafka, PARTITIONS), cpu_s()
        with tempfile.TemporaryDirectory() as state, start(topics.flags(kafka), state, options.flag) as worker:
            watch = Watch(worker)
            try:
                sent = feed(kafka, topics.raw, messages(pages), watch, options.rate, options.minutes * 60)
            finally:
                worker.send_signal(signal.SIGTERM)
            watch.end()
            code = worker.wait(60)
        used_s = cpu_s() - before_s
    finally:
        kafka.close()
    print(f"{sent} messages sent, {watch.done} done, exit code {code}: {json.dumps(watch.outcomes)}")
    print(f"{used_s * 1000 / max(1, watch.done):.2f} ms of CPU time per message, with start and end")
    return watch


def cpu_s() -> float:
    """The CPU time of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def start(topics: list[str], state: str, flags: list[str]) -> subprocess.Popen[str]:
    """Start a worker that logs its metrics every ten seconds."""
    command = [sys.executable, "-m", "worker", "run", "--log-format", "json", "--state-dir", state]
    return subprocess.Popen([*command, *topics, *flags], stderr=subprocess.PIPE, text=True)


def report(samples: Sequence[Sample], out: IO[str]) -> None:
    """Print the curve and the slopes."""
    print(f"{'minute':>7}{'messages':>10}" + "".join(f"{each.name:>8}" for each in fields(Sample)[2:]), file=out)
    every = max(1, len(samples) // ROWS)
    for each in samples[::every]:
        row = "".join(f"{size:>8.1f}" for size in astuple(each)[2:])
        print(f"{each.seconds / 60:>7.1f}{each.messages:>10}{row}", file=out)
    late = [each for each in samples if each.messages >= FIRST]
    curves = {
        "anon": [each.anon for each in late],
        "anon + code": [each.anon + each.code for each in late],
        "rss": [each.rss for each in late],
    }
    for name, sizes in curves.items() if late else ():
        grown = slope([(each.messages / 10_000, size) for each, size in zip(late, sizes, strict=True)])
        print(
            f"{name} after {FIRST} messages: {grown:+.2f} MB per 10,000 messages; "
            f"median {statistics.median(sizes):.1f} MB, largest {max(sizes):.1f} MB",
            file=out,
        )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("pages", type=Path, nargs="+")
    arguments.add_argument("--minutes", type=float, default=60)
    arguments.add_argument("--rate", type=float, default=25, help="messages per second; 0: as many as the worker takes")
    arguments.add_argument("--csv", type=Path, help="write all lines of the curve to this file")
    arguments.add_argument("--flag", action="append", default=[], help="passed on to `article-worker run`")
    options = arguments.parse_args()
    watch = soak(options)
    report(watch.samples, sys.stdout)
    if options.csv:
        with options.csv.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(each.name for each in fields(Sample))
            rows.writerows(map(astuple, watch.samples))


if __name__ == "__main__":
    main()
