"""A set of offsets of one partition. It is kept as runs, so that a million offsets take a few megabytes at most."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate, chain
from operator import sub


class Offsets:
    """The offsets of ascending runs. Each run has a start and an end, which is the offset after its last."""

    __slots__ = ("_before", "ends", "starts")

    def __init__(self, starts: Iterable[int], ends: Iterable[int]) -> None:
        self.starts, self.ends = array("q", starts), array("q", ends)
        self._before: array[int] = array("q", chain((0,), accumulate(map(sub, self.ends, self.starts))))

    def at_or_after(self, offset: int) -> int | None:
        """The first offset of the set that is not before this one; None if there is none."""
        run = bisect_right(self.ends, offset)
        return max(offset, self.starts[run]) if run < len(self.ends) else None

    def before(self, offset: int) -> int:
        """How many offsets of the set are before this one."""
        run = bisect_right(self.ends, offset)
        part = max(0, offset - self.starts[run]) if run < len(self.starts) else 0
        return self._before[run] + part
