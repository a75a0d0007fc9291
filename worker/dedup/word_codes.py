"""Turns articles into codes of their words, to compare articles that are not identical.

A text is cut into tokens: the parts of words in lower case, numbers with their inner points and commas, and, in scripts
without spaces, each letter together with the next one. Each token becomes a 64-bit hash. Everything else here follows
from these hashes: in one pass over the text if it is compiled, or else by a few dozen numpy calls.

The parts are those of `worker.text.words`. Whole words would find fewer copies: a copy may write `well known` for
`well-known`.
"""

from __future__ import annotations

import zlib
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.compiled import compiled
from worker.dedup.characters import (
    DIGIT,
    IDEOGRAPH,
    JOIN,
    LETTER,
    MAX_CHARS,
    MAX_TITLE_CHARS,
    PLANE,
    describe,
    joined,
    joined_unchanged,
    read,
)

C_WORDS = compiled("worker.dedup._words")

Hashes = NDArray[np.uint64]

MAX_WORDS = 2048  # one byte each in a record; of longer articles, the beginnings are compared
MOST_MORE = (1 << 16) - 1  # words counted after these, in two bytes
MAX_NUMBERS = 128  # numbers remembered: the first ones
MAX_TITLE_WORDS = 32  # one byte each; more than that is no title
TITLE_HASH_BYTES = 2  # before these: one word in 224 has the byte of another, so equal bytes do not mean equal titles
LETTERS = 32  # counts of letters: no more than one letter of most alphabets has the same lower five bits
FUNCTION_WORDS = 32  # words below this byte are short, as articles and prepositions are in most languages
CONTENT_LETTERS = 4  # a content word has at least this many; a Hangul syllable counts as two, an ideograph as four

# The keys of an article are the pairs of neighbouring words with the lowest hashes:
LEAST_PAIRS = 4  # this many,
PAIRS_PER_KEY = 16  # one more for each so many pairs of content words,
NAMES_PER_KEY = 8  # of pairs of neighbouring names and numbers, one more for each so many,
MOST_PAIRS = 64  # but at most this many of each kind

_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that it has an inverse modulo 2**64
_MIX = np.uint64(0xD6E8FEB86659FD93)
_OF_NAMES = np.uint32(0x5BD1E995)  # keeps the keys of names apart from those of other words
_HIGH, _TOP = np.uint64(32), np.uint64(48)
_LETTERS = np.array([0, 0, 1, 1, 2, 4], np.uint8)  # how many letters a character of each class counts as
_EVEN = np.uint16(0xFFFE)
_NEW_LINE, _COMMA = ord("\n"), ord(",")
_SIXTEEN = np.uint32(16)
_RANGES = np.array([FUNCTION_WORDS, 256 - FUNCTION_WORDS], np.uint32)  # of the bytes of other words, of content words
_OFFSETS = np.array([0, FUNCTION_WORDS], np.uint32)
_SITES = (1 << 16) - 1
_ALL = (1 << 64) - 1


class Words(NamedTuple):
    """What the index remembers of an article's words.

    `sequence` has one byte per token; function words are below `FUNCTION_WORDS`. `numbers` has 16 bits per distinct
    number. `names` has one bit per token, the first token in the highest bit of the first byte: whether it is a number,
    or capitalised though it does not just begin a sentence. `lines` tells in the same way which tokens begin a line.
    `title` has a hash of the whole title (`TITLE_HASH_BYTES`), then one byte per token, as `sequence`; it is empty if
    there is no title. `site` has 16 bits that depend on the host; 0 if the host is unknown. `letters` counts each
    letter of the alphabet in a byte, modulo 256. `more` is the number of tokens after those of `sequence`, estimated if
    the text is longer than `MAX_CHARS`. `keys` are the posting keys (32 bits) that lead to the article.
    `codes` has 16 bits per token; the lowest one tells whether it is a number. What an index returns has neither keys
    nor codes.
    """

    sequence: bytes
    numbers: frozenset[int]
    names: bytes
    title: bytes = b""
    site: int = 0
    lines: bytes = b""
    letters: bytes = bytes(LETTERS)
    more: int = 0
    keys: tuple[int, ...] = ()
    codes: bytes = b""

    @property
    def length(self) -> int:
        """The number of tokens of the whole text."""
        return len(self.sequence) + self.more


