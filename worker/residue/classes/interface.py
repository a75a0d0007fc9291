"""Buttons, menus, share bars, counters and labels of a page."""

from __future__ import annotations

from typing import Final

from worker.residue.bits import mask_of
from worker.residue.combos import combos

NAME: Final = "interface"
CANDIDATES: Final = combos(
    "share",
    "tool",
    "login",
    "comment comments",
    "network",
    "topic",
    "count",
    "nav",
    "listen watch + article audio video this news",
    "gallery",
    "click",
    "link",
    "site",
    "notification",
    "event",
    "write",
    "article + this all",
    "audio video",
    "edition",
    "popular latest + article news read",
    "author",
    "app",
)
CORE: Final = mask_of(
    "share tool login comment comments network topic count nav gallery write link notification listen watch "
    "click read audio video article"
)
ALLIED: Final = mask_of(
    "more number site app news edition latest popular author inbox subscribe follow receive use continue "
    "related event time support reader source newsletter channel photo all"
)
TELLING: Final = combos(
    "share + article network this link inbox",
    "tool + article site this",
    "comment comments + number",
    "comment + article this",
    "listen watch + article this audio video",
    "click + link site share gallery",
    "write + tool edit not",
    "nav + news site topic nav",
    "count + number",
    "login + site channel",
    "topic + more article",
    "gallery + number tool",
)
