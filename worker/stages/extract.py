"""From a page to its article: limits, one parse, metadata, body, kind of page, language."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from worker.extraction.blocks import Blocks, read_blocks
from worker.extraction.body import Body, ScoredBlock, explain_body, find_body
from worker.extraction.headline import Hints
from worker.messages import Article, Dead, Dropped, Reason
from worker.page.declared_dates import latest_possible
from worker.page.kind import Judgement, classify
from worker.page.limits import Limits, check
from worker.page.metadata import Metadata, letters, read_metadata
from worker.page.tree import TreeTooLargeError, encode, parse
from worker.page.trial import too_large_a_tree
from worker.page.visible_date import find_date
from worker.text.cleaning import scrub, unescaped
from worker.text.language import decide_language
from worker.text.lines import single_spaced
from worker.text.normal_forms import nfc

EXTRACTOR: Final = "blocks"
"""The value of `Article.extractor` for a text that this stage found on a page."""

_INVISIBLE: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Extract:
    """Fills in `text` from `html`, and the metadata that the crawler did not send.

    A text that the crawler extracted is used if there is no page, or no article on it. The crawler's title, authors,
    date, language and canonical URL take precedence over the page's, because the crawler may have seen more than the
    page (a feed, a sitemap). If neither gives the language, or the page's template may be wrong about it, the text
    decides (`worker.text.language`).
    """

    limits: Limits

    def __call__(self, article: Article) -> Article | Dropped | Dead:
        """The article with its text; Dropped if it has none, Dead if the page exceeds a limit."""
        if not article.html:
            return _finish(article, Metadata(), None, None)
        if dead := check(article.html, self.limits):
            return dead
        url = article.final_url or article.url
        try:
            metadata, blocks = read_page(article.html, url, article.fetched_at)
        except TreeTooLargeError:
            return too_large_a_tree()
        body = find_body(blocks, hints_of(metadata, article.title))
        shares = (body.link_share, body.kept_share) if body else (0.0, 0.0)
        judgement = classify(metadata, url, body.text if body else None, *shares)
        if judgement.reason and not article.text:
            return Dropped(judgement.reason, metadata.title or "", _titled(article, metadata))
        # The text of a wall is not an article, so the crawler's text takes precedence.
        return _finish(article, metadata, None if judgement.reason else body, judgement)


def explain_page(article: Article) -> list[ScoredBlock]:
    """The blocks of an article's page in order, and which of them the stage takes as the article's."""
    metadata, blocks = read_page(article.html or "", article.final_url or article.url, article.fetched_at)
    return explain_body(blocks, hints_of(metadata, article.title))


def read_page(html: str, url: str | None = None, fetched_at: datetime | None = None) -> tuple[Metadata, Blocks]:
    """A page's metadata and its text. The tree, which may be the largest object in memory, is freed on return.

    Raises:
        TreeTooLargeError: the tree takes too much memory.
    """
    page = parse(encode(html))
    return read_metadata(page, url, fetched_at), read_blocks(page)


def hints_of(found: Metadata, title: str | None = None) -> Hints:
    """The metadata that helps to find the body. `title` is the crawler's, and takes precedence."""
    return Hints(title or found.title or "", found.description)


def clean_body(body: Body) -> str:
    """The normalised text of a body. Its lines are single-spaced already, so most bodies need only NFC."""
    text = scrub(unescaped(body.text) if "&" in body.text else body.text)
    if text is not body.text or _INVISIBLE.search(text):
        return normalise(text)
    return nfc(text)


def normalise(text: str) -> str:
    """The text with one paragraph per line, single spaces, no empty lines, no invisible characters, and in NFC."""
    return single_spaced(_composed(scrub(text)))


def _composed(text: str) -> str:
    return text if text.isascii() else nfc(_INVISIBLE.sub("", text))


def _finish(article: Article, found: Metadata, body: Body | None, judgement: Judgement | None) -> Article | Dropped:
    title = article.title or found.title
    text = _without_headline(clean_body(body), title) if body else ""
    extractor = EXTRACTOR if text else None
    text = text or normalise(article.text or "")
    if not text:
        return Dropped(Reason.NO_ARTICLE, "no body text was found", _titled(article, found))
    return replace(
        article,
        html=None,  # no later stage needs it, and a batch holds hundreds of pages
        text=text,
        extractor=extractor,
        title=title,
        authors=article.authors or found.authors,
        published_at=article.published_at or found.published_at or _visible_date(article, found),
        canonical_url=article.canonical_url or found.canonical_url,
        language=article.language or decide_language(found.language, text),
        site_name=article.site_name or found.site_name,
        image=article.image or found.image,
        paywalled=found.paywalled,
        page_kind=judgement.kind if judgement else None,
    )


def _titled(article: Article, found: Metadata) -> Article:
    return replace(article.without_content(), title=article.title or found.title)


def _visible_date(article: Article, found: Metadata) -> datetime | None:
    if not article.html:
        return None
    return find_date(article.html, found.title, found.language, latest_possible(article.fetched_at))


def _without_headline(text: str, title: str | None) -> str:
    """The body without its first line if that repeats the title. Some sites have the title inside the article."""
    first, _, rest = text.partition("\n")
    return rest if rest and title and letters(first) == letters(title) else text
