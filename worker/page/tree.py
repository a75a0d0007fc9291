"""Parses a page into a tree, with a limit on the tree's memory. No other module parses pages.

The parser ignores some tags and joins the text around them. Each time, it copies the whole text and keeps every copy:
5 MB of text and 10,000 tags would take 25 GB.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from worker.page.memory import bounded_memory
from worker.page.shadow import with_shadow_roots

MEMORY_BYTES: Final = 144 << 20
"""The largest pages within the limits take 90 MB."""
_TRIES: Final = 2  # memory that other threads take in the meantime counts too

_BREAKABLE_CHARS: Final = 1_000_000  # the line breaks of a shorter page cost less than 0.2 s
_FEW_BREAKS: Final = 10_000
_BREAKS: Final = re.compile(r"(?:<br[ /]*+>\s*+){3,}+", re.IGNORECASE)


class TreeTooLargeError(Exception):
    """The tree of a page takes more than MEMORY_BYTES."""


def encode(html: str) -> bytes:
    """The page in the form that `parse` takes."""
    html = with_shadow_roots(html)
    may_have_many = len(html) > _BREAKABLE_CHARS and html.count("<") > _FEW_BREAKS
    return (merge_breaks(html) if may_have_many else html).encode("utf-8", "ignore")


def merge_breaks(html: str) -> str:
    """The page with each longer run of line breaks cut to two. A million in a row are a million elements, 150 MB."""
    return _BREAKS.sub("<br><br>", html)


def parse(page: bytes) -> LexborHTMLParser:
    """The page as a tree. Any bytes can be parsed unless the tree is too large.

    Raises:
        TreeTooLargeError: the tree takes more than MEMORY_BYTES.
    """
    for _ in range(_TRIES):
        with suppress(SelectolaxError, MemoryError), bounded_memory(MEMORY_BYTES):
            return LexborHTMLParser(page)
    raise TreeTooLargeError
