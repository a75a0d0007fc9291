"""Tests of the commands on a real broker, as a user types them: topics, samples, run, describe."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.oracle import Topics, check
from worker.commands.samples.load import lines

pytestmark = [pytest.mark.kafka, pytest.mark.commands]


def command(*arguments: str, timeout_s: float = 90) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "worker", *arguments], capture_output=True, text=True, timeout=timeout_s, check=False
    )


@pytest.fixture
def named(kafka: KafkaBroker) -> Topics:
    """The names of topics that do not exist yet."""
    name = kafka.topic_name("news")
    return Topics(f"{name}.raw", f"{name}.clean", f"{name}.quality", f"{name}.dead", name)


def test_the_commands_create_topics_send_samples_and_process_them(
    kafka: KafkaBroker, named: Topics, tmp_path: Path
) -> None:
    flags = [*named.flags(kafka), "--replays-topic", f"{named.group}.replays"]
    missing = command("run", *flags, "--state-dir", str(tmp_path))
    assert (missing.returncode, "article-worker topics create" in missing.stderr) == (4, True)
    first = command("topics", "create", *flags, "--partitions", "2", "--replication", "1")
    assert (first.returncode, first.stdout.count("created")) == (0, 5)
    again = command("topics", "create", *flags)
    assert (again.returncode, again.stdout.count("unchanged")) == (0, 5)
    other = command("topics", "create", *flags, "--partitions", "3", "--replication", "1")
    assert (other.returncode, other.stdout.count("differs")) == (1, 4)
    sent = command("produce-samples", *flags)
    assert (sent.returncode, sent.stdout.split()[0]) == (0, str(len(lines())))
    run = command("run", *flags, "--state-dir", str(tmp_path), "--stop-at-end", "--log-format", "json")
    assert run.returncode == 0, run.stderr[-3000:]
    account = check(kafka, named)
    assert sum(account.outcomes.values()) == len(lines())
    last = [line for line in map(orjson.loads, run.stderr.splitlines()) if line["event"] == "metrics"][-1]
    assert (last["final"], last["articles_in"], last["published"]) == (True, len(lines()), account.count("published"))
    described = command("topics", "describe", *flags)
    assert described.returncode == 0
    assert all(name in described.stdout for name in (named.raw, named.clean, named.quality, named.dead, flags[-1]))


def test_a_message_over_the_limit_of_the_output_topics_becomes_a_dead_letter(
    kafka: KafkaBroker, tmp_path: Path
) -> None:
    """The topics accept less than the setting allows, and their limit counts."""
    topics = replace(Topics.create(kafka, 1), clean=kafka.create_topic("clean", 1, 200_000))
    long = corpus.Page(
        "https://long.example.org/1", "".join(f"<p>The {n}th word of a very long list.</p>" for n in range(9000))
    )
    topics.fill(kafka, [corpus.native(page) for page in [*corpus.pages(3), long]], 1)
    run = command("run", *topics.flags(kafka), "--state-dir", str(tmp_path), "--stop-at-end")
    assert run.returncode == 0, run.stderr[-3000:]
    assert check(kafka, topics).outcomes == {("published", "new"): 3, ("dead", "output_too_large"): 1}


def test_resuming_with_an_empty_state_directory_is_logged_or_refused(kafka: KafkaBroker, tmp_path: Path) -> None:
    topics = Topics.create(kafka, 2)
    flags = ("run", *topics.flags(kafka), "--stop-at-end", "--log-format", "json", "--require-state", "--state-dir")
    topics.fill(kafka, [corpus.native(page) for page in corpus.pages(3)], 1)
    first = command(*flags, str(tmp_path / "state"))
    assert (first.returncode, "state_is_empty" in first.stderr) == (0, False), first.stderr[-3000:]
    topics.fill(kafka, [corpus.native(page) for page in corpus.pages(3)], 1)
    refused = command(*flags, str(tmp_path / "other"))
    assert (refused.returncode, "without --require-state" in refused.stderr) == (6, True), refused.stderr[-3000:]
    assert len(kafka.read(topics.quality)) == 3
    again = command(*flags, str(tmp_path / "state"))
    assert (again.returncode, "state_is_empty" in again.stderr) == (0, False), again.stderr[-3000:]
    assert check(kafka, topics).outcomes == {("published", "new"): 3, ("duplicate", "recrawl"): 3}
    warned = command(*flags, str(tmp_path / "other"), "--no-require-state")
    assert (warned.returncode, warned.stderr.count("state_is_empty")) == (0, 1), warned.stderr[-3000:]


def test_the_trace_context_of_a_message_reaches_all_that_comes_of_it(kafka: KafkaBroker, tmp_path: Path) -> None:
    """The headers of W3C Trace Context: a crawler's trace goes on in the consumer of the article."""
    topics = Topics.create(kafka, 1)
    parents = {
        b"article": b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        b"dead": b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    values = {b"article": corpus.native(corpus.page(1)), b"dead": b"{"}
    others = ("tracestate", b"vendor=1")
    kafka.produce(
        topics.raw,
        [Message(value, key, headers=[("traceparent", parents[key]), others]) for key, value in values.items()],
    )
    run = command("run", *topics.flags(kafka), "--state-dir", str(tmp_path), "--stop-at-end")
    assert run.returncode == 0, run.stderr[-3000:]

    def traces(topic: str) -> list[tuple[bytes, bytes]]:
        headers = [dict(record.headers) for record in kafka.read(topic)]
        return [(each["traceparent"], each["tracestate"]) for each in headers]

    assert traces(topics.clean) == [(parents[b"article"], b"vendor=1")]
    assert traces(topics.dead) == [(parents[b"dead"], b"vendor=1")]
    assert sorted(traces(topics.quality)) == sorted((parent, b"vendor=1") for parent in parents.values())
