"""How much of a text changed, at a bounded cost."""

from __future__ import annotations

from collections import Counter
from typing import Final

from rapidfuzz.distance import Indel

from worker.text.words import words

MOST_CELLS: Final = 400_000_000
"""The largest table of words by words to fill, that of two texts of 20,000 words. It takes 10 ms."""


def changed_share(before: str, after: str) -> float:
    """The words that were deleted or inserted, as a share (0..1) of the words of both texts.

    0 if only punctuation, spaces or line breaks changed. In texts that are longer than `MOST_CELLS` allows, words that
    only moved do not count.
    """
    olds, news = words(before), words(after)
    total = len(olds) + len(news)
    if not total:
        return 0.0
    changed = Indel.distance(olds, news) if len(olds) * len(news) <= MOST_CELLS else _changed_at_least(olds, news)
    return changed / total


def _changed_at_least(olds: list[str], news: list[str]) -> int:
    """The words that one text has more often than the other."""
    before, after = Counter(olds), Counter(news)
    return (before - after).total() + (after - before).total()