class _Tokens(NamedTuple):
    """The hash of each token, and what it is. Numbers count as content words, capitalised and names."""

    hashes: Hashes
    content: NDArray[np.bool_]
    number: NDArray[np.bool_]
    capital: NDArray[np.bool_]
    name: NDArray[np.bool_]
    first: NDArray[np.bool_]  # of its line

    def after(self, count: int) -> _Tokens:
        """The tokens without the first ones."""
        rest: tuple[Any, ...] = tuple(each[count:] for each in self)
        return _Tokens(*rest)

    @property
    def sequence(self) -> NDArray[np.uint8]:
        """One byte per token."""
        top = (self.hashes >> _TOP).astype(np.uint32)
        content = self.content.view(np.uint8)
        return ((top * _RANGES.take(content) >> _SIXTEEN) + _OFFSETS.take(content)).astype(np.uint8)


def words_of(text: str, title: str | None = None, host: str | None = None, *, seed: int) -> Words:
    """The words of any text, and of its title. All fields but `title` and `site` are empty if the text has none.

    `host` is without prefixes such as `www.`. `seed` has 64 bits, chosen at random once for each index:
    without it, nobody can tell which pairs of words become keys.
    """
    site = zlib.crc32(host.encode("utf-8", "replace")) % _SITES + 1 if host else 0
    key_seed = (seed | 1) * int(_MIX) & _ALL
    if C_WORDS is None:
        return _words_in_python(text, title or "", site, key_seed)
    sequence, numbers, names, title_codes, lines, letters, count, pairs, pairs_of_names, codes = _read_compiled(
        C_WORDS, text, title or "", key_seed
    )
    return Words(
        sequence, frozenset(numbers), names, title_codes, site, lines, letters, _more(count, len(text)),
        tuple({*pairs, *pairs_of_names}), codes,
    )  # fmt: skip


def _read_compiled(module: ModuleType, text: str, title: str, seed: int) -> tuple[Any, ...]:
    found: tuple[Any, ...] | None = None
    if as_they_are := joined_unchanged(text, title):
        found = module.read(*as_they_are, seed, describe, 1)
    if found is None:
        found = module.read(*joined(text, title), seed, describe, 0)
    assert found is not None
    return found


def _words_in_python(text: str, title: str, site: int, key_seed: int) -> Words:
    tokens, title_words, letters = _tokens(text, title)
    sequence = tokens.sequence
    own = tokens.after(title_words)
    numbers = (own.hashes[own.number][:MAX_NUMBERS] >> _HIGH).astype(np.uint16)
    return Words(
        sequence[title_words:][:MAX_WORDS].tobytes(),
        frozenset(numbers.tolist()),
        np.packbits(own.name[:MAX_WORDS]).tobytes(),
        _title(tokens.hashes[:title_words], sequence) if title_words else b"",
        site,
        np.packbits(own.first[:MAX_WORDS]).tobytes(),
        letters,
        _more(len(own.hashes), len(text)),
        _keys(own, np.uint64(key_seed)),
        ((own.hashes[:MAX_WORDS] >> _TOP).astype(np.uint16) & _EVEN | own.number[:MAX_WORDS]).tobytes(),
    )


