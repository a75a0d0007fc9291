"""Tests of `article-worker replay run --only` on a real broker: what is selected and processed, also after a kill."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.oracle import Topics
from tests.kafka.test_commands import command
from tests.kafka.test_replay import replayed

pytestmark = pytest.mark.kafka

COUNT, PARTITIONS, HOSTS = 420, 3, 7


@pytest.fixture(scope="module")
def lived(kafka: KafkaBroker, tmp_path_factory: pytest.TempPathFactory) -> Topics:
    """Topics in which a live worker has processed all but the last record of each partition."""
    topics = Topics.create(kafka, PARTITIONS)
    topics.fill(kafka, [corpus.native(page) for page in corpus.pages(COUNT, seed=6)], PARTITIONS)
    flags = (*topics.flags(kafka), "--state-dir", str(tmp_path_factory.mktemp("live")), "--log-format", "json")
    live = command("run", *flags, "--stop-at-end")
    assert live.returncode == 0, live.stderr[-3000:]
    for partition, page in enumerate(corpus.pages(PARTITIONS, seed=8)):
        kafka.produce(topics.raw, [Message(corpus.native(page), partition=partition)])
    return topics


def places(kafka: KafkaBroker, topic: str, host: str | None = None) -> list[tuple[int, int]]:
    """Where the inputs of all reports, or of those on one host, are in the raw topic."""
    reports = [orjson.loads(record.value) for record in kafka.read(topic)]
    return sorted(
        (report["source"]["partition"], report["source"]["offset"])
        for report in reports
        if host in (None, report["host"])
    )


def test_only_the_selected_records_are_processed_and_each_once_after_a_kill(
    kafka: KafkaBroker, lived: Topics, tmp_path: Path
) -> None:
    flags = ("replay", "run", "one", *lived.flags(kafka), "--state-dir", str(tmp_path), "--log-format", "json")
    only, own = ("--only", "host=news3.example.org"), replayed(lived, "one")
    line = f"--only selects 60 of {COUNT + PARTITIONS} records, "
    dry = command(*flags, *only, "--dry-run")
    assert (dry.returncode, line in dry.stderr, "; 3 have no report" in dry.stderr) == (0, True, True), dry.stderr
    assert not (tmp_path / "replay.one").exists()
    dying = (sys.executable, "-m", "tests.kafka.signal_at", "SIGKILL", "after_commit", "3")
    killed = subprocess.run(
        [*dying, *flags, *only, "--batch-max-records", "5", "--session-timeout", "6s"],
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-3000:]
    assert 0 < len(kafka.read(own.quality)) < 60
    status = orjson.loads(command("replay", "status", "one", *flags[3:], "--json").stdout)
    assert (status["records"], status["only"], 0 < status["done"] < 60) == (60, "host=news3.example.org", True)
    finished = command(*flags, "--processes", "2")
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert places(kafka, own.quality) == places(kafka, lived.quality, "news3.example.org")
    assert f"read 60 of {COUNT + PARTITIONS} records, " in finished.stderr
    assert "the replay one has ended: published 60" in finished.stderr


def test_a_selection_that_is_made_again_is_the_same_although_later_reports_match(
    kafka: KafkaBroker, lived: Topics, tmp_path: Path
) -> None:
    flags = ("replay", "run", "two", *lived.flags(kafka), "--state-dir", str(tmp_path), "--log-format", "json")
    file = tmp_path / "replay.two/selection.bin"
    began_s = time.monotonic()
    began = command(*flags, "--only", "host=news1.example.org,outcome=published", "--max-rate", "20")
    assert began.returncode == 0, began.stderr[-3000:]
    assert time.monotonic() - began_s > 60 / 20 - 1, "it exceeded the rate"
    selection = file.read_bytes()
    file.unlink()
    source = {"topic": lived.raw, "partition": 0, "offset": COUNT // PARTITIONS}
    late = {"outcome": "published", "host": "news1.example.org", "source": source}
    kafka.produce(lived.quality, [Message(orjson.dumps(late))])
    again = command(*flags)
    assert (again.returncode, "read 60 of " in again.stderr) == (0, True), again.stderr[-3000:]
    assert file.read_bytes() == selection
    assert len(places(kafka, replayed(lived, "two").quality)) == 60
