"""Finds out how much of the assigned partitions is unread, and for how long it has been there.

The time of a record is known only once it was fetched. But an unread record was written after the last one that was
read, and after the worker last saw the end of the partition. The later of these two times bounds its age.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from kafka.errors import KafkaError

from worker.messages import RawRecord
from worker.transport.base import Lag
from worker.transport.kafka.bounds import Bounds
from worker.transport.kafka.interfaces import Consumer

_ENDS_MS, _POSITION_MS = 2000, 1000


class Unread:
    """What one consumer has not committed yet. `clock` gives seconds since 1970."""

    def __init__(self, consumer: Consumer, bounds: Bounds, clock: Callable[[], float] = time.time) -> None:
        self._consumer, self._bounds, self._clock = consumer, bounds, clock
        self._not_before: dict[int, float] = {}  # by partition: no unread record was written before this time
        self._looked_at: dict[int, tuple[int | None, int]] = {}  # by partition: position and end at the last look
        self._is_idle = False

    def polled(self, *, anything: bool) -> None:
        """Note whether the last poll returned records."""
        self._is_idle = not anything

    def committed(self, records: Iterable[RawRecord]) -> None:
        """Note that these records are committed."""
        now = self._clock()
        for record in records:
            source = record.source
            if source.timestamp_ms is not None:  # a producer with a wrong clock may write a later time than now
                self._not_before[source.partition] = min(source.timestamp_ms / 1000, now)

    def look(self) -> Lag | None:
        """Ask the brokers for the ends of the partitions.

        None if they do not answer, or if the worker waits for the group to assign partitions to it.
        """
        if self._consumer.waits or not self._consumer.member_id:
            return None
        now = self._clock()
        try:
            mine = sorted(self._consumer.assignment())
            ends = self._consumer.end_offsets(mine, timeout_ms=_ENDS_MS) if mine else {}
            at = {tp.partition: (self._consumer.position(tp, timeout_ms=_POSITION_MS), ends[tp]) for tp in mine}
        except KafkaError:
            return None
        lags = {partition: self._bounds.lag(partition, *place) for partition, place in at.items()}
        known = {partition: since for partition, since in self._not_before.items() if partition in at}
        for partition, place in at.items():
            # If polls return nothing and nothing moves, only transaction markers are left.
            if not lags[partition] or (self._is_idle and self._looked_at.get(partition) == place):
                known[partition] = now
        self._not_before, self._looked_at = known, at
        oldest = min((known[partition] for partition, lag in lags.items() if lag and partition in known), default=None)
        return Lag(sum(lags.values()), lags, oldest)
