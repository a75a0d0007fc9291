"""Tests of the clients of a worker: their configuration, and what they share."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ByteSize

from worker.config.settings import Settings
from worker.transport.kafka import admin, cluster
from worker.transport.kafka.cluster import KafkaCluster
from worker.transport.kafka.contact import SILENT_S


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The configurations of the clients that were created."""
    configs: list[dict[str, Any]] = []

    def make(**config: Any) -> SimpleNamespace:
        configs.append(config)
        return SimpleNamespace(_fetcher=SimpleNamespace())

    monkeypatch.setattr(cluster, "GroupConsumer", make)
    monkeypatch.setattr(cluster, "TransactionalProducer", make)
    return configs


@pytest.mark.parametrize(("static", "instance"), [(True, "slot-0"), (False, None)])
def test_a_setting_makes_the_consumer_a_static_member(
    made: list[dict[str, Any]], static: bool, instance: str | None
) -> None:
    consumer: Any = KafkaCluster(Settings(static_membership=static), "slot-0").consumer()
    assert made[0]["group_instance_id"] == instance
    assert consumer._fetcher.PartitionRecords, "it reads header names of any bytes"


@pytest.mark.parametrize(("wanted", "most"), [(None, 1114112), (1000, 1000), (1 << 30, 1114112)])
def test_a_fetch_from_a_partition_may_be_limited_to_less_than_the_settings_say(
    made: list[dict[str, Any]], wanted: int | None, most: int
) -> None:
    KafkaCluster(Settings(max_value_bytes=ByteSize(1 << 20)), "slot-0").consumer(fetch_bytes=wanted)
    assert made[0]["max_partition_fetch_bytes"] == most


def test_a_producer_has_the_same_transactional_id_at_every_start(made: list[dict[str, Any]]) -> None:
    for _ in range(2):
        KafkaCluster(Settings(group_id="news"), "slot-0").producer()
    assert [config["transactional_id"] for config in made] == ["news-slot-0"] * 2


def test_every_answer_to_any_client_shows_that_the_brokers_answer(made: list[dict[str, Any]]) -> None:
    worker = KafkaCluster(Settings(), "slot-0")
    worker.consumer()
    worker.producer()
    for config in made:
        worker._contact._answered_s -= SILENT_S + 1
        worker._contact._looked_s = worker._contact._clock()
        worker._contact.check()
        before = worker.is_away
        config["kafka_client"].keywords["answered"]()
        worker._contact.check()
        assert (before, worker.is_away) == (True, False)


def test_the_brokers_are_watched_until_the_end() -> None:
    worker = KafkaCluster(Settings(), "slot-0")
    worker.watch(lambda: None)
    thread = worker._contact._thread
    assert thread
    worker.close()
    assert not thread.is_alive()


def test_an_admin_client_asks_the_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin, "check_topics", lambda settings: {settings.clean_topic: 7})
    monkeypatch.setattr(admin, "shared_partitions", lambda _settings: {3})
    worker = KafkaCluster(Settings(), "slot-0")
    assert worker.largest_values() == {"articles.clean": 7}
    assert worker.shared_partitions() == {3}
