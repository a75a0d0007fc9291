"""Faults of time: records with odd timestamps, and a wrong clock on the worker's machine."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from tests.chaos.conftest import FleetMaker
from tests.chaos.load import Stream, backlog
from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.oracle import Topics

ARTICLES = 100
DAY_MS = 86_400_000
OLD_MS = 1_709_528_767_000  # 2024-03-04T05:06:07Z
FUTURE_MS = 4_102_444_800_000  # 2100-01-01
NO_TIME_MS = -1  # the timestamp that Kafka stores for a record without one


@pytest.mark.quick
@pytest.mark.parametrize("time", ["none", "future"])
def test_one_record_with_an_odd_time_does_not_make_a_crawl_of_old_articles_forget_earlier_ones(
    kafka: KafkaBroker, fleet_of: FleetMaker, chance: random.Random, time: str
) -> None:
    """The record is between the old articles and their copies."""
    raw = kafka.create_topic("raw", message_timestamp_after_max_ms=str(2**62), retention_ms="-1")
    topics = replace(Topics.create(kafka, 1), raw=raw)
    pages = corpus.pages(ARTICLES, seed := chance.randrange(1000))
    copies = [replace(page, url=page.url.replace("example.org", "example.com")) for page in pages]
    odd = orjson.loads(corpus.native(corpus.page(ARTICLES, seed)))
    del odd["fetched_at"]
    kafka.produce(
        topics.raw,
        [
            *(Message(corpus.native(page), timestamp_ms=OLD_MS + n) for n, page in enumerate(pages)),
            Message(orjson.dumps(odd), timestamp_ms=NO_TIME_MS if time == "none" else FUTURE_MS),
            *(Message(corpus.native(page), timestamp_ms=OLD_MS + DAY_MS + n) for n, page in enumerate(copies)),
        ],
    )
    fleet = fleet_of(kafka, topics)
    fleet.start("one")
    account = fleet.account()
    assert account.outcomes == {("published", "new"): ARTICLES + 1, ("duplicate", "exact"): ARTICLES}


def test_a_worker_whose_clock_is_hours_ahead_says_so_and_loses_nothing(
    kafka: KafkaBroker, fleet_of: FleetMaker, chance: random.Random, tmp_path: Path, note: Callable[..., None]
) -> None:
    """The broker rejects records dated over an hour ahead. The worker may exit or go on, but must name the cause."""
    fleet = fleet_of(kafka, backlog(kafka, 200, chance.randrange(1000)))
    skew = tmp_path / "skew_s"
    skew.write_text("0")
    worker = fleet.start("one", driver=("-m", "tests.chaos.clock_at", str(skew)))
    fleet.await_more()
    with Stream(kafka, fleet.topics, per_s=50, seed=chance.randrange(1000)):
        skew.write_text("7200")
        fleet.await_that(lambda: fleet.restarts > 0 or bool(worker.events("batch_rewound")))
        skew.write_text("0")
        fleet.await_more(50)
    fleet.account()
    blamed = [line for line in worker.lines() if "InvalidTimestamp" in line]
    note(restarts=fleet.restarts, lines=len(blamed))
    assert blamed, "no log line names the timestamp"
    assert not re.search("instance.id", " ".join(blamed)), "it blames another worker"