def _more(read: int, chars: int) -> int:
    """How many tokens follow those of the sequence, if this many were read from a text of so many characters."""
    if read <= MAX_WORDS:
        return 0
    return min(read * max(chars, MAX_CHARS) // MAX_CHARS - MAX_WORDS, MOST_MORE)


def _title(hashes: Hashes, sequence: NDArray[np.uint8]) -> bytes:
    whole = int(hashes.sum() >> _TOP)
    return whole.to_bytes(TITLE_HASH_BYTES, "big") + sequence[: min(len(hashes), MAX_TITLE_WORDS)].tobytes()


def bits(packed: bytes, count: int) -> NDArray[np.bool_]:
    """The bits of a field such as `Words.names`, one for each of `count` tokens. Those that are missing are 0."""
    padded = packed.ljust(-(-count // 8), b"\0")  # numpy would leave them undefined
    return np.unpackbits(np.frombuffer(padded, np.uint8), count=count).astype(bool)


def line_starts(words: Words) -> NDArray[np.intp]:
    """The first token of each line, in order. The first one of all begins a line."""
    first = bits(words.lines, len(words.sequence))
    first[:1] = True
    return np.flatnonzero(first)


def _keys(tokens: _Tokens, seed: np.uint64) -> tuple[int, ...]:
    upper = tokens.hashes >> _HIGH
    content = upper[tokens.content]
    names = upper[tokens.capital]
    pairs = _lowest(_pairs(content, seed), LEAST_PAIRS + len(content) // PAIRS_PER_KEY)
    pairs_of_names = _lowest(_pairs(names, seed) ^ _OF_NAMES, LEAST_PAIRS + len(names) // NAMES_PER_KEY)
    return tuple({*pairs, *pairs_of_names})


def _pairs(hashes: Hashes, seed: np.uint64) -> NDArray[np.uint32]:
    """The 32-bit hash of each pair of neighbours. `seed` is odd."""
    return (((hashes[:-1] * _BASE + hashes[1:]) * seed) >> _HIGH).astype(np.uint32)


def _lowest(pairs: NDArray[np.uint32], count: int) -> list[int]:
    """The lowest ones, up to `MOST_PAIRS`. A repeated one counts again."""
    pairs.sort()
    lowest: list[int] = pairs[: min(count, MOST_PAIRS)].tolist()
    return lowest


def _tokens(text: str, title: str) -> tuple[_Tokens, int, bytes]:
    """The tokens of the title and of the text, the number of those of the title, and the letters of the text."""
    (codes, classes, lower), begin = read(text, title)
    digit = classes == DIGIT
    word = classes > JOIN
    word[1:-1] |= (classes[1:-1] == JOIN) & digit[:-2] & digit[2:]
    edges = np.flatnonzero(word[1:] != word[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    unspaced = codes.dtype != np.uint8 and bool((classes > LETTER).any())
    if unspaced:
        starts, ends = _cut(word, classes == IDEOGRAPH)
    powers, inverses = _powers()
    sums = np.add.accumulate(lower * powers[: len(lower)])
    before = starts - 1
    hashes = (sums[ends - 1] - sums[before]) * inverses[starts] * _MIX  # only the upper bits are well mixed
    letters = ends - starts
    number = digit[starts]
    capital = number | ((lower[starts] != codes[starts]) & (letters > 2))
    if unspaced:
        letters = _weigh(classes, starts, ends)
        _join_ideographs(hashes, classes[starts] == IDEOGRAPH, starts, ends)
    content = number | (letters >= CONTENT_LETTERS)
    name = number | _names(codes, ends, capital)
    first = np.zeros(len(starts) + 1, bool)
    first[np.searchsorted(starts, np.flatnonzero(codes == _NEW_LINE))] = True
    letters = np.bincount(lower[begin:][classes[begin:] >= LETTER] & (LETTERS - 1), minlength=LETTERS)
    tokens = _Tokens(hashes, content, number, capital, name, first[:-1])
    return tokens, int(np.searchsorted(starts, begin)), letters.astype(np.uint8).tobytes()


def _names(codes: NDArray[Any], ends: NDArray[np.intp], capital: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The capitalised tokens that follow another token in their sentence, and those right before such a token."""
    after = codes.take(ends[:-1])
    names = np.zeros(len(capital), bool)
    names[1:] = capital[1:] & _within().take(after, mode="clip")
    names[:-1] |= capital[:-1] & names[1:] & (after != _COMMA)
    return names


@cache
def _within() -> NDArray[np.bool_]:
    """For each code point of the first plane, whether a sentence goes on after a token that it follows."""
    within = np.zeros(PLANE, bool)
    within[[ord(char) for char in " ,-/'\u2019"]] = True
    return within


def _cut(word: NDArray[np.bool_], alone: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where tokens start and end if some characters are tokens of their own."""
    begins = word.copy()
    begins[1:] &= ~word[:-1] | alone[1:] | alone[:-1]
    starts = np.flatnonzero(begins)
    return starts, np.flatnonzero(word[:-1] & (~word[1:] | begins[1:])) + 1


def _weigh(classes: NDArray[np.uint8], starts: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.intp]:
    """How many letters each token counts as."""
    sums = np.add.accumulate(_LETTERS[classes], dtype=np.intp)
    return sums[ends - 1] - sums[starts - 1]


def _join_ideographs(
    hashes: Hashes, alone: NDArray[np.bool_], starts: NDArray[np.intp], ends: NDArray[np.intp]
) -> None:
    """Mix the next ideograph into the hash of each ideograph: a single one says little."""
    together = alone[:-1] & alone[1:] & (starts[1:] == ends[:-1])
    hashes[:-1][together] += (hashes[1:][together] >> _HIGH) * _MIX


@cache
def _powers() -> tuple[Hashes, Hashes]:
    """The powers of the base by position, and their inverses, which make a word's hash the same at every position."""
    count = MAX_TITLE_CHARS + MAX_CHARS + 3
    powers, inverses = np.full(count, _BASE), np.full(count, np.uint64(pow(int(_BASE), -1, 2**64)))
    powers[0] = inverses[0] = 1
    return np.cumprod(powers), np.cumprod(inverses)
