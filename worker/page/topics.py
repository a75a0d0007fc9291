"""What a page says that its article is about: its tags and its section."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any, Final

from worker.page.declared import Declared
from worker.page.jsonld import LinkedData
from worker.text.labels import letters, read_section, read_tags

_TAGS: Final = ("article:tag", "og:article:tag", "parsely-tags", "citation_keywords", "news_keywords")
_KEYWORDS: Final = "keywords"
_SECTIONS: Final = ("article:section", "og:article:section", "parsely-section")
TOPIC_NAMES: Final = (*_TAGS, _KEYWORDS, *_SECTIONS)
"""The meta tags that are read here."""


def tags_of(found: Declared, data: LinkedData, sites: AbstractSet[str], about: str) -> tuple[str, ...]:
    """The tags of the first source that has any, without the site's names.

    `sites` are as `letters` makes them. Many sites send the same `keywords` with every page, so these count only if one
    of them occurs in `about`, the title and the description.
    """
    for value in filter(None, _sources(found, data)):
        if tags := _without(read_tags(value) or (), sites):
            return tags
    words = _without(read_tags(found.meta.get(_KEYWORDS)) or (), sites) if _KEYWORDS in found.meta else ()
    about = letters(about) if words else ""
    return words if any(letters(word) in about for word in words) else ()


def section_of(found: Declared, data: LinkedData, sites: AbstractSet[str]) -> str | None:
    """The section that the page names first; None if that is the site itself."""
    values = (*found.all(_SECTIONS[:2]), data.article.get("articleSection"), *found.all(_SECTIONS[2:]))
    return next((name for value in values if (name := read_section(value)) and letters(name) not in sites), None)


def _sources(found: Declared, data: LinkedData) -> Iterator[Any]:
    for name in _TAGS[:2]:
        yield found.meta.get(name)
    yield data.article.get("keywords")
    for name in _TAGS[2:]:
        yield found.meta.get(name)


def _without(tags: tuple[str, ...], sites: AbstractSet[str]) -> tuple[str, ...]:
    return tuple(tag for tag in tags if (key := letters(tag)) and key not in sites)
