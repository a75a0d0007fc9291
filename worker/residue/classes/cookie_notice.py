"""Notices on cookies, consent and privacy."""

from __future__ import annotations

from typing import Final

from worker.residue.bits import mask_of
from worker.residue.combos import combos

NAME: Final = "cookie_notice"
CANDIDATES: Final = combos(
    "cookie",
    "privacy",
    "accept",
    "experience + use site we",
)
CORE: Final = mask_of("cookie privacy experience accept")
ALLIED: Final = mask_of(
    "use site browser continue click login tool news ad enable read more video article link prohibit "
    "subscription network share reader notification"
)
TELLING: Final = combos(
    "cookie + use accept site privacy experience we enable",
    "privacy + accept login tool enable use reader site nav",
    "accept + all + not privacy",
    "experience + site use + we you",
    "privacy + we you + all not",
    "accept + video article link network news + privacy cookie",
)
