"""Topics are created once, compared afterwards, and altered only if nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from kafka import KafkaAdminClient, KafkaProducer

from tests.kafka.broker import KafkaBroker
from worker.config.settings import Settings
from worker.errors import TransportError
from worker.transport.kafka import clients, topic_plan, topics

pytestmark = [pytest.mark.kafka, pytest.mark.commands]


@pytest.fixture
def settings(kafka: KafkaBroker) -> Settings:
    """Settings with new topics for this test."""
    return kafka.settings()


@pytest.fixture
def admin(settings: Settings) -> Iterator[KafkaAdminClient]:
    with clients.connect(lambda: KafkaAdminClient(**clients.admin_config(settings)), settings) as client:
        yield client


def _names(settings: Settings) -> list[str]:
    return [settings.raw_topic, settings.clean_topic, settings.quality_topic, settings.dead_topic]


def test_all_four_topics_are_created_as_planned(settings: Settings, admin: KafkaAdminClient) -> None:
    results = topics.create(admin, topic_plan.plan(settings, partitions=3, replication=1))
    assert [(result.name, result.action) for result in results] == [(name, "created") for name in _names(settings)]
    raw, clean, quality, dead = topics.describe(admin, _names(settings))
    assert [info.partitions for info in (raw, clean, quality, dead)] == [3, 3, 3, 3]
    assert [info.replication for info in (raw, clean, quality, dead)] == [1, 1, 1, 1]
    assert (raw.cleanup_policy, raw.retention) == ("delete", timedelta(days=7))
    assert (clean.cleanup_policy, clean.retention) == ("compact", None)
    assert clean.configs["min.compaction.lag.ms"] == "86400000"
    assert (quality.cleanup_policy, quality.retention) == ("delete", timedelta(days=30))
    assert (dead.cleanup_policy, dead.retention) == ("delete", timedelta(days=30))


def test_creating_again_changes_nothing(settings: Settings, admin: KafkaAdminClient) -> None:
    plan = topic_plan.plan(settings, partitions=2)
    topics.create(admin, plan)
    again = topics.create(admin, plan)
    assert [(result.action, result.differences) for result in again] == [("unchanged", ())] * 4
    assert [result.action for result in topics.create(admin, plan, alter=True)] == ["unchanged"] * 4


def test_only_the_missing_topics_are_created(settings: Settings, admin: KafkaAdminClient) -> None:
    plan = topic_plan.plan(settings)
    topics.create(admin, plan[:1])
    assert topics.missing(admin, _names(settings)) == _names(settings)[1:]
    assert [result.action for result in topics.create(admin, plan)] == ["unchanged", "created", "created", "created"]
    assert topics.missing(admin, _names(settings)) == []


def test_the_plan_for_a_replay_has_no_raw_topic(settings: Settings) -> None:
    assert [spec.name for spec in topic_plan.plan(settings, with_raw=False)] == _names(settings)[1:]


def test_limits_leave_room_for_key_and_headers(kafka: KafkaBroker, admin: KafkaAdminClient) -> None:
    settings = kafka.settings(max_message_bytes="2MiB", max_value_bytes="3MiB")
    topics.create(admin, topic_plan.plan(settings))
    margin = clients.MARGIN_BYTES
    assert topics.message_limits(admin, _names(settings)) == {
        settings.raw_topic: (3 << 20) + margin,
        settings.clean_topic: (2 << 20) + margin,
        settings.quality_topic: (2 << 20) + margin,
        settings.dead_topic: (3 << 20) + margin,
    }


def test_a_topic_accepts_a_value_of_full_size_with_headers(
    kafka: KafkaBroker, settings: Settings, admin: KafkaAdminClient
) -> None:
    topics.create(admin, topic_plan.plan(settings))
    value, headers = os.urandom(settings.max_value_bytes), [("detail", os.urandom(2_000))] * 10
    with KafkaProducer(**clients.producer_config(settings, kafka.topic_name("tx"))) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        producer.send(settings.dead_topic, value, key=b"key", headers=headers)
        producer.flush(timeout=20)
        producer.commit_transaction()
    [record] = kafka.read(settings.dead_topic)
    assert record.value == value


def test_a_topic_that_differs_is_reported_but_not_changed(settings: Settings, admin: KafkaAdminClient) -> None:
    [spec] = topic_plan.plan(settings, partitions=1)[:1]
    topics.create(admin, [replace(spec, configs={**spec.configs, "retention.ms": "1000", "cleanup.policy": "compact"})])
    [result] = topics.create(admin, [replace(spec, partitions=4, replication=3)])
    assert result.action == "differs"
    assert {(each.what, each.wanted, each.found) for each in result.differences} == {
        ("retention.ms", "604800000", "1000"),
        ("cleanup.policy", "delete", "compact"),
        ("partitions", "4", "1"),
        ("replication", "3", "1"),
    }
    [info] = topics.describe(admin, [spec.name])
    assert (info.partitions, info.cleanup_policy) == (1, "compact")


def test_altering_makes_the_changes_that_lose_nothing(settings: Settings, admin: KafkaAdminClient) -> None:
    [spec] = topic_plan.plan(settings, partitions=2, raw_retention=timedelta(days=1))[:1]
    topics.create(admin, [spec])
    wanted = replace(
        spec, partitions=5, configs={**spec.configs, "retention.ms": "-1", "max.message.bytes": "20000000"}
    )
    [result] = topics.create(admin, [wanted], alter=True)
    assert result.action == "altered"
    assert all(each.altered for each in result.differences)
    [more] = [each for each in result.differences if each.what == "partitions"]
    assert "order" in more.note
    [info] = topics.describe(admin, [spec.name])
    assert (info.partitions, info.retention, info.max_message_bytes) == (5, None, 20_000_000)
    assert topics.create(admin, [wanted])[0].action == "unchanged"


def test_altering_makes_no_change_that_could_lose_records_but_says_how_to_make_it(
    settings: Settings, admin: KafkaAdminClient
) -> None:
    [spec] = topic_plan.plan(settings, partitions=3)[:1]
    topics.create(admin, [spec])
    configs = {"retention.ms": "1000", "max.message.bytes": "1000", "cleanup.policy": "compact"}
    [result] = topics.create(admin, [replace(spec, partitions=2, configs={**spec.configs, **configs})], alter=True)
    assert result.action == "differs"
    assert not any(each.altered for each in result.differences)
    notes = {each.what: each.note for each in result.differences}
    assert set(notes) == {*configs, "partitions"}
    assert "kafka-configs.sh" in notes["retention.ms"]
    assert "cannot be removed" in notes["partitions"]
    assert topics.describe(admin, [spec.name])[0].configs == {**spec.configs, "min.compaction.lag.ms": "0"}


def test_a_partly_altered_topic_still_differs(settings: Settings, admin: KafkaAdminClient) -> None:
    [spec] = topic_plan.plan(settings, partitions=1)[:1]
    topics.create(admin, [spec])
    wanted = replace(spec, partitions=2, configs={**spec.configs, "retention.ms": "1000"})
    [result] = topics.create(admin, [wanted], alter=True)
    assert result.action == "differs"
    assert {each.what: each.altered for each in result.differences} == {"partitions": True, "retention.ms": False}


def test_offsets_and_records_are_counted_by_partition(
    kafka: KafkaBroker, settings: Settings, admin: KafkaAdminClient
) -> None:
    name = kafka.create_topic(partitions=2)
    kafka.produce(name, [b"one", b"two", b"three"])
    [info] = topics.describe(admin, [name])
    assert info.begin_offsets == {0: 0, 1: 0}
    assert info.end_offsets == kafka.end_offsets(name)
    assert info.records == 3


def test_topics_that_do_not_exist_are_not_described(kafka: KafkaBroker, admin: KafkaAdminClient) -> None:
    name, nobody = kafka.create_topic(), kafka.topic_name()
    assert [info.name for info in topics.describe(admin, [nobody, name])] == [name]
    assert topics.missing(admin, [nobody, name]) == [nobody]
    assert nobody not in topics.message_limits(admin, [nobody, name])
    assert topics.describe(admin, [nobody]) == []
    assert topics.missing(admin, [nobody]) == [nobody], "asking for a topic must not create it"


def test_an_invalid_topic_name_is_refused(admin: KafkaAdminClient) -> None:
    with pytest.raises(TransportError, match="cannot use the topic no topic"):
        topics.missing(admin, ["no topic"])


def test_the_error_for_a_refused_topic_has_the_reason_of_the_broker(
    settings: Settings, admin: KafkaAdminClient
) -> None:
    with pytest.raises(TransportError, match=rf"cannot create the topic {settings.raw_topic}: .*replication"):
        topics.create(admin, topic_plan.plan(settings, replication=9))


def test_a_topic_that_another_client_created_meanwhile_is_compared(settings: Settings, admin: KafkaAdminClient) -> None:
    specs = topic_plan.plan(settings, partitions=2)
    topics.create(admin, specs[:1])
    overtaken = topics._create(admin, specs[:2])
    assert list(overtaken) == [specs[0].name]
    assert topics.missing(admin, [specs[1].name]) == []


def test_the_retention_of_a_topic_that_is_compacted_and_deleted_counts() -> None:
    info = topics.TopicInfo("t", 1, 1, {0: 2}, {0: 5}, {"cleanup.policy": "compact,delete", "retention.ms": "1000"})
    assert info.retention == timedelta(seconds=1)
    assert info.records == 3
    assert topics.TopicInfo("t", 1, 1, {}, {}).max_message_bytes is None
