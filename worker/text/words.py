"""Defines what a word is, in every script, for all modules that count words or split a text into words.

A word is a run of letters, marks and digits. An apostrophe or a hyphen joins its parts; a point or a comma joins the
parts of a number: `don't`, `well-known` and `3.14` are one word each. In scripts without spaces
(`worker.text.scripts`), an ideograph is a word, and so are four letters of a complex script.

Three modules need another definition, and document it:

- The index compares the parts of words, because a copy may write `well known` (`worker.dedup.word_codes`).
- The content hash uses only letters and digits (`worker.identity.content`).
- The body model estimates words from characters, as in its training (`worker.extraction.block_arrays`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import groupby, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.compiled import compiled
from worker.text.lines import blocks
from worker.text.scripts import COMPLEX_CLASS, COMPLEX_LETTERS_A_WORD, IDEOGRAPHIC_CLASS

C_SIZES = compiled("worker.text._sizes")

_LETTER = rf"[^\W{IDEOGRAPHIC_CLASS}{COMPLEX_CLASS}]"
_MARKS_BETWEEN, _POINTS = "'’\u2010\u2011-", ".,"
_JOINER = rf"[{_POINTS}{_MARKS_BETWEEN}](?:(?<![{_POINTS}])|(?<=\d.)(?=\d))"  # a point or a comma only between digits
_ZERO_WIDTH_JOINERS = "\u200c\u200d"

# Possessive, because backtracking could never help, and a line of 5 MB must not fill the matcher's stack.
_PLAIN_WORD = re.compile(rf"\w++(?:{_JOINER}\w++)*+")

# The classes of characters in a plain text, for numpy. Odd ones are parts of a word.
_PART, _DIGIT, _JOINS, _JOINS_DIGITS, _ALIEN = 1, 3, 4, 6, 7  # an alien one makes the text not plain
_PLANE = 0x10000
_MIX, _MIX_PLACE = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_HALF = np.uint64(32)

_LONG_BLOCK = 200_000  # characters; a list of its words would be large, but counting one by one takes twice the time

# Where to look for marks, without those of Old Cyrillic and of symbols. Further on are only variation selectors.
_MARKS = (*range(0x300, 0x480), *range(0x4C0, 0x2000), *range(0x3000, 0x10000))
_FAR_MARKS = range(0x10000, 0x20000)

_HEAD_CHARS = 12  # characters to search for each wanted word: enough for the words of any language

# First UTF-8 bytes of the characters that `_PLAIN_WORD` does not know: marks, and scripts without spaces. Hangul shares
# the byte EA with some of these.
_NOT_PLAIN = bytes([0xCC, 0xCD, *range(0xD6, 0xE2), *range(0xE3, 0xEA), 0xEF, 0xF0, 0xF3])
_NOT_HANGUL = re.compile(rb"\xea[\x80-\xaf]")
_ALIENS = (
    range(0x300, 0x380),
    range(0x580, 0x2000),
    range(0x200C, 0x200E),
    range(0x3000, 0xAC00),
    range(0xF000, _PLANE),
)
"""The same for each code point of the first plane."""


def words(text: str) -> list[str]:
    """The words of a text in order, as written. Takes linear time."""
    return _pattern_for(text).findall(text)


class Sizes(NamedTuple):
    """The number of words in a text, and of the characters in them. `first` has a hash of each of the first words."""

    words: int
    chars: int
    first: NDArray[np.uint64]


def measure_words(text: str, most: int) -> Sizes:
    """The size of all words of a text, and the hashes of up to `most` of the first ones, for comparison in this text.

    A plain text takes an eighth of the time of `words`, because no word becomes a string.
    """
    if C_SIZES and (read := C_SIZES.measure(text, _classes(), most)):
        return Sizes(read[0], read[1], np.frombuffer(read[2], np.uint64))
    if not _is_plain(text):
        found = words(text)
        hashes = np.fromiter(map(hash, found[:most]), np.int64).view(np.uint64)
        return Sizes(len(found), sum(map(len, found)), hashes)
    codes = np.frombuffer(f" {text} ".encode("utf-32-le", "surrogatepass"), "<u4")
    inside = _in_words(codes)
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1  # where words start and end, in turn
    return Sizes(len(edges) // 2, int(np.count_nonzero(inside)), _hashes(codes, edges[: 2 * most]))


def _in_words(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """For each character of a plain text, whether it is part of a word. The first and the last are spaces."""
    classes = _plain_classes().take(codes, mode="clip")
    inside = (classes & _PART).view(np.bool_)
    before, here, after = classes[:-2], classes[1:-1], classes[2:]
    joins = (here >= _JOINS) & inside[:-2] & inside[2:]
    joins &= (here == _JOINS) | ((before == _DIGIT) & (after == _DIGIT))
    inside[1:-1] |= joins
    return inside


def _hashes(codes: NDArray[np.uint32], edges: NDArray[np.intp]) -> NDArray[np.uint64]:
    """A hash of each word: the sum of a hash of each of its characters and their places."""
    if not len(edges):
        return np.zeros(0, np.uint64)
    begin, end = edges[0], edges[-1] + 1
    starts = edges[::2]
    places = np.arange(begin, end) - np.repeat(starts, np.diff(starts, append=end))
    mixed = codes[begin:end] * _MIX + places.astype(np.uint64) * _MIX_PLACE
    mixed = (mixed ^ mixed >> _HALF) * _MIX
    return np.add.reduceat(mixed, edges - begin)[::2]


@cache
def _plain_classes() -> NDArray[np.uint8]:
    """The class of each code point of the first plane, as `_PLAIN_WORD` sees it; 0 if it is in no word."""
    classes, plane = np.zeros(_PLANE, np.uint8), "".join(map(chr, range(_PLANE)))
    for pattern, number in ((r"\w+", _PART), (r"\d+", _DIGIT)):
        for run in re.finditer(pattern, plane):
            classes[run.start() : run.end()] = number
    for chars, number in ((_MARKS_BETWEEN, _JOINS), (_POINTS, _JOINS_DIGITS)):
        classes[[ord(char) for char in chars]] = number
    return classes


@cache
def _classes() -> bytes:
    """The same for C_SIZES, which also finds out whether the text is plain."""
    classes = _plain_classes().copy()
    for codes in _ALIENS:
        classes[codes] = _ALIEN
    return classes.tobytes()


def count_words(text: str) -> int:
    """The number of words in a text. Counts block by block, so that a long text needs no list of all its words."""
    return sum(map(_count, blocks(text)))


def _count(block: str) -> int:
    if (known := _compiled_count(block)) is not None:
        return known
    pattern = _pattern_for(block)
    return len(pattern.findall(block)) if len(block) < _LONG_BLOCK else sum(1 for _ in pattern.finditer(block))


def _compiled_count(text: str) -> int | None:
    """The number of words in a plain text; None if another text must be read in Python."""
    read: tuple[int, int, bytes] | None = C_SIZES.measure(text, _classes(), 0) if C_SIZES else None
    return read[0] if read else None


def count_words_up_to(text: str, most: int) -> int:
    """Like `count_words`, but stops at `most`. A text with that many words takes no longer, however long it is."""
    head = text[: most * _HEAD_CHARS]
    known = _compiled_count(head)
    found = sum(1 for _ in islice(_pattern_for(head).finditer(head), most)) if known is None else min(most, known)
    return found if found == most or len(head) == len(text) else min(most, count_words(text))


def _pattern_for(text: str) -> re.Pattern[str]:
    """The plain pattern, which takes half the time, if the text is plain; otherwise the pattern for all scripts."""
    return _PLAIN_WORD if _is_plain(text) else _any_word()


def _is_plain(text: str) -> bool:
    if text.isascii():
        return True
    encoded = text.encode("utf-8", "surrogatepass")
    return (
        len(encoded.translate(None, _NOT_PLAIN)) == len(encoded)
        and not any(joiner in text for joiner in _ZERO_WIDTH_JOINERS)
        and not _NOT_HANGUL.search(encoded)
    )


@cache
def _any_word() -> re.Pattern[str]:
    r"""The pattern for all scripts, built in 20 ms. It includes the marks in Hindi words, which `\w` does not match."""
    # Most characters are near the beginning of Unicode, and are not compared with each of the far ranges.
    near, far = _marks(_MARKS) + _ZERO_WIDTH_JOINERS, _marks(_FAR_MARKS)
    return re.compile(
        rf"{_LETTER}++(?:{_JOINER}{_LETTER}++|[{near}]{_LETTER}*+|[\U00010000-\U0001ffff](?<=[{far}]){_LETTER}*+)*+"
        rf"|[{IDEOGRAPHIC_CLASS}]|[{COMPLEX_CLASS}]{{1,{COMPLEX_LETTERS_A_WORD}}}"
    )


def _marks(codes: Iterable[int]) -> str:
    """The combining marks among the code points, as the contents of `[]`."""
    marks = (code for code in codes if unicodedata.category(chr(code))[0] == "M")
    runs = [[code for _, code in run] for _, run in groupby(enumerate(marks), lambda at: at[1] - at[0])]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)
