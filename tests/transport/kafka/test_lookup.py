"""One record of a topic, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from worker.config.settings import Settings
from worker.errors import FatalTransportError
from worker.transport.kafka import published, ranges
from worker.transport.kafka.lookup import KafkaTopics, Missing
from worker.transport.kafka.published import Fetched

KEPT = range(4, 8)
"""The offsets that the partition still has. Offset 6 is a transaction marker."""


@pytest.fixture
def topics(monkeypatch: pytest.MonkeyPatch) -> KafkaTopics:
    @contextmanager
    def spanning(
        _settings: Settings, topic: str, spans: dict[str, tuple[int, int]], _patience: timedelta
    ) -> Iterator[list[Fetched]]:
        ((partition, span),) = spans.items()
        kept = [at for at in range(*span) if at in KEPT and at != 6]
        yield [Fetched(topic.encode(), 1000 * at, 1, int(partition), at, None, ()) for at in kept]

    def resolve(named: Settings, *_: Any) -> dict[str, tuple[int, int]]:
        assert named.raw_topic == "t"
        return {"0": (0, 0), "1": (KEPT.start, KEPT.stop)}

    monkeypatch.setattr(published, "spanning", spanning)
    monkeypatch.setattr(ranges, "resolve", resolve)
    return KafkaTopics(Settings())


def test_a_record_is_found_at_its_place(topics: KafkaTopics) -> None:
    found = topics.at("t", 1, 5)
    assert isinstance(found, Fetched)
    assert (found.value, found.partition, found.offset) == (b"t", 1, 5)


def test_an_expired_record_is_missing_and_the_oldest_left_says_since_when(topics: KafkaTopics) -> None:
    missing = Missing(3, 4, 8, 4000)
    assert topics.at("t", 1, 3) == missing
    assert missing.is_expired


@pytest.mark.parametrize("offset", [6, 8, 900])
def test_a_marker_and_an_offset_that_is_not_written_yet_are_missing_but_not_expired(
    topics: KafkaTopics, offset: int
) -> None:
    missing = topics.at("t", 1, offset)
    assert missing == Missing(offset, 4, 8)
    assert not missing.is_expired


def test_a_partition_that_does_not_exist_is_an_error_that_names_those_that_do(topics: KafkaTopics) -> None:
    with pytest.raises(FatalTransportError, match="the topic t has no partition 7, only 0 to 1"):
        topics.at("t", 7, 0)
