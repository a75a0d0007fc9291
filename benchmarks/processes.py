"""How much faster two worker processes are than one, on the same topic and broker in the same run.

    python -m benchmarks.processes PAGES.jsonl.xz [MORE ...] [--limit 2500] [--rounds 3] [--processes 2]

Each file has one JSON object per line with `url` and `html`. In each round, one process and then several read the topic
from the beginning to the end. The rate is that of the middle eight tenths of the quality reports, so it leaves out
start and stop. If the machine also does other work, or has no core left for the broker, the CPU time of a message tells
more: if several processes need as much of it as one, they do not slow each other down. The broker is the tests' own
(see tests/kafka/broker.py).
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peer import Times, filled, ours
from tests.kafka import broker
from tests.kafka.oracle import Topics, check


@dataclass
class Runs:
    """The runs with one number of processes: their times, and the messages/s between start and stop."""

    times: Times = field(default_factory=Times)
    rates: list[float] = field(default_factory=list)

    def run(self, kafka: broker.KafkaBroker, topics: Topics, processes: int) -> None:
        """Run once more."""
        with tempfile.TemporaryDirectory() as state:
            self.times.run([*ours(kafka, topics, state), "--processes", str(processes)])
        reported_s = check(kafka, topics).reported_s
        edge = len(reported_s) // 10
        begin_s, end_s = reported_s[edge], reported_s[-edge]
        self.rates.append(sum(begin_s < at <= end_s for at in reported_s) / (end_s - begin_s))


def measure(kafka: broker.KafkaBroker, raw: Topics, counts: tuple[int, int], rounds: int) -> dict[int, Runs]:
    """Run with each number of processes, in turn."""
    runs = {count: Runs() for count in counts}
    for _ in range(rounds):
        for count, each in runs.items():
            each.run(kafka, raw.again(kafka), count)
    return runs


def print_figures(runs: dict[int, Runs], messages: int) -> None:
    """One line for each number of processes, and the ratio of their best rates."""
    print(f"{messages} messages on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for count, each in runs.items():
        wall_s, cpu_ms = min(each.times.wall_s), 1000 * min(each.times.cpu_s) / messages
        print(
            f"{count} process{'es' * (count != 1)}: {max(each.rates):7.1f} messages/s, "
            f"{messages / wall_s:.1f} with start and stop; {cpu_ms:.2f} ms of CPU a message"
        )
    one, several = (max(each.rates) for each in runs.values())
    print(f"{several / one:.2f} times as fast")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, default=2500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    with filled(args.pages, args.limit) as (kafka, raw, messages):
        runs = measure(kafka, raw, (1, args.processes), args.rounds)
    print_figures(runs, messages)


if __name__ == "__main__":
    main()
