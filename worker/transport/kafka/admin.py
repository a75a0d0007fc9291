"""Short-lived admin clients, each for a question or two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from kafka import KafkaAdminClient

from worker.config.settings import Settings
from worker.errors import TopicMissing
from worker.transport.kafka import clients, topics

_NO_ID = UUID(int=0)


@contextmanager
def connected(settings: Settings) -> Iterator[KafkaAdminClient]:
    """Yields a connected admin client, and closes it at the end.

    Raises:
        ConnectError: no broker answered within connect_timeout.
    """
    admin = clients.connect(lambda: KafkaAdminClient(**clients.admin_config(settings)), settings)
    try:
        yield admin
    finally:
        admin.close()


def shared_partitions(settings: Settings) -> set[int] | None:
    """The partitions of the raw topic that are assigned to members of the group; None while the group rebalances.

    Raises:
        ConnectError: no broker answered within connect_timeout.
        KafkaError: the request failed.
    """
    with connected(settings) as admin:
        group: dict[str, Any] = admin.describe_groups([settings.group_id])[settings.group_id]
    if group["group_state"] != "Stable":
        return None
    assigned = [topic for member in group["members"] for topic in member["member_assignment"]["assigned_partitions"]]
    return {number for topic in assigned if topic["topic"] == settings.raw_topic for number in topic["partitions"]}


def topic_id(settings: Settings) -> str:
    """The id of the raw topic, which changes if it is deleted and created again.

    It is empty if there is no such topic, or if the brokers are older than Kafka 2.8.

    Raises:
        ConnectError: no broker answered within connect_timeout.
    """
    with connected(settings) as admin:
        [topic] = admin.describe_topics([settings.raw_topic])
    found = UUID(str(topic.get("topic_id") or _NO_ID))
    return "" if found == _NO_ID else str(found)


def check_topics(settings: Settings) -> Mapping[str, int]:
    """Check that all topics exist, and return the largest value that each output topic accepts, in bytes.

    Raises:
        ConnectError: no broker answered within connect_timeout.
        TopicMissing: a topic does not exist.
    """
    return clients.connect(lambda: _ask(settings), settings)  # retries: the node asked may be shutting down


def _ask(settings: Settings) -> Mapping[str, int]:
    with KafkaAdminClient(**clients.admin_config(settings)) as admin:
        outputs = [settings.clean_topic, settings.quality_topic, settings.dead_topic]
        if missing := topics.missing(admin, [settings.raw_topic, *outputs]):
            raise missing_topics(settings, missing, admin.list_topics())
        limits = topics.message_limits(admin, outputs)
    most = int(settings.max_message_bytes)
    return {name: min(most, _largest_value(limits[name])) if name in limits else most for name in outputs}


def missing_topics(settings: Settings, missing: Sequence[str], existing: Iterable[str]) -> TopicMissing:
    """The error for topics that do not exist. It names similar topics.

    In place of a topic of the worker, no other topic of the worker is meant. Any topic may be meant by one that only a
    command names.
    """
    used = {settings.raw_topic, settings.clean_topic, settings.quality_topic, settings.dead_topic}
    if used.issuperset(missing):
        return TopicMissing.named(*missing, existing={*existing} - used - {settings.replays_topic})
    return TopicMissing.foreign(*missing, existing={*existing})


def _largest_value(limit_bytes: int) -> int:
    """The largest value for a topic's limit. Leaves room for key and headers, but at most half of the limit."""
    return max(limit_bytes - clients.MARGIN_BYTES, limit_bytes // 2)
