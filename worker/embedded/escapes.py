"""Undoes escapes that a site applied twice, so that readers would see them."""

from __future__ import annotations

import re
from typing import Final

from worker.embedded.literals import unquoted
from worker.text.cleaning import unescaped

# Only what no writer means: `&amp;quot;`, `&amp;lt;p&amp;gt;`.
_ENTITY: Final = re.compile(
    r"&amp;(?:lt;/?(?:p|br|div|strong|em|a|ul|h[1-6])\b|(?:quot|apos|nbsp|[rl][sd]quo|#(?:39|160|82(?:16|17|20|21)));)",
    re.IGNORECASE,
)
_BACKSLASH: Final = re.compile(r"\\u003c/?[a-z]|[.!?…\"”»]\s?(?:\\r)?\\n", re.IGNORECASE)


def escaped_once(text: str) -> str:
    """The text without its second layer of escapes: entities of entities, and backslashes of a string in a string."""
    if "\\" in text and "\n" not in text and _BACKSLASH.search(text):
        text = unquoted(f'"{text}"')
    return unescaped(text) if "&amp;" in text and _ENTITY.search(text) else text
