"""Tests how times become offsets, with clients that only return set values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import ClusterAuthorizationFailedError

from tests.transport.kafka.memory_admin import MemoryAdmin
from worker.config.settings import Settings
from worker.errors import TopicMissing
from worker.transport.kafka import ranges

SETTINGS = Settings()
ZERO, ONE = TopicPartition(SETTINGS.raw_topic, 0), TopicPartition(SETTINGS.raw_topic, 1)


class Consumer:
    """Two partitions with the offsets 100 to 200. Each has a record every second, the first one at second 1000."""

    def __init__(self) -> None:
        self.numbers: set[int] | None = {1, 0}
        self.closed = False

    def topics(self) -> set[str]:
        return {"articles.raw2"}

    def partitions_for_topic(self, _topic: str) -> set[int] | None:
        return self.numbers

    def beginning_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 100)

    def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 200)

    def offsets_for_times(self, wanted: dict[TopicPartition, int]) -> dict[TopicPartition, Any]:
        """The offsets of the first records from these times on; None if there is no such record."""
        if min(wanted.values()) < 0:
            raise ValueError("The target time cannot be negative.")
        at = {tp: max(100, ms // 1000 - 900) for tp, ms in wanted.items()}
        return {tp: SimpleNamespace(offset=offset) if offset < 200 else None for tp, offset in at.items()}

    def close(self, *, autocommit: bool, timeout_ms: int) -> None:
        assert not autocommit
        assert timeout_ms > 0
        self.closed = True


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Consumer]:
    made = Consumer()
    monkeypatch.setattr(ranges, "KafkaConsumer", lambda **_: made)
    yield made
    assert made.closed


@pytest.fixture
def admin(monkeypatch: pytest.MonkeyPatch) -> MemoryAdmin:
    made = MemoryAdmin()

    @contextmanager
    def connected(_settings: Settings) -> Iterator[MemoryAdmin]:
        yield made

    monkeypatch.setattr(ranges, "connected", connected)
    return made


def second(number: int) -> datetime:
    return datetime.fromtimestamp(number, UTC)


def test_without_times_the_range_is_the_whole_topic(consumer: Consumer, admin: MemoryAdmin) -> None:
    assert ranges.resolve(SETTINGS, None, None) == {"0": (100, 200), "1": (100, 200)}


def test_a_time_resolves_to_the_first_record_at_or_after_it(consumer: Consumer, admin: MemoryAdmin) -> None:
    assert ranges.resolve(SETTINGS, second(1010), second(1050)) == {"0": (110, 150), "1": (110, 150)}


def test_a_time_after_the_last_record_resolves_to_the_end(consumer: Consumer, admin: MemoryAdmin) -> None:
    assert ranges.resolve(SETTINGS, second(9000), None) == {"0": (200, 200), "1": (200, 200)}


def test_a_time_before_1970_resolves_to_the_first_record(consumer: Consumer, admin: MemoryAdmin) -> None:
    found = ranges.resolve(SETTINGS, datetime(1, 1, 1, tzinfo=UTC), datetime(1969, 1, 1, tzinfo=UTC))
    assert found == {"0": (100, 100), "1": (100, 100)}


def test_a_range_never_ends_before_it_starts(consumer: Consumer, admin: MemoryAdmin) -> None:
    """The times of records need not increase with their offsets."""
    assert ranges.resolve(SETTINGS, second(1050), second(1010)) == {"0": (150, 150), "1": (150, 150)}


def test_the_error_names_a_topic_that_does_not_exist(consumer: Consumer, admin: MemoryAdmin) -> None:
    consumer.numbers = None
    with pytest.raises(TopicMissing, match=rf"{SETTINGS.raw_topic} \(did you mean articles.raw2\?\)"):
        ranges.resolve(SETTINGS, None, None)


def test_bytes_are_the_requested_share_of_the_largest_replica(consumer: Consumer, admin: MemoryAdmin) -> None:
    def broker(size: int) -> dict[str, Any]:
        mine = {"name": SETTINGS.raw_topic, "partitions": [{"partition_index": 0, "partition_size": size}]}
        other = {"name": "another", "partitions": [{"partition_index": 1, "partition_size": 7}]}
        return {"log_dirs": [{"topics": [mine, other]}]}

    admin.log_dirs = [broker(1000), broker(3000), broker(2000)]
    assert ranges.contents(SETTINGS, {"0": (110, 160), "1": (110, 160)}).sizes == {0: 1500}


def test_bytes_are_unknown_if_the_user_may_not_see_them(consumer: Consumer, admin: MemoryAdmin) -> None:
    admin.log_dirs = ClusterAuthorizationFailedError("no")
    assert ranges.contents(SETTINGS, {"0": (110, 160)}).sizes == {}


@pytest.mark.parametrize(
    ("pair", "expired"), [((100, 150), 100), ((101, 150), 0), ((90, 150), 10), ((20, 50), 30), ((7, 7), 0)]
)
def test_expired_records_are_those_within_the_range_or_just_before_it(
    consumer: Consumer, admin: MemoryAdmin, pair: tuple[int, int], expired: int
) -> None:
    assert ranges.contents(SETTINGS, {"1": pair}).expired == {1: expired}
