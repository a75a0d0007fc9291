"""Reads a line in one language: what its words mean there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from itertools import islice
from operator import or_
from typing import Final, NamedTuple

from worker.residue.bits import BIT, WEAK, mask_of
from worker.residue.lexicon import KNOWN_HERE, Begun, Lexicons, Word, lexicons, phrases_at
from worker.residue.tokens import fold, has_tokens, is_unspaced, tokens
from worker.residue.votes import languages_of

_SURE_SHARE: Final = (
    0.75  # a line is in the article's language if that knows this share of the words that any language knows
)
_OWN_BONUS: Final = 0.6  # words; so that a word of several languages is read in the article's
_ENGLISH_BONUS: Final = 0.3
_TELLING_WORD: Final = 1.4  # what a known word with a concept that tells something counts
_ALONE: Final = r":：՝|｜=＝►»→】\]"
SEPARATOR: Final = re.compile(rf"[{_ALONE}–—/>-](?:(?<=[{_ALONE}])|(?<=\s.)[-–—/>]*+(?=\s)|(?<=[–—]))")
"""What separates a head from the rest of its line. All marks come first, so that lines without one take no time."""

MAX_HEAD: Final = 7
"""How many words a head may have."""

_MOST_SEPARATORS: Final = 4
HEADS: Final = mask_of(
    "related read also more miss watch listen photo source author edit ad published updated original by material "
    "disclaimer rights topic gallery video audio"
)
"""Concepts of words that introduce something."""


class Reading(NamedTuple):
    """A line as read in one language.

    There is an entry for each token (a word, a number, a piece of a script without spaces) in `tokens`, `words` (what
    it means in all languages), `masks` (its concepts in this language) and `weights` (how many words it stands for).
    `is_own` says whether `language` is the article's. `mask` has the concepts of all words. `split` is the number of
    tokens before the first separator; 0 without one.

    If a short head introduces something, as in `Related: Minister opens bridge`, all these are the head's, and `rest`
    has the words and masks of what follows.
    """

    line: str
    language: str
    tokens: Sequence[str]
    words: Sequence[Word]
    masks: Sequence[int]
    weights: Sequence[float]
    mask: int
    split: int
    rest: Sequence[tuple[Word, int]] = ()
    is_own: bool = True


class Reader:
    """Reads lines of an article in the language with this number."""

    def __init__(self, own: int) -> None:
        self._all: Lexicons = lexicons()
        self.own = own
        self._here = self._all.in_language(own)
        self._english = self._all.number["en"]

    def read(self, line: str) -> Reading | None:
        """The line as read in the language that fits best; None if it has no words."""
        return self.reading(line) if has_tokens(line) else None

    def reading(self, line: str) -> Reading:
        """The line, which has a word, as read in the language that fits best."""
        found = tokens(line)
        if not line.isascii() and any(map(is_unspaced, found)):
            every = list(map(self._all.__getitem__, found))
            choice = languages_of(line, self._all, self.own)
            return max((self._in_pieces(line, language, found, every) for language in choice), key=_known)
        masks: Sequence[int]
        words, masks, begun, known = zip(*map(self._here.__getitem__, found), strict=True)
        split = separator(line, found)
        language = (self._of_head(words[:split]) if 0 < split <= MAX_HEAD else None) or self._language(
            words, sum(known)
        )
        if language != self.own:
            _, masks, begun, _ = zip(*map(self._all.in_language(language).__getitem__, found), strict=True)
        if any(begun):
            masks = _with_phrases(masks, begun, found)
        return self._reading(line, language, found, words, masks, [1.0] * len(words), split)

    def _reading(
        self,
        line: str,
        language: int,
        found: Sequence[str],
        words: Sequence[Word],
        masks: Sequence[int],
        weights: Sequence[float],
        split: int,
    ) -> Reading:
        rest: Sequence[tuple[Word, int]] = ()
        if _is_head(masks[:split]) and not all(masks[split:]):
            rest = list(zip(words[split:], masks[split:], strict=True))
            found, words, masks, weights = found[:split], words[:split], masks[:split], weights[:split]
        name = self._all.languages[language]
        return Reading(line, name, found, words, masks, weights, reduce(or_, masks), split, rest, language == self.own)

    def _of_head(self, words: Sequence[Word]) -> int | None:
        """The language that knows all words of a head: the article's, or else one in which a word of it tells."""
        telling = [word.masks for word in words if not word.everywhere]
        known = set(telling[0]).intersection(*telling[1:]) if telling else set()
        if self.own in known:
            return self.own
        known = {language for language in known if any(masks[language] & ~WEAK for masks in telling)}
        if self._english in known:
            return self._english
        return min(known, default=None) if len(telling) > 1 else None  # one word may mean something anywhere

    def _language(self, words: Sequence[Word], known: int) -> int:
        """The language that knows most of the words."""
        own, any_language = divmod(known, KNOWN_HERE)
        if own >= _SURE_SHARE * any_language:
            return self.own
        telling = [word.masks for word in words if word.masks and not word.everywhere]
        counts: dict[int, float] = {self._english: _ENGLISH_BONUS, self.own: _OWN_BONUS}
        for masks in telling:
            for language, mask in masks.items():
                counts[language] = counts.get(language, 0) + (_TELLING_WORD if mask & ~WEAK else 1)
        return max(counts, key=lambda language: (counts[language], -language))

    def _in_pieces(self, line: str, language: int, found: Sequence[str], words: Sequence[Word]) -> Reading:
        parts: list[tuple[str, Word, int, float]] = []
        letters_a_word = 4 if self._all.languages[language] == "th" else 2
        for token, word in zip(found, words, strict=True):
            if is_unspaced(token):
                for piece, mask in self._all.pieces(language, fold(token)):
                    parts.append((piece, word, mask, max(0.5, len(piece) / letters_a_word)))
            else:
                mask = word.masks.get(language, 0) | word.masks.get(self._english, 0) | word.everywhere
                parts.append((token, word, mask, 1.0))
        pieces, own_words, masks, weights = zip(*parts, strict=True)
        return self._reading(line, language, pieces, own_words, masks, weights, separator(line, pieces))


