"""What to check if transactions fail again and again."""

from __future__ import annotations

from collections.abc import Mapping

from kafka.errors import (
    CommitFailedError,
    InvalidRecordError,
    InvalidTimestampError,
    KafkaError,
    KafkaTimeoutError,
    NotEnoughReplicasError,
    UnknownTopicOrPartitionError,
)

_HINTS: Mapping[type[KafkaError], str] = {
    InvalidTimestampError: "Check the clock of this machine",
    CommitFailedError: "The group removed this worker each time: raise session_timeout or max_poll_interval, or "
    "lower batch_budget",
    UnknownTopicOrPartitionError: "Check that every output topic exists: article-worker topics describe",
    NotEnoughReplicasError: "An output topic has fewer in-sync replicas than min.insync.replicas: check that all "
    "brokers are running",
    InvalidRecordError: "If the dead topic is compacted, set its cleanup.policy to delete: it refuses dead letters "
    "without a key",
    KafkaTimeoutError: "The brokers are slow or unreachable: check their load and the network",
}


def hint(error: Exception) -> str:
    """What to check after an error of this kind."""
    return next((f". {text}" for sort, text in _HINTS.items() if isinstance(error, sort)), "")
