"""Tests of `article-worker replay` on a real broker: the range, resuming after a kill, what is left after `remove`."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from tests.dedup import valkey_server
from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.oracle import Topics
from tests.kafka.test_commands import command

pytestmark = [pytest.mark.kafka, pytest.mark.commands]

HOUR_MS = 3_600_000
NOON_MS = 1_767_268_800_000  # 2026-01-01T12:00:00Z


@pytest.fixture
def hours(kafka: KafkaBroker) -> Topics:
    """A raw topic with 20 articles each at 10, 11, 12, 13 and 14 o'clock."""
    topics = Topics.create(kafka, 2)
    kafka.produce(
        topics.raw,
        [
            Message(corpus.native(page), partition=n % 2, timestamp_ms=NOON_MS + (n // 20 - 2) * HOUR_MS)
            for n, page in enumerate(corpus.pages(100, seed=4))
        ],
    )
    return topics


def replayed(topics: Topics, name: str) -> Topics:
    return replace(
        topics,
        clean=f"{topics.clean}.{name}",
        quality=f"{topics.quality}.{name}",
        dead=f"{topics.dead}.{name}",
        group=f"{topics.group}.replay.{name}",
    )


def replays_of(topics: Topics) -> str:
    """A topic of manifests for these topics alone."""
    return f"{topics.group}.replays"


def flags_of(topics: Topics, kafka: KafkaBroker) -> tuple[str, ...]:
    return (*topics.flags(kafka), "--replays-topic", replays_of(topics))


def _log(errors: str) -> list[str]:
    """The lines of the log among those of standard error."""
    return [line for line in errors.splitlines() if line.startswith("{")]


def test_a_replay_covers_its_time_range_and_nothing_else(kafka: KafkaBroker, hours: Topics, tmp_path: Path) -> None:
    flags = ("replay", "run", "noon", *flags_of(hours, kafka), "--state-dir", str(tmp_path), "--log-format", "json")
    times = ("--from", "2026-01-01T11:00:00Z", "--to", "2026-01-01T13:00:00Z")
    dry = command(*flags, *times, "--dry-run")
    assert dry.returncode == 0, dry.stderr[-3000:]
    assert "40" in dry.stderr.split("all", 1)[1].split()
    assert not (tmp_path / "replay.noon").exists()
    assert "rules before: unknown" in dry.stderr
    done = command(*flags, *times)
    assert done.returncode == 0, done.stderr[-3000:]
    reports = [orjson.loads(record.value) for record in kafka.read(replayed(hours, "noon").quality)]
    assert len(reports) == 40
    assert {report["source"]["timestamp"] for report in reports} == {
        "2026-01-01T11:00:00.000Z",
        "2026-01-01T12:00:00.000Z",
    }
    last = [line for line in map(orjson.loads, _log(done.stderr)) if line["event"] == "metrics"][-1]
    assert (last["articles_in"], last["lag"]) == (40, 0)
    assert "the replay noon has ended: published 40 (new 40); duplicate 0; dropped 0; dead 0" in done.stderr
    again = command(*flags)
    assert (again.returncode, "noon has ended: published 40" in again.stderr) == (0, True), again.stderr[-3000:]
    assert _log(again.stderr) == []
    other = command(*flags, "--from", "earliest")
    assert (other.returncode, "choose another name" in other.stderr) == (2, True)


def test_a_stopped_replay_resumes_and_keeps_its_range(kafka: KafkaBroker, hours: Topics, tmp_path: Path) -> None:
    flags = ("replay", "run", "v2", *flags_of(hours, kafka), "--state-dir", str(tmp_path), "--log-format", "json")
    status = ("replay", "status", "v2", "--bootstrap-servers", kafka.bootstrap, "--replays-topic", replays_of(hours))
    dying = (sys.executable, "-m", "tests.kafka.signal_at", "SIGKILL", "after_commit", "2")
    killed = subprocess.run(
        [*dying, *flags, "--batch-max-records", "20", "--session-timeout", "6s"],
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-3000:]
    assert 0 < len(kafka.read(replayed(hours, "v2").quality)) < 100
    kafka.produce(hours.raw, [Message(corpus.native(page)) for page in corpus.pages(5, seed=5)])  # after the range
    stopped = orjson.loads(command(*status, "--json").stdout)
    done = sum(sum(reasons.values()) for reasons in stopped["totals"].values())
    assert (stopped["records"], stopped["done"], 0 < done < 100) == (100, done, True), stopped
    refused = command(*flags, "--min-words", "40")
    assert (refused.returncode, "min_words: 25 then, 40 now" in refused.stderr) == (2, True), refused.stderr[-3000:]
    finished = command(*flags)
    assert finished.returncode == 0, finished.stderr[-3000:]
    reports = [orjson.loads(record.value)["source"] for record in kafka.read(replayed(hours, "v2").quality)]
    assert len({(source["partition"], source["offset"]) for source in reports}) == len(reports) == 100
    refused = command(*flags, "--min-words", "40")
    assert (refused.returncode, "v2 has ended" in refused.stderr) == (2, True), refused.stderr[-3000:]
    ended = orjson.loads(command(*status, "--json").stdout)
    assert (ended["state"], ended["done"], ended["totals"]["published"]) == ("ended", 100, {"new": 100}), ended
    listed = command("replay", "list", *status[3:])
    assert listed.stdout.splitlines()[1].split()[:6] == ["v2", "ended", "100", "of", "100", "(100"], listed.stderr


@pytest.fixture
def server() -> Iterator[valkey_server.Server]:
    """An index server of its own, so that all its keys can be looked at."""
    own = valkey_server.required(valkey_server.start_own)
    yield own
    own.close()


def test_a_removed_replay_leaves_nothing_and_its_name_can_be_used_again(
    kafka: KafkaBroker, hours: Topics, tmp_path: Path, server: valkey_server.Server
) -> None:
    flags = (*flags_of(hours, kafka), "--state-dir", str(tmp_path), "--index", server.url, "--log-format", "json")
    keys = valkey_server.client(server.url).keys
    for times in ("2026-01-01T11:00:00Z", "2026-01-01T12:00:00Z"):
        run = command("replay", "run", "v2", *flags, "--to", times)
        assert run.returncode == 0, run.stderr[-3000:]
        own = replayed(hours, "v2")
        assert kafka.read(own.quality)
        assert keys("*.replay.v2}:*")
        assert command("replay", "remove", "v2", *flags).returncode == 2  # there is nobody to ask
        removed = command("replay", "remove", "v2", *flags, "--yes")
        assert removed.returncode == 0, removed.stderr[-3000:]
        there = {*kafka.admin.list_topics()}
        assert {own.clean, own.quality, own.dead} & there == set()
        assert {hours.clean, hours.quality, hours.dead} <= there
        assert kafka.committed(own.group, hours.raw) == {}
        assert keys("*") == []
        assert not (tmp_path / "replay.v2").exists()
    assert "there are no replays" in command("replay", "list", *flags).stdout


def test_a_dry_run_says_how_the_range_was_processed_before(kafka: KafkaBroker, hours: Topics, tmp_path: Path) -> None:
    flags = (*flags_of(hours, kafka), "--state-dir", str(tmp_path), "--log-format", "json")
    live = command("run", *flags, "--stop-at-end")
    assert live.returncode == 0, live.stderr[-3000:]
    report = orjson.loads(kafka.read(hours.quality)[0].value)
    dry = command("replay", "run", "v2", *flags, "--dry-run", "--min-words", "40")
    assert dry.returncode == 0, dry.stderr[-3000:]
    before, now = (
        next(line for line in dry.stderr.splitlines() if f"rules {when}" in line) for when in ("before", "now")
    )
    assert f"{report['pipeline']['fingerprint']}, 100 reports" in before
    assert report["pipeline"]["fingerprint"] not in now
    assert "expected time: at least 0:00:" in dry.stderr


def test_several_processes_share_the_range_and_go_on_after_a_kill(kafka: KafkaBroker, tmp_path: Path) -> None:
    topics, count = Topics.create(kafka, 4), 1500
    topics.fill(kafka, [corpus.native(page) for page in corpus.pages(count, seed=7)], 4)
    own = replayed(topics, "v2")
    flags = (
        *("replay", "run", "v2", *flags_of(topics, kafka), "--state-dir", str(tmp_path), "--log-format", "json"),
        *("--processes", "2", "--batch-max-records", "10", "--session-timeout", "6s", "--metrics-interval", "1s"),
    )
    with subprocess.Popen([sys.executable, "-m", "worker", *flags], stderr=subprocess.DEVNULL) as started:
        until_s = time.monotonic() + 60
        while time.monotonic() < until_s and not kafka.committed(own.group, topics.raw):
            time.sleep(0.05)
        started.kill()  # the processes end because their lifeline closes
    topics.fill(kafka, [corpus.native(page) for page in corpus.pages(5, seed=5)], 4)  # after the range
    done = command(*flags)
    assert done.returncode == 0, done.stderr[-3000:]
    log = [orjson.loads(line) for line in _log(done.stderr)]
    assert [line["processes"] for line in log if line["event"] == "supervisor_started"] == [2]
    sources = [orjson.loads(record.value)["source"] for record in kafka.read(own.quality)]
    assert len({(source["partition"], source["offset"]) for source in sources}) == len(sources) == count
    assert f"the replay v2 has ended: published {count:,}" in done.stderr
    last = [line for line in log if line["event"] == "metrics"][-1]
    assert 0 < last["articles_in"] < count
