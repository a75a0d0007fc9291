"""Describes code points to the compiled part that measures texts: in blocks, because most texts need few of them."""

from __future__ import annotations

import unicodedata
from enum import IntEnum

import numpy as np

from worker.text.kinds import KINDS, kind_of
from worker.text.scripts import COMPLEX, IDEOGRAPHIC

MARKS_BETWEEN, POINTS = "'’\u2010\u2011-", ".,"
"""Characters that join the parts of a word, and the parts of a number."""

ZERO_WIDTH_JOINERS = "\u200c\u200d"

# Where to look for marks, without those of Old Cyrillic and of symbols. Further on are only variation selectors.
NEAR_MARKS = (range(0x300, 0x480), range(0x4C0, 0x2000), range(0x3000, 0x10000))
FAR_MARKS = range(0x10000, 0x20000)
_BLOCK = 256


class _Class(IntEnum):
    """What a character can be in a word; the same numbers as in _sizes.c."""

    OUTSIDE = 0
    LETTER = 1
    DIGIT = 2
    JOINS = 3
    JOINS_DIGITS = 4
    MARK = 5
    IDEOGRAPH = 6
    COMPLEX = 7
    COMPLEX_MARK = 8


def describe(number: int) -> bytes:
    """The entries of the 256 code points of a block, 32 bits each. Takes up to 1 ms."""
    entries = map(_entry, range(number * _BLOCK, (number + 1) * _BLOCK))
    return np.fromiter(entries, np.uint32, _BLOCK).tobytes()


def is_mark(code: int) -> bool:
    """Whether a code point is a mark that can be in a word."""
    return unicodedata.category(chr(code))[0] == "M" and any(code in part for part in (*NEAR_MARKS, FAR_MARKS))


def _entry(code: int) -> int:
    char = chr(code)
    small = char.lower()
    lower = ord("σ") if char == "ς" else ord(small) if len(small) == 1 else code
    is_letter = char.isalnum() and not char.isdecimal()
    kind = KINDS.index(kind_of(char))
    return lower | _class_of(char) << 21 | kind << 25 | char.islower() << 28 | is_letter << 29


def _class_of(char: str) -> _Class:
    code = ord(char)
    if any(code in part for part in IDEOGRAPHIC):
        return _Class.IDEOGRAPH
    if any(code in part for part in COMPLEX):
        return _Class.COMPLEX_MARK if is_mark(code) else _Class.COMPLEX
    if char.isalnum() or char == "_":
        return _Class.DIGIT if char.isdecimal() else _Class.LETTER
    if is_mark(code) or char in ZERO_WIDTH_JOINERS:
        return _Class.MARK
    return _Class.JOINS if char in MARKS_BETWEEN else _Class.JOINS_DIGITS if char in POINTS else _Class.OUTSIDE
