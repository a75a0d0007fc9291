"""Tells which concepts a word stands for, and in which languages.

A lexicon is a TOML file for one language in `languages`. It lists, for each concept, the words that lines of
boilerplate use for it (see `tables`). `any.toml` has what is the same everywhere: networks, agencies, ©. All lexicons
are loaded together, at the first look-up, because an article of one language often has lines in another. What a word
means is remembered, so that most look-ups are one step.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from struct import pack
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from worker.residue.entries import Entries, Entry
from worker.residue.packing import Packed, packed, packed_parts
from worker.residue.prepared import load
from worker.residue.tables import Phrase
from worker.residue.tokens import fold, form_of, plain, without_accents

_NOTHING: Final[Mapping[int, Any]] = MappingProxyType({})


class Word(NamedTuple):
    """What a word means.

    `masks` has the concepts for each language that knows the word, by the number of the language; `everywhere` those
    that it has in all languages. `phrases` has the phrases that begin with it, by language, too. `is_capital`,
    `is_small` and `is_shout` say how it is written; a word in a script without case is none of them.
    """

    masks: Mapping[int, int] = _NOTHING
    everywhere: int = 0
    phrases: Mapping[int, Sequence[Phrase]] = _NOTHING
    is_capital: bool = False
    is_small: bool = False
    is_shout: bool = False


Begun = tuple[Mapping[str, Sequence[Phrase]], Sequence[Phrase]]
"""Phrases that begin with one word: by their second part, and those whose second part is a stem."""
Here = tuple[Word, int, Begun | None, int]
"""A word, its concepts in one language, and the phrases that it begins there.

