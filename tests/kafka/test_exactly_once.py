"""Tests of exactly-once processing on a real broker: undisturbed, with kills at every point, with two workers."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import pytest

from tests.kafka import corpus, signal_at
from tests.kafka.broker import KafkaBroker
from tests.kafka.oracle import Account, Topics, check

pytestmark = pytest.mark.kafka

GOOD, BAD, BATCH = 150, 50, 20
SHORTEST_SESSION = "6s"  # that a broker accepts, so that it soon removes a killed member
RUN = (
    *("run", "--log-format", "json", "--batch-max-records", str(BATCH)),
    *("--session-timeout", SHORTEST_SESSION, "--shutdown-timeout", "20s"),
)


@dataclass(frozen=True, slots=True)
class Worker:
    """Starts the worker in a test."""

    kafka: KafkaBroker
    topics: Topics
    state_dir: Path

    def command(self, *start: str) -> list[str]:
        flags = [*self.topics.flags(self.kafka), "--state-dir", str(self.state_dir)]
        return [sys.executable, *start, *RUN, *flags]

    def run(self, *start: str) -> subprocess.CompletedProcess[str]:
        """Run it until it has read everything."""
        command = [*self.command(*start), "--stop-at-end"]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def start(self, log: IO[str] | int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Start it in the background, where it waits for more."""
        return subprocess.Popen(self.command("-m", "worker"), stderr=log)


@pytest.fixture(scope="module")
def filled(kafka: KafkaBroker) -> Topics:
    """A raw topic with six partitions that hold articles in four shapes, with broken messages between them."""
    shapes = itertools.cycle(corpus.SHAPES)
    good = [shape(page) for shape, page in zip(shapes, corpus.pages(GOOD), strict=False)]
    topics = Topics.create(kafka)
    assert topics.fill(kafka, corpus.mixed(good, corpus.broken(BAD))) == GOOD + BAD
    return topics


@pytest.fixture(scope="module")
def undisturbed(kafka: KafkaBroker, filled: Topics, tmp_path_factory: pytest.TempPathFactory) -> Account:
    """The outputs of an undisturbed run."""
    done = Worker(kafka, filled, tmp_path_factory.mktemp("state")).run("-m", "worker")
    assert done.returncode == 0, done.stderr[-3000:]
    return check(kafka, filled)


def test_every_input_has_one_outcome_with_its_reason(undisturbed: Account) -> None:
    assert undisturbed.outcomes == {
        ("published", "new"): GOOD,
        ("dropped", "http_error"): 5,
        ("dropped", "too_short"): 1,  # three megabytes, one word
        ("dead", "bad_json"): 20,
        ("dead", "null_value"): 5,
        ("dead", "no_content"): 5,
        ("dead", "not_utf8"): 4,
        ("dead", "unknown_shape"): 4,
        ("dead", "schema_violation"): 4,
        ("dead", "too_deep"): 1,
        ("dead", "too_large"): 1,
    }


@pytest.mark.parametrize("point", signal_at.POINTS)
def test_a_worker_killed_at_any_point_loses_nothing_and_repeats_nothing(
    kafka: KafkaBroker, filled: Topics, undisturbed: Account, tmp_path: Path, point: str
) -> None:
    worker = Worker(kafka, filled.again(kafka), tmp_path)
    of_each_record = ("while_processing", "before_index_commit")
    nth = BATCH + BATCH // 2 if point in of_each_record else 2
    killed = worker.run("-m", "tests.kafka.signal_at", "SIGKILL", point, str(nth))
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-3000:]
    finished = worker.run("-m", "worker")
    assert finished.returncode == 0, finished.stderr[-3000:]
    account = check(kafka, worker.topics)
    assert account.outcomes == undisturbed.outcomes
    assert account.clean == undisturbed.clean


def test_two_workers_lose_and_repeat_nothing_while_one_is_killed_repeatedly(kafka: KafkaBroker, tmp_path: Path) -> None:
    """Articles arrive when the second worker has its partitions, and it is killed a little later each time."""
    topics = Topics.create(kafka)
    good = [corpus.native(page) for page in corpus.pages(1200, seed=2)]
    values = corpus.mixed(good, corpus.broken(50, heavy=0))
    worker = Worker(kafka, topics, tmp_path)
    steady, total, kills = worker.start(), 0, 5
    try:
        for nth, part in enumerate(_parts(values, kills)):
            with (tmp_path / f"victim{nth}.log").open("w+") as log:
                victim = worker.start(log)
                try:
                    _wait_until(lambda: "partitions_assigned" in Path(log.name).read_text())
                    total += topics.fill(kafka, part)
                    time.sleep(nth * 0.15)
                    assert victim.poll() is None
                finally:
                    victim.kill()
                    victim.wait()
        steady.terminate()
        assert steady.wait(timeout=120) == 0
    finally:
        steady.kill()
        steady.wait()
    assert worker.run("-m", "worker").returncode == 0
    account = check(kafka, topics)
    assert sum(account.outcomes.values()) == total
    assert account.count("published") == 1200


def test_a_worker_that_is_asked_to_stop_exits_with_zero_and_the_next_one_resumes(
    kafka: KafkaBroker, filled: Topics, undisturbed: Account, tmp_path: Path
) -> None:
    worker = Worker(kafka, filled.again(kafka), tmp_path)
    process = worker.start()
    _wait_until(lambda: kafka.read(worker.topics.quality))
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    assert worker.run("-m", "worker").returncode == 0
    assert check(kafka, worker.topics).clean == undisturbed.clean


def test_a_replay_does_not_touch_the_live_topics_and_publishes_the_same_articles(
    kafka: KafkaBroker, filled: Topics, undisturbed: Account, tmp_path: Path
) -> None:
    before = kafka.committed(filled.group, filled.raw), kafka.end_offsets(filled.clean)
    flags = [*filled.flags(kafka), "--state-dir", str(tmp_path), "--log-format", "json"]
    done = subprocess.run(
        [sys.executable, "-m", "worker", "replay", "run", "v2", *flags],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    replayed = replace(
        filled, clean=f"{filled.clean}.v2", quality=f"{filled.quality}.v2", dead=f"{filled.dead}.v2",
        group=f"{filled.group}.replay.v2",
    )  # fmt: skip
    assert check(kafka, replayed).clean == undisturbed.clean
    assert (kafka.committed(filled.group, filled.raw), kafka.end_offsets(filled.clean)) == before


def test_a_broker_that_loses_power_and_comes_back_costs_nothing(own_kafka: KafkaBroker, tmp_path: Path) -> None:
    topics = Topics.create(own_kafka)
    topics.fill(own_kafka, [corpus.native(page) for page in corpus.pages(1200, seed=3)])
    worker = Worker(own_kafka, topics, tmp_path)
    process = worker.start()
    try:
        _wait_until(lambda: own_kafka.read(topics.quality))
        own_kafka.kill()
        own_kafka.start()
        before = len(own_kafka.read(topics.quality))
        assert before < 1200, "the work was done before the fault"
        _wait_until(lambda: process.poll() is not None or len(own_kafka.read(topics.quality)) > before)
        process.terminate()
        process.wait(timeout=60)
    finally:
        process.kill()
        process.wait()
    again = worker.run("-m", "worker")
    assert again.returncode == 0, again.stderr[-3000:]
    assert check(own_kafka, topics).count("published") == 1200


def _parts(values: Iterable[bytes | None], count: int) -> Iterator[list[bytes | None]]:
    every = list(values)
    size = -(-len(every) // count)
    return (every[begin : begin + size] for begin in range(0, len(every), size))


def _wait_until(condition: Callable[[], object], within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
