"""Tests how topics are planned, created, compared and altered, with an in-memory admin client.

tests/kafka/test_topics.py tests the same on a real broker.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from kafka.errors import InvalidReplicationFactorError, InvalidTopicError, TopicAuthorizationFailedError

from tests.transport.kafka.memory_admin import MemoryAdmin
from worker.config.settings import Settings
from worker.errors import TransportError
from worker.transport.kafka import clients, topic_plan, topics

SETTINGS = Settings()
NAMES = [SETTINGS.raw_topic, SETTINGS.clean_topic, SETTINGS.quality_topic, SETTINGS.dead_topic]
[RAW, *_] = topic_plan.plan(SETTINGS, partitions=2, replication=1)


@pytest.fixture
def admin() -> Any:
    return MemoryAdmin()


@pytest.mark.parametrize("ask", [topics.missing, topics.describe])
def test_the_error_names_the_acl_that_is_missing_to_see_a_topic(admin: Any, ask: Callable[..., object]) -> None:
    admin.errors["raw"] = TopicAuthorizationFailedError.errno
    with pytest.raises(TransportError, match="the topic raw: grant DESCRIBE") as raised:
        ask(admin, ["raw", "clean"])
    assert raised.value.exit_code == 5


def test_the_error_names_an_invalid_topic(admin: Any) -> None:
    admin.errors["a/b"] = InvalidTopicError.errno
    with pytest.raises(TransportError, match="cannot use the topic a/b"):
        topics.missing(admin, ["a/b"])


def test_all_four_topics_are_created_as_planned(admin: Any) -> None:
    results = topics.create(admin, topic_plan.plan(SETTINGS, partitions=3))
    assert [(result.name, result.action) for result in results] == [(name, "created") for name in NAMES]
    raw, clean, quality, dead = topics.describe(admin, NAMES)
    assert [info.partitions for info in (raw, clean, quality, dead)] == [3, 3, 3, 3]
    assert (raw.cleanup_policy, raw.retention) == ("delete", timedelta(days=7))
    assert (clean.cleanup_policy, clean.retention) == ("compact", None)
    assert (quality.retention, dead.retention) == (timedelta(days=30), timedelta(days=30))
    assert raw.records == 3 * 7
    assert raw.replication == 1
    assert dead.max_message_bytes == clients.max_request_bytes(SETTINGS)


def test_creating_again_changes_nothing(admin: Any) -> None:
    topics.create(admin, topic_plan.plan(SETTINGS))
    again = topics.create(admin, topic_plan.plan(SETTINGS), alter=True)
    assert [(result.action, result.differences) for result in again] == [("unchanged", ())] * 4


def test_the_reports_of_a_replay_never_expire(admin: Any) -> None:
    """Its totals are counted from them."""
    topics.create(admin, topic_plan.plan(SETTINGS, report_retention=None, with_raw=False))
    _, quality, dead = topics.describe(admin, NAMES[1:])
    assert (quality.retention, dead.retention) == (None, None)


def test_only_the_missing_topics_are_created(admin: Any) -> None:
    topics.create(admin, [RAW])
    assert topics.missing(admin, NAMES) == NAMES[1:]
    results = topics.create(admin, topic_plan.plan(SETTINGS))
    assert [result.action for result in results] == ["unchanged", "created", "created", "created"]
    assert topics.missing(admin, NAMES) == []


def test_a_topic_that_another_client_creates_at_the_same_moment_is_compared() -> None:
    admin: Any = MemoryAdmin(races=[RAW.name])
    assert [result.action for result in topics.create(admin, [RAW])] == ["unchanged"]


def test_the_error_names_a_topic_that_the_broker_refuses_to_create(admin: Any) -> None:
    admin.errors[RAW.name] = InvalidReplicationFactorError.errno
    admin.describe_topics = lambda _: []
    with pytest.raises(TransportError, match=f"cannot create the topic {RAW.name}: .*Replication"):
        topics.create(admin, [RAW])


def differing(admin: Any, partitions: int = 2, replication: int = 1, **configs: str) -> topic_plan.TopicSpec:
    """A plan that differs from the existing topic."""
    topics.create(admin, [RAW])
    named = {name.replace("_", "."): value for name, value in configs.items()}
    return replace(RAW, partitions=partitions, replication=replication, configs={**RAW.configs, **named})


def test_a_topic_that_differs_is_reported_but_not_changed(admin: Any) -> None:
    spec = differing(admin, partitions=4, replication=3, retention_ms="1")
    [result] = topics.create(admin, [spec])
    assert result.action == "differs"
    found = {(each.what, each.wanted, each.found) for each in result.differences}
    assert found == {("retention.ms", "1", "604800000"), ("partitions", "4", "2"), ("replication", "3", "1")}
    assert admin.topics[RAW.name]["partitions"] == 2


def test_altering_makes_the_changes_that_lose_nothing(admin: Any) -> None:
    spec = differing(admin, partitions=5, retention_ms="-1", max_message_bytes="99000000", compression_type="zstd")
    [result] = topics.create(admin, [spec], alter=True)
    assert result.action == "altered"
    assert all(each.altered for each in result.differences)
    assert ["order" in each.note for each in result.differences if each.what == "partitions"] == [True]
    assert topics.create(admin, [spec])[0].action == "unchanged"


def test_altering_makes_no_change_that_could_lose_records_but_says_how_to_make_it(admin: Any) -> None:
    spec = differing(
        admin, partitions=1, replication=2, retention_ms="1000", max_message_bytes="1000", cleanup_policy="compact"
    )
    [result] = topics.create(admin, [spec], alter=True)
    assert result.action == "differs"
    assert not any(each.altered for each in result.differences)
    notes = {each.what: each.note for each in result.differences}
    assert "kafka-configs.sh" in notes["retention.ms"]
    assert "cannot be removed" in notes["partitions"]
    assert "kafka-reassign-partitions.sh" in notes["replication"]
    assert admin.topics[RAW.name]["configs"] == RAW.configs


def test_a_partly_altered_topic_still_differs(admin: Any) -> None:
    [result] = topics.create(admin, [differing(admin, partitions=3, retention_ms="1000")], alter=True)
    assert result.action == "differs"
    assert {each.what: each.altered for each in result.differences} == {"partitions": True, "retention.ms": False}


def test_the_error_for_a_refused_change_names_the_topic(admin: Any) -> None:
    spec = differing(admin, retention_ms="-1")
    admin.alter_answer = "POLICY_VIOLATION"
    with pytest.raises(TransportError, match=f"cannot alter the topic {RAW.name}: POLICY_VIOLATION"):
        topics.create(admin, [spec], alter=True)


def test_the_error_for_a_topic_that_changed_meanwhile_names_it_too(admin: Any) -> None:
    spec = differing(admin, partitions=4)

    def refuse(_wanted: object) -> None:
        raise InvalidTopicError("it is gone")

    admin.create_partitions = refuse
    with pytest.raises(TransportError, match=f"cannot alter the topic {RAW.name}.*it is gone"):
        topics.create(admin, [spec], alter=True)


def test_limits_that_the_user_may_not_read_are_left_out(admin: Any) -> None:
    topics.create(admin, [RAW])
    assert topics.message_limits(admin, NAMES) == {RAW.name: int(RAW.configs["max.message.bytes"])}
    assert topics.describe(admin, []) == []
