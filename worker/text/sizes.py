"""Measures a text as a whole: its words, characters, sentences and lines."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from worker.compiled import compiled
from worker.text.code_points import describe
from worker.text.kinds import KINDS, count_kinds, count_sentence_ends
from worker.text.prose import Lines, read_lines
from worker.text.words import words

C_SIZES = compiled("worker.text._sizes")

_SEED = secrets.randbits(64)


class Sizes(NamedTuple):
    """How many words a text has, and how many characters they have; how many characters of each of `KINDS` it has.

    `top_pair` and `top_triple` are how often the most frequent pair and triple of neighbouring words occur among the
    first words, in capitals or not. `sentence_ends` is how many sentences end.
    """

    words: int
    chars: int
    top_pair: int
    top_triple: int
    kinds: tuple[int, ...]
    sentence_ends: int
    lines: Lines


def measure_text(text: str, most: int) -> Sizes:
    """The sizes of any text, in linear time. Pairs and triples are counted in the first `most` words."""
    if C_SIZES:
        *sizes, lines = C_SIZES.measure(text, most, describe, _SEED)
        return Sizes._make((*sizes, Lines(*lines)))
    found = words(text)
    kinds = count_kinds(text)
    first = [word.lower().replace("ς", "σ") for word in found[:most]]
    pairs = list(pairwise(first))
    return Sizes(
        len(found), sum(map(len, found)), _top(pairs), _top(pairwise(pairs)),
        tuple(kinds[kind] for kind in KINDS), count_sentence_ends(text), read_lines(text),
    )  # fmt: skip


def _top(grams: Iterable[Any]) -> int:
    return max(Counter(grams).values(), default=0)
