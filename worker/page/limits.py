"""Limits on a page, checked on its characters before any parser sees it.

Each bounds what a parser does not: it compares every attribute of a tag with all before it, looks through all open
elements at many a tag, and repeats formatting that was left open in every paragraph that follows. All of that happens
in one call that no signal ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from worker.messages import Dead, Reason
from worker.page.nesting import ATTRIBUTE, NAME, measure

_MANY_BREAKS: Final = 10_000
_BREAKS: Final = re.compile(r"(?:<br[ /]*+>\s*+){3,}+", re.IGNORECASE)

# 5 MB of tags of 500 attributes take 0.9 s, of 2,000 2.8 s, of 6,000 18 s.
_MAX_ATTRIBUTES: Final = 500
_FEW: Final = rf"(?:{ATTRIBUTE}){{0,{_MAX_ATTRIBUTES}}}+(?![\s/]*+[^\s/>])"
_RAW: Final = "".join(
    rf"| <{name}(?=[\s>/]){_FEW}(?:[^<]++|<(?!/{name}))*+" for name in ("script", "style", "textarea", "xmp", "iframe")
)
# All of a page up to a crowded tag. What has been matched is never looked at again, closed or not.
_UNCROWDED: Final = re.compile(
    rf"(?: [^<]++ | <!--(?:-?>|(?:[^-]++|-(?!-!?>))*+) {_RAW} | <{NAME}{_FEW} | <(?![a-z]) )*+",
    re.VERBOSE | re.IGNORECASE,
)
_CROWDABLE_CHARS: Final = 50_000  # a shorter page has no room for harm: 0.2 s
_EXACT_CHARS: Final = 500_000
# Only a page of more has room for attributes that fill the memory. An attribute takes half as much as an element.
_MANY_CHARS: Final = 1_500_000
_MANY_TAGS: Final = 100_000
_ATTRIBUTES_A_NODE: Final = 2
_ATTRIBUTE: Final = re.compile(ATTRIBUTE)
_TAG_WITH_ATTRIBUTES: Final = re.compile(rf"<{NAME}((?:{ATTRIBUTE})*+)")
_END_TAG: Final = re.compile(r"</(?!(?:p|br)[\s/>])", re.IGNORECASE)  # `</p>` and `</br>` can be elements

# A page of fewer tags takes 0.1 s at most, however they are nested; `measure` takes a microsecond a tag.
_FEW_TAGS: Final = 10_000
_HARMLESS_TAGS: Final = 2000  # of which half may be formats: half a million repeated elements at most, 0.1 s
_FORMAT_WITH_ATTRIBUTES: Final = re.compile(
    "<(?=[bceifstuBCEIFSTU])(?:[bBiIuUsS]|[eE][mM]|[tT][tT]|[bB][iI][gG]|[cC][oO][dD][eE]|[fF][oO][nN][tT]"
    "|[sS][mM][aA][lL]{2}|[sS][tT][rR](?:[iI][kK][eE]|[oO][nN][gG]))[\t\n\f\r /]"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a page may have: bytes as UTF-8, elements, elements inside each other (of more than 10,000 tags).

    Of 4,000 real pages the largest had 1.8 MB, the fullest 20,600 tags, the deepest 56 elements inside each other. An
    element takes up to 600 bytes until its text is judged. With these limits the worst pages known stay below 3 s and
    300 MB (benchmarks/hostile_pages.py).
    """

    max_html_bytes: int = 5 << 20
    max_nodes: int = 300_000
    max_depth: int = 400


def check(html: str, limits: Limits) -> Dead | None:
    """Why the page is not parsed, or None.

    Dead with TOO_LARGE, TOO_MANY_NODES or TOO_DEEP; the detail has the measure and the limit. Time is linear in the
    page's length, about 0.2 ms for 180 KB.
    """
    size = _utf8_length(html, limits.max_html_bytes)
    if size > limits.max_html_bytes:
        return Dead(Reason.TOO_LARGE, f"page of {size} bytes, limit {limits.max_html_bytes}")
    tags = html.count("<")
    if tags > limits.max_nodes:
        html = merge_breaks(html)
        tags = html.count("<")
    return _check_nodes(html, tags, limits) or _check_nesting(html, tags, limits)


