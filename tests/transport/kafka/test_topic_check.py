"""What `check` says of a topic that the brokers describe like this."""

from __future__ import annotations

from typing import Any

import pytest
from kafka.errors import InvalidTopicError, TopicAuthorizationFailedError

from worker.config.settings import Settings
from worker.findings import Finding
from worker.transport.kafka.topic_check import Topic, check

SETTINGS = Settings()
GOOD = {"min.insync.replicas": "2", "max.message.bytes": "8454144", "cleanup.policy": "delete", "retention.ms": "-1"}


def partition(number: int = 0, *, leader: int = 1, replicas: int = 3, in_sync: int = 3) -> dict[str, Any]:
    return {
        "partition_index": number, "leader_id": leader, "replica_nodes": [*range(replicas)],
        "isr_nodes": [*range(in_sync)],
    }  # fmt: skip


def found(
    name: str = SETTINGS.dead_topic,
    *partitions: dict[str, Any],
    rights: list[str] | None = ["READ", "WRITE"],  # noqa: B006 - never changed
    brokers: int = 3,
    error: int = 0,
    **configs: str | None,
) -> list[Finding]:
    described = {"error_code": error, "authorized_operations": rights, "partitions": list(partitions or [partition()])}
    changed = {key.replace("_", "."): value for key, value in configs.items()}
    values = {key: value for key, value in (GOOD | changed).items() if value is not None}
    return check(Topic(name, described, values, ["articles.dead2"], brokers), SETTINGS)


def test_a_topic_without_a_problem_gets_one_line() -> None:
    [line] = found(SETTINGS.dead_topic)
    assert (line.level, line.about) == ("ok", "topic articles.dead")
    assert line.text == "this user may write to it; partitions: 1, replicas: 3"
    assert "may read it" in found(SETTINGS.raw_topic)[0].text


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (3, 4, "topics do not exist: articles.dead (did you mean articles.dead2?)"),
        (TopicAuthorizationFailedError.errno, 5, "grant DESCRIBE"),
        (InvalidTopicError.errno, 5, "cannot be used"),
    ],
)
def test_a_topic_that_cannot_be_used_is_one_fault(error: int, code: int, said: str) -> None:
    [line] = found(error=error)
    assert (line.level, line.exit_code) == ("fault", code)
    assert said in line.text


@pytest.mark.parametrize(
    ("name", "rights", "said"),
    [
        (SETTINGS.raw_topic, ["WRITE"], "grant READ"),
        (SETTINGS.clean_topic, ["READ"], "grant WRITE"),
        (SETTINGS.dead_topic, [], "grant WRITE"),
    ],
)
def test_a_missing_right_is_a_fault(name: str, rights: list[str], said: str) -> None:
    [line] = [each for each in found(name, rights=rights) if each.level == "fault"]
    assert line.exit_code == 5
    assert said in line.text


def test_brokers_that_do_not_tell_rights_are_a_warning() -> None:
    assert [each.level for each in found(rights=None)] == ["warning"]


def test_settings_of_an_output_that_this_user_may_not_read_are_a_warning() -> None:
    hidden: dict[str, Any] = dict.fromkeys(GOOD)
    [line] = found(**hidden)
    assert (line.level, "Grant DESCRIBE_CONFIGS" in line.text) == ("warning", True)
    assert [each.level for each in found(SETTINGS.raw_topic, **hidden)] == ["ok"]


def test_a_partition_without_a_leader_is_a_fault() -> None:
    [line] = found(SETTINGS.dead_topic, partition(0), partition(4, leader=-1))
    assert (line.level, "no broker leads partitions [4]" in line.text) == ("fault", True)


@pytest.mark.parametrize(
    ("name", "replicas", "in_sync", "needed", "brokers", "level", "said"),
    [
        ("articles.dead", 3, 1, "2", 3, "fault", "partitions [0] have fewer than 2 in-sync replicas"),
        ("articles.raw", 3, 1, "2", 3, "ok", ""),
        ("articles.dead", 3, 3, "3", 3, "warning", "nothing is published while a broker is down. Set it to 2"),
        ("articles.dead", 3, 3, "1", 3, "warning", "min.insync.replicas is 1: a record counts as written"),
        ("articles.dead", 1, 1, "1", 3, "warning", "the replication factor is 1, with 3 brokers"),
        ("articles.dead", 3, 3, "2", 9, "ok", ""),
        ("articles.dead", 1, 1, "1", 1, "ok", ""),
        ("articles.raw", 3, 3, "1", 3, "ok", ""),
    ],
)
def test_replicas(name: str, replicas: int, in_sync: int, needed: str, brokers: int, level: str, said: str) -> None:
    lines = found(name, partition(replicas=replicas, in_sync=in_sync), brokers=brokers, min_insync_replicas=needed)
    assert [line.level for line in lines] == [level]
    assert said in lines[0].text


@pytest.mark.parametrize(
    ("name", "configs", "said"),
    [
        ("articles.raw", {"max_message_bytes": "8454145"}, "it accepts messages of 8,454,145 bytes, and --max-value"),
        ("articles.dead", {"max_message_bytes": "8454143"}, "longer dead letters are cut"),
        ("articles.clean", {"max_message_bytes": "8454143"}, "longer articles become dead letters (output_too_large)"),
        ("articles.raw", {"cleanup_policy": "compact"}, "Set cleanup.policy to delete"),
        ("articles.quality", {"cleanup_policy": "compact,delete"}, "Set cleanup.policy to delete"),
        ("articles.raw", {"retention_ms": "86399999"}, "it deletes records after"),
        ("articles.clean", {"retention_ms": "2591999999"}, "--dedup-window is 30d: a lost index cannot be rebuilt"),
    ],
)
def test_what_only_shows_later_is_a_warning(name: str, configs: dict[str, Any], said: str) -> None:
    [line] = found(name, **configs)
    assert (line.level, line.exit_code) == ("warning", 0)
    assert said in line.text


def test_a_compacted_dead_topic_is_a_fault_because_it_refuses_letters_without_a_key() -> None:
    [line] = found("articles.dead", cleanup_policy="compact,delete")
    assert (line.level, line.exit_code) == ("fault", 5)
    assert "Set cleanup.policy to delete" in line.text


@pytest.mark.parametrize(
    ("name", "configs"),
    [
        ("articles.clean", {"cleanup_policy": "compact", "retention_ms": "1"}),
        ("articles.clean", {"retention_ms": "2592000000"}),
        ("articles.raw", {"retention_ms": "86400000", "max_message_bytes": "8454144"}),
        ("articles.quality", {"retention_ms": "1000"}),
    ],
)
def test_what_fits_is_no_warning(name: str, configs: dict[str, Any]) -> None:
    assert [line.level for line in found(name, **configs)] == ["ok"]


def test_the_topic_of_replays_has_to_be_compacted() -> None:
    name = SETTINGS.replays_topic
    [line] = found(name, cleanup_policy="compact", max_message_bytes="1000", retention_ms="1")
    assert (line.level, line.text) == ("ok", "it keeps the manifests of replays")
    [line] = found(name, cleanup_policy=None)
    assert line.level == "ok"
    [line] = found(name, cleanup_policy="compact,delete")
    assert line.level == "warning"
    assert "kafka-configs.sh --alter" in line.text
