"""Finds the entries of the lexicons: words, stems and the first words of phrases."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from struct import calcsize, unpack_from
from types import MappingProxyType
from typing import Final, NamedTuple

from worker.compiled import compiled
from worker.residue.packing import LENGTHS, OF_ENTRY
from worker.residue.tables import Phrase

C_ENTRIES = compiled("worker.residue._votes")

_HEADER: Final = calcsize(LENGTHS) + 16  # numbers, and a mask
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

    def __getitem__(self, text: str) -> Entry:
        place = C_ENTRIES.place(self.compiled, _utf8(text)) if C_ENTRIES else self._places.get(text)
        return self._at(place) if place else NOTHING

    def beginning(self, text: str) -> list[Entry]:
        """The entries of a word's stems, from the shortest to the longest, and that of the word itself.

        A stem of one letter matches only that letter, as a whole word.
        """
        if C_ENTRIES:
            found = C_ENTRIES.stems(self.compiled, _utf8(text))
        else:
            ends = range(min(2, len(text)), min(self._longest, len(text)) + 1)
            found = [place for end in ends if (place := self._places.get(f"{text[:end]}*"))]
        return [*map(self._at, found), self[text]]

    @cached_property
    def compiled(self) -> object:
        """These entries for the compiled parts, which find them with a hash table."""
        assert C_ENTRIES
        return C_ENTRIES.lexicon(SEED, self._packed)

    @cached_property
    def _places(self) -> dict[str, int]:
        return dict(_places(self._packed))

    @cached_property
    def _longest(self) -> int:
        """The length of the longest entry. Longer stems are not looked up, so a long word takes no more time."""
        return max(map(len, self._places))

    def _at(self, place: int) -> Entry:
        masks, phrases, inner = unpack_from(OF_ENTRY, self._packed, place)
        return Entry(self._masks(masks) if masks else _NO_MASKS, self._phrases(phrases) if phrases else (), inner)

    def _masks(self, place: int) -> dict[int, int]:
        at = self._meanings + place
        every = range(at + 1, at + 1 + 17 * self._packed[at], 17)
        return {self._packed[one]: _mask(self._packed, one + 1) for one in every}

    def _phrases(self, place: int) -> list[tuple[int, Phrase]]:
        packed, at = self._packed, self._meanings + place
        end = at + 4 + unpack_from("<I", packed, at)[0]
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


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # a lone surrogate is in no entry


def _mask(packed: bytes, at: int) -> int:
    low, high = unpack_from("<QQ", packed, at)
    return int(low | high << 64)


def _places(packed: bytes) -> Iterator[tuple[str, int]]:
    """Each entry, and the place where its meaning is written."""
    count = unpack_from(LENGTHS, packed)[0]
    at = _HEADER
    for _ in range(count):
        end = at + 1 + packed[at]
        yield packed[at + 1 : end].decode(), end
        at = end + calcsize(OF_ENTRY)
