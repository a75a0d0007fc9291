"""Who owns the rights, and what may not be copied."""

from __future__ import annotations

from typing import Final

from worker.residue.bits import mask_of
from worker.residue.combos import combos

NAME: Final = "copyright"
CANDIDATES: Final = combos(
    "rights",
    "reserved",
    "reproduce + prohibit permission source rights reserved",
    "prohibit + permission use",
)
CORE: Final = mask_of("rights reserved reproduce prohibit permission")
ALLIED: Final = mask_of(
    "source site article news agency use author edition photo material number link original buy download receive"
)
TELLING: Final = combos(
    "rights + reserved",
    "reproduce + prohibit permission",
    "rights + reproduce source by",
    "prohibit + permission",
    "rights + number",
)
