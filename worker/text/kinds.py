"""Counts the characters of a text by their kind, and the ends of its sentences."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple, get_args

import numpy as np

from worker.compiled import compiled

CharKind = Literal["upper", "letter", "digit", "symbol", "other", "blank"]

KINDS: Final[tuple[CharKind, ...]] = get_args(CharKind)
C_SIZES = compiled("worker.text._sizes")

_NEAR: Final = 0x3001  # all white space is below it; looking up all code points would take long at the start
_NEAR_CHARS: Final = re.compile(f"[\0-{chr(_NEAR - 1)}]+")
SENTENCE_END: Final = re.compile(r"""[.!?…。！？।؟۔](?:(?=[\s"'”’»)])|(?<=[。！？।؟۔])|\Z)""")
"""A full stop before a space or a closing quote. The full stops of other scripts end a sentence anywhere."""


class Kinds(NamedTuple):
    """How many characters of a text are of each kind, and how many sentences end in it."""

    chars: Counter[CharKind]
    sentence_ends: int


def count_kinds(text: str) -> Kinds:
    """Counts the whole text, in linear time."""
    if C_SIZES is None:
        return Kinds(_counted(text), len(SENTENCE_END.findall(text)))
    *near, beyond, ends = C_SIZES.count(text, _near_kinds())
    counts: Counter[CharKind] = Counter(dict(zip(KINDS, near, strict=True)))
    return Kinds(counts + _counted(_NEAR_CHARS.sub("", text)) if beyond else counts, ends)


def _counted(text: str) -> Counter[CharKind]:
    counts: Counter[CharKind] = Counter()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    for code, count in zip(*map(np.ndarray.tolist, np.unique(codes, return_counts=True)), strict=True):
        counts[_kind(chr(code))] += count
    return counts


@cache
def _near_kinds() -> bytes:
    return bytes(KINDS.index(_kind(chr(code))) for code in range(_NEAR))


@lru_cache(maxsize=4096)
def _kind(char: str) -> CharKind:
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
