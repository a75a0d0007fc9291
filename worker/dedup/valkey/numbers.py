"""Gives numbers to new records. They come from blocks that the server reserves for this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from worker.dedup.valkey.names import COUNT_BITS, COUNT_MASK

BLOCK = 1024
"""How many numbers are reserved at a time. What a process does not use is wasted."""


class Numbers:
    """The free numbers of this process. `reserve(slot)` returns the end of a new block for a generation's slot.

    A record's number is its slot (4 bits) and a count (28 bits), which continues when the slot is used again. So the
    numbers of a forgotten generation lead nowhere. After the last count, the first one follows.
    """

    def __init__(self, reserve: Callable[[int], int]) -> None:
        self._reserve = reserve
        self._free: dict[int, Iterator[int]] = {}

    def take(self, slot: int) -> int:
        """The next number in this slot."""
        number = next(self._free.get(slot, iter(())), None)
        if number is not None:
            return number
        end = self._reserve(slot)
        self._free[slot] = iter([slot << COUNT_BITS | count & COUNT_MASK for count in range(end - BLOCK, end)])
        return self.take(slot)

    def forget(self) -> None:
        """Forget all blocks: the server may not know of them any more, and give them to another process."""
        self._free.clear()
