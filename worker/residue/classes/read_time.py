"""How long reading or listening takes."""

from __future__ import annotations

from typing import Final

from worker.residue.bits import mask_of
from worker.residue.combos import combos

NAME: Final = "read_time"
CANDIDATES: Final = combos(
    "reading_time",
    "unit + read listen watch article audio video",
    "number + unit",
    "time + audio listen video watch reading_time",
)
CORE: Final = mask_of("reading_time unit read listen")
ALLIED: Final = mask_of("number time article audio video watch")
TELLING: Final = combos(
    "reading_time + number",
    "number + unit + read listen",
    "unit + reading_time",
    "time + audio listen watch",
)
NEEDS: Final = mask_of("number time unit reading_time")
"""A line without any of these is not of this class, whatever else speaks for it: "Updated: Minister opens bridge"."""
