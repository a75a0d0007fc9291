"""What a page says that its article is about: its tags and its section."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any, Final

from worker.page.declared import MAX_CHARS, MAX_VALUES, Declared
from worker.page.elements import Element
from worker.page.elsewhere import is_elsewhere, places
from worker.page.jsonld import LinkedData, as_list, text_of
from worker.text.cleaning import plain_line
from worker.text.labels import letters, read_listed_tags, read_section, read_tags

_TAGS: Final = ("article:tag", "og:article:tag", "parsely-tags", "citation_keywords", "news_keywords")
_KEYWORDS: Final = ("keywords", "sailthru.tags")
_SECTIONS: Final = ("article:section", "og:article:section", "parsely-section", "articlesection")
TOPIC_NAMES: Final = (*_TAGS, *_KEYWORDS, *_SECTIONS)
"""The meta tags that are read here."""


_URL: Final = re.compile(r"://|^/|^www\.")
_LABEL: Final = re.compile(r"(?:tags?|subjects?|topics?|keywords?)\s?:\s?(?=\S)", re.IGNORECASE)
_OTHER_LABEL: Final = re.compile(
    r"(?:type|authors?|sections?|format|template|layout|publication|date|source|status):", re.IGNORECASE
)
_MOST_WORDS: Final = 4  # of a section in a path of links; the last name may be another title of the article
_NO_SECTIONS: Final = frozenset({"uncategorized", "uncategorised"})
_MOST_LINKS: Final = 20  # more are the tags of a whole site


def tags_of(found: Declared, data: LinkedData, sites: AbstractSet[str], about: str) -> tuple[str, ...]:
    """The tags of the first source that has any, without the site's names; otherwise those that the page links to.

    `sites` are as `letters` makes them. Many sites send the same `keywords` with every page, so these count only if one
    of them occurs in `about`, the title and the description.
    """
    for value in filter(None, _sources(found, data)):
        if tags := _without(_read(value), sites):
            return tags
    for name in _KEYWORDS:
        words = _without(read_tags(found.meta.get(name)) or (), sites) if name in found.meta else ()
        key = letters(about) if words else ""
        if any(letters(word) in key for word in words):
            return words
    return _without(read_listed_tags(_linked(found, is_section=False)) or (), sites)


def section_of(found: Declared, data: LinkedData, sites: AbstractSet[str]) -> str | None:
    """The section that the page names first, in its metadata, its path of links or a link; None if that is the site."""
    names = (name for value in _sections(found, data) if (name := read_section(value)) and not _URL.search(name))
    return next((name for name in names if _without((name,), sites)), None)


def _sections(found: Declared, data: LinkedData) -> Iterator[Any]:
    yield from found.all(_SECTIONS[:2])
    yield data.article.get("articleSection")
    yield from found.all(_SECTIONS[2:])
    yield from reversed(_path(found, data))
    yield from _linked(found, is_section=True)


def _path(found: Declared, data: LinkedData) -> list[str]:
    """The short names in the page's path of links, without the home page and the article."""
    if not data.trail:
        return []
    names = [name for item in as_list(data.trail.get("itemListElement"))[:MAX_VALUES] if (name := _crumb(item))]
    titles = [letters(title) for title in (*found.headings, *found.titles, text_of(data.article.get("headline")))]
    names = [name for name in names[1:] if len(name.split()) <= _MOST_WORDS]
    return [name for name in names if not any(letters(name.rstrip(".… ")) in title for title in titles)]


def _crumb(item: Any) -> str:
    return text_of(item, "name") or (text_of(item.get("item"), "name") if isinstance(item, dict) else "")


def _linked(found: Declared, *, is_section: bool) -> list[str]:
    """The texts of the links to tags or sections in the article, which have a place in common."""
    wanted = "category" if is_section else "tag"
    links = [link for link in found.topics if ("category" in _rel(link)) is is_section and wanted in _rel(link)]
    nodes = [link.node for link in links] if len(links) <= _MOST_LINKS else []
    first = next((node for node in nodes if not is_elsewhere(node)), None)
    if first is None:
        return []
    near = places(first)
    texts = (plain_line(node.text()[:MAX_CHARS]) for node in nodes if not near.isdisjoint(places(node)))
    return list(filter(None, texts))


def _rel(link: Element) -> list[str]:
    return (link.attributes.get("rel") or "").lower().split()


def _read(value: Any) -> tuple[str, ...]:
    """The tags of a value, without labels such as "Tag:". In a list of several, each is one tag."""
    is_list = isinstance(value, list) and len(value) > 1
    tags = (read_listed_tags(value) if is_list else read_tags(value)) or ()
    return tuple(_LABEL.sub("", tag, count=1) for tag in tags if not _OTHER_LABEL.match(tag))


def _sources(found: Declared, data: LinkedData) -> Iterator[Any]:
    """The values of each source. Several meta tags are read as one text, since each may hold several tags."""
    for name in _TAGS[:2]:
        yield ", ".join(found.meta.get(name, ()))
    yield data.article.get("keywords")
    for name in _TAGS[2:]:
        yield ", ".join(found.meta.get(name, ()))


def _without(tags: tuple[str, ...], sites: AbstractSet[str]) -> tuple[str, ...]:
    return tuple(tag for tag in tags if (key := letters(tag)) and key not in sites and key not in _NO_SECTIONS)
