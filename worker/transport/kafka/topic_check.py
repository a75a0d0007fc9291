"""Judges one topic of the worker: whether it exists, whether this user may use it, and whether its settings fit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kafka.errors import AuthorizationError, UnknownTopicOrPartitionError, for_code

from worker.config.settings import Settings
from worker.config.units import format_duration
from worker.errors import FatalTransportError
from worker.findings import Finding, fault, ok, warning
from worker.transport.kafka import access, topic_plan
from worker.transport.kafka.admin import missing_topics
from worker.transport.kafka.clients import MARGIN_BYTES, max_request_bytes

SAFE_COPIES = 3
SHORTEST_RETENTION = timedelta(days=1)

_ALTER = "article-worker topics create --alter"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as the brokers describe it (see `KafkaAdminClient.describe_topics`), and its settings.

    `configs` is empty if this user may not read them. `existing` are the topics of the cluster.
    """

    name: str
    described: Mapping[str, Any]
    configs: Mapping[str, str]
    existing: Collection[str]
    brokers: int

    @property
    def about(self) -> str:
        """What a finding is about."""
        return f"topic {self.name}"

    @property
    def copies(self) -> int:
        """The replicas of a partition."""
        return min(len(partition["replica_nodes"]) for partition in self.described["partitions"])

    def number(self, config: str) -> int | None:
        """A setting that is a number; None if this user may not read it."""
        return int(self.configs[config]) if config in self.configs else None


def check(topic: Topic, settings: Settings) -> list[Finding]:
    """The faults and warnings, or one line that says how the topic is."""
    if (broken := _unusable(topic, settings)) is not None:
        return [broken]
    if topic.name == settings.replays_topic:
        return _of_replays(topic)
    found = [*_rights(topic, settings), *_partitions(topic, settings), *_durability(topic, settings)]
    found += _compaction(topic, settings)
    found += [warning(topic.about, text) for text in (*_limits(topic, settings), *_kept(topic, settings))]
    return found or [ok(topic.about, _described(topic, settings))]


def is_missing(described: Mapping[str, Any]) -> bool:
    """Whether the brokers do not know the topic. `described` is as in `Topic`."""
    return for_code(described["error_code"]) is UnknownTopicOrPartitionError  # type: ignore[no-untyped-call]


def _of_replays(topic: Topic) -> list[Finding]:
    policy = topic.configs.get(topic_plan.CLEANUP, topic_plan.COMPACTED)
    if policy != topic_plan.COMPACTED:
        return [warning(topic.about, topic_plan.not_compacted(topic.name, policy))]
    return [ok(topic.about, "it keeps the manifests of replays")]


def _unusable(topic: Topic, settings: Settings) -> Finding | None:
    code = topic.described["error_code"]
    error = for_code(code)  # type: ignore[no-untyped-call]
    if is_missing(topic.described):
        return fault(topic.about, missing_topics(settings, [topic.name], topic.existing))
    if issubclass(error, AuthorizationError):
        return fault(topic.about, FatalTransportError(access.unseen(topic.name)))
    if code and not error.retriable:
        return fault(topic.about, FatalTransportError(f"cannot be used: {error.description}"))
    return None


def _rights(topic: Topic, settings: Settings) -> Iterator[Finding]:
    held = topic.described.get("authorized_operations")
    if held is None:
        yield warning(topic.about, "the brokers do not say what this user may do with it (Kafka 2.3 and later do)")
    elif topic.name == settings.raw_topic:
        if "READ" not in held:
            yield fault(topic.about, FatalTransportError(access.unreadable(topic.name)))
    else:
        if "WRITE" not in held:
            yield fault(topic.about, FatalTransportError(access.unwritable(topic.name)))
        if not topic.configs:
            yield warning(
                topic.about,
                "this user may not read its settings, so the worker trusts --max-message-bytes. Grant DESCRIBE_CONFIGS",
            )


