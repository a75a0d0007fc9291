"""The authors in the visible text of a page. Used only if the page neither declares nor marks any."""

from __future__ import annotations

from typing import Final

from worker.extraction.blocks import BIT, Blocks
from worker.extraction.categories import CATEGORIES
from worker.page.visible_byline import find_byline

_ELSEWHERE: Final = BIT["in_figure"] | 1 << CATEGORIES.index("comment")
_CAPTION: Final = 1 << CATEGORIES.index("caption")


def visible_authors(blocks: Blocks, title: str | None, language: str | None = None) -> tuple[str, ...]:
    """The authors near the headline in the text of a page, without its comments and captions; may be empty."""
    bits, own = blocks.inherited, blocks.own
    texts = [
        text
        for text, container in zip(blocks.texts, blocks.container, strict=True)
        if not (bits[container] & _ELSEWHERE or own[container] & _CAPTION)
    ]
    return find_byline("\n".join(texts).split("\n"), title, language)
