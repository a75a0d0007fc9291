"""Picks the lines that may be boilerplate: the words of a line vote. That takes a microsecond for most lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import sqrt
from struct import pack
from typing import Final

from worker.residue.bits import BIT, CONCEPTS, WEAK
from worker.residue.lexicon import Begun, Lexicons, phrases_at
from worker.residue.packing import packed_parts, packed_signs, spelled
from worker.residue.tokens import fold, is_unspaced, tokens
from worker.text.scripts import COMPLEX_CLASS, KANA_CLASS

SIGNS: Final = (*CONCEPTS, "small", "capital", "caseless", "foreign")
"""What a word shows: concepts, or else how it is written, and that it has a telling concept in another language."""

_KANA: Final = re.compile(f"[{KANA_CLASS}]")
_COMPLEX: Final = re.compile(f"[{COMPLEX_CLASS}]")
_SMALL, _CAPITAL, _CASELESS, _FOREIGN = range(len(CONCEPTS), len(SIGNS))
TELLING: Final = frozenset([*(number for number, bit in enumerate(BIT.values()) if not bit & WEAK), _FOREIGN])
"""The signs that lines of boilerplate can be known by, as numbers of `SIGNS`."""

BEGINS: Final = float(1 << 20)  # added to the vote of a word that begins phrases
MARK: Final = 1024.0  # added to the vote of a word with a sign that tells, so that one sum answers both questions
MOST_WORDS: Final = 1 << 16  # 10 MB
_LONGEST_RUN: Final = 100  # letters of a script without spaces; no boilerplate has as many without a mark
_LONG: Final = 24  # characters; longer tokens are clauses of a script without spaces, and do not recur


class Votes(dict[str, float]):
    """The votes of words, as they stand between spaces, in articles of one language. Each sign has a weight."""

    def __init__(self, lexicons: Lexicons, own: int, weights: Sequence[float]) -> None:
        super().__init__()
        self.lexicons = lexicons
        self.own = own
        self._here = lexicons.in_language(own)
        self._weights = weights
        self.packed = packed_signs(weights)
        """The weights, for _votes.c."""
        self._begins: dict[str, Begun] = {}
        self._plain: dict[str, str] = {}
        self._of_masks: dict[int, float] = {}
        self.most = MOST_WORDS
        """How many words are remembered. Then all are forgotten, before the next line."""
        self.table: object = None
        """What _votes.c remembers."""

    def __missing__(self, text: str) -> float:
        vote, phrases = self._new(text)
        if phrases:
            self._begins[text] = phrases
        if len(text) <= _LONG:
            self[text] = vote
        return vote

    spelled = staticmethod(spelled)

    def learn(self, text: str) -> tuple[float, bool, bytes | None]:
        """For _votes.c: the vote of a text, whether to remember it, and the phrases that it begins.

        It asks only about texts that it cannot work out itself, even with `spelled`.
        """
        vote, phrases = self._new(text)
        if phrases is None:
            return vote, len(text) <= _LONG, None
        exact, stems = phrases
        every = (*(phrase for some in exact.values() for phrase in some), *stems)
        written = (pack("=d", self._of_mask(mask)) + packed_parts(parts) for parts, mask in every)
        return vote, len(text) <= _LONG, b"".join(written)

    def _new(self, text: str) -> tuple[float, Begun | None]:
        """The vote of a text, and the phrases that begin with its last word."""
        found = tokens(text)
        vote = sum(map(self._of_token, found))
        phrases = self._here.phrases(found[-1]) if found else None
        return vote + BEGINS * (phrases is not None), phrases

    def of(self, words: Sequence[str]) -> tuple[int, float]:
        """How many of these words tell anything, and their votes: the sum by the root of their number."""
        if max(len(self), len(self._begins)) >= self.most:  # long texts that begin phrases are only among the latter
            self.clear()
            self._begins.clear()
        begun, marked = divmod(sum(map(self.__getitem__, words)) + MARK / 2, BEGINS)
        if begun:
            marked += sum(map(self._of_mask, self._phrases(words)))
        telling, votes = divmod(marked, MARK)
        return int(telling), (votes - MARK / 2) / sqrt(len(words))

    def signs(self, words: Sequence[str]) -> Iterator[tuple[int, float]]:
        """What these words show, as numbers of `SIGNS`, and how often."""
        for token in chain.from_iterable(map(tokens, words)):
            yield from self._signs_of_run(token) if is_unspaced(token) else _numbers(self._shown(token))
        for mask in self._phrases(words):
            yield from _numbers(mask)

    def _shown(self, token: str) -> int:
        """What a word shows, with a bit for each of `SIGNS`."""
        word = self.lexicons[token]
        if mask := word.masks.get(self.own, 0) | word.everywhere:
            return mask
        if self.lexicons.continues(self.own, token):
            return BIT["function"]
        how = _SMALL if word.is_small else _CAPITAL if word.is_capital else _CASELESS
        return 1 << how | any(mask & ~WEAK for mask in word.masks.values()) << _FOREIGN

    def _signs_of_run(self, run: str) -> list[tuple[int, float]]:
        """The signs of a run of letters without spaces. Two letters without a concept count as a word."""
        if len(run) > _LONGEST_RUN:
            return []
        runs = (
            [sign for piece, mask in self.lexicons.pieces(language, run) for sign in _of_piece(piece, mask)]
            for language in languages_of(run, self.lexicons, self.own)
        )
        return max(runs, key=self._sum, default=[])

    def _phrases(self, words: Sequence[str]) -> Iterator[int]:
        """The masks of the phrases among these words."""
        begins = self._begins
        for at in [at for at, text in enumerate(words[:-1], 1) if text in begins]:
            yield from (mask for _, mask in phrases_at(begins[words[at - 1]], words[at:], self._folded))

    def _folded(self, text: str) -> str:
        folded = self._plain.get(text)
        if folded is None:
            if len(self._plain) >= self.most:
                self._plain.clear()
            folded = self._plain[text] = self.folded(text)
        return folded

    @staticmethod
    def folded(text: str) -> str:
        """The first token of a text, folded."""
        return fold(next(iter(tokens(text)), ""))

    def _of_token(self, token: str) -> float:
        return self._vote(self._signs_of_run(token)) if is_unspaced(token) else self._of_mask(self._shown(token))

    def _of_mask(self, mask: int) -> float:
        vote = self._of_masks.get(mask)
        if vote is None:
            if len(self._of_masks) >= self.most:
                self._of_masks.clear()
            vote = self._of_masks[mask] = self._vote(list(_numbers(mask)))
        return vote

    def _vote(self, signs: Sequence[tuple[int, float]]) -> float:
        return self._sum(signs) + MARK * any(number in TELLING for number, _ in signs)

    def _sum(self, signs: Sequence[tuple[int, float]]) -> float:
        return sum(self._weights[number] * times for number, times in signs)


def _of_piece(piece: str, mask: int) -> Iterable[tuple[int, float]]:
    return _numbers(mask) if mask else ((_CASELESS, len(piece) / 2),)


def _numbers(mask: int) -> Iterator[tuple[int, float]]:
    return ((number, 1.0) for number in range(mask.bit_length()) if mask >> number & 1)


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
