"""Reads several partitions in the order of their records' times, so that every reading sees the same order.

The next record is always the oldest of those that come next in their partitions; of records of one time, that of the
lowest partition. So the order depends on the positions alone, not on what a fetch brings or where a reading resumes.
Within a partition, the order is that of the offsets, even if the times go back.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import structlog
from kafka import TopicPartition

from worker.transport.kafka.bounds import Bounds
from worker.transport.kafka.interfaces import Consumer

log = structlog.get_logger(__name__)

# A poll has to return everything that was fetched. kafka-python loses sight of a partition that is paused while a part
# of its fetch is left (docs/upstream.md), so only the size of a fetch limits how much of each partition is in memory.
_ALL = 1 << 31
_LARGEST_FETCH, _SMALLEST_FETCH = 1 << 20, 64 << 10
_POSITION_MS = 1000


def fetch_bytes(partitions: int, together: int) -> int:
    """How many bytes a fetch from one partition may have, so that all of them together have about `together`."""
    return min(_LARGEST_FETCH, max(_SMALLEST_FETCH, together // max(1, partitions)))


def merged(records: Mapping[TopicPartition, Sequence[Any]]) -> Iterator[Any]:
    """The records of a batch in the order of their times. Within a partition, their order stays."""
    return heapq.merge(*(records[tp] for tp in sorted(records)), key=_time)


def in_order(consumer: Consumer, bounds: Bounds) -> Consumer:
    """The consumer, except that its polls return the records within the bounds in order.

    `consumer` must not fetch more of a partition than fits into memory.
    """
    return cast("Consumer", _InOrder(consumer, bounds))


class _InOrder:
    """A consumer that fetches ahead, from each partition of which it has no record.

    A position is that of the next record that `poll` returns.
    """

    def __init__(self, consumer: Consumer, bounds: Bounds) -> None:
        self._consumer, self._bounds = consumer, bounds
        self._fetched: dict[TopicPartition, deque[Any]] = {}  # of the partitions that have a position
        self._held: set[TopicPartition] = set()  # paused by the reader
        self._told = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._consumer, name)

    def poll(self, *, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Any]]:
        """The next records. None as long as the next record of any partition is unknown."""
        waits_for = self._behind()
        is_ready = not waits_for and any(self._fetched.values())
        self._fetch_only(waits_for)
        polled = self._consumer.poll(timeout_ms=0 if is_ready else timeout_ms, max_records=_ALL)
        self._forget_lost()
        for tp, records in polled.items():
            self._add(tp, records)
        return {} if self._behind() else self._take(max_records)

    def _behind(self) -> set[TopicPartition]:
        """The partitions whose next record is unknown."""
        return {tp for tp in self._consumer.assignment() if not (self._fetched.get(tp) or self._is_read(tp))}

    def _is_read(self, tp: TopicPartition) -> bool:
        """Whether nothing more will come of a partition of which nothing is fetched."""
        if tp not in self._fetched:  # it was assigned a moment ago, and has no position yet
            return False
        return self._bounds.is_past(tp.partition, self._consumer.position(tp, timeout_ms=_POSITION_MS))

    def _fetch_only(self, partitions: set[TopicPartition]) -> None:
        for tp in self._consumer.assignment():
            if tp in partitions and tp not in self._held:
                self._consumer.resume(tp)
            else:
                self._consumer.pause(tp)

    def _forget_lost(self) -> None:
        lost = self._fetched.keys() - self._consumer.assignment()
        self._held -= lost
        for tp in lost:
            del self._fetched[tp]

    def _add(self, tp: TopicPartition, records: Iterable[Any]) -> None:
        if tp in self._fetched:
            within = (record for record in records if self._bounds.cover(tp.partition, record.offset))
            self._fetched[tp].extend(within)

    def _take(self, most: int) -> dict[TopicPartition, list[Any]]:
        taken: dict[TopicPartition, list[Any]] = {}
        heads = [(_time(records[0]), tp) for tp, records in self._fetched.items() if records]
        heapq.heapify(heads)
        if heads:
            self._tell()
        for _ in range(most if heads else 0):
            _, tp = heads[0]
            records = self._fetched[tp]
            taken.setdefault(tp, []).append(records.popleft())
            if records:
                heapq.heapreplace(heads, (_time(records[0]), tp))
            elif self._is_read(tp) and len(heads) > 1:
                heapq.heappop(heads)
            else:
                break
        return taken

    def _tell(self) -> None:
        """Log if other workers read a part of the input, which they do at their own pace."""
        mine = {tp.partition for tp in self._consumer.assignment()}
        others = self._bounds.partitions - mine
        if others and not self._told:
            self._told = True
            log.warning(
                "order_not_fixed", partitions=sorted(mine), of_others=sorted(others),
                consequence="other workers read these partitions at their own pace, so another replay may give other "
                "verdicts on duplicates",
            )  # fmt: skip

    def seek(self, tp: TopicPartition, offset: int) -> None:
        """Read on at this offset."""
        self._fetched[tp] = deque()
        self._consumer.seek(tp, offset)

    def pause(self, tp: TopicPartition) -> None:
        """Hold the partition back, and with it all that is younger than its next record."""
        self._held.add(tp)
        self._consumer.pause(tp)

    def resume(self, tp: TopicPartition) -> None:
        """The next poll may read the partition again."""
        self._held.discard(tp)

    def position(self, tp: TopicPartition, *, timeout_ms: int) -> int | None:
        """The offset of the next record."""
        fetched = self._fetched.get(tp)
        return fetched[0].offset if fetched else self._consumer.position(tp, timeout_ms=timeout_ms)


def _time(record: Any) -> int:
    written_ms: int = record.timestamp
    return written_ms
