"""The authors in the visible text of a page. Used only if the page neither declares nor marks any."""

from __future__ import annotations

from typing import Final

from worker.extraction.blocks import Blocks
from worker.extraction.categories import CATEGORIES
from worker.page.visible_byline import find_byline

_COMMENT: Final = 1 << CATEGORIES.index("comment")


def visible_authors(blocks: Blocks, title: str | None) -> tuple[str, ...]:
    """The authors near the headline in the text of a page, without its comments; may be empty."""
    bits = blocks.inherited
    texts = [
        text for text, container in zip(blocks.texts, blocks.container, strict=True) if not bits[container] & _COMMENT
    ]
    return find_byline("\n".join(texts).split("\n"), title)
