"""The kind of a page: an article, or a page without one.

If a page has a real body, its kind is only reported: it may be an article, whatever the other signs say. A page is
dropped only if it has no real body and says, in its markup or in words, what it is instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, urlsplit

from worker.messages import Reason
from worker.page import kind_words as say
from worker.page.jsonld import is_article
from worker.page.legal import is_legal
from worker.page.metadata import KindHints, Metadata
from worker.page.notices import Notice, find_addressed, find_notice, size, tells
from worker.page.outline import NO_OUTLINE, Outline, count_products, has_cart
from worker.page.paywall import is_teaser
from worker.page.reader_words import unquoted
from worker.text.words import count_words, count_words_up_to


class PageKind(StrEnum):
    """The kind of a page, as in the quality report."""

    ARTICLE = "article"
    INDEX = "index"  # a home page, a section, a tag, a shop category, or search results
    PRODUCT = "product"
    ERROR = "error"  # a soft 404 (its status is 2xx), or a notice of maintenance
    BOT_CHECK = "bot_check"  # asks for a proof that the reader is human, or for JavaScript
    GEO_BLOCK = "geo_block"  # not for readers in the crawler's country
    ADBLOCK = "adblock"  # asks the reader to switch off an ad blocker
    CONSENT = "consent"  # asks the reader to accept cookies first
    LOGIN = "login"
    PAYWALL = "paywall"  # the beginning of an article for subscribers
    LEGAL = "legal"  # terms, a privacy policy, a legal notice


_REASONS: Final = {
    PageKind.INDEX: Reason.INDEX_PAGE,
    PageKind.PRODUCT: Reason.PRODUCT_PAGE,
    PageKind.ERROR: Reason.ERROR_PAGE,
    PageKind.BOT_CHECK: Reason.BOT_CHECK,
    PageKind.GEO_BLOCK: Reason.GEO_BLOCK,
    PageKind.ADBLOCK: Reason.ADBLOCK_WALL,
    PageKind.CONSENT: Reason.CONSENT_WALL,
    PageKind.LOGIN: Reason.LOGIN_WALL,
    PageKind.PAYWALL: Reason.PAYWALL_STUB,
    PageKind.LEGAL: Reason.LEGAL_PAGE,
}
_OF_NOTICE: Final = {
    Notice.ERROR: PageKind.ERROR,
    Notice.BOT_CHECK: PageKind.BOT_CHECK,
    Notice.GEO_BLOCK: PageKind.GEO_BLOCK,
    Notice.ADBLOCK: PageKind.ADBLOCK,
    Notice.CONSENT: PageKind.CONSENT,
    Notice.LOGIN: PageKind.LOGIN,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """The kind of a page. `reason` says why the page is dropped; it is None if the page is kept."""

    kind: PageKind
    reason: Reason | None = None


# Words. Of 791 articles whose whole body is known, 2 have fewer than 80 and 28 fewer than 250.
_FEW: Final = 25
_SHORT: Final = 80
_SHORT_CHARS: Final = 200  # in East Asia, eighty words
_NOTICE: Final = 250  # a longer text is not a notice
_STORY_WORDS: Final = 40  # in whole sentences; a declared article with more is no notice
_SENTENCE_END: Final = re.compile(r"[.!?…。！？।؟]\W{0,3}$")
_NOTICE_CHARS: Final = 8000  # the same, whatever the words
_SENTENCE_WORDS: Final = 20  # a line with this many is a paragraph; a shorter one may be a teaser's headline
_CONSENT_NOTIONS: Final = 4
_CONSENT_SHARE: Final = 0.05  # of the words
_CERTAIN: Final = 2  # signs; a page with more signs is not an article, even if it has some text
_MANY_PRODUCTS: Final = 3  # a page of one product may show others beside it
_FEW_LINKS: Final = 0.3
_MANY_LINKS: Final = 0.6
_LITTLE_KEPT: Final = 0.15

_ERROR_STATUS: Final = re.compile(r"[45]\d\d")
_ERROR_CLASSES: Final = frozenset({"error404", "error-404", "page-404", "page-error", "not-found", "error-page"})
_INDEX_CLASSES: Final = frozenset(
    {"home", "archive", "category", "tag", "search", "search-results", "author", "blog", "page-category", "page-tag"}
)
_ARTICLE_CLASSES: Final = frozenset({"single", "single-post", "article", "page-article", "node-type-article"})
_PRODUCT_TYPES: Final = frozenset({"product", "productgroup"})

_LISTING: Final = (
    "tag|tags|tagged|category|categories|topic|topics|section|author|authors|label|search|schlagwort|archives?|archiv|"
    "archivo|archivio|arquivo|kategorie|thema|themen|suche|etiqueta|etiquetas|tema|temas|categoria|categorias|"
    "collections?|shop|products?|produkte|productos|produits|prodotti|produtos|categorie|autor|autore|auteur|rubrique|recherche|busqueda|buscar|busca|ricerca|zoeken|szukaj|rubriek|rubric|arama|etiket|stichwort"
)
_LISTING_PATH: Final = re.compile(
    rf"(?:/[^/]{{1,30}})?/(?:{_LISTING})(?:/[^/]{{1,40}})?(?:/page/\d{{1,5}})?/?", re.IGNORECASE
)
_PAGED: Final = re.compile(r"/page/\d{1,5}/?$")
_HOME_PATH: Final = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home|default)\.[a-z]{3,5}|home/?)?", re.IGNORECASE
)
_SEARCH_QUERY: Final = re.compile(r"(?:^|&)(?:s|q|query|search|suche|keyword|keywords)=[^&]", re.IGNORECASE)
_SLUG_HYPHENS: Final = 4  # a slug with this many hyphens is a headline


def classify(
    found: Metadata,
    url: str | None,
    text: str | None,
    link_share: float,
    kept_share: float,
    outline: Outline = NO_OUTLINE,
) -> Judgement:
    """The kind of a page, and whether it certainly is not an article. Never raises; takes about 0.15 ms.

    Args:
        found: The page's metadata.
        url: Where the page came from, after redirects.
        text: The body that was found, one paragraph per line; None if there was none.
        link_share: Share of the page's words that are in links, 0 to 1.
        kept_share: Share of the page's words that are in the body, 0 to 1.
        outline: What the page shows beside its body.
    """
    body, hints, parts = text or "", found.hints, _split(url or "")
    words = count_words_up_to(body, _NOTICE)
    lines = [line for line in (*hints.lines, found.title) if line]
    if stated := _stated(found, parts.path, lines, body, words, outline):
        return stated
    if _is_article(hints) and not _is_home(parts):
        return Judgement(PageKind.ARTICLE)
    product, index = _product_signs(hints), _index_signs(hints, parts, lines)
    if shown := _shown_kind(found, parts.path, (product, index), outline, len(body)):
        return _judge(shown, sure=True)
    kind, signs = (PageKind.PRODUCT, product) if product >= index else (PageKind.INDEX, index)
    if hints.og_type == "article" and signs <= _CERTAIN and not _is_home(parts):
        return Judgement(PageKind.ARTICLE)  # a common plug-in marks its listings as articles too
    has_body = words >= _NOTICE or (words >= _SHORT and (link_share < _FEW_LINKS or _paragraph_words(body) >= _SHORT))
    if not signs or (signs == 1 and has_body):
        return Judgement(PageKind.ARTICLE)
    certain = signs > _CERTAIN and link_share > _FEW_LINKS and (words < _NOTICE or _is_list(link_share, kept_share))
    is_news = kind is PageKind.PRODUCT and signs <= _CERTAIN and words >= _FEW and not outline.sells()  # a shop's
    return _judge(kind, sure=signs > 1 and not is_news and (certain or not has_body))


def _stated(found: Metadata, path: str, lines: list[str], body: str, words: int, outline: Outline) -> Judgement | None:
    """What the page says in words that it is instead of an article."""
    is_story = _declares_story(found) and _told_words(body, words) > _STORY_WORDS
    declared, dated = _is_article(found.hints), bool(found.published or found.authors)
    if not is_story and is_legal(lines, path, body, declared_article=declared, dated=dated):
        return _judge(PageKind.LEGAL, sure=True)
    if words >= _NOTICE or len(body) >= _NOTICE_CHARS:
        return None
    return _wall(found, lines, unquoted(body), words, outline, is_story=is_story)


def _shown_kind(
    found: Metadata, path: str, signs: tuple[int, int], outline: Outline, body_chars: int
) -> PageKind | None:
    """What the page is, if it shows this as plainly as it declares it. `signs` are those of a product and of a list."""
    product, index = signs
    if found.published or (found.hints.og_type == "article" and max(product, index) < _CERTAIN):
        return None
    described = count_products(outline.html)
    if (product > _CERTAIN and outline.prices()) or (
        (product or 0 < described < _MANY_PRODUCTS) and has_cart(outline.html)
    ):
        return PageKind.PRODUCT
    listed = index + 2 * (described >= _MANY_PRODUCTS)
    may_be_list = listed > 0 or path.count("-") < _SLUG_HYPHENS
    return PageKind.INDEX if may_be_list and outline.is_list(body_chars, listed) else None


def _wall(
    found: Metadata, lines: list[str], body: str, words: int, outline: Outline, *, is_story: bool
) -> Judgement | None:
    """The notice in place of the article, if there is one. `body` is without quotations."""
    short, declared = words < _SHORT or len(body) < _SHORT_CHARS, _is_article(found.hints)
    paywall = None
    if short or found.paywalled:
        teaser = is_teaser(lines, body, outline.texts, declared=found.paywalled is True)
        paywall = None if teaser is None else _judge(PageKind.PAYWALL, sure=teaser and short)
    if is_story:
        return paywall
    if notice := find_notice(
        lines, body, words, outline, declared_article=declared or found.hints.og_type == "article"
    ):
        return _judge(_OF_NOTICE[notice], sure=True)
    if wall := _titled(found, lines, body, words):
        return wall
    if paywall:
        return paywall
    if short and words and not (declared or found.published or found.authors or found.hints.og_type == "article"):
        addressed = find_addressed(lines, body)
        return _judge(_OF_NOTICE[addressed], sure=True) if addressed else None
    return None


def _titled(found: Metadata, lines: list[str], body: str, words: int) -> Judgement | None:
    """The error, the question for consent, or the login that the page's title or markup announces."""
    short, declared = words < _SHORT, _is_article(found.hints)
    marked = bool(_ERROR_STATUS.fullmatch(found.hints.status) or found.hints.body_classes & _ERROR_CLASSES)
    if marked or (say.says(say.ERROR, lines, parts=3) and not tells(body)):
        may_be_story = declared and (marked or words >= _SENTENCE_WORDS)
        return _judge(PageKind.ERROR, sure=(marked or short) and not may_be_story)
    notions, titled = _consent_notions(body), say.says(say.CONSENT_TITLE, lines)
    if len(set(notions)) >= (2 if titled else _CONSENT_NOTIONS) and len(notions) >= _CONSENT_SHARE * words:
        # Articles write about cookies too, but do not ask the reader to accept them.
        sure = titled or "accept" in notions or not declared
        return None if tells(body) else _judge(PageKind.CONSENT, sure=sure)
    if short and say.says(say.LOGIN, lines) and not tells(body):
        return _judge(PageKind.LOGIN, sure=found.hints.has_password or not declared)
    return None


