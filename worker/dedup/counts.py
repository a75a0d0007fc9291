"""How many articles had which pairs of words lately: what tells a site's furniture from a story."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from worker.store.damage import DamagedError

PAIRS = 1 << 16  # of two bytes of a sequence of words
_WORTH = (1 / np.sqrt(1 + np.arange(1 << 16))).astype(np.float32)
HALVED_AT = 4_000_000  # pairs counted: some 20,000 articles


class Counts:
    """Counts for each pair of content bytes. All are halved when they become many.

    Made from what `packed` gave, or empty.

    Raises:
        DamagedError: `packed` cannot have given this.
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
        """The counts as they are kept: 128 KiB."""
        return self._counts.tobytes()

    def add(self, pairs: NDArray[np.uint16]) -> None:
        """One more article, with these pairs; what it has twice counts once."""
        self._counts[pairs] += 1
        self._total += len(pairs)
        if self._total > HALVED_AT:
            self._counts >>= 1
            self._total = int(self._counts.sum(dtype=np.int64))

    def worth(self, pairs: NDArray[np.uint16]) -> NDArray[np.float32]:
        """What each of these pairs is worth as evidence: the more, the fewer articles have it."""
        return _WORTH.take(self._counts.take(pairs))