def merge_breaks(html: str) -> str:
    """The page with two line breaks for each run of more: a million in a row are a million elements, 150 MB."""
    return _BREAKS.sub("<br><br>", html) if html.count("<") > _MANY_BREAKS else html


def _utf8_length(text: str, limit: int) -> int:
    """The length in bytes; where that is surely within the limit, an upper bound of it."""
    if len(text) * 4 <= limit or len(text) > limit or text.isascii():
        return len(text)
    return len(text.encode("utf-8", "surrogatepass"))


def _check_nodes(html: str, tags: int, limits: Limits) -> Dead | None:
    nodes = tags if tags <= limits.max_nodes else tags - len(_END_TAG.findall(html))
    if nodes <= limits.max_nodes and (tags > _MANY_TAGS or len(html) > _MANY_CHARS):
        nodes += _attributes(html) // _ATTRIBUTES_A_NODE
    if nodes > limits.max_nodes:
        return Dead(Reason.TOO_MANY_NODES, f"{nodes} elements and attributes, limit {limits.max_nodes}")
    if len(html) > _CROWDABLE_CHARS and _has_crowded_tag(html):
        return Dead(Reason.TOO_MANY_NODES, f"a tag of more than {_MAX_ATTRIBUTES} attributes")
    return None


def _formats(html: str) -> int:
    """Tags of formatting that are not merged where they are repeated, for each has attributes of its own."""
    return len(_FORMAT_WITH_ATTRIBUTES.findall(html))


def _attributes(html: str) -> int:
    tags = _TAG_WITH_ATTRIBUTES.finditer(html)
    return sum(sum(1 for _ in _ATTRIBUTE.finditer(html, *tag.span(1))) for tag in tags)


def _has_crowded_tag(html: str) -> bool:
    """Whether a start tag has too many attributes.

    On any page one shows as a stretch without ">" or, if its values have one, without "<"; on a very long page all tags
    are read, which takes a millisecond for 180 KB. A script may look so too.
    """
    if len(html) <= _EXACT_CHARS:
        stretches = chain(_stretches(html, ">", 2 * _MAX_ATTRIBUTES), _stretches(html, "<", 20 * _MAX_ATTRIBUTES))
        if all(_is_uncrowded(html, begin, end) for begin, end in stretches):
            return False
    return not _is_uncrowded(html, 0, len(html))


def _is_uncrowded(html: str, begin: int, end: int) -> bool:
    match = _UNCROWDED.match(html, begin, end)
    return match is None or match.end() == end


def _stretches(html: str, mark: str, shortest: int) -> Iterator[tuple[int, int]]:
    """Where the mark does not stand for so many characters: from the mark before to the one behind."""
    begin = 0
    while begin + shortest < len(html):
        last = html.rfind(mark, begin + 1, begin + 1 + shortest)
        if last < 0:
            last = html.find(mark, begin + 1 + shortest)
            last = len(html) if last < 0 else last
            yield begin, last
        begin = last


def _check_nesting(html: str, tags: int, limits: Limits) -> Dead | None:
    if tags <= _FEW_TAGS and (tags <= _HARMLESS_TAGS or _formats(html) * tags <= _HARMLESS_TAGS**2 // 4):
        return None
    depth, elements = measure(html, limits.max_depth, limits.max_nodes)
    if depth > limits.max_depth and tags > _FEW_TAGS:
        return Dead(Reason.TOO_DEEP, f"more than {limits.max_depth} elements inside each other")
    if elements > limits.max_nodes:
        return Dead(Reason.TOO_MANY_NODES, f"more than {limits.max_nodes} elements, with the repeated ones")
    return None
