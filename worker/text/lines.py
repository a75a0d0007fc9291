"""Reads lines of a text without a list of all of them. In a hostile text, such a list takes thirty times its memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_BLOCK_CHARS: Final = 1 << 16
_BLOCK: Final = re.compile(rf"(?s:.{{1,{_BLOCK_CHARS}}})[^\n]*+")
_WORDS: Final = re.compile(rf".{{1,{_BLOCK_CHARS}}}\S*+")


def edges(text: str, count: int) -> tuple[list[str], list[str], list[str]]:
    """The first `count` lines, the text between as one string (none in a shorter text), and the last `count` lines.

    Joined by newlines, they are the text again.
    """
    first = text.split("\n", count)
    if len(first) <= count:
        return first, [], []
    last = first.pop().rsplit("\n", count)
    return (first, last[:1], last[1:]) if len(last) > count else (first, [], last)


def blocks(text: str) -> Iterator[str]:
    """The text in blocks of about 65,000 characters that end at line ends; a longer line is not cut."""
    if len(text) <= _BLOCK_CHARS:
        yield text
    else:
        yield from map(re.Match.group, _BLOCK.finditer(text))


def single_spaced(text: str) -> str:
    """The lines of a text with single spaces between words, without blank lines."""
    return "\n".join(filter(None, map(_lines_single_spaced, blocks(text))))


def _lines_single_spaced(block: str) -> str:
    return "\n".join([spaced for line in block.split("\n") if (spaced := _words_single_spaced(line))])


def _words_single_spaced(line: str) -> str:
    if len(line) <= _BLOCK_CHARS:
        return " ".join(line.split())
    return " ".join(filter(None, (" ".join(words[0].split()) for words in _WORDS.finditer(line))))
