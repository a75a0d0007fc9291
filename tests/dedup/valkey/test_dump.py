"""Reading postings from a server that splits buckets meanwhile."""

from __future__ import annotations

import struct
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from worker.dedup.dump import Postings
from worker.dedup.memory import Table
from worker.dedup.valkey.buckets import FEWEST_BUCKETS, Buckets, postings_of
from worker.dedup.valkey.dump import Dump
from worker.dedup.valkey.names import NUMBER, SLOTS, Names

NAMES = Names("test", tuple(table.name.lower() for table in Table))
KEYS = np.array([5, 5 | 1 << 16, 9, FEWEST_BUCKETS - 1, (1 << 32) - 1], np.uint32)
NUMBERS = np.arange(len(KEYS), dtype=np.uint32)


def stored(buckets: Buckets) -> dict[bytes, bytes]:
    """The fields of the hash with these postings in so many buckets."""
    fields: dict[bytes, bytes] = {}
    for key, number, place in zip(KEYS.tolist(), NUMBERS.tolist(), buckets.places(KEYS).tolist(), strict=True):
        field = NUMBER.pack(place)
        fields[field] = fields.get(field, b"") + struct.pack("<HI", key >> 16, number)
    return fields


class GrowingServer:
    """A server with one generation. After the question number `grows_at`, buckets 0 to 9 are split."""

    def __init__(self, grows_at: int) -> None:
        self._questions_left = grows_at
        self._buckets = Buckets()
        self.client = self

    def hmget(self, _name: str, fields: list[bytes]) -> list[bytes | None]:
        held = stored(self._buckets)
        self._grow()
        return [held.get(field) for field in fields]

    def _grow(self) -> None:
        self._questions_left -= 1
        if self._questions_left == 0:
            self._buckets = Buckets(FEWEST_BUCKETS + 10)

    def hscan(self, _name: str, _cursor: int, count: int) -> tuple[int, dict[bytes, bytes]]:
        assert count > 0
        return 0, {}

    def hget(self, _name: str, _field: str) -> bytes:
        return b"0"

    def patiently(self, step: Callable[[], Any]) -> Any:
        return step()

    def meta(self) -> Any:
        generation = SimpleNamespace(end_s=1, start_s=0, slot=3)
        found = SimpleNamespace(live=[generation], buckets=[self._buckets] * SLOTS)
        self._grow()
        return found


def dumped(server: Any) -> set[tuple[int, int]]:
    """Each key and number in the dump."""
    chunks = [chunk for chunk in Dump(server, NAMES, server.meta).chunks() if isinstance(chunk, Postings)]
    together = [posting for chunk in chunks for posting in chunk.postings.tolist()]
    return {(posting >> 32, posting & 0xFFFFFFFF) for posting in together}


def test_no_posting_is_missed_when_a_bucket_is_split_before_or_after_it_was_read() -> None:
    everything = set(zip(KEYS.tolist(), NUMBERS.tolist(), strict=True))
    for grows_at in range(60):
        assert dumped(GrowingServer(grows_at)) == everything


def test_a_damaged_bucket_counts_as_empty() -> None:
    held = stored(Buckets())
    buckets = [held.get(NUMBER.pack(place)) for place in range(10)]
    whole = len(postings_of(0, buckets))
    assert whole == 3
    buckets[9] = b"12345"
    assert len(postings_of(0, buckets)) == whole - 1
