"""Where a line stands in its text, and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_FAR: Final = 6
_SHORT: Final = 60  # characters


PLACES: Final = ("from start", "from end", "short before", "short after", "candidates near", "colon before")
"""The names of what `places` returns for each line."""


def places(lines: Sequence[str], candidates: Sequence[int]) -> list[list[float]]:
    """For each candidate (an index into `lines`), where it stands: see `PLACES`."""
    last = len(lines) - 1
    among = set(candidates)
    return [
        [
            float(min(at, _FAR)),
            float(min(last - at, _FAR)),
            float(_short(lines, at - 1) + (_short(lines, at - 1) and _short(lines, at - 2))),
            float(_short(lines, at + 1) + (_short(lines, at + 1) and _short(lines, at + 2))),
            float(sum(other in among for other in (at - 2, at - 1, at + 1, at + 2))),
            float(at > 0 and lines[at - 1].rstrip()[-1:] in (":", "：")),
        ]
        for at in candidates
    ]


def _short(lines: Sequence[str], at: int) -> bool:
    return 0 <= at < len(lines) and len(lines[at].strip()) <= _SHORT
