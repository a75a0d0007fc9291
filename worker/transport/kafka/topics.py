"""Creates, compares, alters and describes topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal

from kafka import TopicPartition
from kafka.admin import ConfigResource, KafkaAdminClient, OffsetSpec
from kafka.errors import AuthorizationError, KafkaError, TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code

from worker.errors import TransportError
from worker.transport.kafka import access
from worker.transport.kafka.topic_plan import (
    BROKER_DEFAULT,
    CLEANUP,
    COMPRESSION,
    LAG,
    LIMIT,
    RETENTION,
    TopicSpec,
)

_CONFIGS = (RETENTION, LIMIT, CLEANUP, LAG, COMPRESSION)
_ORDER_NOTE = (
    "with more partitions, keys move to other partitions: versions of an article from before and after the change are "
    "not in order, and a compacted topic keeps the old version as well"
)
_UNSAFE_NOTE = "this change could delete or refuse records: to make it anyway, use kafka-configs.sh"

Action = Literal["created", "unchanged", "altered", "differs"]


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
        return self.configs.get(CLEANUP)

    @property
    def retention(self) -> timedelta | None:
        """How long a record is kept. None means forever, as in a topic that is only compacted."""
        milliseconds = int(self.configs.get(RETENTION, -1))
        if milliseconds < 0 or "delete" not in (self.cleanup_policy or ""):
            return None
        return timedelta(milliseconds=milliseconds)

    @property
    def max_message_bytes(self) -> int | None:
        """The largest batch of records that the topic accepts, in bytes after compression."""
        limit = self.configs.get(LIMIT)
        return None if limit is None else int(limit)


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
    if difference.what == COMPRESSION:
        return True
    if difference.what not in ("partitions", LIMIT, LAG, RETENTION):
        return False
    wanted, found = (float(text) for text in (difference.wanted, difference.found))
    if difference.what == RETENTION:  # -1 means forever
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
    return {name: int(found[LIMIT]) for name, found in _configs(admin, names).items() if LIMIT in found}


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
