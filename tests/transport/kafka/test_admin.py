"""Tests of what an admin client finds out: the partitions of a group, and the largest message of each topic."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ByteSize

from tests.transport.kafka.memory_admin import MemoryAdmin
from worker.config.settings import Settings
from worker.errors import TopicMissing
from worker.transport.kafka import admin, topic_plan, topics
from worker.transport.kafka.clients import MARGIN_BYTES

SETTINGS = Settings(max_message_bytes=ByteSize(2 << 20))


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    made: Any = MemoryAdmin()
    monkeypatch.setattr(admin, "KafkaAdminClient", lambda **_: made)
    return made


def member(topic: str, *partitions: int) -> dict[str, Any]:
    return {"member_assignment": {"assigned_partitions": [{"topic": topic, "partitions": list(partitions)}]}}


def test_the_partitions_of_a_group_are_those_of_all_its_members_in_the_raw_topic(client: MemoryAdmin) -> None:
    members = [member(SETTINGS.raw_topic, 0, 2), member(SETTINGS.raw_topic, 1), member("another", 7)]
    client.groups[SETTINGS.group_id] = {"group_state": "Stable", "members": members}
    assert admin.shared_partitions(SETTINGS) == {0, 1, 2}
    assert client.closed


def test_the_partitions_of_a_rebalancing_group_are_unknown(client: MemoryAdmin) -> None:
    client.groups[SETTINGS.group_id] = {"group_state": "PreparingRebalance", "members": []}
    assert admin.shared_partitions(SETTINGS) is None


def test_the_error_names_a_missing_topic(client: Any) -> None:
    topics.create(client, topic_plan.plan(SETTINGS)[:2])
    with pytest.raises(TopicMissing, match=r"articles.quality, articles.dead.*topics create"):
        admin.check_topics(SETTINGS)


def test_the_error_names_existing_topics_with_similar_names(client: Any) -> None:
    topics.create(client, topic_plan.plan(SETTINGS))
    with pytest.raises(TopicMissing, match=r"exist: articles\.wra \(did you mean articles\.raw\?\)\. Cre"):
        admin.check_topics(SETTINGS.model_copy(update={"raw_topic": "articles.wra"}))
    with pytest.raises(TopicMissing, match=r"exist: zzz\. Create"):
        admin.check_topics(SETTINGS.model_copy(update={"raw_topic": "zzz"}))


def test_the_topic_of_replays_is_not_what_was_meant_by_another(client: Any) -> None:
    topics.create(client, [*topic_plan.plan(SETTINGS)[1:], topic_plan.replays(SETTINGS)])
    with pytest.raises(TopicMissing, match=r"exist: articles\.raw\. Create"):
        admin.check_topics(SETTINGS)


def test_the_largest_value_leaves_room_for_headers_and_never_exceeds_the_setting(client: Any) -> None:
    topics.create(client, topic_plan.plan(SETTINGS))
    client.topics[SETTINGS.clean_topic]["configs"]["max.message.bytes"] = str(100 << 20)
    client.topics[SETTINGS.quality_topic]["configs"]["max.message.bytes"] = "1000000"
    del client.topics[SETTINGS.dead_topic]["configs"]["max.message.bytes"]  # the user may not read it
    assert admin.check_topics(SETTINGS) == {
        SETTINGS.clean_topic: 2 << 20,
        SETTINGS.quality_topic: 1_000_000 - MARGIN_BYTES,
        SETTINGS.dead_topic: 2 << 20,
    }


def test_the_value_gets_half_of_a_very_small_limit(client: Any) -> None:
    topics.create(client, topic_plan.plan(SETTINGS))
    client.topics[SETTINGS.clean_topic]["configs"]["max.message.bytes"] = "1000"
    assert admin.check_topics(SETTINGS)[SETTINGS.clean_topic] == 500


@pytest.mark.parametrize(
    ("answer", "topic_id"),
    [
        ({"topic_id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        ({"topic_id": "00000000-0000-0000-0000-000000000000"}, ""),
        ({"topic_id": None}, ""),
        ({}, ""),
    ],
)
def test_brokers_that_give_topics_no_id_are_no_error(client: Any, answer: dict[str, Any], topic_id: str) -> None:
    client.describe_topics = lambda _names: [answer]
    assert admin.topic_id(SETTINGS) == topic_id
