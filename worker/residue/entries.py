"""Finds the entries of the lexicons: words, stems and the first words of phrases."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from struct import calcsize, unpack_from
from types import MappingProxyType
from typing import Final, NamedTuple

from worker.compiled import compiled
from worker.residue.packing import LENGTHS, OF_ENTRY
from worker.residue.tables import Phrase

_PART: Final = compiled("worker.residue._votes")
_HEADER: Final = calcsize(LENGTHS) + 16  # and a mask
_NO_MASKS: Final[Mapping[int, int]] = MappingProxyType({})

SEED: Final = secrets.randbits(64)
"""Makes it impossible to write a text whose words all have the same hash in a table of the compiled parts."""


class Entry(NamedTuple):
    """What an entry means: its concepts by language, and the phrases that begin with it.

    `inner` has a bit for each language that has it in a phrase, after the first word.
    """

    masks: Mapping[int, int] = _NO_MASKS
    phrases: Sequence[tuple[int, Phrase]] = ()
    inner: int = 0


NOTHING: Final = Entry()


class Entries:
    """The entries that `packed_lexicons` has packed."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        _, of_entries, *_ = unpack_from(LENGTHS, packed)
        self._meanings = _HEADER + of_entries
        self.compiled = _PART.lexicon(SEED, packed) if _PART else None
        """The same for the compiled parts."""
        self._place: Callable[[str], int | None]
        self._place = partial(_PART.place, self.compiled) if _PART else dict(_places(packed)).get

    def __getitem__(self, text: str) -> Entry:
        try:
            place = self._place(text)
        except UnicodeEncodeError:  # half a character
            place = None
        if not place:
            return NOTHING
        masks, phrases, inner = unpack_from(OF_ENTRY, self._packed, place)
        return Entry(self._masks(masks) if masks else _NO_MASKS, self._phrases(phrases) if phrases else (), inner)

    def _masks(self, place: int) -> dict[int, int]:
        at = self._meanings + place
        every = range(at + 1, at + 1 + 17 * self._packed[at], 17)
        return {self._packed[one]: _mask(self._packed, one + 1) for one in every}

    def _phrases(self, place: int) -> list[tuple[int, Phrase]]:
        packed, at = self._packed, self._meanings + place
        end = at + 4 + unpack_from("=I", packed, at)[0]
        at += 4
        found: list[tuple[int, Phrase]] = []
        while at < end:
            language, mask, count = packed[at], _mask(packed, at + 1), packed[at + 17]
            at += 18
            parts: list[str] = []
            for _ in range(count):
                is_stem, size = packed[at : at + 2]
                parts.append(packed[at + 2 : at + 2 + size].decode() + "*" * is_stem)
                at += 2 + size
            found.append((language, (tuple(parts), mask)))
        return found


def _mask(packed: bytes, at: int) -> int:
    low, high = unpack_from("=QQ", packed, at)
    return int(low | high << 64)


def _places(packed: bytes) -> Iterator[tuple[str, int]]:
    """Each entry, and where what it means is written."""
    count = unpack_from(LENGTHS, packed)[0]
    at = _HEADER
    for _ in range(count):
        end = at + 1 + packed[at]
        yield packed[at + 1 : end].decode(), end
        at = end + calcsize(OF_ENTRY)
