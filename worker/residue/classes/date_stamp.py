"""When an article was published or changed."""

from __future__ import annotations

from typing import Final

from worker.residue.bits import mask_of
from worker.residue.combos import combos

NAME: Final = "date_stamp"
CANDIDATES: Final = combos(
    "published updated + number date time month weekday ago clock",
    "ago + unit number",
    "date time + number month weekday date clock function",
    "number + month",
    "date",
    "time",
    "weekday + number date time",
    "updated",
)
CORE: Final = mask_of("published updated ago date time month weekday number clock unit")
ALLIED: Final = mask_of("by author edit latest read article source")
TELLING: Final = combos(
    "published updated + number date time",
    "ago + unit",
    "number + month + time",
    "date + time",
    "weekday + number + month",
    "month + number + by author published updated",
)
NEEDS: Final = mask_of("number date time month weekday ago")
"""A line without any of these is not of this class, whatever else speaks for it: "Updated: Minister opens bridge"."""
