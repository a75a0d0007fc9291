"""Counts in how many recent articles each pair of words occurs, to tell a site's furniture from a story."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from worker.store.damage import DamagedError

PAIRS = 1 << 16  # a pair is two bytes of a sequence of words
_WORTH = (1 / np.sqrt(1 + np.arange(1 << 16))).astype(np.float32)
HALVED_AT = 4_000_000  # the sum of all counts; about 20,000 articles


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
        self._total = int(self._counts.sum(dtype=np.int64))
        if self._total > HALVED_AT:
            raise DamagedError

    @property
    def packed(self) -> bytes:
        """The counts as they are stored: 128 KiB."""
        return self._counts.tobytes()

    def add(self, pairs: NDArray[np.uint16]) -> None:
        """Count the pairs of one more article. A repeated pair counts once."""
        self._counts[pairs] += 1
        self._total += len(pairs)
        if self._total > HALVED_AT:
            self._counts >>= 1
            self._total = int(self._counts.sum(dtype=np.int64))

    def worth(self, pairs: NDArray[np.uint16]) -> NDArray[np.float32]:
        """The weight of each of these pairs as evidence. The fewer articles have a pair, the greater its weight."""
        return _WORTH.take(self._counts.take(pairs))
