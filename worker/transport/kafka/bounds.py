"""The offsets that a bounded run processes (a replay, or a run that stops at the end), and which of them are done.

Plain bookkeeping of partition numbers and offsets; worker.transport.kafka.end asks the brokers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """The offsets of one partition to process: from `start` (None: from the committed offset) up to, without, `end`."""

    start: int | None
    end: int


_NOTHING = Range(None, 0)  # for a partition that was added after the ends were taken


class Bounds:
    """The range of each partition. Without ranges the input is endless, and no offset is past its end."""

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
        """The offset behind the last one to process; None for an endless input."""
        return None if self._ranges is None else self._range(partition).end

    def is_past(self, partition: int, offset: int | None) -> bool:
        """Whether an offset (None: there is none yet) is at the end of the partition's range or behind it."""
        end = self.end_of(partition)
        return end is not None and (offset or 0) >= end

    def committed(self, partition: int, offset: int | None) -> None:
        """Note a committed offset (None: nothing is committed)."""
        if self.is_past(partition, offset):
            self._done.add(partition)

    def is_done(self, partition: int) -> bool:
        """Whether the partition's range is empty, or an offset at its end was noted as committed."""
        return partition in self._done or self.is_past(partition, self.start_of(partition))

    def lag(self, partition: int, position: int | None, log_end: int) -> int:
        """How many offsets are to be processed from `position` (None: there is none yet) to the end."""
        end = self.end_of(partition)
        return max(0, (log_end if end is None else min(log_end, end)) - (position or 0))

    def _range(self, partition: int) -> Range:
        return (self._ranges or {}).get(partition, _NOTHING)
