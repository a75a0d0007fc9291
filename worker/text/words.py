"""What a word is, in every script: one answer for the filter and for the measures."""

from __future__ import annotations

import re
from itertools import islice

from worker.text.lines import blocks

# Written without spaces. Han and kana: a character is a word or so. Thai, Lao, Burmese, Khmer: four characters are.
_HAN = r"\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_THAI = r"\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ece\u1000-\u103f\u1780-\u17d3"

# Vowel signs and other marks are no letters to `\w`; without them every Hindi word would fall to pieces. The Indic
# blocks count whole, but for the two full stops at U+0964.
_MARK = (
    r"\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    r"\u0900-\u0963\u0966-\u0dff\u0f71-\u0f84\u200c\u200d"
)
_LETTER = rf"[^\W{_HAN}{_THAI}]"

# Possessive: nothing after a repeat could make it give back, and a line of 5 MB must not fill the matcher's stack.
_WORD = re.compile(rf"{_LETTER}++(?:['’\-]{_LETTER}++|[{_MARK}]{_LETTER}*+)*+|[{_HAN}]|[{_THAI}]{{1,4}}")
_PLAIN_WORD = re.compile(r"\w++(?:['’\-]\w++)*+")

_LONG_BLOCK = 200_000  # characters; a list of its words would be large; one by one they take twice the time

_HEAD_CHARS = 12  # of a text for each word that is looked for: room for the words of any language

# First bytes in UTF-8 of what `_PLAIN_WORD` does not know: marks, Hebrew and Arabic, Indic to Khmer, kana and Han.
_NOT_PLAIN = bytes([0xCC, 0xCD, *range(0xD6, 0xDC), 0xE0, 0xE1, *range(0xE3, 0xEA), 0xEF, 0xF0])


def words(text: str) -> list[str]:
    """The words of a text in order, as written. Linear in its length."""
    return _pattern_for(text).findall(text)


def count_words(text: str) -> int:
    """How many words a text has. Block by block, so that a long text makes no list of all its words."""
    pattern = _pattern_for(text)
    return sum(
        len(pattern.findall(block)) if len(block) < _LONG_BLOCK else sum(1 for _ in pattern.finditer(block))
        for block in blocks(text)
    )


def count_words_up_to(text: str, most: int) -> int:
    """As `count_words`, but it stops at `most`; a text of that many words takes no longer however long it is."""
    head = text[: most * _HEAD_CHARS]
    found = sum(1 for _ in islice(_pattern_for(head).finditer(head), most))
    return found if found == most or len(head) == len(text) else min(most, count_words(text))


def _pattern_for(text: str) -> re.Pattern[str]:
    """The pattern that is right for the text; both are for plain text, where the plain one takes half the time."""
    encoded = text.encode("utf-8", "surrogatepass")
    return _PLAIN_WORD if len(encoded.translate(None, _NOT_PLAIN)) == len(encoded) else _WORD