def _consent_notions(body: str) -> list[str | None]:
    """The notions of consent in a text, in order; none if the text lacks their most common words."""
    body = body.lower()
    return (
        [match.lastgroup for match in say.CONSENT.finditer(body)]
        if any(mark in body for mark in say.CONSENT_MARKS)
        else []
    )


def _judge(kind: PageKind, *, sure: bool) -> Judgement:
    return Judgement(kind, _REASONS[kind] if sure else None)


def _is_list(link_share: float, kept_share: float) -> bool:
    return link_share > _MANY_LINKS and kept_share < _LITTLE_KEPT


def _is_article(hints: KindHints) -> bool:
    return not hints.body_classes.isdisjoint(_ARTICLE_CLASSES) or any(map(is_article, hints.types))


def _declares_story(found: Metadata) -> bool:
    """Whether the page declares its type in a way that walls and errors seldom do."""
    return any(map(is_article, found.hints.types)) or (found.hints.og_type == "article" and found.published is not None)


def _told_words(body: str, words: int) -> int:
    """The number of words in whole sentences."""
    if words >= _NOTICE:
        return words
    return size(" ".join(line for line in body.split("\n") if _SENTENCE_END.search(line)))


def _product_signs(hints: KindHints) -> int:
    """0 to 4; two are enough if there is no body."""
    return 2 * hints.og_type.removeprefix("og:").startswith("product") + 2 * (
        not hints.types.isdisjoint(_PRODUCT_TYPES)
    )


def _index_signs(hints: KindHints, url: SplitResult, lines: list[str]) -> int:
    """0 to 7; two are enough if there is no body."""
    slug = url.path.rstrip("/").rpartition("/")[2]
    listing = _LISTING_PATH.fullmatch(url.path) is not None and slug.count("-") < _SLUG_HYPHENS
    return (
        2 * _is_home(url)
        + (listing or _PAGED.search(url.path) is not None or _SEARCH_QUERY.search(url.query) is not None)
        + (2 if "collectionpage" in hints.types or "searchresultspage" in hints.types else "itemlist" in hints.types)
        + (not hints.body_classes.isdisjoint(_INDEX_CLASSES))
        + say.says(say.INDEX, lines)
    )


def _is_home(url: SplitResult) -> bool:
    return bool(url.netloc) and not url.query and _HOME_PATH.fullmatch(url.path) is not None


def _paragraph_words(body: str) -> int:
    """The number of words in lines that are long enough to be paragraphs; teasers and menus have none."""
    counts = map(count_words, body.split("\n"))
    return sum(count for count in counts if count >= _SENTENCE_WORDS)


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")
