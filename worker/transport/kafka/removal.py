"""Deletes what a replay has on the brokers."""

from __future__ import annotations

from kafka.errors import GroupIdNotFoundError, KafkaError, NonEmptyGroupError, UnknownTopicOrPartitionError, for_code

from worker.config.settings import Settings
from worker.errors import TransportError
from worker.transport.kafka.admin import connected


def remove(settings: Settings) -> None:
    """Delete the group and the output topics of these settings. What does not exist is no error.

    The group is first, because the brokers refuse that as long as a worker is in it.

    Raises:
        ConnectError: no broker answered within connect_timeout.
        TransportError: the brokers refused. A part may have been deleted.
    """
    outputs, group = [settings.clean_topic, settings.quality_topic, settings.dead_topic], settings.group_id
    with connected(settings) as admin:
        try:
            said = admin.delete_groups([group])[group]
            if said not in ("OK", GroupIdNotFoundError.__name__):
                advice = ": stop its workers" if said == NonEmptyGroupError.__name__ else ""
                raise TransportError(f"cannot delete the group {group}: {said}{advice}")
            topics = admin.delete_topics(outputs, raise_errors=False)["topics"]
        except KafkaError as error:
            raise TransportError(f"cannot delete topics and the group: {type(error).__name__}: {error}") from error
    for topic in topics:
        if topic["error_code"] not in (0, UnknownTopicOrPartitionError.errno):
            why = for_code(topic["error_code"]).description  # type: ignore[no-untyped-call]
            raise TransportError(f"cannot delete the topic {topic['name']}: {why}")
