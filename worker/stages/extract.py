"""From a page to its article: limits, one parse, metadata, body, language.

What finds the body is one function of the parsed page (`BodyExtractor`), so that another can take its place.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Final, cast
from unicodedata import is_normalized, normalize

import structlog
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura import bare_extraction
from trafilatura.settings import Extractor
from trafilatura.utils import line_processing, trim

from worker.messages import Article, Dead, Dropped, Reason
from worker.stages.language import decide_language
from worker.stages.limits import Limits, check, too_deep
from worker.stages.metadata import Metadata, letters, read_metadata
from worker.text import scrub

log = structlog.get_logger(__name__)

# A page on which nothing can be found is an error to trafilatura; here it is an outcome.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)

# No memory of earlier pages (dedup), no language filter, no metadata. Without tables F1 falls from 0.919 to 0.911.
_FAST: Final = Extractor(fast=True, comments=False, tables=True, dedup=False)
_THOROUGH: Final = Extractor(fast=False, comments=False, tables=True, dedup=False)

# The fast mode is unsure of a short text, and of one that leaves out most of what stands in paragraphs.
_SURE_CHARS: Final = 1000
_SURE_SHARE: Final = 0.25

# The slower mode takes time by the square of the blocks (2 s for 5,000; of 4,000 real pages 12 had more elements), the
# fast one by the cube of the inline elements of one paragraph (17 s for 10,000, in one call that no signal ends; the
# real pages had 425 at most).
_THOROUGH_ELEMENTS: Final = 5000
_LONG_PARAGRAPHS: Final = etree.XPath("//p[count(descendant::*) > 1000]")

# Without huge_tree libxml2 stops reading, without a word, at 256 elements inside each other; with it at 2048.
_PARSER: Final = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False)
_PARSER_DEPTH: Final = 2048
# libxml2 reads controls that lxml refuses to write, as trafilatura does with the texts of the tree. Taking them from
# the bytes takes a tenth of a regular expression's time. Character references bring some back.
_CONTROLS: Final = bytes(set(range(0x20)) - set(b"\t\n\r"))
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# To libxml2 `<html/>` is a whole document, and the rest of the page is lost.
_EMPTY_ROOT: Final = re.compile(r"<(html|head|body)\b([^<>]*)/>", re.IGNORECASE)
_ROOT_CHARS: Final = 4096

_SOURCE_BREAKS: Final = {ord("\n"): " ", ord("\r"): " "}
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")
_LINES: Final = frozenset({"body", "head", "item", "lb", "list", "p", "quote", "row", "table", "td", "th", "tr"})


@dataclass(frozen=True, slots=True)
class Body:
    """The body of an article: paragraphs, one a line, and the name of what found them."""

    text: str
    extractor: str


BodyExtractor = Callable[[HtmlElement], Body | None]
"""Finds the article on a parsed page, which it may change; None when there is none. Never raises for a bad page."""


def trafilatura_body(page: HtmlElement) -> Body | None:
    """The body by trafilatura: its fast mode, and where that is unsure its slower one.

    Measured on 793 English and 990 mostly German pages: the slower mode for 5 % and 13 % of them gives nearly all that
    it gives for all of them.
    """
    for paragraph in cast("list[HtmlElement]", _LONG_PARAGRAPHS(page)):
        _flatten(paragraph)
    fast = _run(page, _FAST)
    if len(fast) >= _SURE_CHARS and len(fast) >= _SURE_SHARE * _paragraph_chars(page):
        return Body(fast, "trafilatura_fast")
    thorough = _run(page, _THOROUGH) if sum(1 for _ in page.iter()) <= _THOROUGH_ELEMENTS else ""
    if thorough and thorough != fast:
        return Body(thorough, "trafilatura")
    return Body(fast, "trafilatura_fast") if fast else None


@dataclass(frozen=True, slots=True)
class Extract:
    """The stage: fills `text` from `html`, and the metadata that the crawler did not send.

    A text that the crawler extracted is used where there is no page, or no article on it. What the crawler says of
    title, authors, date, language and canonical URL goes before what the page says: it may have seen more than this
    page (a feed, a sitemap). Only where neither says it, or the page's template may be wrong, the text decides the
    language (`worker.stages.language`).
    """

    limits: Limits
    body: BodyExtractor = trafilatura_body

    def __call__(self, article: Article) -> Article | Dropped | Dead:
        """The article with its text; Dropped when there is none, Dead when the page is over a limit."""
        if not article.html:
            return _finish(article, None, None)
        if dead := check(article.html, self.limits):
            return dead
        page = parse(article.html)
        if isinstance(page, Dead):
            return page
        if page is None:
            return _finish(article, None, None)
        metadata = read_metadata(page, article.final_url or article.url, article.fetched_at)
        return _finish(article, metadata, self.body(page))


def parse(html: str) -> HtmlElement | Dead | None:
    """The page as a tree with `<html>` at its root; None when there is nothing in it, Dead when it is too deep."""
    head = html[:_ROOT_CHARS]
    if "/>" in head:
        html = _EMPTY_ROOT.sub(r"<\1\2>", head) + html[_ROOT_CHARS:]
    data = html.encode("utf-8", "ignore").translate(None, _CONTROLS)
    try:
        page = document_fromstring(data, parser=_PARSER)
    except (etree.LxmlError, ValueError):
        return None
    # At most a hundred entries. The parser's own limit also bounds what `check` leaves uncounted.
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in _PARSER.error_log):
        return too_deep(_PARSER_DEPTH)
    return page


def normalise(text: str) -> str:
    """Paragraphs, one a line, single spaces, no empty lines, no invisible characters, composed letters (NFC)."""
    text = scrub(text)
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
        text = text if is_normalized("NFC", text) else normalize("NFC", text)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _finish(article: Article, metadata: Metadata | None, body: Body | None) -> Article | Dropped:
    found = metadata or Metadata()
    title = article.title or found.title
    text = _without_headline(body.text, title) if body else normalise(article.text or "")
    if not text:
        return Dropped(Reason.NO_ARTICLE, "no body text was found")
    return replace(
        article,
        html=None,  # no later stage looks at it, and a batch holds hundreds of pages
        text=text,
        extractor=body.extractor if body else None,
        title=title,
        authors=article.authors or found.authors,
        published_at=article.published_at or found.published_at,
        canonical_url=article.canonical_url or found.canonical_url,
        language=article.language or decide_language(found.language, text),
    )


def _without_headline(text: str, title: str | None) -> str:
    """The body without its first line where that is the title again: some sites have it inside the article."""
    first, _, rest = text.partition("\n")
    return rest if rest and title and letters(first) == letters(title) else text


def _run(page: HtmlElement, options: Extractor) -> str:
    """What trafilatura finds in this mode; empty when that is nothing, or a page is too odd for it."""
    try:
        document = bare_extraction(page, options=options)
    except Exception as error:  # noqa: BLE001 - a page that breaks it must not stop the crawler's text from being used
        log.warning("extractor_failed", error=repr(error)[:200])
        return ""
    finally:
        # They hold the last thousand strings, which may be whole pages.
        trim.cache_clear()
        line_processing.cache_clear()
    body = getattr(document, "body", None)
    return "" if body is None else normalise(unescape("".join(_pieces(body))))


def _flatten(element: HtmlElement) -> None:
    """Leave an element its text alone."""
    text = _NOT_XML.sub("", element.text_content())
    for child in list(element):
        element.remove(child)
    element.text = text


def _pieces(body: etree._Element) -> Iterator[str]:
    """The text of trafilatura's tree with a line break at each block; line breaks of the source are spaces."""
    for event, element in etree.iterwalk(body, events=("start", "end")):
        text = element.text if event == "start" else element.tail
        if element.tag in _LINES:
            yield "\n"
        elif element.tag == "cell":
            yield " "
        if text:
            yield text.translate(_SOURCE_BREAKS)


def _paragraph_chars(page: HtmlElement) -> int:
    """Characters in the page's `<p>` elements, whatever they are for."""
    return sum(len(text) for p in page.iter("p") for text in p.itertext())
