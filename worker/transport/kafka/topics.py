"""The topics that the worker needs: plans them from the settings, creates, compares, alters and describes them.

| topic   | cleanup | kept                                                        | largest message   |
| ------- | ------- | ----------------------------------------------------------- | ----------------- |
| raw     | delete  | 7 days                                                      | max_value_bytes   |
| clean   | compact | the newest version of each article (key: article_id), every | max_message_bytes |
|         |         | version for at least a day, so that a slow reader sees all  |                   |
| quality | delete  | 30 days                                                     | max_message_bytes |
| dead    | delete  | 30 days                                                     | the larger one    |

Each limit is `MARGIN_BYTES` above the largest value, to leave room for the key, headers and framing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal

from kafka import TopicPartition
from kafka.admin import ConfigResource, KafkaAdminClient, OffsetSpec
from kafka.errors import AuthorizationError, KafkaError, TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code

from worker.config.settings import Settings
from worker.errors import TransportError
from worker.transport.kafka import access
from worker.transport.kafka.clients import MARGIN_BYTES, max_request_bytes

WEEK = timedelta(days=7)
MONTH = timedelta(days=30)
BROKER_DEFAULT = -1  # for partitions and replication: the broker's default

_RETENTION, _LIMIT, _CLEANUP = "retention.ms", "max.message.bytes", "cleanup.policy"
_LAG, _COMPRESSION = "min.compaction.lag.ms", "compression.type"
_CONFIGS = (_RETENTION, _LIMIT, _CLEANUP, _LAG, _COMPRESSION)
_ORDER_NOTE = (
    "with more partitions, keys move to other partitions: versions of an article from before and after the change are "
    "not in order, and a compacted topic keeps the old version as well"
)
_UNSAFE_NOTE = "this change could delete or refuse records: to make it anyway, use kafka-configs.sh"

Action = Literal["created", "unchanged", "altered", "differs"]


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as it should be."""

    name: str
    partitions: int
    replication: int
    configs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A property of an existing topic that is not as it should be. `altered` if `create` has just corrected it."""

    what: str
    wanted: str
    found: str
    altered: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class TopicResult:
    """What `create` did with a topic. `differs` if a difference is left."""

    name: str
    action: Action
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicInfo:
    """A topic as it is. Offsets are by partition. A limit is None if this user may not read it."""

    name: str
    partitions: int
    replication: int
    begin_offsets: Mapping[int, int]
    end_offsets: Mapping[int, int]
    configs: Mapping[str, str] = field(default_factory=dict)

    @property
    def records(self) -> int:
        """The largest possible number of records. Transaction markers and compacted records count, too."""
        return sum(end - self.begin_offsets[partition] for partition, end in self.end_offsets.items())

    @property
    def cleanup_policy(self) -> str | None:
        """`delete`, `compact`, or both, separated by a comma."""
        return self.configs.get(_CLEANUP)

    @property
    def retention(self) -> timedelta | None:
        """How long a record is kept. None means forever, as in a topic that is only compacted."""
        milliseconds = int(self.configs.get(_RETENTION, -1))
        if milliseconds < 0 or "delete" not in (self.cleanup_policy or ""):
            return None
        return timedelta(milliseconds=milliseconds)

    @property
    def max_message_bytes(self) -> int | None:
        """The largest batch of records that the topic accepts, in bytes after compression."""
        limit = self.configs.get(_LIMIT)
        return None if limit is None else int(limit)


def plan(
    settings: Settings,
    *,
    partitions: int = BROKER_DEFAULT,
    replication: int = BROKER_DEFAULT,
    raw_retention: timedelta = WEEK,
    report_retention: timedelta = MONTH,
    with_raw: bool = True,
) -> list[TopicSpec]:
    """The topics for these settings. A replay needs no raw topic, because it reads the live one.

    `report_retention` is for the quality and the dead topic. The workers of a group share the partitions of the raw
    topic, so `partitions` limits how many workers can be busy.
    """
    message, value = int(settings.max_message_bytes) + MARGIN_BYTES, int(settings.max_value_bytes) + MARGIN_BYTES
    configs = {
        settings.clean_topic: {_CLEANUP: "compact", _LAG: _ms(timedelta(days=1)), _LIMIT: str(message)},
        settings.quality_topic: {_CLEANUP: "delete", _RETENTION: _ms(report_retention), _LIMIT: str(message)},
        # Large enough for an original raw value, and for the largest article that the settings allow.
        settings.dead_topic: {
            _CLEANUP: "delete", _RETENTION: _ms(report_retention), _LIMIT: str(max_request_bytes(settings)),
        },
    }  # fmt: skip
    if with_raw:
        raw = {_CLEANUP: "delete", _RETENTION: _ms(raw_retention), _LIMIT: str(value)}
        configs = {settings.raw_topic: raw, **configs}
    return [
        TopicSpec(name, partitions, replication, {**each, _COMPRESSION: "producer"}) for name, each in configs.items()
    ]


def create(admin: KafkaAdminClient, specs: Sequence[TopicSpec], *, alter: bool = False) -> list[TopicResult]:
    """Create the topics that do not exist, and compare the others with their specs.

    Without `alter`, an existing topic is never changed. With it, only changes that lose nothing are made: more
    partitions, a longer retention or compaction lag, a larger message limit, the compression. A shorter retention, a
    smaller limit or another cleanup policy could delete or refuse records, so they are only reported.

    Raises:
        TransportError: the broker refused to create or alter a topic. The message says which and why.
    """
    existing = _metadata(admin, [spec.name for spec in specs])
    if new := [spec for spec in specs if spec.name not in existing]:
        existing |= _create(admin, new)
    return [
        _compare(admin, spec, existing[spec.name], alter=alter)
        if spec.name in existing
        else TopicResult(spec.name, "created")
        for spec in specs
    ]


def _create(admin: KafkaAdminClient, specs: Sequence[TopicSpec]) -> dict[str, dict[str, Any]]:
    """Create the topics. Returns the metadata of those that another client created in the meantime."""
    wanted: dict[str, dict[Any, Any]] = {
        spec.name: {"num_partitions": spec.partitions, "replication_factor": spec.replication, "configs": spec.configs}
        for spec in specs
    }
    answer = admin.create_topics(wanted, raise_errors=False)
    overtaken = []
    for topic in answer["topics"]:
        if topic["error_code"] == TopicAlreadyExistsError.errno:
            overtaken.append(topic["name"])
        elif topic["error_code"]:
            raise TransportError(f"cannot create the topic {topic['name']}: {_reason(topic)}")
    admin.wait_for_topics(list(wanted))
    return _metadata(admin, overtaken)


def _compare(admin: KafkaAdminClient, spec: TopicSpec, topic: dict[str, Any], *, alter: bool) -> TopicResult:
    found = _configs(admin, [spec.name])[spec.name]
    differences = [
        Difference(key, wanted, found[key])
        for key, wanted in spec.configs.items()
        if key in found and found[key] != wanted
    ]
    partitions, replication = len(topic["partitions"]), len(topic["partitions"][0]["replica_nodes"])
    if spec.partitions not in (BROKER_DEFAULT, partitions):
        note = _ORDER_NOTE if spec.partitions > partitions else "partitions cannot be removed"
        differences.append(Difference("partitions", str(spec.partitions), str(partitions), note=note))
    if spec.replication not in (BROKER_DEFAULT, replication):
        note = "move replicas with kafka-reassign-partitions.sh"
        differences.append(Difference("replication", str(spec.replication), str(replication), note=note))
    if alter:
        differences = _alter(admin, spec.name, differences)
    left = [each for each in differences if not each.altered]
    action: Action = "differs" if left else "altered" if differences else "unchanged"
    return TopicResult(spec.name, action, tuple(differences))


def _alter(admin: KafkaAdminClient, name: str, differences: Sequence[Difference]) -> list[Difference]:
    safe = [each for each in differences if _loses_nothing(each)]
    configs = {each.what: each.wanted for each in safe if each.what != "partitions"}
    try:
        if configs:
            answer = admin.alter_configs([ConfigResource("topic", name, configs=configs)])
            if (said := answer["topic"][name]) != "OK":
                raise TransportError(f"cannot alter the topic {name}: {said}")
        if more := [int(each.wanted) for each in safe if each.what == "partitions"]:
            admin.create_partitions({name: more[0]})
            admin.wait_for_topics([name])
    except KafkaError as error:
        raise TransportError(f"cannot alter the topic {name}: {error}") from error
    return [
        replace(each, altered=True) if each in safe else replace(each, note=each.note or _UNSAFE_NOTE)
        for each in differences
    ]


def _loses_nothing(difference: Difference) -> bool:
    if difference.what == _COMPRESSION:
        return True
    if difference.what not in ("partitions", _LIMIT, _LAG, _RETENTION):
        return False
    wanted, found = (float(text) for text in (difference.wanted, difference.found))
    if difference.what == _RETENTION:  # -1 means forever
        wanted, found = (value if value >= 0 else float("inf") for value in (wanted, found))
    return wanted > found


def describe(admin: KafkaAdminClient, names: Sequence[str]) -> list[TopicInfo]:
    """Those of these topics that exist, in the given order."""
    metadata, configs = _metadata(admin, names), _configs(admin, names)
    found = [name for name in names if name in metadata]
    tps = [TopicPartition(name, each["partition_index"]) for name in found for each in metadata[name]["partitions"]]
    begin, end = _offsets(admin, tps, OffsetSpec.EARLIEST), _offsets(admin, tps, OffsetSpec.LATEST)
    return [
        TopicInfo(
            name,
            len(metadata[name]["partitions"]),
            len(metadata[name]["partitions"][0]["replica_nodes"]),
            {tp.partition: offset for tp, offset in sorted(begin.items()) if tp.topic == name},
            {tp.partition: offset for tp, offset in sorted(end.items()) if tp.topic == name},
            configs[name],
        )
        for name in found
    ]


def message_limits(admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, int]:
    """`max.message.bytes` of each topic that exists and whose configuration this user may read."""
    return {name: int(found[_LIMIT]) for name, found in _configs(admin, names).items() if _LIMIT in found}


def missing(admin: KafkaAdminClient, names: Sequence[str]) -> list[str]:
    """Those of these topics that do not exist, in the given order.

    Raises:
        TransportError: a name is not valid for a topic, or this user may not see the topic.
    """
    there = _metadata(admin, names)
    return [name for name in names if name not in there]


def _metadata(admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    found = {}  # Kafka's description of each topic that exists
    for topic in admin.describe_topics(list(names)) if names else []:
        error = for_code(topic["error_code"])  # type: ignore[no-untyped-call]
        if error is UnknownTopicOrPartitionError:
            continue
        if issubclass(error, AuthorizationError):
            raise TransportError(access.unseen(topic["name"]))
        if topic["error_code"] and not error.retriable:
            raise TransportError(f"cannot use the topic {topic['name']}: {_reason(topic)}")
        found[topic["name"]] = topic
    return found


def _configs(admin: KafkaAdminClient, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """The relevant properties of each topic; none if the topic is missing or this user may not read them."""
    resources = [ConfigResource("topic", name, configs=dict.fromkeys(_CONFIGS, "")) for name in names]
    answer = admin.describe_configs(resources, config_filter="all") if resources else {}
    return {
        resource.name: {key: each["value"] for key, each in answer.get("topic", {}).get(resource.name, {}).items()}
        for resource in resources
    }


def _offsets(admin: KafkaAdminClient, tps: Sequence[TopicPartition], spec: OffsetSpec) -> dict[TopicPartition, int]:
    found = admin.list_partition_offsets(dict.fromkeys(tps, spec)) if tps else {}
    return {tp: each.offset for tp, each in found.items()}


def _reason(topic: dict[str, Any]) -> str:
    return str(topic.get("error_message") or for_code(topic["error_code"]).description)  # type: ignore[no-untyped-call]


def _ms(duration: timedelta) -> str:
    return str(round(duration.total_seconds() * 1000))
