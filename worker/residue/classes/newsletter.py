"""Calls to subscribe, follow, join, install, give or write in."""

from __future__ import annotations

from typing import Final

from worker.residue.bits import mask_of
from worker.residue.combos import combos

NAME: Final = "newsletter"
CANDIDATES: Final = combos(
    "subscribe follow receive download enable support buy login miss write read watch listen click share "
    "accept comment + newsletter channel app notification network inbox edition subscription news site event "
    "we comments author topic article reader audio video you",
    "subscribe follow download support",
    "newsletter",
    "subscription",
    "notification",
    "app",
    "reader + we article support",
    "channel + network we",
    "network + we also + follow read watch continue also",
    "buy + month edition subscription unit number all read",
)
CORE: Final = mask_of(
    "subscribe follow receive download enable support newsletter channel app notification network inbox "
    "subscription write miss login read buy"
)
ALLIED: Final = mask_of(
    "news latest article site event comment click share video audio edition reader also more topic weekday"
    " popular listen watch author number time unit continue use read month tool address gallery"
)
TELLING: Final = combos(
    "subscribe receive + newsletter inbox notification channel edition subscription",
    "follow subscribe + network channel we",
    "download + app",
    "subscribe + all latest",
    "subscription + login subscribe read support",
    "support + we news edit reader buy",
    "write + inbox address we network",
    "enable + notification app",
    "miss + news notification newsletter",
    "receive + news latest + inbox app channel you we",
    "network channel newsletter + we + subscribe follow read event",
)
