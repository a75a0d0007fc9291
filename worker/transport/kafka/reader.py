"""Collects the records of one batch from the consumer, and keeps the positions right while partitions come and go.

A record that was polled but is not in the batch would have to be polled again. So a lost position is resolved only
while the batch is empty. Otherwise the batch ends, and the next one finds the same lost position.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from kafka import TopicPartition
from kafka.errors import KafkaError, LogTruncationError, NoOffsetForPartitionError, OffsetOutOfRangeError

from worker.config.settings import Settings
from worker.messages import RawRecord, Source
from worker.transport.kafka.assignment import Listener
from worker.transport.kafka.end import End
from worker.transport.kafka.interfaces import Consumer
from worker.transport.kafka.positions import NotAnswered, Positions

log = structlog.get_logger(__name__)

POLL_RECORDS = 32  # records per poll: the byte limit of a batch is checked between polls
END_POLL_S = 0.1  # the first poll past the end of a bounded input
PAUSE_S = 0.2  # after a transient error

_LOST_POSITION = (OffsetOutOfRangeError, NoOffsetForPartitionError, LogTruncationError)

Records = dict[TopicPartition, list[Any]]


class Reader:
    """Reads for one group member. `commit_position` commits the offset of a partition without publishing anything."""

    def __init__(
        self,
        settings: Settings,
        consumer: Consumer,
        end: End,
        positions: Positions,
        commit_position: Callable[[TopicPartition, int], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.listener = Listener()
        self._max_bytes = int(settings.batch_max_bytes)
        self._consumer, self._end, self._positions = consumer, end, positions
        self._commit_position = commit_position
        self._clock, self._sleep = clock, sleep
        self._to_start: deque[TopicPartition] = deque()  # gained, and paused until their positions are set
        self._end_seen = False
        consumer.limit(end.bounds)

    def collect(self, max_records: int, end: float) -> Records:
        """Collect the next records by partition, until there are enough, or until the clock shows `end`.

        Raises:
            KafkaError: nothing can be read any more.
        """
        got: Records = {}
        count = size = 0
        while count < max_records and size < self._max_bytes:
            exhausted = self._end.nothing_left_to_read()
            if exhausted and got:
                break
            if exhausted and not self._end_seen and self._consumer.assignment():
                # More records are unlikely. Later polls wait as usual, because a rebalance proceeds only within a poll.
                end, self._end_seen = min(end, self._clock() + END_POLL_S), True
            self._start_gained()
            try:
                polled = self._poll(max(0, round((end - self._clock()) * 1000)), min(POLL_RECORDS, max_records - count))
            except _LOST_POSITION as error:
                if got:
                    break
                polled = {}
                if not self.listener.has_news:  # otherwise the partition may have been lost and reassigned
                    self._find_position(error)
            self._follow_the_group(polled, got)
            for tp, records in self._within_ranges(polled).items():
                got.setdefault(tp, []).extend(records)
            count = sum(map(len, got.values()))
            size = sum(_size(record) for records in got.values() for record in records)
            if self._clock() >= end:
                break
        return got

    def _poll(self, timeout_ms: int, ask: int) -> Records:
        try:
            polled = dict(self._consumer.poll(timeout_ms=timeout_ms, max_records=ask))
        except _LOST_POSITION:
            raise
        except KafkaError as error:
            if not error.retriable:
                raise
            log.debug("poll_failed", error=f"{type(error).__name__}: {error}")  # `Contact` logs outages
            self._sleep(PAUSE_S)
            return {}
        self._positions.read |= polled.keys()
        return polled

    def _find_position(self, error: KafkaError) -> None:
        """Resolve a lost position. If the brokers do not answer, the next poll raises the same error again."""
        try:
            if isinstance(error, NoOffsetForPartitionError):
                self._hold_back(error.args[0])
            elif isinstance(error, LogTruncationError):
                self._keep(self._positions.truncated(error.divergent_offsets))
            else:
                self._keep(self._positions.find_again(error.args[0]))
        except NotAnswered as unanswered:
            log.debug("poll_failed", error=str(unanswered))
            self._sleep(PAUSE_S)

    def _keep(self, positions: dict[TopicPartition, int]) -> None:
        """Commit positions in truncated logs. The next start would mistake an old one for a position in another log."""
        for tp, offset in positions.items():
            self._commit_position(tp, offset)

    def _follow_the_group(self, polled: Records, got: Records) -> None:
        """Drop the records of partitions that were lost, and those of new partitions, which may start elsewhere."""
        lost, gained = self.listener.take()
        self._positions.read -= lost
        if lost:
            log.info("partitions_revoked", partitions=sorted(tp.partition for tp in lost))
        for tp in lost:
            got.pop(tp, None)
        if gained:
            log.info("partitions_assigned", partitions=sorted(tp.partition for tp in gained))
        for tp in gained & polled.keys():
            del polled[tp]
        self._hold_back(gained)

    def _hold_back(self, partitions: Iterable[TopicPartition]) -> None:
        """Pause these partitions until their positions are set. The dummy position stops the client from asking."""
        for tp in partitions:
            self._positions.seek(tp, 0)
            self._consumer.pause(tp)
            if tp not in self._to_start:
                self._to_start.append(tp)

    def _start_gained(self) -> None:
        """Set the positions of new partitions. If one gets no answer, try again later, so that the others continue.

        For example, there is no answer while the transaction of a dead worker is open.
        """
        for _ in range(len(self._to_start)):
            tp = self._to_start.popleft()
            if tp not in self._consumer.assignment():
                continue
            try:
                self._positions.start(tp)
            except NotAnswered as error:
                log.debug("poll_failed", error=str(error))
                self._to_start.append(tp)
                return
            self._consumer.resume(tp)

    def _within_ranges(self, polled: Records) -> Records:
        """Drop what a fetch has brought besides the offsets to process."""
        cover = self._end.bounds.cover
        kept = {tp: [each for each in records if cover(tp.partition, each.offset)] for tp, records in polled.items()}
        return {tp: records for tp, records in kept.items() if records}


def raw_record(record: Any) -> RawRecord:
    """Convert a record of the client to one for the pipeline."""
    source = Source(record.topic, record.partition, record.offset, record.timestamp if record.timestamp >= 0 else None)
    headers = tuple((name, value if value is not None else b"") for name, value in record.headers or ())
    return RawRecord(source, record.value, record.key, headers)


def _size(record: Any) -> int:
    """The bytes of a record with its headers: all of it stays in memory until the commit. A size of -1 means none."""
    sizes = (record.serialized_key_size, record.serialized_value_size, record.serialized_header_size)
    return sum(max(0, size) for size in sizes)
