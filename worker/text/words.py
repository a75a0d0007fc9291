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

from worker.text.lines import blocks
from worker.text.scripts import COMPLEX_CLASS, COMPLEX_LETTERS_A_WORD, IDEOGRAPHIC_CLASS

_LETTER = rf"[^\W{IDEOGRAPHIC_CLASS}{COMPLEX_CLASS}]"
_JOINER = r"['’\u2010\u2011\-.,](?:(?<![.,])|(?<=\d.)(?=\d))"  # a point or a comma only between digits
_ZERO_WIDTH_JOINERS = "\u200c\u200d"

# Possessive, because backtracking could never help, and a line of 5 MB must not fill the matcher's stack.
_PLAIN_WORD = re.compile(rf"\w++(?:{_JOINER}\w++)*+")

_LONG_BLOCK = 200_000  # characters; a list of its words would be large, but counting one by one takes twice the time

# Where to look for marks, without those of Old Cyrillic and of symbols. Further on are only variation selectors.
_MARKS = (*range(0x300, 0x480), *range(0x4C0, 0x2000), *range(0x3000, 0x10000))
_FAR_MARKS = range(0x10000, 0x20000)

_HEAD_CHARS = 12  # characters to search for each wanted word: enough for the words of any language

# First UTF-8 bytes of the characters that `_PLAIN_WORD` does not know: marks, and scripts without spaces. Hangul shares
# the byte EA with some of these.
_NOT_PLAIN = bytes([0xCC, 0xCD, *range(0xD6, 0xE2), *range(0xE3, 0xEA), 0xEF, 0xF0, 0xF3])
_NOT_HANGUL = re.compile(rb"\xea[\x80-\xaf]")


def words(text: str) -> list[str]:
    """The words of a text in order, as written. Takes linear time."""
    return _pattern_for(text).findall(text)


def count_words(text: str) -> int:
    """The number of words in a text. Counts block by block, so that a long text needs no list of all its words."""
    pattern = _pattern_for(text)
    return sum(
        len(pattern.findall(block)) if len(block) < _LONG_BLOCK else sum(1 for _ in pattern.finditer(block))
        for block in blocks(text)
    )


def count_words_up_to(text: str, most: int) -> int:
    """Like `count_words`, but stops at `most`. A text with that many words takes no longer, however long it is."""
    head = text[: most * _HEAD_CHARS]
    found = sum(1 for _ in islice(_pattern_for(head).finditer(head), most))
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
