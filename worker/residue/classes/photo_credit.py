"""Whose picture it is."""

from __future__ import annotations

from typing import Final

from worker.residue.bits import mask_of
from worker.residue.combos import combos

NAME: Final = "photo_credit"
CANDIDATES: Final = combos(
    "photo",
    "source by + agency",
    "agency",
    "gallery + source by",
    "video + source agency",
    "rights + agency",
    "source",
)
CORE: Final = mask_of("photo source by agency")
ALLIED: Final = mask_of(
    "author edit gallery video rights site number month network link edition reproduce permission original address"
)
TELLING: Final = combos(
    "photo + agency by source author",
    "source + agency",
    "gallery video + agency by source",
    "photo + number",
    "photo + permission original",
)
