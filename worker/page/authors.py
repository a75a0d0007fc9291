"""The authors of a page: those that it declares, otherwise those in its visible bylines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from worker.page.bylines import clean_names, is_full_name
from worker.page.declared import MAX_VALUES, Declared
from worker.page.jsonld import LinkedData, as_list, text_of
from worker.page.marked_authors import marked_authors
from worker.text.labels import letters

NAMES: Final = (
    "citation_author", "citation_authors", "parsely-author", "sailthru.author", "cxenseparse:author",
    "article:author_name", "article:author", "og:article:author", "author", "dc.creator", "dcterms.creator",
    "dc.author", "byl", "og:author",
)  # fmt: skip
"""The meta tags that hold the authors, the most reliable first."""
_PARTS: Final = re.compile(r"\s[|\-–—·•:«»]\s")  # of a title
_ORGANISATIONS: Final = ("Organization", "NewsMediaOrganization")


def find_authors(found: Declared, data: LinkedData, sites: set[str], title: str | None) -> tuple[str, ...]:
    """The first people that the page declares, or else those in its marked bylines, accounts and organisations last.

    `sites` are the names of the site, as `letters`. It is not an author. A person with the same name is one, if nobody
    else is named.
    """
    bylines: list[tuple[str, ...]] = []
    others: list[tuple[str, ...]] = []
    for names in filter(None, _declared(found, data)):
        if not bylines:
            sites, organisations = sites | _site_names(found, sites), _organisations(data)
        bylines.append(names)
        others.append(tuple(name for name in names if letters(name) not in sites))
        people = tuple(name for name in others[-1] if letters(name) not in organisations)
        if any(map(is_full_name, people)):
            return people
    marked = marked_authors(found, title)
    people = tuple(name for name in marked.people if letters(name) not in sites) or marked.people
    return people or _first_people(bylines) or next(filter(None, others), marked.account)


def _site_names(found: Declared, sites: set[str]) -> set[str]:
    """The first and the last part of the page's `<title>` that have a name of the site as a word, as `letters`."""
    parts = _PARTS.split(next(iter(found.titles), ""))
    ends = (parts[0], parts[-1]) if len(parts) > 1 else ()
    return {letters(end) for end in ends if not sites.isdisjoint(map(letters, end.split()))}


def _organisations(data: LinkedData) -> set[str]:
    """The authors that the page declares as organisations, as `letters`. A visible byline may name a person."""
    nodes = (node for node in as_list(data.article.get("author"))[:MAX_VALUES] if isinstance(node, dict))
    return {letters(text_of(node.get("name"))) for node in nodes if node.get("@type") in _ORGANISATIONS}


def _first_people(bylines: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return next((names for names in bylines if any(map(is_full_name, names))), ())


def _declared(found: Declared, data: LinkedData) -> Iterator[tuple[str, ...]]:
    yield clean_names(data.names(data.article.get("author") or data.article.get("creator")))
    for name in filter(found.meta.__contains__, NAMES):
        yield clean_names(found.meta[name], inverted=name.startswith(("citation_", "dc")))
    yield clean_names(data.names(data.page.get("author")))
