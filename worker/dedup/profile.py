"""Prepares the words of an article for comparison."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from worker.compiled import compiled
from worker.dedup.counts import PAIRS, pairs_of
from worker.dedup.word_codes import FUNCTION_WORDS, Words

C_COMPARE = compiled("worker.dedup._compare")

UNSPACED_FROM = 0.985  # a greater share of content words (Korean: up to .98) means that the tokens are ideographs,
WORDS_IN_IDEOGRAPH = 0.5  # each of which counts as half a word,
CONTENT_IN_IDEOGRAPH = 0.3  # and less of a content word

_FUNCTION = bytes(range(FUNCTION_WORDS))


class Profile:
    """The words of an article, prepared for comparison."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.sequence = words.sequence
        self.numbers = words.numbers
        sequence = words.sequence
        self.content: bytes = C_COMPARE.content(sequence) if C_COMPARE else sequence.translate(None, _FUNCTION)

    @property
    def is_unspaced(self) -> bool:
        """Whether the tokens are ideographs, about two for a word."""
        return len(self.content) > UNSPACED_FROM * len(self.sequence)

    @property
    def content_share(self) -> float:
        """How many content words a token counts as, on average."""
        return CONTENT_IN_IDEOGRAPH if self.is_unspaced else len(self.content) / max(1, len(self.sequence))

    @property
    def is_nameless(self) -> bool:
        """Whether no word is a name or a number, as if the script had no capitals and wrote numbers in letters."""
        return not self.words.names.strip(b"\0")

    @cached_property
    def pairs(self) -> NDArray[np.uint16]:
        """The pairs of neighbouring content words in order, two bytes per pair."""
        return pairs_of(self.content)

    def pairs_in(self, other: Profile) -> NDArray[np.bool_]:
        """For each pair of this article, whether the other one has it."""
        if C_COMPARE:
            return np.frombuffer(C_COMPARE.shared_pairs(self.content, other.content), np.bool_)
        return other._has.take(self.pairs)

    @cached_property
    def _has(self) -> NDArray[np.bool_]:
        """For every possible pair, whether this article has it."""
        has = np.zeros(PAIRS, bool)
        has[self.pairs] = True
        return has
