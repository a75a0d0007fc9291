"""Tests of the verdicts of a replay on a real broker: the same each time, or those of the live worker."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.corpus import Page
from tests.kafka.oracle import Topics
from tests.kafka.test_commands import command
from tests.kafka.test_replay import replayed

pytestmark = pytest.mark.kafka

NOON_MS = 1_767_268_800_000  # 2026-01-01T12:00:00Z
PARTITIONS = 3
PAGES = 60

Outputs = dict[str, list[tuple[tuple[Any, ...], Any]]]


def copied(number: int) -> Page:
    """One of the pages under another URL."""
    return replace(corpus.page(number), url=f"https://copies.example.org/{number}.html")


@pytest.fixture(scope="module")
def stories(kafka: KafkaBroker) -> Topics:
    """Pages and their copies in three partitions, whose times overlap and go back now and then, and some garbage.

    The first partition is hours ahead of the last one, so that a copy there is often older than its original.
    """
    topics, rng = Topics.create(kafka, PARTITIONS), Random(1)
    values = [corpus.native(page(number)) for page in (corpus.page, copied) for number in range(PAGES)]
    values += [b"{", b"\xff", *values[:10]]
    rng.shuffle(values)
    kafka.produce(
        topics.raw,
        [
            Message(
                value, key=b"%d" % n, partition=n % PARTITIONS,
                timestamp_ms=NOON_MS + 60_000 * (n - 40 * (n % PARTITIONS) + rng.randint(-3, 3)),
            )
            for n, value in enumerate(values)
        ],
    )  # fmt: skip
    return topics


def outputs(kafka: KafkaBroker, topics: Topics) -> Outputs:
    """Everything in the output topics, except when it was made and how long that took."""
    found: Outputs = {}
    for topic in ("clean", "quality", "dead"):
        records = kafka.read(getattr(topics, topic))
        found[topic] = sorted(
            ((*(value for name, value in record.headers if name.startswith("source-")),), _timeless(record, topic))
            for record in records
        )
    return found


def _timeless(record: Any, topic: str) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    value = record.value
    if topic != "dead" and value:
        value = orjson.dumps({**orjson.loads(value), "processed_at": None, "stage_ms": None})
    return record.key or b"", value, sorted(record.headers)


def run(kafka: KafkaBroker, topics: Topics, state: Path, name: str, *flags: str) -> str:
    done = command(
        "replay", "run", name, *topics.flags(kafka), "--state-dir", str(state), "--log-format", "json", *flags
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stderr


def test_two_replays_are_equal_although_one_was_killed(kafka: KafkaBroker, stories: Topics, tmp_path: Path) -> None:
    first = run(kafka, stories, tmp_path / "one", "one")
    assert "order_not_fixed" not in first
    for point, nth in (("after_index_commit", "3"), ("before_site_commit", "2")):
        killed = subprocess.run(
            (
                *(sys.executable, "-m", "tests.kafka.signal_at", "SIGKILL", point, nth, "replay", "run", "two"),
                *stories.flags(kafka), *("--state-dir", str(tmp_path / "two"), "--batch-max-records", "11"),
            ),
            capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip
        assert killed.returncode == -signal.SIGKILL, killed.stderr[-3000:]
    run(kafka, stories, tmp_path / "two", "two", "--batch-max-records", "17")
    one, two = (outputs(kafka, replayed(stories, name)) for name in ("one", "two"))
    assert len(one["quality"]) == 2 * PAGES + 12
    assert len(one["dead"]) == 2
    for topic in one:
        assert one[topic] == two[topic]


@contextmanager
def live_worker(kafka: KafkaBroker, topics: Topics, state: Path, reports: int) -> Iterator[None]:
    """A live worker that has read everything and runs on."""
    arguments = (sys.executable, "-m", "worker", "run", *topics.flags(kafka), "--state-dir", str(state))
    with subprocess.Popen((*arguments, "--min-words", "150"), stderr=subprocess.DEVNULL) as worker:
        try:
            until = time.monotonic() + 60
            while len(kafka.read(topics.quality)) < reports:
                assert time.monotonic() < until
                assert worker.poll() is None
            yield
            assert worker.poll() is None
        finally:
            worker.terminate()


def verdicts(kafka: KafkaBroker, topics: Topics) -> dict[tuple[int, int], Any]:
    """What the reports say of duplicates, by partition and offset."""
    reports = [orjson.loads(record.value) for record in kafka.read(topics.quality)]
    return {(report["source"]["partition"], report["source"]["offset"]): report["duplicate"] for report in reports}


def test_a_replay_can_keep_the_verdicts_of_the_live_worker_while_that_runs(
    kafka: KafkaBroker, stories: Topics, tmp_path: Path
) -> None:
    """From noon on, many copies are without their original. The live worker drops shorter articles than the replay."""
    with live_worker(kafka, stories, tmp_path, 2 * PAGES + 12):
        before = (tmp_path / "index" / "data.mdb").read_bytes()
        noon = ("--from", "2026-01-01T12:00:00Z")
        kept = run(kafka, stories, tmp_path, "kept", "--verdicts", "keep", *noon)
        run(kafka, stories, tmp_path, "fresh", *noon)
        assert (tmp_path / "index" / "data.mdb").read_bytes() == before
    then, now, fresh = (
        verdicts(kafka, topics) for topics in (stories, replayed(stories, "kept"), replayed(stories, "fresh"))
    )
    judged = {place for place in now if then[place]}
    assert {place: now[place] for place in judged} == {place: then[place] for place in judged}
    assert {place: fresh[place] for place in judged} != {place: then[place] for place in judged}
    anew = {place for place, verdict in now.items() if verdict and not then[place]}
    assert anew
    counted = next(line for line in map(orjson.loads, _log(kept)) if line["event"] == "verdicts_kept")
    assert (counted["kept"], counted["judged_anew"]) == (len(judged), len(anew))


def _log(errors: str) -> list[str]:
    return [line for line in errors.splitlines() if line.startswith("{")]
