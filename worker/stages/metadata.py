"""What a page says of itself: title, authors, date, canonical URL, language; each from the first source that has it.

Sources in order: JSON-LD, meta tags (Open Graph, Dublin Core, Highwire, those of a few tools), the page's own elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, Final, cast
from urllib.parse import SplitResult, urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from worker.crawlers.values import parse_time
from worker.stages.jsonld import LinkedData, read_linked_data, text_of, url_key
from worker.stages.language import normalise_language
from worker.stages.names import clean_names, is_full_name
from worker.text import clean_line, clean_url

_MAX_VALUES: Final = 20  # of one kind; hostile pages have 100,000
_MAX_CHARS: Final = 1000
_MAX_URL_CHARS: Final = 2048

_TITLES: Final = (
    "og:title",
    "citation_title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "sailthru.title",
    "headline",
)
_AUTHORS: Final = (
    "citation_author", "citation_authors", "parsely-author", "sailthru.author", "cxenseparse:author",
    "article:author_name", "article:author", "og:article:author", "author", "dc.creator", "dcterms.creator",
    "dc.author", "byl", "og:author",
)  # fmt: skip
_DATES: Final = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "article:first_published_time", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date",
    "dcterms.date", "citation_publication_date", "citation_online_date", "citation_date", "og:publish_date",
    "og:pubdate", "og:release_date", "pubdate", "pub_date", "publish_date", "publishdate", "published_time",
    "published", "publication_date", "publicationdate", "published-date", "date", "datecreated",
)  # fmt: skip
_SITES: Final = ("og:site_name", "application-name", "twitter:site", "apple-mobile-web-app-title", "publisher")
_LANGUAGES: Final = ("content-language", "og:locale", "dc.language", "dcterms.language", "language")

_SEPARATORS: Final = re.compile(r"\s+[|\-–—:·•«»/]+\s+|\s*\|\s*|:\s+")
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")
_NO_LETTERS: Final = re.compile(r"[\W_]+")
_AUTHOR_ELEMENTS: Final = etree.XPath(
    "(//*[@itemprop='author'][not(.//*[@itemprop='name'])] | //*[@itemprop='author']//*[@itemprop='name'] | "
    "//a[@rel='author'])[not(ancestor::*[@itemprop='comment' or contains(@itemtype, 'Comment')])][1]"
)
_DATE_ELEMENTS: Final = etree.XPath("//*[@itemprop='datePublished']/@datetime | //time[@pubdate]/@datetime")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.(\d{4})(?:\D{1,5}(\d{1,2}:\d{2}))?.{0,10}")
_URL_DATE: Final = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/-]|$)")
_EARLIEST: Final = datetime(1970, 1, 3, tzinfo=UTC)  # before that is the zero of some clock
_CLOCK_SKEW: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page says; every text is one line that any JSON can carry. Absent is None or empty.

    `published_at` is aware and UTC, `canonical_url` absolute, `language` ISO 639-1.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    canonical_url: str | None = None
    language: str | None = None


@dataclass(slots=True)
class _Found:
    """The raw values of a page, in its order."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    canonical: list[str] = field(default_factory=list)
    base: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)

    def all(self, names: Iterable[str]) -> Iterator[str]:
        """The values of these meta tags, tag by tag."""
        for name in names:
            yield from self.meta.get(name, ())


def read_metadata(page: HtmlElement, url: str | None = None, fetched_at: datetime | None = None) -> Metadata:
    """The metadata of a parsed page. Never raises.

    Args:
        page: The root of the page; it is only read.
        url: Where the page came from; relative URLs are resolved against it.
        fetched_at: No article is published a day or more after it was fetched; such dates are passed over.
    """
    found = _gather(page)
    base = _resolve(url or "", next(iter(found.base), "")) or url or ""
    canonical = _canonical(found, base, url)
    data = read_linked_data(found.blocks, frozenset(url_key(known) for known in (url, canonical) if known))
    if canonical is None and (own := text_of(data.article.get("url"))):
        canonical = _usable(_resolve(base, own), url)
    names = (*found.all(_SITES), *data.names(data.article.get("publisher")), *_host_names(canonical or url or ""))
    sites = set(map(letters, names))
    latest = fetched_at + _CLOCK_SKEW if fetched_at else None
    return Metadata(
        title=_title(found, data, sites),
        authors=_authors(page, found, data, sites),
        published_at=_published_at(page, found, data, canonical or url or "", latest),
        canonical_url=canonical,
        language=_language(page, found, data),
    )


def _gather(page: HtmlElement) -> _Found:
    found = _Found()
    lists = {"h1": found.headings, "title": found.titles, "time": found.times, "base": found.base}
    for element in page.iter("meta", "link", "base", "title", "h1", "time", "script"):
        if element.tag == "meta":
            _add_meta(found.meta, element)
        elif element.tag == "link":
            if "canonical" in (element.get("rel") or "").lower().split():
                _add(found.canonical, element.get("href"))
        elif element.tag == "script":
            if "ld+json" in (element.get("type") or "").lower() and len(found.blocks) < _MAX_VALUES:
                found.blocks.append(element.text or "")
        elif element.tag in ("h1", "title"):
            # An <svg> has titles too.
            if getattr(element.getparent(), "tag", None) != "svg":
                _add(lists[element.tag], element.text_content())
        else:
            _add(lists[element.tag], element.get("datetime") or element.get("href"))
    return found


def _add_meta(meta: dict[str, list[str]], element: HtmlElement) -> None:
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        if name := element.get(attribute):
            _add(meta.setdefault(name.strip().lower(), []), element.get("content"))


def _add(values: list[str], value: str | None) -> None:
    if value and len(values) < _MAX_VALUES and not value.isspace():
        values.append(value[: _MAX_URL_CHARS + 1])


def _title(found: _Found, data: LinkedData, sites: set[str]) -> str | None:
    """The first title that another source confirms, in whole or in part; else the first."""
    raw = [
        text_of(data.article.get("headline")),
        *found.all(_TITLES),
        *found.headings[:1],
        *found.all(["twitter:title"]),
    ]
    known = {letters(_line(heading)) for heading in found.headings}
    lines = [_without_site(_line(title), sites, known) for title in (*raw, *found.titles)]
    titles = [line for line in lines if line and letters(line) not in sites]
    keys = [letters(title) for title in titles]
    confirmed = (title for n, title in enumerate(titles) if any(keys[n] in key for key in keys[:n] + keys[n + 1 :]))
    title = next(confirmed, next(iter(titles), None))
    if title and title.endswith(("...", "…")):
        begin = title.rstrip(".… ")
        return next((whole for whole in titles if len(whole) > len(title) and whole.startswith(begin)), title)
    return title


def _without_site(title: str, sites: set[str], known: set[str]) -> str:
    """The title without the site's name before or after it; also without all that follows a heading of the page."""
    for separator in list(_SEPARATORS.finditer(title))[::-1]:
        before, after = title[: separator.start()], title[separator.end() :]
        if letters(before) in known or (letters(after) in sites and before):
            return before if letters(before) in known else _without_site(before, sites, known)
        if letters(before) in sites and after:
            return after
    return title


def _host_names(url: str) -> list[str]:
    """`bbc.co.uk` and `bbc` for https://www.bbc.co.uk/news."""
    host = (_split(url).hostname or "").removeprefix("www.")
    return [host, *(label for label in host.split(".")[:-1] if len(label) > 2)]


def _authors(page: HtmlElement, found: _Found, data: LinkedData, sites: set[str]) -> tuple[str, ...]:
    """The first byline that names anyone but the site itself; a person may well have the name of their site."""
    for names in _bylines(page, found, data):
        if others := tuple(name for name in names if is_full_name(name) or letters(name) not in sites):
            return others
    return ()


def _bylines(page: HtmlElement, found: _Found, data: LinkedData) -> Iterator[tuple[str, ...]]:
    yield clean_names(data.names(data.article.get("author") or data.article.get("creator")))
    for name in _AUTHORS:
        yield clean_names(found.meta.get(name, ()), inverted=name.startswith(("citation_", "dc")))
    yield clean_names(data.names(data.page.get("author")))
    # What stands in the page may be anything: a comment's author, a department.
    yield tuple(filter(is_full_name, clean_names(map(_text, _elements(_AUTHOR_ELEMENTS, page)))))


def _published_at(
    page: HtmlElement, found: _Found, data: LinkedData, url: str, latest: datetime | None
) -> datetime | None:
    days = {moment.date() for moment in map(_moment, found.times) if moment}
    texts = (
        text_of(data.article.get("datePublished")),
        *found.all(_DATES),
        text_of(data.page.get("datePublished")),
        text_of(data.article.get("dateCreated")),
        *_elements(_DATE_ELEMENTS, page)[:_MAX_VALUES],
        # Comments and related articles have <time> too: only where all say the same day it is surely the article's.
        *(found.times if len(days) == 1 else ()),
        "-".join(part.zfill(2) for part in match.groups()) if (match := _URL_DATE.search(url)) else "",
    )
    moments = (moment for text in texts if (moment := _moment(text)))
    return next((moment for moment in moments if moment >= _EARLIEST and (latest is None or moment <= latest)), None)


def _moment(text: str) -> datetime | None:
    text = text.strip().removesuffix(" UTC")
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year, time = match.groups()
        text = f"{year}-{month:0>2}-{day:0>2}T{time or '00:00'}"
    # "March 11, 2026" is a date to email.utils only with a time.
    return parse_time(text) or (parse_time(f"{text} 00:00") if text[-4:].isdigit() and len(text) > 8 else None)


def _canonical(found: _Found, base: str, url: str | None) -> str | None:
    candidates = (_usable(_resolve(base, link), url) for link in (*found.canonical, *found.all(["og:url"])))
    return next(filter(None, candidates), None)


def _resolve(base: str, link: str) -> str:
    try:
        return urljoin(base, clean_url(unescape(link)))
    except ValueError:
        return ""


def _usable(link: str, url: str | None) -> str | None:
    """The URL without its fragment; None for one that names no page, or the home page of another page's site."""
    parts, own = _split(link), _split(url or "")
    if parts.scheme not in ("http", "https") or "." not in (parts.hostname or "") or len(link) > _MAX_URL_CHARS:
        return None
    if not parts.path.strip("/") and not parts.query and own.path.strip("/"):
        return None
    return parts._replace(fragment="").geturl()


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.hostname  # noqa: B018 - raises for a malformed host
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def _language(page: HtmlElement, found: _Found, data: LinkedData) -> str | None:
    tags = (
        page.get("lang"),
        page.get("xml:lang"),
        text_of(data.article.get("inLanguage"), "alternateName", "name"),
        *found.all(_LANGUAGES),
    )
    return next((code for tag in tags if (code := normalise_language(tag))), None)


def _elements(path: etree.XPath, page: HtmlElement) -> list[Any]:
    """What an XPath finds, which the stubs do not know to be a list."""
    return cast("list[Any]", path(page))


def _text(element: HtmlElement) -> str:
    return str(element.get("content") or element.text_content())


def _line(text: str) -> str:
    return clean_line(_INVISIBLE.sub("", unescape(_TAG.sub("", text[:_MAX_CHARS]))))


def letters(text: str) -> str:
    """A text without case, spaces and signs, for comparing titles and names."""
    return _NO_LETTERS.sub("", text).casefold()
