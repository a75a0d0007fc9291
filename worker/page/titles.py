"""The title of a page: the headline as the page shows it, without the site's name, a section or a kicker."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from worker.page.declared import MAX_CHARS, Declared, leads_home
from worker.page.jsonld import LinkedData, text_of
from worker.text.cleaning import plain_line
from worker.text.labels import letters
from worker.text.scripts import IDEOGRAPHIC_CLASS

NAMES: Final = (
    "og:title",
    "citation_title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "sailthru.title",
    "headline",
)
"""The meta tags that hold the title, the most reliable first."""
CARD_NAME: Final = "twitter:title"

_MAX_TITLES: Final = 40
_MAX_SEPARATORS: Final = 20
_MAX_HEADINGS: Final = 8  # the headline is among the first
_MAX_LOWER: Final = 30  # headings of a lower level
_MOST_SITE_WORDS: Final = 4
_FEWEST_LETTERS: Final = 4  # of a word in the name of a site
_FEWEST_WORDS: Final = 4  # of a headline before a vertical bar
_OF_SITES: Final = frozenset({"blog", "news", "the", "com", "online", "magazine", "official", "website"})
_NEWS_NAMES: Final = frozenset({"news", "blog", "magazine", "online"})  # the last word of many names of sites
_KEYWORD_LETTERS: Final = 5  # of a word that a title and an unlike headline share
_LOWER_LETTERS: Final = 3  # of a word in lower case, which names do not have
_ALIKE: Final = 0.15  # share of common words; a headline and its variant for search engines often have few

_DASHES: Final = "-–—"
_SEPARATORS: Final = re.compile(r" [|\-–—:·•«»/]++ | ?\| ?|: ")  # for a line with single spaces
_UNDERSCORE: Final = re.compile(f"(?<=[{IDEOGRAPHIC_CLASS}])_(?=[{IDEOGRAPHIC_CLASS}])")  # between Chinese words
_WORD: Final = re.compile(r"\w+")


def find_title(found: Declared, data: LinkedData, sites: set[str]) -> str | None:
    """The headline of the page, if a heading is like a declared title; otherwise the most reliable declared title.

    A title that only `<title>` holds may be the name of the site, so an unlike heading of several words goes before it.
    `sites` are the names of the site, as `letters`.
    """
    for_others = (text_of(data.article.get("headline")), *found.all(NAMES), *found.all([CARD_NAME]))
    raw = (*for_others, *found.titles)[:_MAX_TITLES]
    lines = list(map(plain_line, found.headings))
    known = set(map(letters, lines))
    headings = [without_site(line, sites, known) for line in lines[:_MAX_HEADINGS]]
    headings = [heading for heading in headings if letters(heading) not in sites]
    trimmed = {title: without_site(plain_line(title), sites, known) for title in dict.fromkeys(raw)}
    if lower := _lower_headline(found, known):
        key = letters(lower)
        headings = [lower, *(heading for heading in headings if key in letters(heading))]
        trimmed |= {title: lower for title in trimmed if letters(title).startswith(key) or letters(title).endswith(key)}
    declared = [trimmed[title] for title in raw if trimmed[title] and letters(trimmed[title]) not in sites]
    title = _confirmed(declared, headings)
    if not title:
        return next(iter(headings), None)
    return _as_shown(title, declared, headings) or (_unlike(title, headings) if _is_alone(for_others, found) else title)


def _lower_headline(found: Declared, known: set[str]) -> str | None:
    """The `<h2>` or `<h3>` that is the longer part of `<title>`, below the first `<h1>`, if no `<h1>` is.

    The `<h1>` may be the name of the site.
    """
    title = plain_line(next(iter(found.titles), ""))
    whole = letters(title)
    if any(2 * len(heading) > len(whole) and heading in whole for heading in known):
        return None
    ends = list(_SEPARATORS.finditer(title))[:_MAX_SEPARATORS]
    keys = {letters(part) for end in ends for part in (title[: end.start()], title[end.end() :])}
    keys = {key for key in keys if 2 * len(key) > len(whole)}
    if not keys or found.root is None or any(key in heading for key in keys for heading in known):
        return None
    nodes = found.root.css("h1,h2,h3")
    first = next((number for number, node in enumerate(nodes) if node.tag == "h1"), 0)
    lower = ((node, node.text()[:MAX_CHARS]) for node in nodes[first : first + _MAX_LOWER] if node.tag != "h1")
    return next((plain_line(text) for node, text in lower if letters(text) in keys and not leads_home(node)), None)


def _is_alone(others: Iterable[str], found: Declared) -> bool:
    """Whether no other source has a title than `<title>` has."""
    own = set(map(letters, found.titles[:1]))
    return own.issuperset(letters(other) for other in others if other)


def _unlike(title: str, headings: list[str]) -> str:
    """The only heading of several words, if the title may be the name of the site or has a word of it; else the title.

    A name of a site is short.
    """
    several = [heading for heading in headings if len(heading.split()) >= _FEWEST_WORDS]
    if len(several) != 1:
        return title
    heading, length = several[0], len(title.split())
    common = any(len(word) >= _KEYWORD_LETTERS and word.isalpha() for word in _words(title) & _words(heading))
    is_longer = len(heading.split()) > (_MOST_SITE_WORDS if common else length)
    return heading if is_longer and (common or length <= _MOST_SITE_WORDS) else title


def _confirmed(declared: list[str], headings: list[str]) -> str | None:
    """The first title that another source confirms, in whole or in part; otherwise the first. Complete if possible."""
    keys = [letters(title) for title in declared]
    others = [letters(heading) for heading in headings]
    confirmed = (
        title for n, title in enumerate(declared) if any(keys[n] in key for key in keys[:n] + keys[n + 1 :] + others)
    )
    title = next(confirmed, next(iter(declared), None))
    if title and title.endswith(("...", "…")):
        begin = title.rstrip(".… ")
        longer = (whole for whole in (*declared, *headings) if len(whole) > len(title) and whole.startswith(begin))
        return next(longer, title)
    return title


def _as_shown(title: str, declared: list[str], headings: list[str]) -> str | None:
    """The heading that is most like one of the titles. Titles are often written for search engines or cards.

    A heading that ends with the title has a kicker or a date before it, so the title stays. None if no heading is
    like a title.
    """
    key = letters(title)
    for heading in headings:
        if letters(heading) == key:
            return title if heading.casefold() == title.casefold() else heading
    if any(letters(heading).endswith(key) for heading in headings):
        return title
    best, likeness = None, _ALIKE
    for heading in headings:
        words = _words(heading)
        for other in map(_words, declared):
            if len(words & other) > likeness * len(words | other):
                best, likeness = heading, len(words & other) / len(words | other)
    return best


def without_site(title: str, sites: set[str], known: set[str]) -> str:
    """The title without the site's name on either side, and without anything after a heading of the page.

    `known` are the headings, as `letters`.
    """
    is_shown = letters(title) in known
    separators = _SEPARATORS if "_" not in title or title.isascii() else _UNDERSCORE
    for separator in list(separators.finditer(title))[: -_MAX_SEPARATORS - 1 : -1]:
        before, after = title[: separator.start()], title[separator.end() :]
        mark = separator[0].strip()
        if letters(before) in known or (not is_shown and _ends_heading(mark, before, known)):
            return before
        if before and (_names_site(after, sites) or _is_tail(mark, before, after.split(), is_shown)):
            title = before
        elif after and letters(before) in sites:
            return after
    return title


def _names_site(part: str, sites: set[str]) -> bool:
    """Whether the part is a name of the site, or all its words are in one ("Old Mill Blog" on oldmill.example)."""
    if letters(part) in sites:
        return True
    words = _words(part) - _OF_SITES
    return 0 < len(words) <= _MOST_SITE_WORDS and any(
        all(len(word) >= _FEWEST_LETTERS and word in site for word in words) for site in sites
    )


def _ends_heading(mark: str, before: str, known: set[str]) -> bool:
    """Whether a heading is a kicker and then this part of the title."""
    if mark == ":" or len(before.split()) < _FEWEST_WORDS:
        return False
    key = letters(before)
    return any(heading.endswith(key) for heading in known)


def _is_tail(mark: str, before: str, after: list[str], is_shown: bool) -> bool:
    """Whether a short part ends a title: after a bar, which hardly any headline has, or after a dash ("– BBC News").

    A bar and words in lower case that a heading shows too belong to the headline.
    """
    if len(after) > _MOST_SITE_WORDS or len(before.split()) < _FEWEST_WORDS:
        return False
    if mark == "|":
        return not (is_shown and any(word.islower() and len(word) >= _LOWER_LETTERS for word in after))
    return mark in _DASHES and bool(after) and after[-1].casefold() in _NEWS_NAMES


def _words(title: str) -> set[str]:
    return set(_WORD.findall(title.casefold()))
