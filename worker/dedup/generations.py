"""Which stretches of event time are remembered: a ring of generations, dropped whole, for any store.

A generation covers a part of the window. When the newest event time seen (the watermark) has moved so far that a
generation lies wholly before the window, it is forgotten: its entries go in one step. Each generation occupies a slot,
by which a store names its tables; the slot of a forgotten one is used again.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import timedelta

from worker.dedup.memory import Generation

_GENERATION = struct.Struct("<HQQ")
_TIME = struct.Struct("<d")


class Generations:
    """The live generations and the watermark; a store keeps them between batches, packed.

    A window spans `in_window` generations, so about two more live at a time. `slots` beyond that are for the old
    generations after the window was changed. `forget` is called with the slot of a generation that fell out, before
    the slot is used again.
    """

    def __init__(self, window: timedelta, *, in_window: int, slots: int, forget: Callable[[int], None]) -> None:
        self._window_s = window.total_seconds()
        self._length_s = max(1, round(self._window_s / in_window))
        self._slots = frozenset(range(slots))
        self._forget = forget
        self._watermark_s = 0.0
        self.live: list[Generation] = []  # newest first

    def load(self, live: bytes, watermark: bytes) -> None:
        """Take over what `pack` gave; empty bytes at the beginning of all time."""
        self.live = [Generation(end, start, slot) for slot, start, end in _GENERATION.iter_unpack(live)]
        self._watermark_s = _TIME.unpack(watermark)[0] if watermark else 0.0

    def pack(self) -> tuple[bytes, bytes]:
        """The live generations and the watermark."""
        live = b"".join(_GENERATION.pack(slot, start, end) for end, start, slot in self.live)
        return live, _TIME.pack(self._watermark_s)

    def at(self, time_s: float) -> Generation:
        """The generation of an event; moves the watermark, and forgets what now lies before the window.

        An event from before the window belongs to the oldest generation that is live.
        """
        if time_s > self._watermark_s:
            self._watermark_s = time_s
            while self.live and self.live[-1].end_s <= self._watermark_s - self._window_s:
                self._forget(self.live.pop().slot)
        time_s = max(time_s, self._watermark_s - self._window_s, 0.0)
        for generation in self.live:
            if generation.start_s <= time_s < generation.end_s:
                return generation
        return self._add(int(time_s // self._length_s) * self._length_s)

    @property
    def newest(self) -> Generation:
        """The generation of the watermark; only after `at`."""
        return self.live[0]

    def _add(self, start_s: int) -> Generation:
        free = self._slots - {generation.slot for generation in self.live}
        if free:
            new = Generation(start_s + self._length_s, start_s, min(free))
        else:  # the window was changed again and again: let the newest last longer
            newest = self.live.pop(0)
            new = newest._replace(end_s=max(newest.end_s, start_s + self._length_s))
        self.live = sorted([*self.live, new], reverse=True)
        return new
