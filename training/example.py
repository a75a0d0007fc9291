"""A page to learn from, and the collections of such pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from tld import get_fld

from worker.extraction.blocks import Blocks
from worker.extraction.wording import HashedWords

Floats = NDArray[np.float64]
FOLDS = 4


@dataclass(frozen=True, slots=True)
class Source:
    """A collection of pages: the weight of each page, and the terms of use."""

    weight: float
    terms: str


SOURCES = {
    "wcxb_dev": Source(1.0, "CC-BY-4.0"),
    "traf": Source(1.0, "repository Apache-2.0; pages belong to their publishers"),
    "sites": Source(1.0, "repositories MIT / Apache-2.0; pages belong to their publishers"),
    "dragnet": Source(0.0, "AGPL-3.0 (data)"),
    "cleanportaleval": Source(0.3, "none found"),
    "made": Source(1.0, "made here (training/made_pages.py) from texts of wcxb_dev"),
    "readability": Source(0.2, "Apache-2.0"),
    "cleaneval": Source(0.0, "none found"),
    # These are pages of traf, and serve for evaluation only.
    "rules": Source(0.0, "rules CC0, pages as traf"),
}


@dataclass(frozen=True, slots=True)
class Example:
    """A page. `x` is blocks x features, without the features from the wording, which depend on the training data.

    `y` is the share of each block that belongs to the article; `w` is the weight of the block.
    """

    id: str
    source: str
    fold: int
    blocks: Blocks
    x: NDArray[np.float32]
    y: Floats
    w: Floats
    words: HashedWords
    gold: str | None
    wanted: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """The texts of the blocks."""
        return self.blocks.texts


def fold(url: str) -> int:
    """The fold of a page. All pages of one site are in the same fold."""
    site = get_fld(url or "", fail_silently=True) or urlsplit(url or "").hostname or url or ""
    return int(hashlib.md5(site.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS
