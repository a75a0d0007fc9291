"""Picks the lines that may be boilerplate: the words of a line vote. That takes a microsecond for most lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from math import inf, sqrt
from operator import or_
from typing import Final

from worker.residue.concepts.lexicon import BIT, CONCEPTS, WEAK, Lexicons, is_unspaced, tokens
from worker.text.scripts import COMPLEX_CLASS, KANA_CLASS

UNKNOWN: Final = ("small", "capital", "caseless")
"""The kinds of words without a concept. They vote, too."""

_KANA: Final = re.compile(f"[{KANA_CLASS}]")
_COMPLEX: Final = re.compile(f"[{COMPLEX_CLASS}]")
_MARK: Final = 1024.0  # added to the vote of a word with a concept that tells, so that one sum answers both questions
_FOREIGN: Final = 1048576.0  # the same for words with such a concept in another language than the article's
_FOREIGN_SHARE: Final = 0.2
_LONGEST_RUN: Final = 100  # letters of a script without spaces; no boilerplate has as many without a mark
_MOST: Final = 1 << 17
_LONG: Final = 24  # characters; longer tokens are clauses of a script without spaces, and do not recur


class Votes(dict[str, float]):
    """The votes of words, as they stand between spaces, in articles of one language."""

    def __init__(self, lexicons: Lexicons, own: int, weights: Sequence[float]) -> None:
        super().__init__()
        self._all = lexicons
        self._own = own
        self._weights = dict(enumerate(weights))

    def __missing__(self, text: str) -> float:
        vote = sum(map(self._vote, tokens(text)))
        if len(text) <= _LONG:
            if len(self) >= _MOST:
                self.clear()
            self[text] = vote
        return vote

    def of(self, line: str) -> float:
        """The votes of a line: the sum over its words by the root of their number.

        They are minus infinity if no word has a concept that tells anything, and infinity if many have one in another
        language.
        """
        words = line.split()
        foreign, marked = divmod(sum(map(self.__getitem__, words)) + _MARK / 2, _FOREIGN)
        if foreign and foreign >= _FOREIGN_SHARE * len(words):
            return inf
        telling, votes = divmod(marked, _MARK)
        return (votes - _MARK / 2) / sqrt(len(words)) if telling else -inf

    def _vote(self, token: str) -> float:
        if is_unspaced(token):
            if len(token) > _LONGEST_RUN:
                return 0.0
            languages = languages_of(token, self._all, self._own)
            return max((self._of_run(language, token) for language in languages), default=0)
        word = self._all[token]
        mask = reduce(or_, (bit for _, bit in word.phrases.get(self._own, ())), word.masks.get(self._own, 0))
        if mask := mask | word.everywhere:
            return self._of_mask(mask)
        if self._all.continues(self._own, token):
            return self._of_mask(BIT["function"])
        unknown = self._weights[len(CONCEPTS) + (0 if word.is_small else 1 if word.is_capital else 2)]
        return unknown + _FOREIGN if any(mask & ~WEAK for mask in word.masks.values()) else unknown

    def _of_run(self, language: int, run: str) -> float:
        """The votes of a run of letters without spaces. Two letters without a concept count as a word."""
        unknown = self._weights[len(CONCEPTS) + 2]
        return sum(
            self._of_mask(mask) if mask else unknown * len(piece) / 2 for piece, mask in self._all.pieces(language, run)
        )

    def _of_mask(self, mask: int) -> float:
        vote = sum(self._weights[number] for number in range(mask.bit_length()) if mask >> number & 1)
        return vote + _MARK if mask & ~WEAK else vote


def languages_of(text: str, lexicons: Lexicons, own: int) -> list[int]:
    """The languages without spaces that a text may be in: its letters tell, or else the article's language."""
    number: Mapping[str, int] = lexicons.number
    if _COMPLEX.search(text):
        names = ["th"]
    elif _KANA.search(text):
        names = ["ja"]
    else:
        names = [name for name in ("zh", "ja") if number.get(name) == own] or ["zh", "ja"]
    return [number[name] for name in names if name in number]
