"""Finds the headline on a page, and the sentence that the page's description quotes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from numpy.typing import NDArray

_SHORTEST_HEADLINE: Final = 8
_DESCRIPTION_CHARS: Final = 48
_SHORTEST_DESCRIPTION: Final = 24
_MAX_HEADINGS: Final = 200


IN_TITLE, H1, UNKNOWN = 2, 1, 0


@dataclass(frozen=True, slots=True)
class Hints:
    """What the page's head says about its article; a missing value is empty."""

    title: str = ""
    description: str = ""


def title_block(texts: list[str], headings: NDArray[Any], h1: NDArray[Any], title: str) -> tuple[int, int]:
    """The block of the headline and the evidence: `IN_TITLE` (in the page's title too), `H1`, `UNKNOWN` (block 0)."""
    flat = _letters(title)
    for at in (*h1[:_MAX_HEADINGS].tolist(), *headings[:_MAX_HEADINGS].tolist()):
        text = _letters(texts[at])
        if flat and len(text) > _SHORTEST_HEADLINE and (text in flat or flat in text):
            return at, IN_TITLE
    return (int(h1[0]), H1) if len(h1) else (0, UNKNOWN)


def described_block(texts: list[str], description: str) -> int:
    """The first block that contains the beginning of the page's description, or -1."""
    begin = " ".join(description.split())[:_DESCRIPTION_CHARS]
    if len(begin) < _SHORTEST_DESCRIPTION:
        return -1
    return next((at for at, text in enumerate(texts) if begin in text), -1)


def _letters(text: str) -> str:
    return "".join(text.split()).casefold()
