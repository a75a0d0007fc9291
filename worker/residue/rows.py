"""What one word contributes to the features of its line, as a row of numbers. Each kind of word is worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from worker.residue.bits import BIT, WEAK, mask_of
from worker.residue.classes import (
    ad_label,
    cookie_notice,
    date_stamp,
    interface,
    newsletter,
    photo_credit,
    read_time,
    related_link,
    script_notice,
    syndication,
    wire_signoff,
)
from worker.residue.classes import (
    copyright as rights,
)
from worker.residue.lexicon import Word

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

CLASSES: Final = (
    script_notice, cookie_notice, rights, read_time, ad_label, syndication, photo_credit, related_link, newsletter,
    date_stamp, wire_signoff, interface,
)  # fmt: skip
"""In the order in which they name a line."""

GROUPS: Final[Mapping[str, int]] = {
    name: mask_of(concepts)
    for name, concepts in {
        "call": "subscribe follow share download receive read watch listen click comment write support accept enable "
        "login continue miss buy",
        "credit": "photo source gallery rights agency",
        "person": "author by edit",
        "link": "related read also more popular latest topic watch listen miss",
        "ad": "ad commission cookie browser privacy",
        "stamp": "published updated ago number date time month weekday clock",
        "button": "share tool login comment comments network count nav app newsletter notification link",
        "text": "article news video audio site material original automatic disclaimer",
        "reader": "we you please all this",
        "plain": "function common",
    }.items()
}
GRAMMAR: Final = mask_of("function we you please not this all common")
NUMERIC: Final = mask_of("number time date")
FUNCTION: Final = mask_of("function we you please not this all told")
DEIXIS: Final = mask_of("we you please this")

COLUMNS: Final = (
    *(f"core {one.NAME}" for one in CLASSES),
    *(f"explained {one.NAME}" for one in CLASSES),
    *(f"small left {one.NAME}" for one in CLASSES),
    *("grammar", "known", "worded", "numbers", "function", "strong", "told", "deixis", "common", "not", "unknown"),
    *("small unknown", "capital unknown", "capital", "small", "shout"),
)
AT: Final[Mapping[str, int]] = {name: number for number, name in enumerate(COLUMNS)}
CORE: Final = slice(0, len(CLASSES))
EXPLAINED: Final = slice(CORE.stop, CORE.stop + len(CLASSES))
SMALL_LEFT: Final = slice(EXPLAINED.stop, EXPLAINED.stop + len(CLASSES))

_MOST: Final = 1 << 14


class Rows:
    """The rows of all kinds of words so far, in one array that grows."""

    def __init__(self) -> None:
        self._number: dict[int, int] = {}
        self._rows = np.zeros((1024, len(COLUMNS)), np.float32)

    def of(self, masks: Iterable[int], words: Iterable[Word]) -> Floats:
        """One row for each word, given its concepts."""
        if len(self._number) > _MOST:
            self._number.clear()
        numbers = [self._of(mask, word) for mask, word in zip(masks, words, strict=True)]
        return self._rows[numbers]

    def _of(self, mask: int, word: Word) -> int:
        key = mask << 3 | word.is_capital << 2 | word.is_small << 1 | word.is_shout
        number = self._number.get(key)
        if number is None:
            number = self._number[key] = len(self._number)
            if number == len(self._rows):
                self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
            self._rows[number] = _row(mask, word)
        return number


@cache
def rows() -> Rows:
    """The rows of this process."""
    return Rows()


def _row(mask: int, word: Word) -> list[bool]:
    worded = not mask & NUMERIC
    every = [one.CORE | one.ALLIED | GRAMMAR for one in CLASSES]
    return [
        *(bool(mask & one.CORE) for one in CLASSES),
        *(bool(mask & of_class) for of_class in every),
        *(word.is_small and not mask & of_class for of_class in every),
        bool(mask & BIT["function"]),
        *(bool(mask) and worded, worded, not worded),
        *(bool(mask & some) for some in (FUNCTION, ~WEAK, BIT["told"], DEIXIS, BIT["common"], BIT["not"])),
        *(not mask, not mask and word.is_small, not mask and word.is_capital),
        *(word.is_capital, word.is_small, word.is_shout),
    ]
