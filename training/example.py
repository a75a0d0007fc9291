"""A page that the model learns from, and the collections that such pages come from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from tld import get_fld

from worker.extraction.wording import Words

Floats = NDArray[np.float64]
FOLDS = 4


@dataclass(frozen=True, slots=True)
class Source:
    """A collection of pages: how much each of its pages weighs, and on what terms it may be used."""

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
    # Pages of traf too, which is what tells whether the model is right: not learned from.
    "rules": Source(0.0, "rules CC0, pages as traf"),
}


@dataclass(frozen=True, slots=True)
class Example:
    """A page: `x` is blocks x features, without those made of the wording, which depend on what was learned.

    `y` is the share of each block that belongs to the article, `w` what the block weighs.
    """

    id: str
    source: str
    fold: int
    texts: list[str]
    x: NDArray[np.float32]
    y: Floats
    w: Floats
    words: Words
    gold: str | None
    wanted: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)


def fold(url: str) -> int:
    """The fold of a page: pages of one site are in the same."""
    site = get_fld(url or "", fail_silently=True) or urlsplit(url or "").hostname or url or ""
    return int(hashlib.md5(site.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS
