"""Where a text came from, and whose opinion it is."""

from __future__ import annotations

from typing import Final

from worker.residue.bits import mask_of
from worker.residue.combos import combos

NAME: Final = "syndication"
CANDIDATES: Final = combos(
    "original",
    "automatic",
    "disclaimer",
    "material",
    "article + source agency edit author site",
    "agency + article news edit",
    "reproduce + permission source site",
)
CORE: Final = mask_of("original automatic disclaimer material article source agency permission reproduce")
ALLIED: Final = mask_of(
    "author edit news site by published rights edition reader use also read topic event support ad link"
)
TELLING: Final = combos(
    "original + article published by read news",
    "disclaimer + author article site by we",
    "automatic + article news agency",
    "material + agency",
    "article news + agency source by + not edit author published",
    "permission + published original",
    "edit + not + article",
)