The number is 1 for a word that means anything in some language, and `KNOWN_HERE` more if it does in this one: so one
sum counts both.
"""

_UNKNOWN: Final[Mapping[tuple[bool, bool, bool], Here]] = {
    (capital, small, shout): (Word(is_capital=capital, is_small=small, is_shout=shout), 0, None, 0)
    for capital in (False, True)
    for small in (False, True)
    for shout in (False, True)
}
"""What is known of words without a meaning, by how they are written."""

KNOWN_HERE: Final = 1 << 20
_MOST_REMEMBERED: Final = 1 << 13  # 4 MB; the compiled parts and `Votes` remember more words in less room
_MOST_IN_LANGUAGE: Final = 1 << 12
_PARTS: Final = re.compile(r"['’ʼ.\-\u2010\u2011]")


class Lexicons(dict[str, Word]):
    """The lexicons of all languages in one: what each token means. It takes up to 20 µs for a new token."""

    def __init__(self, packed: Packed) -> None:
        super().__init__()
        self.languages = packed.languages
        self.number = {language: number for number, language in enumerate(packed.languages)}
        self._prefixes, self._pieces = packed.prefixes, packed.pieces
        self._entries = Entries(packed.entries)
        self._in: dict[int, InLanguage] = {}

    def __missing__(self, token: str) -> Word:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        word = self[token] = self._word(token)
        return word

    @property
    def compiled(self) -> object:
        """The lexicons for the compiled parts, which share them."""
        return self._entries.compiled

    def in_language(self, language: int) -> InLanguage:
        """What tokens mean in one language."""
        if language not in self._in:
            self._in[language] = InLanguage(self, language)
        return self._in[language]

    def pieces(self, language: int, run: str) -> Iterator[tuple[str, int]]:
        """A run of letters without spaces in pieces with their masks: the longest entries first, then what is left."""
        table = self._pieces[language]
        begin = at = 0
        while at < len(run):
            for entry, mask in table.get(run[at], ()):
                if run.startswith(entry, at):
                    if begin < at:
                        yield run[begin:at], 0
                    yield entry, mask
                    begin = at = at + len(entry)
                    break
            else:
                at += 1
        if begin < at:
            yield run[begin:], 0

    def continues(self, language: int, token: str) -> bool:
        """Whether the token is a word of a phrase, after its first."""
        return self._entries[fold(token)].inner >> language & 1 == 1

    def _word(self, token: str) -> Word:
        how = token[0].isupper(), token[0].islower(), len(token) > 1 and token.isupper()
        text = plain(token)
        folded, entries = without_accents(text), self._entries.beginning(text)
        masks = self._masks(text, entries)
        everywhere = masks.pop(0, 0) | form_of(folded)
        if token != text:
            everywhere |= self._entries[token].masks.get(0, 0)
        if _PARTS.search(token) and not everywhere:
            of_parts, everywhere = self._by_parts(token)
            masks = of_parts | masks
        phrases = _phrases(entries if folded == text else self._entries.beginning(folded))
        if not masks and not everywhere and not phrases:
            return _UNKNOWN[how][0]
        return Word(masks, everywhere, phrases, *how)

    def _masks(self, text: str, entries: Iterable[Entry]) -> dict[int, int]:
        """The concepts of a word by language: of the word itself, else of its longest stem, else without a prefix."""
        found = _last_masks(entries)
        for language, prefixes in () if text.isascii() else self._prefixes.items():
            if language not in found and (mask := self._without_prefix(text, language, prefixes)):
                found[language] = mask
        return found

    def _without_prefix(self, text: str, language: int, prefixes: Iterable[str]) -> int:
        for prefix in prefixes:
            rest = text.removeprefix(prefix)
            is_word = len(prefix) + 2 <= len(text) and rest != text
            if is_word and (mask := _last_masks(self._entries.beginning(rest)).get(language)):
                return mask
        return 0

    def _by_parts(self, token: str) -> tuple[dict[int, int], int]:
        """The concepts of a word with apostrophes or hyphens: `WhatsApp-Kanal`, `l'article`, `News'te`."""
        parts = _PARTS.split(token)
        masks: dict[int, int] = defaultdict(int)
        everywhere = 0
        if len(parts) == 1 or len(parts) > 5 or "@" in token:
            return {}, 0
        for part in filter(None, parts):
            word = self[part]
            everywhere |= word.everywhere
            for language, mask in word.masks.items():
                masks[language] |= mask
        return dict(masks), everywhere


def _last_masks(entries: Iterable[Entry]) -> dict[int, int]:
    """The concepts by language, each from the last of these entries that has the language."""
    found: dict[int, int] = {}
    for entry in entries:
        found.update(entry.masks)
    return found


def _phrases(entries: Iterable[Entry]) -> dict[int, list[Phrase]]:
    found: dict[int, list[Phrase]] = {}
    for entry in entries:
        for language, phrase in entry.phrases:
            found.setdefault(language, []).append(phrase)
    return found


class InLanguage(dict[str, Here]):
    """What tokens mean in one language, in one step for a known token."""

    def __init__(self, lexicons: Lexicons, language: int) -> None:
        super().__init__()
        self._all = lexicons
        self._language = language

    def __missing__(self, token: str) -> Here:
        if len(self) >= _MOST_IN_LANGUAGE:
            self.clear()
        word, language = self._all[token], self._language
        if word.masks or word.everywhere or word.phrases:
            known = 1 + KNOWN_HERE * (language in word.masks) if word.masks and not word.everywhere else 0
            entry = word, word.masks.get(language, 0) | word.everywhere, self.phrases(token), known
        else:
            entry = _UNKNOWN[word.is_capital, word.is_small, word.is_shout]
        self[token] = entry
        return entry

    def phrases(self, token: str) -> Begun | None:
        """The phrases that begin with a token."""
        found = self._all[token].phrases
        return _by_second_part((*found.get(self._language, ()), *found.get(0, ()))) if found else None


def _by_second_part(phrases: Sequence[Phrase]) -> Begun | None:
    """These phrases, which begin with the same word; None if there are none."""
    exact: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        if phrase[0][0][-1:] != "*":
            exact.setdefault(phrase[0][0], []).append(phrase)
    return (exact, [phrase for phrase in phrases if phrase[0][0][-1:] == "*"]) if phrases else None


def phrases_at(begun: Begun, following: Sequence[str], folded: Callable[[str], str]) -> Iterator[Phrase]:
    """The phrases that begin with a word, given what they begin with there, and the texts after the word."""
    exact, stems = begun
    second = folded(following[0])
    for phrase in (*exact.get(second, ()), *(one for one in stems if fits_part(one[0][0], second))):
        parts = following[: len(phrase[0])]
        if len(parts) == len(phrase[0]) and all(map(fits_part, phrase[0], map(folded, parts))):
            yield phrase


def fits_part(part: str, word: str) -> bool:
    """Whether a word is the part of a phrase."""
    return word.startswith(part[:-1]) if part[-1:] == "*" else word == part


def packed_word(token: str, word: Word) -> bytes:
    """What a word means: how it is written, its concepts for each language, and the phrases that it begins.

    In this order: bits for a capital (1), a small first letter (2) and nothing but capitals (4); how many languages
    know the word; the length of the folded word, and the folded word; its concepts in all languages; for each language,
    its number and the concepts there; for each phrase, the number of its language, its concepts and its parts.
    """
    how = word.is_capital | word.is_small << 1 | word.is_shout << 2
    folded = fold(token).encode()
    written = [pack("=BBB", how, len(word.masks), len(folded)), folded, packed([word.everywhere])]
    written += (pack("=B", language) + packed([mask]) for language, mask in word.masks.items())
    for language, phrases in word.phrases.items():
        written += (pack("=B", language) + packed([mask]) + packed_parts(parts) for parts, mask in phrases)
    return b"".join(written)


@cache
def lexicons() -> Lexicons:
    """The lexicons that ship with the package."""
    return Lexicons(load())
