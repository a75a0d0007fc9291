"""Tracks which stretches of event time are remembered: a ring of generations, for any store.

A generation covers a part of the window. Once the newest event time seen (the watermark) has moved so far that a
generation lies wholly before the window, the generation expires: all its entries are forgotten in one step. Each
generation occupies a slot, by which a store names its tables. The slot of an expired generation is used again.

As time passes, one generation expires after the other. If the watermark jumps because old messages are read together
with new ones, many expire at once, although nothing has aged. Such a jump is logged.
"""

from __future__ import annotations

import math
import struct
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

import structlog

from worker.store.damage import DamagedError

log = structlog.get_logger(__name__)

JUMP_SHARE = 0.1
"""A move of the watermark by more than this share of the window is a jump."""

_GENERATION = struct.Struct("<HQQ")
_WATERMARK = struct.Struct("<dh")  # the watermark, and the last slot assigned; older versions have no slot
_WATERMARK_BYTES = (0, struct.calcsize("<d"), _WATERMARK.size)
_LATEST_S = 1 << 53  # sums with it stay exact, and fit into 64 bits


class Generation(NamedTuple):
    """A stretch of event time, in whole seconds since 1970, and the slot of its entries. Later ones compare greater."""

    end_s: int
    start_s: int
    slot: int


class Found(NamedTuple):
    """An entry, and the generation with which it expires."""

    value: bytes
    generation: Generation


class Generations:
    """The live generations and the watermark. Between batches, a store keeps them packed.

    A window spans `in_window` generations, so about two more are live at a time. Further `slots` hold old generations
    after the window has changed. `forget` is called with the slot of an expired generation, before the slot is used
    again. Slots are used in turn, so that old references to a slot have time to disappear. `clock` returns seconds
    since 1970.
    """

    def __init__(
        self,
        window: timedelta,
        *,
        in_window: int,
        slots: int,
        forget: Callable[[int], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._window_s = window.total_seconds()
        self._length_s = max(1, round(self._window_s / in_window))
        self._slots = slots
        self._forget = forget
        self._clock = clock
        self._jumped_s = 0.0
        self._jumped_over = 0
        self._watermark_s = 0.0
        self._last_slot = -1
        self.live: list[Generation] = []  # newest first

    def load(self, live: bytes, watermark: bytes) -> None:
        """Restore what `pack` returned; for a new store, empty bytes.

        Raises:
            DamagedError: `pack` cannot have returned this.
        """
        if len(live) % _GENERATION.size or len(watermark) not in _WATERMARK_BYTES:
            raise DamagedError
        self.live = [Generation(end, start, slot) for slot, start, end in _GENERATION.iter_unpack(live)]
        self._watermark_s, self._last_slot = 0.0, -1
        self._jumped_s, self._jumped_over = 0.0, 0
        if watermark:
            self._watermark_s, self._last_slot = _WATERMARK.unpack(watermark.ljust(_WATERMARK.size, b"\xff"))
        if not self._is_possible():
            raise DamagedError

    def _is_possible(self) -> bool:
        """Whether `at` can have produced these generations and this watermark."""
        live, slots = self.live, {generation.slot for generation in self.live}
        return (
            math.isfinite(self._watermark_s)
            and -1 <= self._last_slot < self._slots
            and len(slots) == len(live)
            and all(slot < self._slots for slot in slots)
            and all(start_s < end_s <= _LATEST_S for end_s, start_s, _ in live)
            and all(later > earlier for later, earlier in pairwise(live))
            and (live[0].start_s <= self._watermark_s < live[0].end_s if live else self._watermark_s == 0)
        )

    def pack(self) -> tuple[bytes, bytes]:
        """The live generations and the watermark."""
        live = b"".join(_GENERATION.pack(slot, start, end) for end, start, slot in self.live)
        return live, _WATERMARK.pack(self._watermark_s, self._last_slot)

    def at(self, time_s: float | None) -> Generation:
        """Return the generation of an event. Move the watermark, and forget what now lies before the window.

        An event from before the window belongs to the oldest live generation. If its time is unknown (None), an event
        gets the time of the watermark and does not move it. If no time was ever known, it gets the current time.
        """
        if time_s is None:
            time_s = self._watermark_s or self._clock()
        if time_s > self._watermark_s:
            self._move(time_s)
        time_s = max(time_s, self._watermark_s - self._window_s, 0.0)
        for generation in self.live:
            if generation.start_s <= time_s < generation.end_s:
                return generation
        return self._add(int(time_s // self._length_s) * self._length_s)

    def _move(self, time_s: float) -> None:
        step_s = time_s - self._watermark_s
        self._watermark_s = time_s
        forgotten = 0
        while self.live and self.live[-1].end_s <= time_s - self._window_s:
            self._forget(self.live.pop().slot)
            forgotten += 1
        if forgotten and step_s > JUMP_SHARE * self._window_s:
            self._jumped_s += step_s
            self._jumped_over += forgotten

    def tell_jump(self, store: str) -> None:
        """Log a jump of the watermark since `load`, if there was one. Call this after the new state is stored."""
        if self._jumped_over:
            log.warning(
                "window_jumped", setting="dedup_window", store=store, window_s=self._window_s,
                jumped_s=round(self._jumped_s), generations_forgotten=self._jumped_over,
                advice="one message is much newer than those before it, so the oldest articles were forgotten. To read "
                "old messages together with new ones, raise dedup_window until it reaches back to the oldest",
            )  # fmt: skip
        self._jumped_s, self._jumped_over = 0.0, 0

    @property
    def watermark_s(self) -> float:
        """The newest event time seen, in seconds since 1970; 0 if there was none."""
        return self._watermark_s

    @property
    def span_s(self) -> int:
        """The seconds from the start of the oldest generation to the watermark; 0 if there is none."""
        return round(self._watermark_s - self.live[-1].start_s) if self.live else 0

    @property
    def newest(self) -> Generation:
        """The generation of the watermark. Call `at` first."""
        return self.live[0]

    def _add(self, start_s: int) -> Generation:
        taken = {generation.slot for generation in self.live}
        in_turn = ((self._last_slot + step) % self._slots for step in range(1, self._slots + 1))
        slot = next((slot for slot in in_turn if slot not in taken), None)
        if slot is not None:
            self._last_slot = slot
            new = Generation(start_s + self._length_s, start_s, slot)
        else:  # all slots are taken because the window changed often: extend the newest generation
            newest = self.live.pop(0)
            new = newest._replace(end_s=max(newest.end_s, start_s + self._length_s))
        self.live = sorted([*self.live, new], reverse=True)
        return new
