"""What the compiled parts read: masks, combinations, words and phrases as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import pack
from typing import Final

from worker.residue.combos import Combo
from worker.residue.lexicon import Word
from worker.residue.tokens import fold

_LOW: Final = (1 << 64) - 1


def packed(masks: Iterable[int]) -> bytes:
    """These masks, in 16 bytes each."""
    return b"".join(pack("=QQ", mask & _LOW, mask >> 64) for mask in masks)


def packed_combos(classes: Sequence[tuple[Combo, ...]]) -> bytes:
    """Combinations: each mask, and whether it ends nothing (0), a combination (1) or also its class (2)."""
    parts: list[bytes] = []
    for combos_ in classes:
        ends = [int(at == len(combo)) for combo in combos_ for at in range(1, len(combo) + 1)]
        masks = [mask for combo in combos_ for mask in combo]
        parts += (packed([mask]) + pack("=Q", end) for mask, end in zip(masks, [*ends[:-1], 2], strict=True))
    return b"".join(parts)


def packed_parts(parts: Sequence[str]) -> bytes:
    """The number of the parts of a phrase; whether each is a stem, its length, and its text."""
    written = [pack("=B", len(parts))]
    for part in parts:
        text = part.removesuffix("*").encode()
        written += pack("=?B", part.endswith("*"), len(text)), text
    return b"".join(written)


def packed_word(token: str, word: Word) -> bytes:
    """What a word means: how it is written, its concepts for each language, and the phrases that it begins.

    In this order: bits for a capital (1), a small first letter (2) and nothing but capitals (4); how many languages
    know the word; the length of the folded word, and the folded word; its concepts in all languages; for each language,
    its number and the concepts there; for each phrase, the number of its language, its concepts and its parts.
    """
    how = word.is_capital | word.is_small << 1 | word.is_shout << 2
    folded = fold(token).encode()
    written = [pack("=BBB", how, len(word.masks), len(folded)), folded, packed([word.everywhere])]
    written += (pack("=B", language) + packed([mask]) for language, mask in word.masks.items())
    for language, phrases in word.phrases.items():
        written += (pack("=B", language) + packed([mask]) + packed_parts(parts) for parts, mask in phrases)
    return b"".join(written)
