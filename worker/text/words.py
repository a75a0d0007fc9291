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
from collections.abc import Iterable
from functools import cache
from itertools import chain, groupby, islice

from worker.compiled import compiled
from worker.text.code_points import FAR_MARKS, MARKS_BETWEEN, NEAR_MARKS, POINTS, ZERO_WIDTH_JOINERS, describe, is_mark
from worker.text.lines import blocks
from worker.text.scripts import COMPLEX_CLASS, COMPLEX_LETTERS_A_WORD, IDEOGRAPHIC_CLASS

C_SIZES = compiled("worker.text._sizes")

_LETTER = rf"[^\W{IDEOGRAPHIC_CLASS}{COMPLEX_CLASS}]"
_JOINER = rf"[{POINTS}{MARKS_BETWEEN}](?:(?<![{POINTS}])|(?<=\d.)(?=\d))"  # a point or a comma only between digits

# Possessive, because backtracking could never help, and a line of 5 MB must not fill the matcher's stack.
_PLAIN_WORD = re.compile(rf"\w++(?:{_JOINER}\w++)*+")

_LONG_BLOCK = 200_000  # characters; a list of its words would be large, but counting one by one takes twice the time

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
    return sum(map(_count, blocks(text)))


def _count(block: str) -> int:
    if C_SIZES:
        counted: int = C_SIZES.count(block, describe)
        return counted
    pattern = _pattern_for(block)
    return len(pattern.findall(block)) if len(block) < _LONG_BLOCK else sum(1 for _ in pattern.finditer(block))


def count_words_up_to(text: str, most: int) -> int:
    """Like `count_words`, but stops at `most`. A text with that many words takes no longer, however long it is."""
    head = text[: most * _HEAD_CHARS]
    found = _count(head) if C_SIZES else sum(1 for _ in islice(_pattern_for(head).finditer(head), most))
    return min(most, found if found >= most or len(head) == len(text) else count_words(text))


def _pattern_for(text: str) -> re.Pattern[str]:
    """The plain pattern, which takes half the time, if the text is plain; otherwise the pattern for all scripts."""
    return _PLAIN_WORD if _is_plain(text) else _any_word()


def _is_plain(text: str) -> bool:
    if text.isascii():
        return True
    encoded = text.encode("utf-8", "surrogatepass")
    return (
        len(encoded.translate(None, _NOT_PLAIN)) == len(encoded)
        and not any(joiner in text for joiner in ZERO_WIDTH_JOINERS)
        and not _NOT_HANGUL.search(encoded)
    )


@cache
def _any_word() -> re.Pattern[str]:
    r"""The pattern for all scripts, built in 20 ms. It includes the marks in Hindi words, which `\w` does not match."""
    # Most characters are near the beginning of Unicode, and are not compared with each of the far ranges.
    near, far = _ranges_of(chain.from_iterable(NEAR_MARKS)) + ZERO_WIDTH_JOINERS, _ranges_of(FAR_MARKS)
    return re.compile(
        rf"{_LETTER}++(?:{_JOINER}{_LETTER}++|[{near}]{_LETTER}*+|[\U00010000-\U0001ffff](?<=[{far}]){_LETTER}*+)*+"
        rf"|[{IDEOGRAPHIC_CLASS}]|[{COMPLEX_CLASS}]{{1,{COMPLEX_LETTERS_A_WORD}}}"
    )


def _ranges_of(codes: Iterable[int]) -> str:
    """The combining marks among the code points, as the contents of `[]`."""
    runs = [
        [code for _, code in run] for _, run in groupby(enumerate(filter(is_mark, codes)), lambda at: at[1] - at[0])
    ]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)
