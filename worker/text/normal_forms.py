"""Unicode's normal forms, in bounded time and memory even for hostile text. No other module normalises text.

`unicodedata` sorts a run of combining marks in quadratic time, in C code that no timeout interrupts. NFKC can turn one
character into 18. So runs of marks are capped, and texts are normalised piece by piece.

Source: https://www.unicode.org/reports/tr15/ (Stream-Safe Text Format).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

MAX_MARKS: Final = 30
"""No language puts more marks on a letter. The Stream-Safe Text Format has the same limit."""

MAX_PIECE_CHARS: Final = 1 << 16

_FIRST_MARK: Final = 0x300
_END_MARKS: Final = 0x20000  # beyond are ideographs, and selectors whose order normalising does not change
# The first bytes of all marks in UTF-8. E2 is missing, because quotation marks and dashes begin with it too; it counts
# only with the second byte of a mark.
_LEADS: Final = bytes([0xCC, 0xCD, 0xD2, *range(0xD6, 0xE0), 0xE0, 0xE1, *range(0xE3, 0xF5)])
_RARE_LEAD: Final = re.compile(rb"\xe2[\x83\xb3\xb5\xb7]")
_HALFWIDTH_MARKS: Final = "\uff9e\uff9f"  # letters, but combining marks in NFKC

# Characters for phrases that Arabic texts put after a name. They are the only ones that NFKC turns into eight or more.
_PHRASES: Final = "\ufdfa\ufdfb"
_MAX_PHRASES: Final = 1000  # of each in a piece; a text of nothing else has no words

_NO_BREAK_SPACE: Final = "\u00a0"
ELLIPSIS: Final = "…"
REPLACED: Final = _NO_BREAK_SPACE + ELLIPSIS
_JAMO: Final = range(0x1100, 0x1200)  # letters that compose a Hangul syllable
_FAR: Final = 0x10000  # beyond are letters that combine, such as the vowels of Kirat Rai

# Up to the last space or punctuation mark in reach, because no letter composes with these. A longer word is cut.
_PIECE: Final = re.compile(
    rf".{{1,{MAX_PIECE_CHARS}}}(?:(?<=[\s.,;:!?…،।、。，：；！？])|\Z)|.{{{MAX_PIECE_CHARS}}}", re.DOTALL
)


def stream_safe(text: str) -> str:
    """The text with at most `MAX_MARKS` combining marks in a row; further ones are dropped. About 1 ns a character."""
    if len(text) <= MAX_MARKS or text.isascii() or not _may_have_marks(text.encode("utf-8", "surrogatepass")):
        return text
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    marks = _marks().take(codes, mode="clip")
    if np.count_nonzero(marks) <= MAX_MARKS:
        return text
    places = np.arange(len(codes), dtype=np.int32)
    runs = np.where(marks, np.int32(-1), places)
    np.maximum.accumulate(runs, out=runs)  # the last place so far that is not a mark
    np.subtract(places, runs, out=runs)  # the length of the row of marks that ends here
    kept = runs <= MAX_MARKS
    return text if kept.all() else codes[kept].tobytes().decode("utf-32-le", "surrogatepass")


def _may_have_marks(data: bytes) -> bool:
    """Whether the bytes of a text allow many marks. Rules out European texts in a quarter of the time."""
    return len(data.translate(None, _LEADS)) + MAX_MARKS < len(data) or _RARE_LEAD.search(data) is not None


def pieces(text: str) -> Iterator[str]:
    """The text in pieces of at most `MAX_PIECE_CHARS` characters, cut between words if possible."""
    if len(text) <= MAX_PIECE_CHARS:
        yield text
    else:
        yield from map(re.Match.group, _PIECE.finditer(text))


def nfc(text: str) -> str:
    """NFC: composed letters."""
    if text.isascii():
        return text
    return "".join(map(_composed, pieces(stream_safe(text))))


@lru_cache(maxsize=2)  # the index asks twice for the text of an article, and for its title in between
def nfkc(piece: str) -> str:
    """NFKC: composed letters, and one form of each letter. Call it with `pieces`, because the result can be longer."""
    for phrase in _PHRASES:
        if phrase in piece and piece.count(phrase) > _MAX_PHRASES:  # counting takes five times as long
            piece = piece.replace(phrase, " ")
    piece = stream_safe(
        piece.replace(_NO_BREAK_SPACE, " ").replace(ELLIPSIS, "...")
    )  # then most texts are normalised already
    return piece if unicodedata.is_normalized("NFKC", piece) else unicodedata.normalize("NFKC", piece)


def is_stable(char: str) -> bool:
    """Whether a character neither changes in a text in NFKC, nor combines with the one before it, wherever it stands.

    `nfkc` changes those in `REPLACED` all the same, in a way that matters to no word. False for some that are stable.
    """
    category, code = unicodedata.category(char), ord(char)
    is_combining = category[0] == "M" or code in _JAMO or (code >= _FAR and category[0] != "S")
    return not is_combining and (char in REPLACED or unicodedata.normalize("NFKC", char) == char)


def _composed(piece: str) -> str:
    return piece if unicodedata.is_normalized("NFC", piece) else unicodedata.normalize("NFC", piece)


@cache
def _marks() -> NDArray[np.bool_]:
    """For each code point, whether it is a combining mark; the last entry stands for all beyond. Takes 15 ms."""
    marks = np.zeros(_END_MARKS, np.bool_)
    for code in range(_FIRST_MARK, _END_MARKS - 1):
        char = chr(code)
        marks[code] = unicodedata.category(char)[0] == "M" or char in _HALFWIDTH_MARKS
    return marks
