"""The offsets that a bounded run (a replay, or a run that stops at the end) has to process, and which are done.

This is bookkeeping of partition numbers and offsets only; worker.transport.kafka.end asks the brokers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from worker.transport.kafka.offsets import Offsets


@dataclass(frozen=True, slots=True)
class Range:
    """The offsets of one partition to process: from `start` (None: the committed offset) to `end`, exclusive.

    With `only`, the offsets of this set alone.
    """

    start: int | None
    end: int
    only: Offsets | None = None

    def next(self, offset: int) -> int:
        """The first offset to process that is not before this one; `end` if there is none."""
        offset = max(offset, self.start or 0)
        if self.only is not None and offset < self.end:
            found = self.only.at_or_after(offset)
            return self.end if found is None else min(found, self.end)
        return min(offset, self.end)

    def count(self, begin: int, until: int) -> int:
        """How many offsets are to process from `begin` on and before `until`."""
        begin, until = max(begin, self.start or 0), min(until, self.end)
        if begin >= until:
            return 0
        return until - begin if self.only is None else self.only.before(until) - self.only.before(begin)


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

    @property
    def are_sparse(self) -> bool:
        """Whether most offsets of the ranges are left out."""
        ranges = (self._ranges or {}).values()
        wanted = sum(each.count(0, each.end) for each in ranges)
        return 2 * wanted < sum(max(0, each.end - (each.start or 0)) for each in ranges)

    @property
    def partitions(self) -> set[int]:
        """The partitions that have something to process, if the run has an end."""
        return {number for number, each in (self._ranges or {}).items() if each.count(0, each.end)}

    def start_of(self, partition: int) -> int:
        """The first offset that may be processed."""
        return 0 if self._ranges is None else self._range(partition).start or 0

    def end_of(self, partition: int) -> int | None:
        """The offset after the last one to process; None for an endless input."""
        return None if self._ranges is None else self._range(partition).end

    def next(self, partition: int, offset: int) -> int:
        """The first offset to process that is not before this one; the end of the range if there is none."""
        return offset if self._ranges is None else self._range(partition).next(offset)

    def cover(self, partition: int, offset: int) -> bool:
        """Whether an offset is to be processed."""
        return self._ranges is None or self._range(partition).count(offset, offset + 1) > 0

    def is_past(self, partition: int, offset: int | None) -> bool:
        """Whether nothing is left to process at or after an offset (None: no offset yet)."""
        end = self.end_of(partition)
        return end is not None and self.next(partition, offset or 0) >= end

    def committed(self, partition: int, offset: int | None) -> None:
        """Note a committed offset (None: nothing is committed)."""
        if self.is_past(partition, offset):
            self._done.add(partition)

    def is_done(self, partition: int) -> bool:
        """Whether the partition has nothing to process, or is committed to its end."""
        return partition in self._done or self.is_past(partition, None)

    @property
    def are_done(self) -> bool:
        """Whether this holds for all partitions. Never for an endless input."""
        return self._ranges is not None and all(map(self.is_done, self._ranges))

    def lag(self, partition: int, position: int | None, log_end: int) -> int:
        """The number of offsets left to process from `position` (None: no position yet) to the end."""
        begin = position or 0
        return max(0, log_end - begin) if self._ranges is None else self._range(partition).count(begin, log_end)

    def _range(self, partition: int) -> Range:
        return (self._ranges or {}).get(partition, _NOTHING)
