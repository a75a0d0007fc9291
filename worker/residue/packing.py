"""Writes masks, combinations, words, phrases and lexicons as bytes, which the compiled parts read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from struct import pack
from typing import TYPE_CHECKING, Final, NamedTuple

from worker.residue.bits import BIT, WEAK
from worker.residue.tables import Masks, Phrase, Pieces, Tables
from worker.residue.tokens import fold, is_unspaced, plain, tokens

if TYPE_CHECKING:
    from worker.residue.combos import Combo

_FOR_PYTHON: Final = re.compile(r"[.@'’ʼ\-\u2010\u2011(]")
"""The characters that show that the form or the parts of a word may mean something."""

_LONGEST: Final = 100  # bytes of a word, as in lexicon.h
_MOST_LEXICONS, _MOST_OF_ENTRIES = 64, 1 << 22  # languages and bytes, as in entries.h
LENGTHS: Final = "<IIII"
OF_ENTRY: Final = "<IIQ"
_LOW: Final = (1 << 64) - 1


def packed(masks: Iterable[int]) -> bytes:
    """These masks, in 16 bytes each, the lowest first."""
    return b"".join(pack("<QQ", mask & _LOW, mask >> 64) for mask in masks)


def packed_combos(classes: Sequence[tuple[Combo, ...]]) -> bytes:
    """Combinations: each mask, and whether it ends nothing (0), a combination (1) or also its class (2)."""
    parts: list[bytes] = []
    for combos_ in classes:
        ends = [int(at == len(combo)) for combo in combos_ for at in range(1, len(combo) + 1)]
        masks = [mask for combo in combos_ for mask in combo]
        parts += (packed([mask]) + pack("<Q", end) for mask, end in zip(masks, [*ends[:-1], 2], strict=True))
    return b"".join(parts)


def packed_parts(parts: Sequence[str]) -> bytes:
    """The number of the parts of a phrase; whether each is a stem, its length, and its text."""
    written = [pack("=B", len(parts))]
    for part in parts:
        text = part.removesuffix("*").encode()
        written += pack("=?B", part.endswith("*"), len(text)), text
    return b"".join(written)


def spelled(text: str) -> bytes | None:
    """The words of a text: how each is written, three lengths, and the word itself, plain and folded.

    None if only Python can tell what they mean: scripts without spaces, dates, addresses, words of several parts.
    """
    written: list[bytes] = []
    for token in tokens(text):
        folded = fold(token)
        if is_unspaced(token) or _FOR_PYTHON.search(token) or folded[:1].isdecimal():
            return None
        how = token[0].isupper() | token[0].islower() << 1 | (len(token) > 1 and token.isupper()) << 2
        forms = [form.encode() for form in (token, plain(token), folded)]
        if not all(0 < len(form) <= _LONGEST for form in forms):
            return None
        written += pack("=BBBB", how, *map(len, forms)), *forms
    return b"".join(written)


def packed_signs(weights: Sequence[float]) -> bytes:
    """The concepts that tell nothing, the concept of words that stand only in phrases, and the weights of signs."""
    return packed([WEAK, BIT["function"]]) + pack(f"={len(weights)}d", *weights)


class Packed(NamedTuple):
    """All lexicons in a form that loads quickly: see `Tables`. entries.py and entries.h read `entries`."""

    languages: tuple[str, ...]
    prefixes: dict[int, tuple[str, ...]]
    pieces: dict[int, Pieces]
    entries: bytes


class _Shared:
    """The masks and phrases that entries share, each written once. Place 0 stands for nothing."""

    def __init__(self) -> None:
        self.written = bytearray(1)
        self._places: dict[bytes, int] = {}

    def place(self, content: bytes) -> int:
        if content not in self._places:
            self._places[content] = len(self.written)
            self.written += content
        return self._places[content]


def packed_lexicons(tables: Tables) -> Packed:
    """Pack all lexicons.

    First come the number of entries, three lengths in bytes, and the mask of the concept `number`. Then come the
    entries: the length of each, its text, the places of its masks and of its phrases, and the languages that have it in
    a phrase, after the first word. Then come masks and phrases, and at last the prefixes of languages.

    Raises:
        ValueError: there are more languages or entries than entries.h has room for.
    """
    shared = _Shared()
    every = sorted(tables.masks.keys() | tables.phrases.keys() | {word for word in tables.inner if "*" not in word})
    entries: list[bytes] = []
    for entry in every:
        text = entry.encode()
        masks, phrases = tables.masks.get(entry), tables.phrases.get(entry)
        of_masks = shared.place(_packed_masks(masks)) if masks else 0
        of_phrases = shared.place(_packed_phrases(phrases)) if phrases else 0
        entries += pack("=B", len(text)), text, pack(OF_ENTRY, of_masks, of_phrases, tables.inner.get(entry, 0))
    prefixes = b"".join(
        pack("=BB", language, len(prefix.encode())) + prefix.encode()
        for language, found in tables.prefixes.items()
        for prefix in found
    )
    parts = b"".join(entries), bytes(shared.written), prefixes
    if len(tables.languages) > _MOST_LEXICONS or len(parts[0]) >= _MOST_OF_ENTRIES:
        raise ValueError(
            "the lexicons have more languages or entries than MOST_LEXICONS and TAG_BITS in entries.h allow"
        )
    header = pack(LENGTHS, len(every), *map(len, parts)) + packed([BIT["number"]])
    return Packed(tables.languages, tables.prefixes, tables.pieces, header + b"".join(parts))


def _packed_masks(masks: Masks) -> bytes:
    return pack("=B", len(masks)) + b"".join(pack("=B", one) + packed([mask]) for one, mask in masks.items())


def _packed_phrases(phrases: Iterable[tuple[int, Phrase]]) -> bytes:
    written = b"".join(pack("=B", one) + packed([mask]) + packed_parts(parts) for one, (parts, mask) in phrases)
    return pack("<I", len(written)) + written
