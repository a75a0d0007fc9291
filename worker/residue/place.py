"""Where a line stands in its text, and what stands around it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

_FAR: Final = 6
_SHORT: Final = 60  # characters
_MOST_CHARS: Final = 255
_MANY: Final = 4
_MANY_HEADINGS: Final = 8
_ENDS: Final = tuple(".!?:;,…。！？।۔։")
_BEGINNING: Final = 4  # characters
_ITEM: Final = re.compile(r"(?:[-*•·▪–—✓✔✅]|\d{1,3}[.)]|[a-z][.)])\s")
_CLOSERS: Final = "-–—*•·▪"


PLACES: Final = (
    *("from start", "from end", "short before", "short after", "candidates near", "colon before"),
    *("chars before", "chars after", "short share", "headings", "same beginning", "item", "items near", "cells"),
)
"""The names of what `places` returns for each line."""


def places(lines: Sequence[str], candidates: Sequence[int]) -> list[list[float]]:
    """For each candidate (an index into `lines`), where it stands: see `PLACES`."""
    among, last = set(candidates), len(lines) - 1
    lengths = [0, 0, *map(len, lines), 0, 0]
    short_share = sum(map(_SHORT.__ge__, lengths[2:-2])) / len(lines)
    headings = float(min(_MANY_HEADINGS, sum(map(_is_heading, lines, lengths[2:], lengths[3:-1]))))
    beginnings = _beginnings(lines, candidates)
    padded = ["", "", *lines, "", ""]
    items = {near for near in {at + by for at in candidates for by in range(5)} if is_item(padded[near])}

    def place(at: int) -> list[float]:
        """Two lines on either side count. Beyond the ends there is nothing."""
        line = lines[at]
        first, second, _, third, fourth = lengths[at : at + 5]
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
            1.0 if _is_label(line) else float(min(beginnings[line[:_BEGINNING]], _MANY)),
            1.0 if at + 2 in items else 0.0,
            float((at in items) + (at + 1 in items) + (at + 3 in items) + (at + 4 in items)) if items else 0.0,
            float(line.count("\t") + line.count(" | ")),
        ]

    return [place(at) for at in candidates]


def is_item(line: str) -> bool:
    """Whether a line looks like an item of a list. A label such as `- Advertisement -` does not."""
    line = line.strip()
    return _ITEM.match(line) is not None and line[-1] not in _CLOSERS


def _is_label(line: str) -> bool:
    line = line.strip()
    return line[-1:] in _CLOSERS and _ITEM.match(line) is not None


def _beginnings(lines: Sequence[str], candidates: Sequence[int]) -> Counter[str]:
    """How many different lines begin like each candidate: a label may stand between all paragraphs.

    Of `- Advertisement -`, two letters would count, and they say nothing.
    """
    wanted = {lines[at][:_BEGINNING] for at in candidates}
    alike = {line for line in lines if line[:_BEGINNING] in wanted}
    return Counter([line[:_BEGINNING] for line in alike])


def _is_heading(line: str, chars: int, chars_after: int) -> bool:
    """Whether a line looks like a heading: short, without an end mark, and before a longer one."""
    return 0 < chars <= _SHORT < chars_after and not line.endswith(_ENDS)
