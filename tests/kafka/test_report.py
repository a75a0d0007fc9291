"""`article-worker report` over the quality topic of a real broker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from kafka import KafkaProducer

from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker
from tests.kafka.oracle import Topics, check
from tests.kafka.test_commands import command

pytestmark = [pytest.mark.kafka, pytest.mark.commands]

GONE = b'{"url": "https://www.gone.example/1", "status": 404, "html": ""}'


def report(kafka: KafkaBroker, topics: Topics, *more: str) -> dict[str, Any]:
    flags = ("--bootstrap-servers", kafka.bootstrap, "--from-topic", topics.quality)
    done = command("report", *flags, "--json", *more)
    assert done.returncode == 0, done.stderr[-3000:]
    document: dict[str, Any] = orjson.loads(done.stdout)
    return document


def groups(kafka: KafkaBroker) -> set[str]:
    admin: Any = kafka.admin
    return {group["group_id"] for group in admin.list_groups()}


@pytest.fixture(scope="module")
def topics(kafka: KafkaBroker, tmp_path_factory: pytest.TempPathFactory) -> Topics:
    """A worker has processed 60 pages, a recrawl and two failures."""
    made = Topics.create(kafka, 3)
    pages = [corpus.native(corpus.page(number, seed=3)) for number in [*range(60), 0]]
    kafka.produce(made.raw, [*pages, GONE, b"{"])
    state = str(tmp_path_factory.mktemp("state"))
    done = command("run", *made.flags(kafka), "--state-dir", state, "--stop-at-end", "--log-format", "json")
    assert done.returncode == 0, done.stderr[-3000:]
    return made


def test_the_report_counts_every_input_once(kafka: KafkaBroker, topics: Topics) -> None:
    account, found = check(kafka, topics), report(kafka, topics)
    outcomes = {row["outcome"]: row["reports"] for row in found["outcomes"]}
    assert sum(outcomes.values()) == found["reports"] == 63
    assert outcomes == {outcome: account.count(outcome) for outcome in outcomes}
    assert {row["reason"]: row["worst_host"] for row in found["by_reason"]} == {
        "http_error": "gone.example",
        "bad_json": None,
    }


def test_the_report_neither_joins_the_group_nor_counts_what_was_aborted(kafka: KafkaBroker, topics: Topics) -> None:
    before, known = report(kafka, topics), groups(kafka)
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap, transactional_id="aborted-report", acks="all")
    producer.init_transactions()
    producer.begin_transaction()
    for partition in range(3):
        producer.send(topics.quality, kafka.read(topics.quality)[0].value, partition=partition)
    producer.flush()
    producer.abort_transaction()
    producer.close()
    assert report(kafka, topics)["reports"] == before["reports"]
    assert groups(kafka) == known


def test_since_reads_only_the_end_of_the_topic(kafka: KafkaBroker, topics: Topics) -> None:
    assert report(kafka, topics, "--since", "1h")["reports"] == 63
    assert report(kafka, topics, "--since", "0s")["reports"] == 0


def test_a_topic_that_does_not_exist_is_named(kafka: KafkaBroker, tmp_path: Path) -> None:
    done = command("report", "--bootstrap-servers", kafka.bootstrap, "--from-topic", "no.such.topic")
    assert done.returncode == 4
    assert "no.such.topic" in done.stderr
