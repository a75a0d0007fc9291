"""Faults of the raw topic: it is recreated with other articles, gets more partitions, or expires."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from kafka import TopicPartition

from tests.chaos.conftest import FleetMaker
from tests.chaos.load import PARTITIONS, backlog
from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.oracle import Account, Topics
from tests.kafka.servers import External

ARTICLES = 120
DELETED_S = 8


def _crawled_twice(kafka: KafkaBroker, seed: int) -> Topics:
    """Create topics with half as many articles, each of them twice."""
    topics = Topics.create(kafka, PARTITIONS)
    half = [corpus.native(page) for page in corpus.pages(ARTICLES // 2, seed)]
    topics.fill(kafka, half * 2, PARTITIONS)
    return topics


def _delete(kafka: KafkaBroker, topic: str) -> None:
    kafka.admin.delete_topics([topic])
    deadline = time.monotonic() + 30
    while topic in kafka.admin.list_topics():
        assert time.monotonic() < deadline, f"{topic} is still there"
        time.sleep(0.1)


def _make_again(kafka: KafkaBroker, topics: Topics, seed: int) -> list[str]:
    """Create the raw topic with other articles at the same offsets, and return their URLs."""
    kafka.admin.create_topics({topics.raw: {"num_partitions": PARTITIONS}}, wait_for_metadata=True)
    pages = [_moved(page) for page in corpus.pages(ARTICLES, seed)]
    topics.fill(kafka, [corpus.native(page) for page in pages], PARTITIONS)
    return [page.url for page in pages]


def _moved(page: corpus.Page) -> corpus.Page:
    """The page on another site, so that its URL is new."""
    return replace(page, url=page.url.replace("example.org", "example.info"))


def _judged_on_their_own(account: Account, urls: list[str]) -> None:
    assert account.outcomes == {("published", "new"): ARTICLES}
    assert sorted(article["url"] for article in account.clean.values()) == sorted(urls)


@pytest.mark.quick
def test_each_article_of_a_recreated_topic_is_judged_on_its_own(
    kafka: KafkaBroker, fleet_of: FleetMaker, chance: random.Random
) -> None:
    """The state directory still knows the earlier articles at the same offsets."""
    topics = _crawled_twice(kafka, seed := chance.randrange(1000))
    fleet = fleet_of(kafka, topics)
    worker = fleet.start("one")
    before = fleet.account()
    assert before.count("published") == before.count("duplicate") == ARTICLES // 2
    _delete(kafka, topics.raw)
    urls = _make_again(kafka, topics, seed + 1)
    worker.start()
    _judged_on_their_own(fleet.account(after=before), urls)


def test_a_deleted_topic_is_not_created_by_the_worker_and_is_read_once_it_is_recreated(
    kafka: KafkaBroker, fleet_of: FleetMaker, chance: random.Random, note: Callable[..., None]
) -> None:
    """As brokers do by default, this one creates topics that clients ask for."""
    topics = _crawled_twice(kafka, seed := chance.randrange(1000))
    fleet = fleet_of(kafka, topics)
    fleet.start("one")
    before = fleet.account()
    fleet.workers[0].start()
    time.sleep(3)  # by now, it has joined and waits for records
    _delete(kafka, topics.raw)
    end = time.monotonic() + DELETED_S
    while time.monotonic() < end:
        assert topics.raw not in kafka.admin.list_topics(), "the worker has recreated the topic"
        fleet.revive()
        time.sleep(0.5)
    urls = _make_again(kafka, topics, seed + 1)
    _judged_on_their_own(fleet.account(after=before), urls)
    note(restarts=fleet.restarts)


def test_partitions_added_to_the_raw_topic_are_read(
    kafka: KafkaBroker, fleet_of: FleetMaker, chance: random.Random, note: Callable[..., None]
) -> None:
    topics = backlog(kafka, ARTICLES, seed := chance.randrange(1000), broken=0, partitions=2)
    fleet = fleet_of(kafka, topics)
    for name in ("one", "two"):
        fleet.start(name)
    fleet.await_more()
    kafka.admin.create_partitions({topics.raw: 4})
    begin = time.monotonic()
    added = [corpus.native(_moved(page)) for page in corpus.pages(40, seed + 1)]
    _send_to_new_partitions(kafka, topics, added)
    account = fleet.account()
    note(seconds=time.monotonic() - begin)
    assert fleet.restarts == 0, fleet.logs()
    assert account.count("published") == ARTICLES + 40


def _send_to_new_partitions(kafka: KafkaBroker, topics: Topics, values: list[bytes]) -> None:
    messages = [Message(value, partition=2 + number % 2) for number, value in enumerate(values)]
    deadline = time.monotonic() + 30
    while len(kafka.end_offsets(topics.raw)) < 4:
        assert time.monotonic() < deadline, "the new partitions do not exist"
        time.sleep(0.1)
    anew = KafkaBroker(External(kafka.bootstrap))  # an older producer does not know the new partitions yet
    anew.produce(topics.raw, messages)
    anew.close()


def test_records_that_expire_unread_are_reported(
    kafka: KafkaBroker, fleet_of: FleetMaker, chance: random.Random
) -> None:
    """The worker is suspended for less than its session timeout. Meanwhile, new records come, and the first expire."""
    topics = backlog(kafka, ARTICLES, seed := chance.randrange(1000), broken=0, partitions=1)
    fleet = fleet_of(kafka, topics)
    worker = fleet.start("one")
    fleet.drain()
    worker.freeze()
    time.sleep(1)  # until no fetch is in flight
    topics.fill(kafka, [corpus.native(_moved(page)) for page in corpus.pages(50, seed + 1)], 1)
    kafka.admin.delete_records({TopicPartition(topics.raw, 0): ARTICLES + 30})
    worker.thaw()
    fleet.drain()
    fleet.stop()
    assert len(kafka.read(topics.quality)) == ARTICLES + 20
    assert [event["count"] for event in worker.events("records_expired_unread")] == [30]
