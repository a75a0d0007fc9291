"""Labels of advertisements and of sponsored text, and what is earned by links."""

from __future__ import annotations

from typing import Final

from worker.residue.bits import mask_of
from worker.residue.combos import combos

NAME: Final = "ad_label"
CANDIDATES: Final = combos(
    "ad",
    "commission",
    "continue + ad",
    "original + ad",
    "article + continue",
)
CORE: Final = mask_of("ad commission")
ALLIED: Final = mask_of(
    "continue article read news link buy receive site original agency you support also related source by"
)
TELLING: Final = combos(
    "ad + continue",
    "ad + source by original material",
    "ad + article news edition",
    "commission + link buy receive read we you",
    "continue + article news + ad also",
)
