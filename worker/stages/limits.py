"""Limits on a page, checked on its characters before any parser sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from worker.messages import Dead, Reason

_VOID_TAGS = """
area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr
"""
# An HTML parser closes these itself (`<li>` ends the `<li>` before it), and pages leave out their end tags by the
# thousand: they count for nothing. The parser's own limit bounds what this leaves uncounted.
_SELF_CLOSING_TAGS = "body dd dt head html li optgroup option p rb rp rt tbody td tfoot th thead tr"
_VOID = frozenset(_VOID_TAGS.split())
_UNCOUNTED = frozenset(_SELF_CLOSING_TAGS.split())

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

# libxml2 compares each attribute of a tag with all before it: 0.1 s for 10,000 of them, 10 s for 70,000, in one call
# that no signal ends.
_MAX_ATTRIBUTES = 6_000
_START_TAG = re.compile("<[a-zA-Z]")
_ATTRIBUTE = re.compile(r"""[^\s="']++(?:\s*+=\s*+(?:"[^"]*"|'[^']*'|[^\s"']++))?""")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a page may have: bytes as UTF-8, characters "<" (about two an element), elements inside each other.

    Of 4,000 real pages the largest had 1.8 MB, the fullest 20,600 "<", the deepest 56 elements inside each other. With
    these limits the worst pages known take some seconds (benchmarks/hostile_pages.py).
    """

    max_html_bytes: int = 5 << 20
    max_nodes: int = 60_000
    max_depth: int = 400


def check(html: str, limits: Limits) -> Dead | None:
    """Why the page is not parsed, or None.

    Dead with TOO_LARGE, TOO_MANY_NODES or TOO_DEEP; the detail has the measure and the limit. Time is linear in the
    page's length, about 0.8 ms for 180 KB.
    """
    size = _utf8_length(html, limits.max_html_bytes)
    if size > limits.max_html_bytes:
        return Dead(Reason.TOO_LARGE, f"page of {size} bytes, limit {limits.max_html_bytes}")
    tags = html.count("<")
    if tags > limits.max_nodes:
        return Dead(Reason.TOO_MANY_NODES, f"{tags} tags, limit {limits.max_nodes}")
    if _has_crowded_tag(html):
        return Dead(Reason.TOO_MANY_NODES, f"a tag of more than {_MAX_ATTRIBUTES} attributes")
    if tags > limits.max_depth and exceeds_depth(html, limits.max_depth):
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


def _has_crowded_tag(html: str) -> bool:
    """Whether a start tag has too many attributes. Looks only at stretches without ">" that so many fit in."""
    begin, shortest = 0, 2 * _MAX_ATTRIBUTES
    while begin + shortest <= len(html):
        last = html.rfind(">", begin, begin + shortest)
        if last < 0:
            last = html.find(">", begin + shortest)
            stretch = html[begin:] if last < 0 else html[begin:last]
            tag = _START_TAG.search(stretch)
            if tag and sum(1 for _ in _ATTRIBUTE.finditer(stretch, tag.end())) > _MAX_ATTRIBUTES:
                return True
            begin += len(stretch)
        else:
            begin = last + 1
    return False


def exceeds_depth(html: str, limit: int) -> bool:
    """Whether more than `limit` elements stand inside each other, those that close themselves not counted.

    As in a browser, an end tag closes everything down to its start tag, and one without a start tag does nothing.
    """
    tags = _TAG.findall(html)
    names = {tag: name for tag in set(tags) if (name := tag.lower().lstrip("/")) and name not in _VOID}
    weight = {name: int(name not in _UNCOUNTED) for name in names.values()}
    unclosed = dict.fromkeys(weight, 0)
    stack: list[str] = []
    depth = 0
    for tag in tags:
        name = names.get(tag, "")
        if name and tag[0] != "/":
            stack.append(name)
            unclosed[name] += 1
            depth += weight[name]
            if depth > limit:
                return True
        elif name and unclosed[name]:
            last = ""
            while last != name:
                last = stack.pop()
                unclosed[last] -= 1
                depth -= weight[last]
    return False
