"""Collects the records of one batch from the consumer, and keeps the positions right while partitions come and go.

A record that was polled and is not in the batch must be polled again. So a position is looked for only while the batch
is empty; else the batch ends there, and the next one meets the same.
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

POLL_RECORDS = 32  # records asked for at once: the byte bound of a batch is checked between two asks
END_POLL_S = 0.1  # the first poll behind the end of a bounded input
PAUSE_S = 0.2  # after an error that passes

_LOST_POSITION = (OffsetOutOfRangeError, NoOffsetForPartitionError, LogTruncationError)

Records = dict[TopicPartition, list[Any]]


class Reader:
    """Reads for one group member. `commit_position` commits the offset of a partition with nothing to publish."""

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
        self._to_start: deque[TopicPartition] = deque()  # gained, and paused until they were looked at
        self._end_seen = False

    def collect(self, max_records: int, end: float) -> Records:
        """The next records by partition, until there are enough, or until `end` on the clock.

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
                # Nothing is likely to come. Later polls wait as usual: a rebalance proceeds only within them.
                end, self._end_seen = min(end, self._clock() + END_POLL_S), True
            self._start_gained()
            try:
                polled = self._poll(max(0, round((end - self._clock()) * 1000)), min(POLL_RECORDS, max_records - count))
            except _LOST_POSITION as error:
                if got:
                    break
                polled = {}
                if not self.listener.has_news:  # else it may be of a partition that was lost and came back
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
            log.debug("poll_failed", error=f"{type(error).__name__}: {error}")  # of outages the contact tells
            self._sleep(PAUSE_S)
            return {}
        self._positions.read |= polled.keys()
        return polled

    def _find_position(self, error: KafkaError) -> None:
        """Where nobody answers, the next poll raises the same again."""
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
        """Commit where a truncated log goes on: to the next start the old position would be one of another log."""
        for tp, offset in positions.items():
            self._commit_position(tp, offset)

    def _follow_the_group(self, polled: Records, got: Records) -> None:
        """Leave out what this member no longer holds, and what it may have to read from somewhere else."""
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
        """Do not read these before they were looked at; a position keeps the client from asking for it meanwhile."""
        for tp in partitions:
            self._positions.seek(tp, 0)
            self._consumer.pause(tp)
            if tp not in self._to_start:
                self._to_start.append(tp)

    def _start_gained(self) -> None:
        """One that gets no answer (a dead worker's transaction is still open, say) must not keep the others waiting."""
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
        kept = {}
        for tp, records in polled.items():
            end = self._end.bounds.end_of(tp.partition)
            if end is not None and records[-1].offset >= end:
                self._consumer.pause(tp)
                records = [record for record in records if record.offset < end]  # noqa: PLW2901
            if records:
                kept[tp] = records
        return kept


def raw_record(record: Any) -> RawRecord:
    """A record of the client as the pipeline takes it."""
    source = Source(record.topic, record.partition, record.offset, record.timestamp if record.timestamp >= 0 else None)
    headers = tuple((name, value if value is not None else b"") for name, value in record.headers or ())
    return RawRecord(source, record.value, record.key, headers)


def _size(record: Any) -> int:
    """Bytes of the record, headers included: all of it is kept until the batch is committed. -1 stands for none."""
    sizes = (record.serialized_key_size, record.serialized_value_size, record.serialized_header_size)
    return sum(max(0, size) for size in sizes)
