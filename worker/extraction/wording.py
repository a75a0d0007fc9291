"""How much a block reads like text around an article: a linear model over hashed words and pairs of words.

The words of a page are hashed all at once: each hash is a polynomial hash modulo 2**64, computed from differences of
one running sum. This module has its own definition of a word, because the model was trained with it: a run of letters
and digits, in which all digits are equal; or one ideograph; or one mark, so that `don't` is three words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from worker.extraction.characters import COMPLEX, DIGIT, LOWER, SPACE, UPPER, Characters

BITS: Final = 16
_BASE: Final = 0x9E3779B97F4A7C15
STEP: Final = 1 / 16
"""The weight of a word is an integer multiple of this, from -127 to 127 times."""
_INVERSE: Final = pow(_BASE, -1, 1 << 64)
_PAIR: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT: Final = np.uint64(64 - BITS)
_END_LOWER: Final = 0x2100
_ZERO: Final = ord("0")
_KEPT: Final = 1 << 17  # characters; the powers for pages up to this length are computed only once


@dataclass(frozen=True, slots=True)
class HashedWords:
    """The hashed words and pairs of a page. `block` and `number` (below 2**BITS) have one entry for each of them."""

    block: NDArray[np.int64]
    number: NDArray[np.int64]
    size: NDArray[np.float64]  # of each block: the square root of its number of words and pairs


def hash_words(characters: Characters) -> HashedWords:
    """The words of each block, and the pairs of neighbouring words in it."""
    codes, classes = characters.codes, characters.classes
    in_word = _IN_WORD[classes]
    inside = np.concatenate(([False], in_word[1:] & in_word[:-1]))
    edges = np.flatnonzero(~inside)  # the beginning of each word, mark or space
    is_word = ~_IS_SPACE[classes[edges]]
    starts, ends = edges[is_word], np.append(edges[1:], len(codes))[is_word]
    up, down = _powers(len(codes) + 1)
    run = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(FOLDED.take(codes, mode="clip") * up[:-1], out=run[1:])
    word = (run[ends] - run[starts]) * down[starts] * _PAIR
    block = characters.blocks[starts]
    same = block[1:] == block[:-1]
    pairs = (word[:-1] * np.uint64(_BASE) + word[1:])[same] * _PAIR
    blocks = np.concatenate((block, block[1:][same]))
    numbers = (np.concatenate((word, pairs)) >> _SHIFT).astype(np.int64)
    counts = np.bincount(blocks, minlength=len(characters.lengths))
    return HashedWords(blocks, numbers, np.sqrt(np.maximum(counts, 1)))


def score(words: HashedWords, weights: NDArray[np.int8]) -> NDArray[np.float64]:
    """For each block, the mean weight of its words times the square root of their number.

    `weights` has 2**BITS entries, in steps.
    """
    return np.bincount(words.block, weights[words.number], len(words.size)) * STEP / words.size


@lru_cache(maxsize=1)
def _powers_to(size: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    up, down = np.full(size, _BASE, np.uint64), np.full(size, _INVERSE, np.uint64)
    up[0] = down[0] = 1
    return np.cumprod(up), np.cumprod(down)


def _powers(count: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The first `count` powers of the base and of its inverse, modulo 2**64."""
    if count > _KEPT:
        return _powers_to.__wrapped__(count)
    up, down = _powers_to(_KEPT)
    return up[:count], down[:count]


_IN_WORD: Final = np.array([number in (LOWER, UPPER, DIGIT, COMPLEX) for number in range(COMPLEX + 1)])
_IS_SPACE: Final = np.array([number == SPACE for number in range(COMPLEX + 1)])
_END_FOLDED: Final = 0xFFFF


def _folded() -> NDArray[np.uint64]:
    table = np.arange(_END_FOLDED + 1, dtype=np.uint64)
    for code in range(_END_LOWER):
        lower = chr(code).lower()
        table[code] = ord(lower) if len(lower) == 1 else code
        if chr(code).isdecimal():
            table[code] = _ZERO
    return table


FOLDED: Final = _folded()
