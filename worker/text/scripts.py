"""The scripts that are written without spaces between words, in one table for the whole worker.

Unicode has no list of such scripts, but its property Line_Break says where a line may break between two letters: after
any ideograph (classes ID and CJ), and inside the words of the complex scripts (SA, and for the aksara scripts AK and
AS). The ranges are from the Unicode Character Database 17.0, files LineBreak.txt and Scripts.txt. They contain letters
and marks, but no digits, punctuation or symbols. The two planes of ideographs are complete, so that later versions of
Unicode add nothing.

Left out are: Hangul, because Korean has spaces; Tibetan, because a mark separates its syllables, so that each syllable
counts as a word; and scripts that only scholars write, such as Tangut, Ahom and Brahmi.
"""

from __future__ import annotations

from typing import Final

_IDEOGRAPHIC: Final = {
    "Han": "3005-3007 3021-3029 3031-3035 3038-303C 3400-4DBF 4E00-9FFF F900-FAFF 20000-3FFFF",
    "Hiragana": "3041-3096 309D-309F",
    # Old kana of both kinds share one block.
    "Katakana": "30A1-30FA 30FC-30FF 31F0-31FF FF66-FF9F 1AFF0-1B167",
    "Bopomofo": "3105-312F 31A0-31BF",
    "Yi": "A000-A48C",
}
_COMPLEX: Final = {
    "Thai": "0E01-0E3A 0E40-0E4E",
    "Lao": "0E81-0EBD 0EC0-0ECE 0EDC-0EDF",
    "Myanmar": "1000-103F 1050-108F 109A-109D A9E0-A9EF A9FA-A9FE AA60-AA76 AA7A-AA7F",
    "Khmer": "1780-17D3 17D7 17DC-17DD",
    "Tai Le": "1950-1974",
    "New Tai Lue": "1980-19C9",
    "Tai Tham": "1A20-1A7F 1AA7",
    "Balinese": "1B00-1B4C",
    "Batak": "1BC0-1BF3",
    "Javanese": "A980-A9C0 A9CF",
    "Cham": "AA00-AA4D",
    "Tai Viet": "AA80-AADD",
}


def _ranges(table: dict[str, str]) -> tuple[range, ...]:
    edges = (part.partition("-") for parts in table.values() for part in parts.split())
    return tuple(range(int(first, 16), int(last or first, 16) + 1) for first, _, last in edges)


def _char_class(ranges: tuple[range, ...]) -> str:
    return "".join(f"{chr(codes[0])}-{chr(codes[-1])}" for codes in ranges)


IDEOGRAPHIC: Final = _ranges(_IDEOGRAPHIC)
"""Code points of the scripts in which a letter is roughly a word: Chinese, Japanese, Yi."""

COMPLEX: Final = _ranges(_COMPLEX)
"""Code points of the scripts in which only a dictionary can find the words: Thai, Lao, Burmese, Khmer and others."""

COMPLEX_LETTERS_A_WORD: Final = 4
"""This many letters and marks of a complex script count as a word."""

IDEOGRAPHIC_SYMBOLS: Final = range(0x2E80, 0x3400)
"""Punctuation, radicals and other symbols that occur among ideographs, in the blocks that also contain kana."""

IDEOGRAPHIC_CLASS: Final = _char_class(IDEOGRAPHIC)
"""The letters of these scripts as the contents of a regular expression's `[]`."""

COMPLEX_CLASS: Final = _char_class(COMPLEX)
"""Like `IDEOGRAPHIC_CLASS`, for the complex scripts."""

HAN_CLASS: Final = _char_class(_ranges({"Han": _IDEOGRAPHIC["Han"]}))
"""Like `IDEOGRAPHIC_CLASS`, for Chinese characters alone."""

KANA_CLASS: Final = _char_class(_ranges({name: _IDEOGRAPHIC[name] for name in ("Hiragana", "Katakana")}))
"""Like `IDEOGRAPHIC_CLASS`, for the letters that only Japanese has."""

THAI_CLASS: Final = _char_class(_ranges({"Thai": _COMPLEX["Thai"]}))
"""Like `IDEOGRAPHIC_CLASS`, for Thai."""

MARKS_CLASS: Final = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0966-\u0dff"
    "\u0e01-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3\u200c\u200d"
)
"""The marks that are part of a word but that `\\w` leaves out, in the same form: accents, the vowel signs of Hebrew and
Arabic, the blocks of the scripts of India and South-East Asia, and the joiners inside words."""
