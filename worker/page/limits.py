"""Limits on a page, checked on its characters before the worker parses it.

Each limit bounds something that the parser does not. The parser compares every attribute of an element with all earlier
ones, searches all open elements at many tags, and repeats formatting that was left open in every later paragraph. It
does all of this in one call that no signal interrupts. The characters show whether a page could do harm; if so, a trial
parse decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from worker.messages import Dead, Reason
from worker.page.tags import MAX_ATTRIBUTES, Tags, count_attributes, count_tags, has_crowd
from worker.page.tree import encode, merge_breaks
from worker.page.trial import try_parse

# Only a longer page has room for attributes that fill the memory. An attribute takes half as much as an element.
_MANY_CHARS: Final = 1_500_000
_MANY_TAGS: Final = 100_000
_ATTRIBUTES_A_NODE: Final = 2
_END_TAG: Final = re.compile(r"</(?!(?:p|br)[\s/>])", re.IGNORECASE)  # `</p>` and `</br>` can be elements

# 20,000 attributes of one element take the parser 0.5 s. Twice as many take four times as long.
_CROWDABLE_CHARS: Final = 50_000  # a shorter page cannot do harm
_FEW_MERGED: Final = 8

# A page with fewer tags takes 0.1 s at most, however they are nested.
_FEW_TAGS: Final = 10_000
_HARMLESS_TAGS: Final = 2000  # their formatting repeats a million times at most: 0.3 s, until memory ends the parse
_NO_LIMIT: Final = 1 << 40


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a page: bytes as UTF-8, elements, and levels of nesting (if it has more than 10,000 tags).

    Of 4,000 real pages, the largest had 1.8 MB, the one with the most tags 20,600, and the deepest 56 levels. Until its
    text is judged, an element takes up to 600 bytes of memory. With these limits, the worst known pages stay below 3 s
    and 300 MB (benchmarks/hostile_pages.py).
    """

    max_html_bytes: int = 5 << 20
    max_nodes: int = 300_000
    max_depth: int = 400


def check(html: str, limits: Limits) -> Dead | None:
    """Why the page must not be parsed, or None.

    Returns Dead with TOO_LARGE, TOO_MANY_NODES or TOO_DEEP; the detail has the measured value and the limit. The time
    is linear in the page's length, about 0.1 ms for 180 KB. One page in 800 needs a trial, 20 ms plus twice the parse.
    """
    size = _utf8_length(html, limits.max_html_bytes)
    if size > limits.max_html_bytes:
        return Dead(Reason.TOO_LARGE, f"page of {size} bytes, limit {limits.max_html_bytes}")
    tags = count_tags(html)
    if tags.all > limits.max_nodes:
        html = merge_breaks(html)
        tags = count_tags(html)
    if dead := _check_nodes(html, tags.all, limits):
        return dead
    if tags.all <= _FEW_TAGS and not _may_be_costly(html, tags):
        return None
    max_depth = limits.max_depth if tags.all > _FEW_TAGS else _NO_LIMIT
    return try_parse(encode(html), max_depth, limits.max_nodes, MAX_ATTRIBUTES)


def _utf8_length(text: str, limit: int) -> int:
    """The length in bytes; an upper bound of it if that is certainly within the limit."""
    if len(text) * 4 <= limit or len(text) > limit or text.isascii():
        return len(text)
    return len(text.encode("utf-8", "surrogatepass"))


def _check_nodes(html: str, tags: int, limits: Limits) -> Dead | None:
    nodes = tags if tags <= limits.max_nodes else tags - len(_END_TAG.findall(html))
    if nodes <= limits.max_nodes and (tags > _MANY_TAGS or len(html) > _MANY_CHARS):
        nodes += count_attributes(html) // _ATTRIBUTES_A_NODE
    if nodes > limits.max_nodes:
        return Dead(Reason.TOO_MANY_NODES, f"{nodes} elements and attributes, limit {limits.max_nodes}")
    return None


def _may_be_costly(html: str, tags: Tags) -> bool:
    """Whether a page with few tags could cost the parser more than 0.2 s."""
    if tags.all > _HARMLESS_TAGS and tags.costly * tags.all > _HARMLESS_TAGS**2:
        return True
    return len(html) > _CROWDABLE_CHARS and (tags.merged > _FEW_MERGED or has_crowd(html))
