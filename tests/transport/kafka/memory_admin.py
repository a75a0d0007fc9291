"""An admin client for in-memory topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from kafka import TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import (
    InvalidPartitionsError,
    KafkaError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
)
from kafka.structs import OffsetAndMetadata


class MemoryAdmin:
    """`KafkaAdminClient` for in-memory topics. Its answers hold only the fields that the worker reads."""

    def __init__(self, *, races: Sequence[str] = ()) -> None:
        self.topics: dict[str, dict[str, Any]] = {}  # partitions, replication, configs
        self.errors: dict[str, int] = {}  # error codes by topic, for describe and create
        self.refused: dict[str, int] = {}  # error codes by topic, for create only
        self.groups: dict[str, dict[str, Any]] = {}
        self.log_dirs: Any = []
        self.alter_answer = "OK"
        self.begin, self.end = 3, 10  # the offsets of every partition
        self.closed = False
        self._races = races  # topics that another client creates at the same moment

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.closed = True

    def list_topics(self) -> list[str]:
        return list(self.topics)

    def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
        return [self._described(name) for name in names]

    def _described(self, name: str) -> dict[str, Any]:
        found = self.topics.get(name)
        error = self.errors.get(name, 0 if found else UnknownTopicOrPartitionError.errno)
        partitions = [
            {"partition_index": number, "replica_nodes": [0] * found["replication"]}
            for number in range(found["partitions"])
        ] if found else []  # fmt: skip
        return {"name": name, "error_code": error, "error_message": None, "partitions": partitions}

    def describe_configs(self, resources: Any, config_filter: str) -> dict[str, Any]:
        assert config_filter == "all"
        configs = {each.name: self.topics[each.name]["configs"] for each in resources if each.name in self.topics}
        return {"topic": {name: {key: {"value": value} for key, value in own.items()} for name, own in configs.items()}}

    def create_topics(self, wanted: dict[str, dict[str, Any]], *, raise_errors: bool) -> dict[str, Any]:
        assert not raise_errors
        answers = []
        for name, spec in wanted.items():
            error = self.refused.get(name) or self.errors.pop(
                name, TopicAlreadyExistsError.errno if name in self._races else 0
            )
            answers.append({"name": name, "error_code": error, "error_message": None})
            if error in (0, TopicAlreadyExistsError.errno):
                count = max(1, spec["num_partitions"])
                self.topics[name] = {"partitions": count, "replication": 1, "configs": dict(spec["configs"])}
        return {"topics": answers}

    def wait_for_topics(self, names: list[str]) -> None:
        assert set(names) <= set(self.topics)

    def alter_configs(self, resources: Any) -> dict[str, Any]:
        [resource] = resources
        if self.alter_answer == "OK":
            self.topics[resource.name]["configs"] |= resource.configs
        return {"topic": {resource.name: self.alter_answer}}

    def create_partitions(self, wanted: dict[str, int]) -> None:
        for name, count in wanted.items():
            if count <= self.topics[name]["partitions"]:
                raise InvalidPartitionsError(name)
            self.topics[name]["partitions"] = count

    def list_partition_offsets(self, wanted: Mapping[TopicPartition, Any]) -> dict[TopicPartition, Any]:
        return {
            tp: OffsetAndMetadata(self.begin if spec is OffsetSpec.EARLIEST else self.end)
            for tp, spec in wanted.items()
        }

    def describe_groups(self, groups: list[str]) -> dict[str, Any]:
        return {group: self.groups[group] for group in groups}

    def describe_log_dirs(self) -> Any:
        if isinstance(self.log_dirs, KafkaError):
            raise self.log_dirs
        return self.log_dirs
