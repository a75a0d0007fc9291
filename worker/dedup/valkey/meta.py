"""Reads the hash on the server that every batch reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple

from worker.dedup.memory import SEED_BYTES
from worker.dedup.valkey.buckets import Buckets
from worker.dedup.valkey.names import SLOTS
from worker.store.damage import DamagedError
from worker.store.generations import Generation, Generations

FORMAT = b"4"
FILLING = b"filling"  # the field with the token of worker.dedup.filling
GENERATIONS_IN_WINDOW = 4  # few, because every look-up asks each live one; but the index then forgets in larger steps

_MOST_DIGITS = 18  # the server counts in 64 bits


def numbers_of(slot: int) -> str:
    """The field with the count of the record numbers that were given out in a slot."""
    return f"numbers{slot:02}"


class OtherVersionError(Exception):
    """The store was made by another version."""


class Meta(NamedTuple):
    """The state of a store, as it was after `writes` writes.

    `born` is a random token of the store. It is empty if nothing was ever written. `generations` and `watermark` are
    packed (worker.store.generations); `live` are the same generations, newest first. `span_s` is the seconds of
    event time that they cover.
    """

    writes: int
    born: bytes
    generations: bytes
    watermark: bytes
    live: tuple[Generation, ...]
    buckets: tuple[Buckets, ...]
    span_s: int

    @classmethod
    def unpack(cls, fields: Mapping[bytes, bytes]) -> Meta:
        """Read the fields of the hash. Without a format, nothing was ever written.

        Raises:
            OtherVersionError: the format is another one.
            DamagedError: a field is damaged, or there are entries without a seed: nobody knows their keys.
        """
        numbers = {numbers_of(slot).encode() for slot in range(SLOTS)}
        for name in numbers:
            _digits(fields, name)
        if fields.keys() <= numbers:
            fields = {}  # a process has reserved numbers, and nobody has written yet
        elif fields.get(b"format") != FORMAT:
            raise OtherVersionError
        if len(fields.get(b"seed", b"")) != SEED_BYTES and (b"seed" in fields or b"born" in fields):
            raise DamagedError
        generations, watermark = fields.get(b"generations", b""), fields.get(b"watermark", b"")
        loaded = _loaded(generations, watermark, timedelta(1), lambda _: None)
        return cls(
            _digits(fields, b"writes"),
            fields.get(b"born", b""),
            generations,
            watermark,
            tuple(loaded.live),
            tuple(Buckets.unpack(fields.get(b"slot%02d" % slot)) for slot in range(SLOTS)),
            loaded.span_s,
        )

    def moving(self, window: timedelta, forget: Callable[[int], None]) -> Generations:
        """The generations, for a body that moves the watermark."""
        return _loaded(self.generations, self.watermark, window, forget)

    def is_successor(self, other: Meta) -> bool:
        """Whether only entries were added since the other state: the generations are the same."""
        return self.born == other.born and self.generations == other.generations and self.writes >= other.writes


def _loaded(live: bytes, watermark: bytes, window: timedelta, forget: Callable[[int], None]) -> Generations:
    generations = Generations(window, in_window=GENERATIONS_IN_WINDOW, slots=SLOTS, forget=forget)
    generations.load(live, watermark)
    return generations


def _digits(fields: Mapping[bytes, bytes], name: bytes) -> int:
    """A number that the server can increment.

    Raises:
        DamagedError: it is none.
    """
    digits = fields.get(name, b"0")
    if not digits.isdigit() or len(digits) > _MOST_DIGITS or digits != b"%d" % int(digits):
        raise DamagedError
    return int(digits)
