"""Counts in how many recent articles each pair of words occurs, to tell a site's furniture from a story.

All workers share the counts, but they would be the largest thing that a batch reads and writes, and they change slowly.
So a worker keeps a copy, counts its own articles in it, and follows two rules, whichever memory keeps the counts:

* It reads the counts again once the others have counted more than a quarter of what its copy holds (`READ_AT`).
* It adds what it has counted to the shared counts once that is a thirty-second of its copy (`WRITE_AT`), or once the
  shared counts are as old as an earlier generation, which expires.

The memory holds the counts (128 KiB), and how many pairs were ever counted: 8 bytes, from which a worker sees what it
lacks. A single worker decides as if it read and wrote the counts in each batch. If a worker dies, at most a
thirty-second of the counts is lost.

A replay must decide the same again, even if it was killed. So it does read and write the counts in each batch.
"""

from __future__ import annotations

from copy import copy
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from worker.compiled import compiled
from worker.dedup.memory import Memory, Table
from worker.store.damage import Damage, DamagedError

C_COMPARE = compiled("worker.dedup._compare")

PAIRS = 1 << 16  # a pair is two bytes of a sequence of words
_WORTH = (1 / np.sqrt(1 + np.arange(1 << 16))).astype(np.float32)
HALVED_AT = 4_000_000  # the sum of all counts; about 20,000 articles
READ_AT, WRITE_AT = 1 / 4, 1 / 32

_COUNTS, _EVER = b"pairs", b"ever"
_NUMBER = Struct("<Q")
_MOST = 1 << 60  # so that a worker can add to it


def pairs_of(content: bytes) -> NDArray[np.uint16]:
    """The pairs of neighbours among content words, in order."""
    codes = np.frombuffer(content, np.uint8).astype(np.uint16)
    return codes[:-1] << np.uint16(8) | codes[1:]


class Counts:
    """The count of each pair of content bytes. All counts are halved when their sum exceeds `HALVED_AT`.

    The argument is an earlier value of the property `packed`; by default, all counts are 0.

    Raises:
        DamagedError: the property cannot have had this value.
    """

    def __init__(self, packed: bytes = b"") -> None:
        if packed and len(packed) != 2 * PAIRS:
            raise DamagedError
        self._counts = np.frombuffer(packed, "<u2").copy() if packed else np.zeros(PAIRS, np.uint16)
        self._sum()
        if self.total > HALVED_AT:
            raise DamagedError

    def _sum(self) -> None:
        self.total = int(self._counts.sum(dtype=np.int64))

    @property
    def packed(self) -> bytes:
        """The counts as they are stored: 128 KiB."""
        return self._counts.tobytes()

    def add(self, pairs: NDArray[np.integer[Any]]) -> None:
        """Count the pairs of one more article, none of which is repeated."""
        self._counts[pairs] += 1
        self.total += len(pairs)
        self._halve()

    def add_article(self, content: bytes) -> None:
        """Count the pairs of an article with these content words, each of them once."""
        self.add(np.unique(pairs_of(content)))

    def _halve(self) -> None:
        if self.total > HALVED_AT:
            self._counts >>= 1
            self._sum()

    def worth(self, pairs: NDArray[np.uint16]) -> NDArray[np.float32]:
        """The weight of each of these pairs as evidence. The fewer articles have a pair, the greater its weight."""
        return _WORTH.take(self._counts.take(pairs))


class OwnCounts(Counts):
    """The copy of a worker: the shared counts as it last read or wrote them, and its own since.

    `ever` is how many pairs had been counted in the shared counts, `own` how many this worker has counted since.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ever = 0
        self.own = 0
        self._own = np.zeros(PAIRS, np.uint16)

    def add(self, pairs: NDArray[np.integer[Any]]) -> None:
        """See `Counts.add`."""
        self._own[pairs] += 1
        self.own += len(pairs)
        super().add(pairs)

    def add_article(self, content: bytes) -> None:
        """See `Counts.add_article`."""
        if C_COMPARE is None:
            super().add_article(content)
            return
        distinct = C_COMPARE.count_pairs(content, self._counts, self._own)
        self.own += distinct
        self.total += distinct
        self._halve()

    def copy(self) -> OwnCounts:
        """A copy, which can be changed without this one."""
        copied: OwnCounts = copy(self)
        copied._counts, copied._own = self._counts.copy(), self._own.copy()
        return copied

    def read(self, shared: Counts, ever: int) -> None:
        """Move on to newer shared counts."""
        self._counts = np.frombuffer(shared.packed, "<u2") + self._own
        self.ever = ever
        self._sum()
        self._halve()

    def written(self) -> None:
        """Note that the shared counts are now the same as these."""
        self.ever += self.own
        self.own = 0
        self._own[:] = 0


class SharedCounts:
    """The counts that a worker uses, over a memory. Damaged counts count as none, and are counted in `damage`.

    With `in_each_batch`, a body begins with all that was counted before, and stores what it has counted.
    """

    def __init__(self, memory: Memory, damage: Damage, *, in_each_batch: bool = False) -> None:
        self._memory = memory
        self._damage = damage
        self._read_at, self._write_at = (0.0, 0.0) if in_each_batch else (READ_AT, WRITE_AT)
        self._settled = OwnCounts()
        self._counts = self._settled

    def begin(self) -> Counts:
        """The counts for a body, which adds its articles to them. Call it first in each run of a body."""
        self._counts = self._settled.copy()
        ever = self._ever()
        if not 0 <= ever - self._counts.ever <= self._read_at * self._counts.total:
            self._read(ever)
        return self._counts

    def finish(self) -> None:
        """Share what the body counted, if it is time. Call it at the end of a body."""
        counts = self._counts
        if not self._is_due():
            return
        ever = self._ever()
        if ever > counts.ever:  # it is less if the shared counts have expired in this body
            self._read(ever)
        counts.written()
        for key, value in ((_COUNTS, counts.packed), (_EVER, _NUMBER.pack(counts.ever))):
            self._memory.put(Table.COUNTS, key, value, self._memory.newest)

    def settle(self) -> None:
        """Keep what the last body counted: the memory has stored its writes."""
        self._settled = self._counts

    def _is_due(self) -> bool:
        if not self._counts.total:
            return False
        stored = self._memory.find(Table.COUNTS, _EVER)
        lately = stored is not None and stored.generation == self._memory.newest
        return not lately or self._counts.own > self._write_at * self._counts.total

    def _ever(self) -> int:
        found = self._memory.find(Table.COUNTS, _EVER)
        return (found and self._damage.intact("counts", _unpack, found.value)) or 0

    def _read(self, ever: int) -> None:
        found = self._memory.find(Table.COUNTS, _COUNTS)
        shared = found and self._damage.intact("counts", Counts, found.value)
        self._counts.read(shared or Counts(), ever)


COUNTS_WANTED = (_EVER,)
"""The keys of `Table.COUNTS` that every batch reads."""


def _unpack(packed: bytes) -> int:
    if len(packed) != _NUMBER.size:
        raise DamagedError
    ever: int = _NUMBER.unpack(packed)[0]
    if ever > _MOST:
        raise DamagedError
    return ever
