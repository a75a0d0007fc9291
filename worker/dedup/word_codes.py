"""Turns articles into codes of their words, to compare articles that are not identical.

A text is cut into tokens: the parts of words in lower case, numbers with their inner points and commas, and, in scripts
without spaces, each letter together with the next one. Each token becomes a 64-bit hash. Everything else here follows
from these hashes, by a few dozen numpy calls per text.

The parts are those of `worker.text.words`. Whole words would find fewer copies: a copy may write `well known` for
`well-known`.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.text.normal_forms import nfkc
from worker.text.scripts import COMPLEX, IDEOGRAPHIC

Hashes = NDArray[np.uint64]

MAX_CHARS = 32_768  # about 5,000 words; the rest of a longer text is ignored
MAX_WORDS = 2048  # one byte each in a record; of longer articles, the beginnings are compared
MAX_NUMBERS = 128  # numbers remembered: the first ones
FUNCTION_WORDS = 32  # words below this byte are short, as articles and prepositions are in most languages
CONTENT_LETTERS = 4  # a content word has at least this many; a Hangul syllable counts as two, an ideograph as four

# Some pairs of neighbouring words become the keys of an article:
PAIR_SHARE = 32  # the pairs of content words whose hash is in the lowest 1/32 of all possible hashes;
LEAST_PAIRS = 8  # at least this many of the lowest pairs,
MOST_PAIRS = 32  # and at most this many;
NAME_PAIRS = 8  # also this many of the lowest pairs of neighbouring names and numbers

_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that it has an inverse modulo 2**64
_MIX = np.uint64(0xD6E8FEB86659FD93)
_OF_NAMES = np.uint32(0x5BD1E995)  # keeps the keys of names apart from those of other words
_HIGH, _HALF, _TOP = np.uint64(32), np.uint64(16), np.uint64(48)
_JOIN, _DIGIT, _LETTER, _SYLLABLE, _IDEOGRAPH = 1, 2, 3, 4, 5
_LETTERS = np.array([0, 0, 1, 1, 2, 4], np.uint8)  # how many letters a character of each class counts as
_PLANE = 0x10000
_END_MARKS = 0x20000  # the only marks from here on are glyph selectors
_SYLLABLES = (range(0x1100, 0x1200), range(0xAC00, 0xD7B0))
_IDEOGRAPHS = (*IDEOGRAPHIC, *COMPLEX)


@dataclass(frozen=True, slots=True)
class Words:
    """What the index remembers of an article's words.

    `sequence` has one byte per token; function words are below `FUNCTION_WORDS`. `numbers` has 16 bits per distinct
    number. `keys` are the posting keys (32 bits) that lead to the article.
    """

    sequence: bytes
    numbers: frozenset[int]
    keys: tuple[int, ...]


class _Tokens(NamedTuple):
    """The hash of each token, and whether it is a content word, a number, a name. Numbers count as all three."""

    hashes: Hashes
    content: NDArray[np.bool_]
    number: NDArray[np.bool_]
    name: NDArray[np.bool_]


class _Characters(NamedTuple):
    """The code point, the class and the lower case of each character. The first and the last are spaces."""

    codes: NDArray[np.uint8] | NDArray[np.uint32]
    classes: NDArray[np.uint8]
    lower: NDArray[np.uint8] | NDArray[np.uint32]


def words_of(text: str) -> Words:
    """The words of any text. All fields are empty if it has none."""
    tokens = _tokens(text)
    top = tokens.hashes >> _TOP
    function = top * np.uint64(FUNCTION_WORDS) >> _HALF
    content = (top * np.uint64(256 - FUNCTION_WORDS) >> _HALF) + np.uint64(FUNCTION_WORDS)
    sequence = np.where(tokens.content, content, function)[:MAX_WORDS].astype(np.uint8)
    numbers = (tokens.hashes[tokens.number][:MAX_NUMBERS] >> _HIGH).astype(np.uint16)
    return Words(sequence.tobytes(), frozenset(numbers.tolist()), _keys(tokens))


def _keys(tokens: _Tokens) -> tuple[int, ...]:
    upper = tokens.hashes >> _HIGH
    pairs = _lowest(_pairs(upper[tokens.content]), MOST_PAIRS)
    count = max(bisect_left(pairs, 2**32 // PAIR_SHARE), LEAST_PAIRS)
    names = _lowest(_pairs(upper[tokens.name]) ^ _OF_NAMES, NAME_PAIRS)
    return tuple({*pairs[:count], *names})


def _pairs(hashes: Hashes) -> NDArray[np.uint32]:
    """The 32-bit hash of each pair of neighbours."""
    return (((hashes[:-1] * _BASE + hashes[1:]) * _MIX) >> _HIGH).astype(np.uint32)


def _lowest(pairs: NDArray[np.uint32], count: int) -> list[int]:
    """The lowest ones without repeats, in order."""
    pairs.sort()
    return sorted(set(pairs[:count].tolist()))


def _tokens(text: str) -> _Tokens:
    codes, classes, lower = _characters(text)
    digit = classes == _DIGIT
    word = classes > _JOIN
    word[1:-1] |= (classes[1:-1] == _JOIN) & digit[:-2] & digit[2:]
    edges = np.flatnonzero(word[1:] != word[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    unspaced = codes.dtype != np.uint8 and bool((classes > _LETTER).any())
    if unspaced:
        starts, ends = _cut(word, classes == _IDEOGRAPH)
    powers, inverses = _powers()
    sums = np.add.accumulate(lower * powers[: len(lower)])
    before = starts - 1
    hashes = (sums[ends - 1] - sums[before]) * inverses[starts] * _MIX  # only the upper bits are well mixed
    letters = ends - starts
    number = digit[starts]
    name = number | ((lower[starts] != codes[starts]) & (letters > 2))
    if unspaced:
        letters = _weigh(classes, starts, ends)
        _join_ideographs(hashes, classes[starts] == _IDEOGRAPH, starts, ends)
    return _Tokens(hashes, number | (letters >= CONTENT_LETTERS), number, name)


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


def _characters(text: str) -> _Characters:
    text = f" {text[:MAX_CHARS]} "
    if text.isascii():
        raw = text.encode()
        codes = np.frombuffer(raw, np.uint8)
        classes = np.frombuffer(raw.translate(_tables()[2]), np.uint8)
        return _Characters(codes, classes, np.frombuffer(raw.lower(), np.uint8))
    text = f"{nfkc(text)[: MAX_CHARS + 1]} "
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    classes, lower, _ = _tables()
    found = _Characters(wide, classes.take(wide, mode="clip"), lower.take(wide, mode="clip"))
    if wide.max() >= _PLANE:
        _read_far(found)
    return found


def _read_far(characters: _Characters) -> None:
    """Fill in the characters beyond the tables. Most texts have none, others have a few."""
    at = np.flatnonzero(characters.codes >= _PLANE)
    codes, which = np.unique(characters.codes[at], return_inverse=True)
    classes, lower = _read(codes.astype(np.uint32))
    characters.classes[at], characters.lower[at] = classes[which], lower[which]


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32], bytes]:
    """What `_read` returns for the first plane, and the classes of its first 256 code points, for `translate`."""
    classes, lower = _read(np.arange(_PLANE, dtype=np.uint32))
    classes[[ord("."), ord(",")]] = _JOIN
    return classes, lower, classes[:256].tobytes()


def _read(codes: NDArray[np.uint32]) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """The class (0: not part of a word) and the lower case of each code point."""
    classes, lower = np.zeros(len(codes), np.uint8), codes.copy()
    for at, code in enumerate(codes.tolist()):
        char = chr(code)
        if char.isdecimal():
            classes[at] = _DIGIT
        elif char.isalnum() or char == "_" or (unicodedata.category(char)[0] == "M" and code < _END_MARKS):
            classes[at] = _LETTER
            small = char.lower()
            if len(small) == 1:
                lower[at] = ord(small)
    for kind, ranges in ((_SYLLABLE, _SYLLABLES), (_IDEOGRAPH, _IDEOGRAPHS)):
        for part in ranges:
            classes[(codes >= part.start) & (codes < part.stop) & (classes == _LETTER)] = kind
    return classes, lower


@cache
def _powers() -> tuple[Hashes, Hashes]:
    """The powers of the base by position, and their inverses, which make a word's hash the same at every position."""
    count = MAX_CHARS + 3
    powers, inverses = np.full(count, _BASE), np.full(count, np.uint64(pow(int(_BASE), -1, 2**64)))
    powers[0] = inverses[0] = 1
    return np.cumprod(powers), np.cumprod(inverses)
