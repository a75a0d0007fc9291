"""Finds out whether a bounded run is finished, from the worker's positions and the group's committed offsets."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping

from kafka import TopicPartition
from kafka.errors import LogTruncationError, NoOffsetForPartitionError, RetriableError

from worker.errors import CommitFailed, TopicMissing
from worker.transport.kafka.bounds import Bounds
from worker.transport.kafka.interfaces import Consumer

_ASK_EVERY_S = 0.5  # not at every poll, because each look asks the broker
_ANSWER_MS = 1000
_MISSING_S = 30.0  # how long the topic may be missing, in case someone recreates it


class End:
    """Looks for the end of a bounded run. `commit_position` commits an offset without publishing anything."""

    def __init__(
        self,
        topic: str,
        bounds: Bounds,
        consumer: Consumer,
        commit_position: Callable[[TopicPartition, int], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._topic = topic
        self.bounds = bounds
        self._consumer = consumer
        self._commit_position = commit_position
        self._clock = clock
        self._next_look = 0.0
        self._seen_s = clock()  # when the topic last had partitions
        self.reached = False
        """Whether every partition is committed to its end, by this worker or by others."""

    def nothing_left_to_read(self) -> bool:
        """Whether this worker has read all its partitions to their ends."""
        if not self.bounds.are_set:
            return False
        return all(self.bounds.is_past(tp.partition, self._position(tp, 0)) for tp in self._consumer.assignment())

    def committed(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Note what this worker has committed. If nothing is left of any partition, there is no need to `look`."""
        for tp, offset in offsets.items():
            self.bounds.committed(tp.partition, offset)
        self.reached = self.bounds.are_done

    def look(self) -> None:
        """Find out whether the end is `reached`, at most every half second. Call it if a poll returned nothing.

        Raises:
            FatalTransportError: the position at the end cannot be committed, and another attempt would not help.
            TopicMissing: the topic has been missing for half a minute.
        """
        if not self.bounds.are_set or self._clock() < self._next_look:
            return
        if self._consumer.group_metadata().generation_id < 0:
            return
        with contextlib.suppress(RetriableError):  # a broker is away: the next look tries again
            self.reached = self._is_reached()
        self._next_look = self._clock() + _ASK_EVERY_S

    def _is_reached(self) -> bool:
        mine = self._consumer.assignment()
        partitions = self._consumer.partitions_of(self._topic)
        self._require(partitions)
        return bool(partitions) and all(self._is_done(tp, tp in mine) for tp in partitions)

    def _is_done(self, tp: TopicPartition, mine: bool) -> bool:
        if not self.bounds.is_done(tp.partition):
            self.bounds.committed(tp.partition, self._committed(tp, mine))
        return self.bounds.is_done(tp.partition)

    def _require(self, partitions: list[TopicPartition]) -> None:
        """Raise an error if the topic was deleted during the run: its end can no longer be reached."""
        now = self._clock()
        if partitions:
            self._seen_s = now
        elif now - self._seen_s > _MISSING_S:
            raise TopicMissing.named(self._topic)

    def _committed(self, tp: TopicPartition, mine: bool) -> int | None:
        """The committed offset of a partition. If only the end was left to commit, commit and return it."""
        committed: int | None = self._consumer.committed(tp, timeout_ms=_ANSWER_MS)
        if self.bounds.is_past(tp.partition, committed) or not mine:
            return committed
        # Transaction markers and expired records may lie between the last record and the end.
        if not self.bounds.is_past(tp.partition, self._position(tp, _ANSWER_MS)):
            return committed
        end = self.bounds.end_of(tp.partition)
        assert end is not None
        try:
            self._commit_position(tp, end)
        except CommitFailed:
            return committed  # the next look tries again
        return end

    def _position(self, tp: TopicPartition, timeout_ms: int) -> int | None:
        """The position of a partition; None if it has none yet, or has lost it."""
        try:
            return self._consumer.position(tp, timeout_ms=timeout_ms)
        except (NoOffsetForPartitionError, LogTruncationError):  # `poll` raises it again, and the reader handles it
            return None
