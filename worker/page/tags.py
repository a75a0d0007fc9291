"""Reads the tags of a page from its characters, as the parser will, but without building a tree."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from worker.compiled import compiled

C_TAGS = compiled("worker.page._tags")

# One attribute with the characters before it. Neither part backtracks.
_S: Final = r"\t\n\f\r "
_ATTRIBUTE: Final = (
    rf"""[{_S}/]*+[^{_S}/>][^{_S}/>=]*+(?:[{_S}]*+=[{_S}]*+(?:"[^"]*+"|'[^']*+'|[^{_S}>"'][^{_S}>]*+)?+)?+"""
)
_TAG_WITH_ATTRIBUTES: Final = re.compile(rf"<[a-zA-Z][^{_S}>/]*+((?:{_ATTRIBUTE})*+)")
_EACH_ATTRIBUTE: Final = re.compile(_ATTRIBUTE)

_MERGED: Final = ("body", "html")
_COSTLY: Final = ("b", "i", "u", "s", "em", "tt", "big", "code", "font", "small", "strike", "strong", *_MERGED)
_COSTLY_WITH_ATTRIBUTES: Final = re.compile(  # looking at the first letter first saves a third of the time
    rf"<(?=[bceifhstu])({'|'.join(_COSTLY)})[{_S}/]", re.ASCII | re.IGNORECASE
)
_NAMES: Final = tuple(f",{','.join(names)}," for names in (_COSTLY, _MERGED))

MAX_ATTRIBUTES: Final = 1000
"""A tag with more is a crowd."""
_USUAL_ATTRIBUTE: Final = r'[ ][a-zA-Z-]++="[^"]*+"'  # the common form; only saves time
_FEW: Final = rf"(?:{_USUAL_ATTRIBUTE}|{_ATTRIBUTE}){{0,{MAX_ATTRIBUTES}}}+(?:>|(?![{_S}/]*+[^{_S}/>]))"
# Matches all of a page before the first tag that has more. A script may contain text that looks like such a tag.
_UNCROWDED: Final = re.compile(rf"(?:<(?:/|[a-zA-Z][^{_S}>/]*+{_FEW}|(?![a-zA-Z]))[^<]*+|[^<]++)*+")


class Tags(NamedTuple):
    """How many tags a page may have.

    `costly` counts those with attributes whose formatting the parser repeats in later paragraphs: it merges the copies
    unless each has attributes of its own. `merged` counts those of them whose attributes it adds to one element.
    """

    all: int
    costly: int
    merged: int


def count_tags(html: str) -> Tags:
    """The tags of a page, and whatever else begins like one."""
    if C_TAGS and (counted := C_TAGS.count(html, *_NAMES)):
        return Tags(*counted)
    costly = _COSTLY_WITH_ATTRIBUTES.findall(html)
    return Tags(html.count("<"), len(costly), sum(1 for name in costly if len(name) == 4 and name.lower() in _MERGED))


def has_crowd(html: str) -> bool:
    """Whether a tag may have more than `MAX_ATTRIBUTES`."""
    if C_TAGS and (found := C_TAGS.has_crowd(html, MAX_ATTRIBUTES)) is not None:
        return bool(found)
    match = _UNCROWDED.match(html)
    return match is None or match.end() < len(html)


def count_attributes(html: str) -> int:
    """The attributes of all tags."""
    tags = _TAG_WITH_ATTRIBUTES.finditer(html)
    return sum(sum(1 for _ in _EACH_ATTRIBUTE.finditer(html, *tag.span(1))) for tag in tags)
