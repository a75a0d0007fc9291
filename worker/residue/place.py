"""Where a line stands in its text, and what stands around it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from worker.compiled import compiled

_FAR: Final = 6
_SHORT: Final = 60  # characters
_MOST_CHARS: Final = 255
_MANY: Final = 4
_MANY_HEADINGS: Final = 8
_ENDS: Final = tuple(".!?:;,…。！？।۔։")
_BEGINNING: Final = 4  # characters
_ITEM: Final = re.compile(r"(?:[-*•·▪–—✓✔✅]|\d{1,3}[.)]|[a-z][.)])\s")
_CLOSERS: Final = "-–—*•·▪"


C_LINES = compiled("worker.text._lines")

NEITHER, ITEM, LABEL = range(3)
"""The kinds of lines."""

PLACES: Final = (
    *("from start", "from end", "short before", "short after", "candidates near", "colon before"),
    *("chars before", "chars after", "short share", "headings", "same beginning", "item", "items near", "cells"),
)
"""The names of what `places` returns for each line."""


def places(lines: Sequence[str], candidates: Sequence[int]) -> list[list[float]]:
    """For each candidate (an index into `lines`), where it stands: see `PLACES`."""
    if C_LINES:
        rows: list[list[float]] = C_LINES.places(lines, candidates, kind_of)
        return rows
    among, last = set(candidates), len(lines) - 1
    padded = ["", "", *lines, "", ""]
    lengths = list(map(len, padded))
    short_share = sum(map(_SHORT.__ge__, lengths[2:-2])) / len(lines)
    headings = float(min(_MANY_HEADINGS, sum(map(_is_heading, lines, lengths[2:], lengths[3:-1]))))
    beginnings = Counter([line[:_BEGINNING] for line in set(lines)])  # a label may stand between all paragraphs
    kinds = {near: kind_of(padded[near]) for near in {at + by for at in candidates for by in range(5)}}
    items = {near for near, kind in kinds.items() if kind == ITEM}

    def place(at: int) -> list[float]:
        """Two lines on either side count. Beyond the ends there is nothing."""
        line = lines[at]
        first, second, _, third, fourth = lengths[at : at + 5]
        # The beginning of `- Advertisement -` has only two letters, and says nothing.
        alike = 1 if kinds[at + 2] == LABEL else beginnings[line[:_BEGINNING]]
        return [
            float(min(at, _FAR)),
            float(min(last - at, _FAR)),
            float((at > 0 and second <= _SHORT) + (at > 1 and second <= _SHORT and first <= _SHORT)),
            float((at < last and third <= _SHORT) + (at < last - 1 and third <= _SHORT and fourth <= _SHORT)),
            float((at - 2 in among) + (at - 1 in among) + (at + 1 in among) + (at + 2 in among)),
            float(padded[at + 1].rstrip()[-1:] in (":", "：")),
            float(min(second, _MOST_CHARS)),
            float(min(third, _MOST_CHARS)),
            short_share,
            headings,
            float(min(alike, _MANY)),
            1.0 if at + 2 in items else 0.0,
            float((at in items) + (at + 1 in items) + (at + 3 in items) + (at + 4 in items)),
            float(line.count("\t") + line.count(" | ")),
        ]

    return [place(at) for at in candidates]


def kind_of(line: str) -> int:
    """Whether a line looks like an item of a list, or like a label between two marks: `- Advertisement -`."""
    line = line.strip()
    if not _ITEM.match(line):
        return NEITHER
    return LABEL if line[-1] in _CLOSERS else ITEM


def _is_heading(line: str, chars: int, chars_after: int) -> bool:
    """Whether a line looks like a heading: short, without an end mark, and before a longer one."""
    return 0 < chars <= _SHORT < chars_after and not line.endswith(_ENDS)
