"""Who reported, wrote and edited, and for which agency."""

from __future__ import annotations

from typing import Final

from worker.residue.bits import mask_of
from worker.residue.combos import combos

NAME: Final = "wire_signoff"
CANDIDATES: Final = combos(
    "edit",
    "author",
    "agency",
    "source",
    "by",
    "write",
)
CORE: Final = mask_of("edit author agency source by material")
ALLIED: Final = mask_of(
    "photo video news article also site write original number month date topic address inbox network published"
)
TELLING: Final = combos(
    "edit + by author edit",
    "author + by agency edit",
    "agency + source by",
    "by + agency",
    "material + agency",
)
