"""What is on a page: its metadata, its body and its kind. The body is in the markup, or in the data of the scripts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from worker.embedded.article import Clues, article_html
from worker.extraction.blocks import Blocks
from worker.extraction.body import Body, find_body
from worker.extraction.headline import Hints
from worker.extraction.structure import StructuredBlocks
from worker.extraction.walk import read_blocks
from worker.messages import Article
from worker.page.kind import Judgement, PageKind, classify
from worker.page.limits import Limits, check
from worker.page.metadata import Metadata, read_metadata
from worker.page.outline import Outline
from worker.page.tree import TreeTooLargeError, encode, parse
from worker.text.labels import letters
from worker.text.words import count_words_up_to

EXTRACTOR: Final = "blocks"
"""The value of `Article.extractor` for a text that was found in the markup of a page."""
EMBEDDED: Final = "embedded"
"""The same for a text in the data of the page's scripts."""

# Words. With these limits, the data counts on 2 of 3,966 pages whose articles are known, and is right on both.
_WHOLE: Final = 250  # a longer body in the markup is the article's
_LEAST: Final = 80
_FAR_MORE: Final = 2
_TEASER: Final = 60  # a longer body in the markup must be a part of that in the data
_COMPARED: Final = 40  # letters
_NO_ARTICLES: Final = frozenset({PageKind.INDEX, PageKind.PRODUCT, PageKind.ERROR, PageKind.LEGAL})

_WALLS: Final = frozenset({PageKind.CONSENT, PageKind.LOGIN, PageKind.BOT_CHECK, PageKind.GEO_BLOCK, PageKind.ADBLOCK})


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found on a page. `extractor` says where the body was: in the markup, or in the data of the scripts."""

    metadata: Metadata
    hints: Hints
    blocks: Blocks
    body: Body | None
    judgement: Judgement
    extractor: str = EXTRACTOR


def find_reading(article: Article, limits: Limits, new_blocks: Callable[[], Blocks] = Blocks.empty) -> Reading:
    """The body of an article's page. If the markup holds little or none of it, the data of the scripts may.

    `new_blocks` decides what is read: the blocks, or also their structure.

    Raises:
        TreeTooLargeError: the tree of the page takes too much memory.
    """
    html, url = article.html or "", article.final_url or article.url
    metadata, blocks = read_page(html, url, article.fetched_at, new_blocks)
    shown = _judged(metadata, hints_of(metadata, article.title), blocks, url, EXTRACTOR, html)
    if not _may_lack_text(shown):
        return shown
    least_chars = _FAR_MORE * len(shown.body.text) if shown.body else 0
    fragment = article_html(html, _clues(article, shown), least_chars)
    if not fragment or check(fragment, limits):
        return shown
    try:
        blocks = read_blocks(parse(encode(f"<article>{fragment}</article>")), new_blocks())
    except TreeTooLargeError:
        return shown
    embedded = _judged(metadata, shown.hints, blocks, url, EMBEDDED, fragment)
    return embedded if _is_better(embedded, shown) else shown


def _judged(metadata: Metadata, hints: Hints, blocks: Blocks, url: str | None, extractor: str, html: str) -> Reading:
    body = find_body(blocks, hints)
    shares = (body.link_share, body.kept_share) if body else (0.0, 0.0)
    outline = Outline(html, blocks.texts, blocks.link_chars)
    judgement = classify(metadata, url, body.text if body else None, *shares, outline)
    return Reading(metadata, hints, blocks, body, judgement, extractor)


def _may_lack_text(shown: Reading) -> bool:
    """Whether the page may be an article with a longer body than its markup holds."""
    return shown.judgement.kind not in _NO_ARTICLES and _words(shown, _WHOLE) < _WHOLE


def _is_better(embedded: Reading, shown: Reading) -> bool:
    """Whether the data of the scripts holds far more of the same article."""
    words = _words(shown)
    if embedded.judgement.reason or _words(embedded) < max(_LEAST, _FAR_MORE * words):
        return False
    return words < _TEASER or shown.judgement.kind in _WALLS or _holds(embedded, shown)


def _holds(embedded: Reading, shown: Reading) -> bool:
    """Whether the longer body holds a line of the shorter one."""
    if not (embedded.body and shown.body):
        return False
    text = letters(embedded.body.text)
    keys = (letters(line)[:_COMPARED] for line in shown.body.text.split("\n"))
    return any(len(key) == _COMPARED and key in text for key in keys)


def _words(story: Reading, most: int = _FAR_MORE * _WHOLE) -> int:
    """The number of words of the body, or `most` if it has more."""
    return count_words_up_to(story.body.text, most) if story.body else 0


def _clues(article: Article, shown: Reading) -> Clues:
    """What tells the page's article from others in its data. The text of a wall does not."""
    metadata, body = shown.metadata, shown.body
    is_article = body is not None and shown.judgement.kind in (PageKind.ARTICLE, PageKind.PAYWALL)
    teaser = max(body.text.split("\n"), key=len) if body and is_article else ""
    return Clues(
        titles=tuple(title for title in (article.title, metadata.title, *metadata.hints.lines) if title),
        site=metadata.site_name or "",
        url=metadata.canonical_url or article.final_url or article.url or "",
        quotes=(metadata.description, teaser),
    )


def read_page(
    html: str,
    url: str | None = None,
    fetched_at: datetime | None = None,
    new_blocks: Callable[[], Blocks] = Blocks.empty,
) -> tuple[Metadata, Blocks]:
    """A page's metadata and its text. The tree, which may be the largest object in memory, is freed on return.

    Raises:
        TreeTooLargeError: the tree takes too much memory.
    """
    page = parse(encode(html))
    metadata, blocks = read_metadata(page, url, fetched_at), new_blocks()
    if isinstance(blocks, StructuredBlocks) and (base := page.css_first("base[href]")):
        blocks.base = base.attributes["href"] or ""
    return metadata, read_blocks(page, blocks)


def hints_of(found: Metadata, title: str | None = None) -> Hints:
    """The metadata that helps to find the body. `title` is the crawler's, and takes precedence."""
    return Hints(title or found.title or "", found.description)
