"""How far a bounded run reads (a replay, or up to the end of now), and whether all of it is committed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any

from kafka import TopicPartition
from kafka.errors import LogTruncationError, NoOffsetForPartitionError, RetriableError

from worker.errors import CommitFailed, TopicMissing
from worker.transport.kafka.assignment import NOTHING, Range

_ASK_EVERY_S = 0.5  # it asks the broker: not at every turn while others are at work
_ANSWER_MS = 1000
_MISSING_S = 30.0  # without the topic: it may be created anew just now


class Bounds:
    """The ranges of a run; without any the input is endless, and nothing is ever past its end.

    `commit_position` commits an offset of a partition beside which there is nothing to publish.
    """

    def __init__(
        self,
        topic: str,
        ranges: Mapping[int, Range] | None,
        consumer: Any,
        commit_position: Callable[[TopicPartition, int], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._topic = topic
        self._ranges = ranges
        self._consumer = consumer
        self._commit_position = commit_position
        self._clock = clock
        self._done: set[int] = set()  # partitions that are committed to the end of their range
        self._next_check = 0.0
        self._seen_s = clock()  # when the topic had partitions
        self.finished = False
        """Whether every partition is committed to its end, by this worker or another."""

    @property
    def are_set(self) -> bool:
        """Whether the run has an end."""
        return self._ranges is not None

    def range_of(self, tp: TopicPartition) -> Range | None:
        """What to process of a partition; None when the input is endless."""
        return None if self._ranges is None else self._ranges.get(tp.partition, NOTHING)

    def is_past(self, tp: TopicPartition, offset: int | None) -> bool:
        """Whether an offset, None if there is none yet, stands at the end of the partition's range or behind it."""
        wanted = self.range_of(tp)
        return wanted is not None and (offset or 0) >= wanted.end

    def exhausted(self) -> bool:
        """Whether there is nothing more to read for this worker."""
        if self._ranges is None:
            return False
        return all(self.is_past(tp, self._position(tp, 0)) for tp in self._consumer.assignment())

    def committed(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Note what was just committed."""
        self._done.update(tp.partition for tp, offset in offsets.items() if self.is_past(tp, offset))

    def check(self, partitions: Callable[[], list[TopicPartition]]) -> None:
        """Find out whether the run is `finished`, now and then; for when nothing was polled.

        Raises:
            FatalTransportError: the position at the end cannot be committed, and another try would not help.
            TopicMissing: the topic has been gone for a while.
        """
        if self._ranges is None or self._clock() < self._next_check:
            return
        if self._consumer.group_metadata().generation_id < 0:
            return
        mine = self._consumer.assignment()
        with contextlib.suppress(RetriableError):  # a broker that is away: later, then
            found = partitions()
            self._require(found)
            self.finished = bool(found) and all(self._is_done(tp, tp in mine) for tp in found)
        self._next_check = self._clock() + _ASK_EVERY_S

    def _require(self, partitions: list[TopicPartition]) -> None:
        """A topic that was deleted under the run has no end that could be reached."""
        now = self._clock()
        if partitions:
            self._seen_s = now
        elif now - self._seen_s > _MISSING_S:
            raise TopicMissing.named(self._topic)

    def _is_done(self, tp: TopicPartition, mine: bool) -> bool:
        if tp.partition not in self._done and self._reached_end(tp, mine):
            self._done.add(tp.partition)
        return tp.partition in self._done

    def _reached_end(self, tp: TopicPartition, mine: bool) -> bool:
        wanted = self.range_of(tp)
        if wanted is None or self.is_past(tp, wanted.start):
            return True
        if self.is_past(tp, self._consumer.committed(tp, timeout_ms=_ANSWER_MS)):
            return True
        # Transaction markers and expired records may stand between the last record and the end.
        if not mine or not self.is_past(tp, self._position(tp, _ANSWER_MS)):
            return False
        try:
            self._commit_position(tp, wanted.end)
        except CommitFailed:
            return False  # the next check tries again
        return True

    def _position(self, tp: TopicPartition, timeout_ms: int) -> int | None:
        """None where there is none yet, or none any more."""
        try:
            position: int | None = self._consumer.position(tp, timeout_ms=timeout_ms)
        except (NoOffsetForPartitionError, LogTruncationError):  # `poll` meets it again, and mends it
            return None
        return position