def _partitions(topic: Topic, settings: Settings) -> Iterator[Finding]:
    partitions = topic.described["partitions"]
    if headless := [each["partition_index"] for each in partitions if each["leader_id"] < 0]:
        text = f"no broker leads partitions {headless}. Check that all brokers are running"
        yield fault(topic.about, FatalTransportError(text))
    needed = topic.number("min.insync.replicas") or 1
    few = [each["partition_index"] for each in partitions if len(each["isr_nodes"]) < needed]
    if few and topic.name != settings.raw_topic:
        text = f"partitions {few} have fewer than {needed} in-sync replicas (min.insync.replicas), so nothing can be "
        yield fault(topic.about, FatalTransportError(f"{text}published. Check that all brokers are running"))


def _durability(topic: Topic, settings: Settings) -> Iterator[Finding]:
    needed, copies = topic.number("min.insync.replicas"), topic.copies
    if copies < min(SAFE_COPIES, topic.brokers):
        yield warning(
            topic.about,
            f"the replication factor is {copies}, with {topic.brokers} brokers: a failure may lose records. Add "
            "replicas with kafka-reassign-partitions.sh",
        )
    if needed is None or copies == 1 or topic.name == settings.raw_topic:
        return
    if needed >= copies:
        yield warning(
            topic.about,
            f"min.insync.replicas is {needed} of {copies} replicas: nothing is published while a broker is down. Set "
            f"it to {copies - 1}",
        )
    elif needed == 1:
        yield warning(
            topic.about, "min.insync.replicas is 1: a record counts as written when only one broker has it. Set it to 2"
        )


def _limits(topic: Topic, settings: Settings) -> Iterator[str]:
    limit = topic.number("max.message.bytes")
    if limit is None:
        return
    if topic.name == settings.raw_topic:
        most = int(settings.max_value_bytes)
        if limit > most + MARGIN_BYTES:
            yield (
                f"it accepts messages of {limit:,} bytes, and --max-value-bytes is {most:,}: larger ones become dead "
                "letters (too_large) with their first 64 KiB. Lower max.message.bytes, or raise --max-value-bytes"
            )
        return
    is_dead = topic.name == settings.dead_topic
    most = max_request_bytes(settings) if is_dead else int(settings.max_message_bytes) + MARGIN_BYTES
    if limit < most:
        lost = "longer dead letters are cut" if is_dead else "longer articles become dead letters (output_too_large)"
        yield (
            f"it accepts messages of {limit:,} bytes, and the settings allow {most:,}: {lost}. Raise max.message.bytes "
            f"({_ALTER}), or lower --max-message-bytes and --max-value-bytes"
        )


def _kept(topic: Topic, settings: Settings) -> Iterator[str]:
    policy, kept_ms = topic.configs.get("cleanup.policy", ""), topic.number("retention.ms")
    kept = timedelta(milliseconds=kept_ms) if kept_ms is not None and kept_ms >= 0 and "delete" in policy else None
    if topic.name == settings.raw_topic and kept is not None and kept < SHORTEST_RETENTION:
        yield f"it deletes records after {format_duration(kept)}, even if no worker has read them. Raise retention.ms"
    if topic.name == settings.clean_topic and kept is not None and kept < settings.dedup_window:
        yield (
            f"it keeps articles for {format_duration(kept)}, and --dedup-window is "
            f"{format_duration(settings.dedup_window)}: a lost index cannot be rebuilt completely. Raise retention.ms, "
            "or set cleanup.policy to compact"
        )


def _compaction(topic: Topic, settings: Settings) -> Iterator[Finding]:
    policy = topic.configs.get("cleanup.policy", "")
    if "compact" not in policy or topic.name == settings.clean_topic:
        return
    text = f"cleanup.policy is {policy}: records of one key are lost. Set cleanup.policy to delete"
    if topic.name == settings.dead_topic:
        yield fault(topic.about, FatalTransportError(f"{text}. Brokers refuse dead letters without a key"))
    else:
        yield warning(topic.about, text)


def _described(topic: Topic, settings: Settings) -> str:
    count = len(topic.described["partitions"])
    right = "read" if topic.name == settings.raw_topic else "write to"
    return f"this user may {right} it; partitions: {count}, replicas: {topic.copies}"
