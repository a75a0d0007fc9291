"""What else there is to read."""

from __future__ import annotations

from typing import Final

from worker.residue.bits import mask_of
from worker.residue.combos import combos

NAME: Final = "related_link"
CANDIDATES: Final = combos(
    "related",
    "read watch listen + also more article news topic popular latest",
    "also",
    "miss",
    "popular latest more + article news read topic video gallery",
    "more + topic",
    "link",
    "topic",
    "continue read",
    "read",
    "watch",
    "listen",
    "popular",
    "latest",
)
CORE: Final = mask_of("related read also more miss popular latest topic link watch listen continue")
ALLIED: Final = mask_of("article news video gallery audio site click comment edition number share unit author")
TELLING: Final = combos(
    "read + also more",
    "related + article news topic read",
    "read watch + related",
    "also + related more popular",
    "popular + article news read",
    "miss + read news",
    "more + topic news article author",
    "latest popular + news article video",
)
