"""Counts characters by class, for all blocks of a page at once."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from worker.text import scripts

LOWER, UPPER, DIGIT, SPACE, COMMA, STOP, COLON, QUOTE, WIDE, SYMBOL, COMPLEX = range(11)
"""The classes. WIDE are ideographs and the symbols among them; COMPLEX are letters of Thai and similar scripts."""

_CLASSES: Final = 11
_MARKS: Final = {
    SPACE: " \n",
    COMMA: ",、，;；،",
    STOP: ".!?。！？…।۔؟",
    COLON: ":：",
    QUOTE: "\"“”„«»‘’「」『』'",
}
_RANGES: Final = {
    LOWER: (range(0xA4D0, 0xD7B0),),  # Korean, most of them
    WIDE: (scripts.IDEOGRAPHIC_SYMBOLS, *scripts.IDEOGRAPHIC),
    COMPLEX: scripts.COMPLEX,
}
_END_TABLE: Final = max(codes.stop for codes in scripts.IDEOGRAPHIC) + 1


@dataclass(frozen=True, slots=True)
class Characters:
    """`counts` is classes x blocks; `first` and `last` are the classes of each block's first and last character.

    `first` and `last` have LOWER instead of COMPLEX, which the model does not know.

    `codes`, `classes` and `blocks` (the block's number) have one entry for each character, including a line break after
    each block.
    """

    codes: NDArray[np.uint32]
    classes: NDArray[np.uint8]
    blocks: NDArray[np.int64]
    counts: NDArray[np.float64]
    first: NDArray[np.uint8]
    last: NDArray[np.uint8]
    lengths: NDArray[np.int64]


def count_characters(texts: list[str]) -> Characters:
    """Count the characters of each text. There must be at least one text, and none may be empty."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    codes = np.frombuffer("\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
    classes = CLASS_OF.take(codes, mode="clip")
    ends = np.cumsum(lengths)
    blocks = np.repeat(np.arange(len(texts)), lengths)
    counts = np.bincount(blocks * _CLASSES + classes, minlength=len(texts) * _CLASSES).reshape(-1, _CLASSES).T
    first, last = _SIMPLE[classes[ends - lengths]], _SIMPLE[classes[ends - 2]]
    return Characters(codes, classes, blocks, counts.astype(np.float64), first, last, lengths - 1)


def _class_of(char: str) -> int:
    kind = unicodedata.category(char)
    if kind == "Lu":
        return UPPER
    if kind == "Nd":
        return DIGIT
    return LOWER if kind[0] in "LM" else SYMBOL


def _class_table() -> NDArray[np.uint8]:
    """The class of each character. The last entry stands for all characters above."""
    table = np.full(_END_TABLE, SYMBOL, np.uint8)
    table[:0x2100] = [_class_of(chr(code)) for code in range(0x2100)]
    for number, ranges in _RANGES.items():
        for codes in ranges:
            table[codes.start : codes.stop] = number
    for number, marks in _MARKS.items():
        for mark in marks:
            table[ord(mark)] = number
    return table


CLASS_OF: Final = _class_table()
_SIMPLE: Final = np.array([*range(COMPLEX), LOWER], np.uint8)
