"""What the browser lacks."""

from __future__ import annotations

from typing import Final

from worker.residue.bits import mask_of
from worker.residue.combos import combos

NAME: Final = "script_notice"
CANDIDATES: Final = combos(
    "browser",
    "enable + browser video site accept cookie app",
    "video audio article link + not",
    "experience + not",
    "continue + please",
    "use + not",
    "tool + please not continue",
    "login + not continue please",
    "accept cookie + video news link article network audio site",
)
CORE: Final = mask_of("browser enable cookie video continue login")
ALLIED: Final = mask_of(
    "use accept site article audio link network news tool not app support reader watch comments listen updated"
)
TELLING: Final = combos(
    "browser + enable use not site video",
    "enable + browser",
    "video audio article + not + browser site network continue",
    "cookie accept enable + video article network + watch read",
)
