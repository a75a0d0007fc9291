"""Looks at single records and stretches of time of any topic, outside of any group."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from worker.config.settings import Settings
from worker.errors import FatalTransportError
from worker.transport.kafka import published, ranges
from worker.transport.kafka.published import Fetched


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no record at a place.

    `first` and `end` are the offsets that the partition has now (end exclusive). `oldest_ms` is when its first record
    was written, in milliseconds since 1970; None if it has none.
    """

    offset: int
    first: int
    end: int
    oldest_ms: int | None = None

    @property
    def is_expired(self) -> bool:
        """Whether the record was deleted because it was too old, or because there was too much after it."""
        return self.offset < self.first


class Stretch(Protocol):
    """Records in the order of time. `offsets` is the number of offsets to read."""

    @property
    def offsets(self) -> int:
        """How many offsets there are to read. Transaction markers and compacted records count, too."""

    def __iter__(self) -> Iterator[Fetched]:
        """The committed records."""


class Topics(Protocol):
    """What a command needs to look at topics."""

    def between(self, topic: str, since: datetime | None, until: datetime | None) -> AbstractContextManager[Stretch]:
        """The records that were written since a time and before another one. None means without this limit."""

    def at(self, topic: str, partition: int, offset: int) -> Fetched | Missing:
        """The record at a place."""


@dataclass(frozen=True, slots=True)
class KafkaTopics:
    """Implements `Topics` on the brokers of the settings.

    Its methods raise ConnectError if no broker answers, and TopicMissing if the topic does not exist.
    """

    settings: Settings

    def between(self, topic: str, since: datetime | None, until: datetime | None) -> AbstractContextManager[Stretch]:
        """See Topics."""
        return published.opened(self.settings, topic, since, until)

    def at(self, topic: str, partition: int, offset: int) -> Fetched | Missing:
        """See Topics.

        Raises:
            FatalTransportError: the topic has no such partition.
        """
        spans = ranges.resolve(self.settings.model_copy(update={"raw_topic": topic}), None, None)
        if (span := spans.get(str(partition))) is None:
            raise FatalTransportError(f"the topic {topic} has no partition {partition}, only 0 to {len(spans) - 1}")
        first, end = span
        if first <= offset < end:
            found = self._first(topic, partition, (offset, offset + 1))
            return found or Missing(offset, first, end)
        oldest = self._first(topic, partition, (first, end)) if offset < first else None
        return Missing(offset, first, end, oldest.written_ms if oldest else None)

    def _first(self, topic: str, partition: int, span: tuple[int, int]) -> Fetched | None:
        patience = self.settings.connect_timeout
        with published.spanning(self.settings, topic, {str(partition): span}, patience) as records:
            return next(iter(records), None)
