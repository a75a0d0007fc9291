"""The concepts that words of boilerplate stand for, as bits of a mask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_CONCEPTS = """
    function we you please not this all common told
    subscribe follow share download receive read watch listen click comment write support accept enable use login tool
    continue miss buy
    newsletter inbox channel app notification network site article news video audio gallery edition subscription
    comments reader link topic event
    photo source by author agency edit material
    rights reserved reproduce prohibit permission original disclaimer automatic
    ad commission cookie privacy browser experience
    month weekday published updated ago unit clock reading_time count
    related also more popular latest nav
    number time date address
"""
CONCEPTS: Final = tuple(_CONCEPTS.split())
"""All concepts. The last line's are not in the lexicons: they are read from the form of a word."""

BIT: Final[Mapping[str, int]] = {concept: 1 << number for number, concept in enumerate(CONCEPTS)}
"""The bit of each concept in a mask."""


def mask_of(concepts: str) -> int:
    """The mask of these concepts, separated by spaces."""
    return sum(BIT[concept] for concept in set(concepts.split()))


WEAK: Final = mask_of("function we you please not this all common told number weekday clock latest use")
"""Concepts that no kind of boilerplate can be known by."""


def concepts_of(mask: int) -> tuple[str, ...]:
    """The concepts in a mask."""
    return tuple(concept for concept, bit in BIT.items() if mask & bit)
