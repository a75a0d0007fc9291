"""Reads files of pages: one JSON object per line, plain or compressed with xz."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any


def read_pages(paths: Sequence[Path], limit: int | None = None) -> Iterator[dict[str, Any]]:
    """The first `limit` pages of these files, in order; None means all."""
    return islice(_all_pages(paths), limit)


def _all_pages(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    for path in paths:
        with (lzma.open if path.suffix == ".xz" else open)(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)
