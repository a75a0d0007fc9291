"""The offsets that a bounded run (a replay, or a run that stops at the end) has to process, and which are done.

This is bookkeeping of partition numbers and offsets only; worker.transport.kafka.end asks the brokers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """The offsets of one partition to process: from `start` (None: the committed offset) to `end`, exclusive."""

    start: int | None
    end: int


_NOTHING = Range(None, 0)  # for a partition that was added after the ends were taken


class Bounds:
    """The range of each partition. Without ranges, the input is endless and no offset is past its end."""

    def __init__(self, ranges: Mapping[int, Range] | None) -> None:
        self._ranges = ranges
        self._done: set[int] = set()  # partitions that are committed to their end

    @property
    def are_set(self) -> bool:
        """Whether the run has an end."""
        return self._ranges is not None

    def start_of(self, partition: int) -> int:
        """The first offset that may be processed."""
        return 0 if self._ranges is None else self._range(partition).start or 0

    def end_of(self, partition: int) -> int | None:
        """The offset after the last one to process; None for an endless input."""
        return None if self._ranges is None else self._range(partition).end

    def is_past(self, partition: int, offset: int | None) -> bool:
        """Whether an offset (None: no offset yet) is at or past the end of the partition's range."""
        end = self.end_of(partition)
        return end is not None and (offset or 0) >= end

    def committed(self, partition: int, offset: int | None) -> None:
        """Note a committed offset (None: nothing is committed)."""
        if self.is_past(partition, offset):
            self._done.add(partition)

    def is_done(self, partition: int) -> bool:
        """Whether the partition's range is empty or committed to its end."""
        return partition in self._done or self.is_past(partition, self.start_of(partition))

    def lag(self, partition: int, position: int | None, log_end: int) -> int:
        """The number of offsets left to process from `position` (None: no position yet) to the end."""
        end = self.end_of(partition)
        begin = max(position or 0, self.start_of(partition))
        return max(0, (log_end if end is None else min(log_end, end)) - begin)

    def _range(self, partition: int) -> Range:
        return (self._ranges or {}).get(partition, _NOTHING)
