"""Picks the earlier articles that are worth a comparison: those that share the rarest posting keys."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

CANDIDATES = 2  # for 99.5 % of all copies, one of the two is an earlier copy of the story; a third would add .05 %
_WORTH = [1 / math.sqrt(max(1, count)) for count in range(1 << 10)]


def best(keys: Iterable[int], holders: Callable[[int], Sequence[int]]) -> list[int]:
    """The numbers of the records that match these keys best, best first. A key with more holders counts less."""
    scores: dict[int, float] = {}
    for key in keys:
        numbers = holders(key)
        if numbers:
            worth = _WORTH[len(numbers)]
            for number in numbers:
                scores[number] = scores.get(number, 0.0) + worth
    found: list[int] = []
    while scores and len(found) < CANDIDATES:
        found.append(max(scores, key=scores.__getitem__))
        del scores[found[-1]]
    return found
