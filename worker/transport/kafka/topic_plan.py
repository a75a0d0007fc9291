"""Plans the topics that the worker needs from its settings.

| topic   | cleanup | kept                                                        | largest message   |
| ------- | ------- | ----------------------------------------------------------- | ----------------- |
| raw     | delete  | 7 days                                                      | max_value_bytes   |
| clean   | compact | the newest version of each article (key: article_id), every | max_message_bytes |
|         |         | version for at least a day, so that a slow reader sees all  |                   |
| quality | delete  | 30 days                                                     | max_message_bytes |
| dead    | delete  | 30 days                                                     | the larger one    |
| replays | compact | the manifest of each replay (key: GROUP/NAME)               | broker's default  |

Each limit is `MARGIN_BYTES` above the largest value, to leave room for the key, headers and framing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from worker.config.settings import Settings
from worker.transport.kafka.clients import MARGIN_BYTES, max_request_bytes

WEEK = timedelta(days=7)
MONTH = timedelta(days=30)
BROKER_DEFAULT = -1  # for partitions and replication: the broker's default

CLEANUP, RETENTION, LIMIT = "cleanup.policy", "retention.ms", "max.message.bytes"
COMPACTED = "compact"
LAG, COMPRESSION = "min.compaction.lag.ms", "compression.type"


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as it should be."""

    name: str
    partitions: int
    replication: int
    configs: Mapping[str, str]


def plan(
    settings: Settings,
    *,
    partitions: int = BROKER_DEFAULT,
    replication: int = BROKER_DEFAULT,
    raw_retention: timedelta = WEEK,
    report_retention: timedelta | None = MONTH,
    with_raw: bool = True,
) -> list[TopicSpec]:
    """The topics for these settings. A replay needs no raw topic, because it reads the live one.

    `report_retention` is for the quality and the dead topic; None means forever. The workers of a group share the
    partitions of the raw topic, so `partitions` limits how many workers can be busy.
    """
    message, value = int(settings.max_message_bytes) + MARGIN_BYTES, int(settings.max_value_bytes) + MARGIN_BYTES
    configs = {
        settings.clean_topic: {CLEANUP: COMPACTED, LAG: _ms(timedelta(days=1)), LIMIT: str(message)},
        settings.quality_topic: {CLEANUP: "delete", RETENTION: _ms(report_retention), LIMIT: str(message)},
        # Large enough for an original raw value, and for the largest article that the settings allow.
        settings.dead_topic: {
            CLEANUP: "delete", RETENTION: _ms(report_retention), LIMIT: str(max_request_bytes(settings)),
        },
    }  # fmt: skip
    if with_raw:
        raw = {CLEANUP: "delete", RETENTION: _ms(raw_retention), LIMIT: str(value)}
        configs = {settings.raw_topic: raw, **configs}
    return [
        TopicSpec(name, partitions, replication, {**each, COMPRESSION: "producer"}) for name, each in configs.items()
    ]


def replays(settings: Settings, *, replication: int = BROKER_DEFAULT) -> TopicSpec:
    """The topic of the manifests of replays."""
    return TopicSpec(settings.replays_topic, 1, replication, {CLEANUP: COMPACTED})


def not_compacted(name: str, policy: str) -> str:
    """The message for a topic that has to be compacted, and is not."""
    return (
        f"the topic {name} has {CLEANUP}={policy}, so its records will expire. Correct this with: kafka-configs.sh "
        f"--alter --bootstrap-server HOST:9092 --entity-type topics --entity-name {name} --add-config {CLEANUP}=compact"
    )


def _ms(duration: timedelta | None) -> str:
    return "-1" if duration is None else str(round(duration.total_seconds() * 1000))
