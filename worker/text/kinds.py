"""Counts the characters of a text by their kind, and the ends of its sentences."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Final, Literal, get_args

import numpy as np

CharKind = Literal["upper", "letter", "digit", "symbol", "other", "blank"]

KINDS: Final[tuple[CharKind, ...]] = get_args(CharKind)

SENTENCE_END: Final = re.compile(r"""[.!?…。！？।؟۔](?:(?=[\s"'”’»)])|(?<=[。！？।؟۔])|\Z)""")
"""A full stop before a space or a closing quote. The full stops of other scripts end a sentence anywhere."""


def count_kinds(text: str) -> Counter[CharKind]:
    """How many characters of a text are of each kind."""
    counts: Counter[CharKind] = Counter()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    for code, count in zip(*map(np.ndarray.tolist, np.unique(codes, return_counts=True)), strict=True):
        counts[kind_of(chr(code))] += count
    return counts


def count_sentence_ends(text: str) -> int:
    """How many sentences end in a text."""
    return len(SENTENCE_END.findall(text))


@lru_cache(maxsize=4096)
def kind_of(char: str) -> CharKind:
    """The kind of a character."""
    category = unicodedata.category(char)
    if char.isspace():
        return "blank"
    if category in ("Lu", "Lt"):
        return "upper"
    if category[0] == "L":
        return "letter"
    if category == "Nd":
        return "digit"
    return "symbol" if category in ("Cc", "Cs", "Co", "Cn") or category[0] == "S" or char in "#@*_\\/&%" else "other"
