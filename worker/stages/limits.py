"""Limits on a page, checked on its characters before any parser sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from worker.messages import Dead, Reason

# An HTML parser closes these itself (`<li>` ends the `<li>` before it), so their end tags say nothing, and pages leave
# them out by the thousand. Void elements hold nothing at all. The parser's own limit bounds what this leaves uncounted.
_NEVER_NEST = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr "
    "body dd dt head html li optgroup option p rb rp rt tbody td tfoot th thead tr".split()
)

# One match a tag, in one linear pass: what has been matched is never looked at again, closed or not. Only the last
# group has a name, with its "/" where it ends an element: a comment, a script, a style and `<x/>` (to libxml2 an empty
# element) match without one.
_TAG = re.compile(
    r"""<(?:
        !--(?:[^-]++|-(?!->))*+
      | (?i:script|style)\b(?:[^<]++|<(?!/(?i:script|style)))*+
      | (/?[a-zA-Z][^\s<>/]*+)[^>]*+(?<!/)
      | [a-zA-Z][^>]*+
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a page may have: bytes as UTF-8, characters "<" (about two an element), elements inside each other."""

    max_html_bytes: int = 5 << 20
    max_nodes: int = 150_000
    max_depth: int = 1_000


def check(html: str, limits: Limits) -> Dead | None:
    """Why the page is not parsed, or None.

    Dead with TOO_LARGE, TOO_MANY_NODES or TOO_DEEP; the detail has the measure and the limit. Time is linear in the
    page's length, about half a millisecond for 180 KB.
    """
    size = _utf8_length(html, limits.max_html_bytes)
    if size > limits.max_html_bytes:
        return Dead(Reason.TOO_LARGE, f"page of {size} bytes, limit {limits.max_html_bytes}")
    tags = html.count("<")
    if tags > limits.max_nodes:
        return Dead(Reason.TOO_MANY_NODES, f"{tags} tags, limit {limits.max_nodes}")
    # Most pages have too few start tags to go that deep, and are spared the closer look.
    if tags - html.count("</") > limits.max_depth and exceeds_depth(html, limits.max_depth):
        return too_deep(limits.max_depth)
    return None


def too_deep(limit: int) -> Dead:
    """The ending of a page that nests deeper than `limit`."""
    return Dead(Reason.TOO_DEEP, f"more than {limit} elements inside each other")


def _utf8_length(text: str, limit: int) -> int:
    """The length in bytes; where that is surely within the limit, an upper bound of it."""
    if len(text) * 4 <= limit or len(text) > limit or text.isascii():
        return len(text)
    return len(text.encode("utf-8", "surrogatepass"))


def exceeds_depth(html: str, limit: int) -> bool:
    """Whether more than `limit` elements stand inside each other, those that close themselves not counted.

    As in a browser, an end tag closes everything down to its start tag, and one without a start tag does nothing.
    """
    stack: list[str] = []
    unclosed: dict[str, int] = {}
    for tag in _TAG.findall(html):
        name = tag.lower().lstrip("/")
        if not name or name in _NEVER_NEST:
            continue
        if tag[0] != "/":
            stack.append(name)
            unclosed[name] = unclosed.get(name, 0) + 1
            if len(stack) > limit:
                return True
        elif unclosed.get(name):
            while (last := stack.pop()) != name:
                unclosed[last] -= 1
            unclosed[name] -= 1
    return False