def separator(line: str, found: Sequence[str]) -> int:
    """The number of tokens before the first separator; 0 if there is none between tokens."""
    for match in islice(SEPARATOR.finditer(line, 1), _MOST_SEPARATORS):
        begin, end = match.span()
        if line[begin - 1].isdigit() and line[end : end + 1].isdigit():  # `10:30`
            continue
        before = tokens(line[:begin])
        if before:
            count = _pieces(found, before)
            return count if has_tokens(line[end:]) else 0
    return 0


def _pieces(found: Sequence[str], before: Sequence[str]) -> int:
    """How many entries of a reading these tokens are: one may be several pieces."""
    chars, count = sum(map(len, before)), 0
    while chars > 0 and count < len(found) - 1:
        chars -= len(found[count])
        count += 1
    return count


def _is_head(masks: Sequence[int]) -> bool:
    """Whether words with these concepts introduce something."""
    return 0 < len(masks) <= MAX_HEAD and all(masks) and any(mask & HEADS for mask in masks)


def _known(reading: Reading) -> float:
    return sum(weight for weight, mask in zip(reading.weights, reading.masks, strict=True) if mask)


def _with_phrases(masks: Sequence[int], begun: Sequence[Begun | None], found: Sequence[str]) -> list[int]:
    """The masks, where words with which a phrase begins have its concepts. Its other words count as known."""
    masks = list(masks)
    for at, phrases in enumerate(begun[:-1]):
        if phrases is None:
            continue
        for rest, bit in phrases_at(phrases, found[at + 1 :], fold):
            masks[at] |= bit
            for number in range(at + 1, at + 1 + len(rest)):
                masks[number] = masks[number] or BIT["function"]
    return masks
