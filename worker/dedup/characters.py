"""Reads the characters of an article into arrays: what each one is, and its lower case."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worker.text.normal_forms import ELLIPSIS, is_stable, nfkc
from worker.text.scripts import COMPLEX, IDEOGRAPHIC

MAX_CHARS = 32_768  # about 5,000 words; the rest of a longer text is ignored
MAX_TITLE_CHARS = 512
JOIN, DIGIT, LETTER, SYLLABLE, IDEOGRAPH = 1, 2, 3, 4, 5  # the classes; 0: not part of a word
PLANE = 0x10000

_CLASS, _UNSTABLE = np.uint32(21), np.uint32(24)  # bits of an entry for the compiled part, above the lower case
_END_MARKS = 0x20000  # the only marks from here on are glyph selectors
_SYLLABLES = (range(0x1100, 0x1200), range(0xAC00, 0xD7B0))
_IDEOGRAPHS = (*IDEOGRAPHIC, *COMPLEX)


class Characters(NamedTuple):
    """The code point, the class and the lower case of each character. The first and the last are spaces."""

    codes: NDArray[np.uint8] | NDArray[np.uint32]
    classes: NDArray[np.uint8]
    lower: NDArray[np.uint8] | NDArray[np.uint32]


def read(text: str, title: str) -> tuple[Characters, int]:
    """The characters of the title and of the text, on a line of its own, and where that begins.

    Of both, at most `MAX_TITLE_CHARS` and `MAX_CHARS` count.
    """
    both, begin = joined(text, title)
    if both.isascii():
        raw = both.encode()
        codes = np.frombuffer(raw, np.uint8)
        classes = np.frombuffer(raw.translate(tables()[2]), np.uint8)
        return Characters(codes, classes, np.frombuffer(raw.lower(), np.uint8)), begin
    wide = np.frombuffer(both.encode("utf-32-le", "surrogatepass"), "<u4")
    classes, lower, _ = tables()
    found = Characters(wide, classes.take(wide, mode="clip"), lower.take(wide, mode="clip"))
    if wide.max() >= PLANE:
        _read_far(found)
    return found, begin


def joined(text: str, title: str) -> tuple[str, int]:
    """The title and the text in NFKC between spaces, each on a line of its own, and where the text begins."""
    title, text = title[:MAX_TITLE_CHARS], text[:MAX_CHARS]
    if not title.isascii():
        title = nfkc(title)[:MAX_TITLE_CHARS]
    if not text.isascii():
        text = nfkc(text)[:MAX_CHARS]
    return f" {title}\n{text} ", len(title) + 2


def joined_unchanged(text: str, title: str) -> tuple[str, int] | None:
    """The same without NFKC, in which a text has the same words if all characters are stable; None if it is cut."""
    title, text = title[:MAX_TITLE_CHARS], text[:MAX_CHARS]
    if not (_fits(title, MAX_TITLE_CHARS) and _fits(text, MAX_CHARS)):
        return None
    return f" {title}\n{text} ", len(title) + 2


def _fits(text: str, most: int) -> bool:
    """Whether a stable text of up to `most` characters has no more than that in NFKC."""
    if ELLIPSIS not in text:  # counting takes twenty times as long
        return True
    return len(text) + 2 * text.count(ELLIPSIS) <= most


def _read_far(characters: Characters) -> None:
    """Fill in the characters beyond the tables. Most texts have none, others have a few."""
    at = np.flatnonzero(characters.codes >= PLANE)
    distinct, places = np.unique(characters.codes[at], return_inverse=True)
    classes, lower = _look_up(distinct.astype(np.uint32))
    characters.classes[at], characters.lower[at] = classes[places], lower[places]


@cache
def tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32], bytes]:
    """What `_look_up` returns for the first plane, and the classes of its first 256 code points, for `translate`."""
    classes, lower = _look_up(np.arange(PLANE, dtype=np.uint32))
    return classes, lower, classes[:256].tobytes()


def describe(block: int) -> bytes:
    """256 code points for the compiled part: the lower case, the class and whether it is not stable, 32 bits each."""
    codes = np.arange(block << 8, (block + 1) << 8, dtype=np.uint32)
    classes, lower = _look_up(codes)
    unstable = np.array([not is_stable(chr(code)) for code in codes.tolist()])
    entries: NDArray[np.uint32] = lower | classes.astype(np.uint32) << _CLASS | unstable.astype(np.uint32) << _UNSTABLE
    return entries.tobytes()


def _look_up(codes: NDArray[np.uint32]) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """The class (0: not part of a word) and the lower case of each code point."""
    classes, lower = np.zeros(len(codes), np.uint8), codes.copy()
    for at, code in enumerate(codes.tolist()):
        char = chr(code)
        if char.isdecimal():
            classes[at] = DIGIT
        elif char.isalnum() or char == "_" or (unicodedata.category(char)[0] == "M" and code < _END_MARKS):
            classes[at] = LETTER
            small = char.lower()
            if len(small) == 1:
                lower[at] = ord(small)
        elif char in ".,":
            classes[at] = JOIN
    for kind, ranges in ((SYLLABLE, _SYLLABLES), (IDEOGRAPH, _IDEOGRAPHS)):
        for part in ranges:
            classes[(codes >= part.start) & (codes < part.stop) & (classes == LETTER)] = kind
    return classes, lower
