"""From a page to its article: limits, one parse, metadata, body, kind of page, language."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from worker.extraction.blocks import Blocks
from worker.extraction.body import Body, ScoredBlock, explain_body
from worker.extraction.structure import StructuredBlocks
from worker.identity.links import web_link
from worker.messages import Article, Dead, Dropped, Reason
from worker.page.byline_lines import without_byline
from worker.page.bylines import MAX_NAMES, clean_names
from worker.page.date_texts import dates_in
from worker.page.declared_dates import latest_possible
from worker.page.limits import Limits, check
from worker.page.metadata import Metadata, without_site_name
from worker.page.tree import TreeTooLargeError
from worker.page.trial import too_large_a_tree
from worker.page.visible_date import find_date
from worker.stages.byline import visible_authors
from worker.stages.reading import EXTRACTOR, Reading, find_reading, hints_of, read_page
from worker.text.cleaning import scrub, unescaped
from worker.text.labels import letters
from worker.text.language import decide_language
from worker.text.lines import single_spaced
from worker.text.normal_forms import nfc
from worker.text.structure import Line, Link, visible
from worker.text.times import Publication

_URL_GROWTH: Final = 2  # a short link on a page with a long URL becomes a long one
_URL_ALLOWANCE_CHARS: Final = 128 << 10
_INVISIBLE: Final = "\u00ad\u200b\u2060\ufeff"
_INVISIBLE_PATTERN: Final = re.compile(f"[{_INVISIBLE}]")


@dataclass(frozen=True, slots=True)
class Extract:
    """Fills in `text` from `html`, and the metadata that the crawler did not send.

    A text that the crawler extracted is used if there is no page, or no article on it. The crawler's title, authors,
    date, language and canonical URL take precedence over the page's, because the crawler may have seen more than the
    page (a feed, a sitemap). If neither gives the language, or the page's template may be wrong about it, the text
    decides (`worker.text.language`).

    With `StructuredBlocks.new` as `new_blocks`, it also fills in `structure`.
    """

    limits: Limits
    new_blocks: Callable[[], Blocks] = Blocks.empty

    def __call__(self, article: Article) -> Article | Dropped | Dead:
        """The article with its text; Dropped if it has none, Dead if the page exceeds a limit."""
        if not article.html:
            return _finish(article, Metadata(), None)
        if dead := check(article.html, self.limits):
            return dead
        try:
            story = find_reading(article, self.limits, self.new_blocks)
        except TreeTooLargeError:
            return too_large_a_tree()
        if story.judgement.reason and not article.text:
            metadata = story.metadata
            return Dropped(story.judgement.reason, metadata.title or "", _titled(article, metadata))
        # The text of a wall is not an article, so the crawler's text takes precedence.
        return _finish(article, story.metadata, replace(story, body=None) if story.judgement.reason else story)


def explain_page(article: Article) -> list[ScoredBlock]:
    """The blocks of an article's page in order, and which of them the stage takes as the article's.

    If the body is in the data of the scripts, its blocks come after those of the markup, none of which is taken.
    """
    story = find_reading(article, Limits())
    if story.extractor == EXTRACTOR:
        return explain_body(story.blocks, story.hints)
    metadata, blocks = read_page(article.html or "", article.final_url or article.url, article.fetched_at)
    shown = (replace(block, kept=False) for block in explain_body(blocks, hints_of(metadata, article.title)))
    return [*shown, *explain_body(story.blocks, story.hints)]


def clean_body(body: Body) -> str:
    """The normalised text of a body."""
    code = frozenset(line for text in body.code for line in text.split("\n"))
    return _cleaned(body.text, code)


def _cleaned(body: str, code: Container[str] = frozenset()) -> str:
    """The normalised text. Its lines are single-spaced already, so most bodies need only NFC.

    Some pages escape twice, so what looks like an entity still is taken for one, except in these lines of code.
    """
    text = scrub(_unescaped(body, code) if "&" in body else body)
    if text is not body or any(char in text for char in _INVISIBLE):  # a pattern takes twenty times as long
        return normalise(text)
    return nfc(text)


def _unescaped(body: str, code: Container[str]) -> str:
    if not code:
        return unescaped(body)
    return "\n".join(line if line in code else unescaped(line) for line in body.split("\n"))


def normalise(text: str) -> str:
    """The text with one paragraph per line, single spaces, no empty lines, no invisible characters, and in NFC."""
    return single_spaced(_composed(scrub(text)))


def _composed(text: str) -> str:
    return text if text.isascii() else nfc(_INVISIBLE_PATTERN.sub("", text))


def _finish(article: Article, found: Metadata, story: Reading | None) -> Article | Dropped:
    title, published, authors = _title(article, found), _published(article, found), _authors(article, found, story)
    day = published.at.date() if published else None
    text = without_byline(clean_body(story.body), title, authors, day, found.language) if story and story.body else ""
    extractor = story.extractor if story and text else None
    text = text or normalise(article.text or "")
    if not text:
        return Dropped(Reason.NO_ARTICLE, "no body text was found", _titled(article, found))
    return replace(
        article,
        html=None,  # no later stage needs it, and a batch holds hundreds of pages
        text=text,
        code=_code(story.body) if story and story.body and extractor else (),
        structure=_structure(story, article.final_url or article.url) if story and extractor else None,
        extractor=extractor,
        title=title,
        authors=authors,
        description=article.description or found.description or None,
        tags=article.tags or found.tags,
        section=article.section or found.section,
        published_at=published.at if published else None,
        published_at_precision=published.precision if published else None,
        canonical_url=article.canonical_url or found.canonical_url,
        language=article.language or decide_language(found.language, text),
        site_name=article.site_name or found.site_name,
        image=article.image or found.image,
        paywalled=found.paywalled,
        page_kind=story.judgement.kind if story else None,
    )


def _authors(article: Article, found: Metadata, story: Reading | None) -> tuple[str, ...]:
    """The crawler's authors, those that the page declares, or those that it shows."""
    if authors := _crawled(article.authors) or found.authors:
        return authors
    names = visible_authors(story.blocks, found.title, found.language) if story else ()
    site = letters(found.site_name or "")
    return tuple(name for name in names if letters(name) != site) or names


def _crawled(authors: tuple[str, ...]) -> tuple[str, ...]:
    """The names among a crawler's authors, without "By", dates and accounts; unchanged if there are none.

    More than 20 authors are a list of names already, not a byline.
    """
    if len(authors) > MAX_NAMES:
        return authors
    return clean_names(author for author in authors if not dates_in(author, None)) or authors


def _code(body: Body) -> tuple[str, ...]:
    return tuple(line for text in body.code for line in _cleaned(text, text.split("\n")).split("\n"))


def _title(article: Article, found: Metadata) -> str | None:
    if article.title is None:
        return found.title
    return without_site_name(article.title, found, article.final_url or article.url)


def _titled(article: Article, found: Metadata) -> Article:
    return replace(article.without_content(), title=_title(article, found))


def _published(article: Article, found: Metadata) -> Publication | None:
    """The crawler's date, the one that the page declares, or the one that it shows."""
    if article.published_at:
        return Publication(article.published_at, article.published_at_precision or "second")
    if found.published or not article.html:
        return found.published
    url = article.final_url or article.url or ""
    moment = find_date(article.html, found.title, found.language, latest_possible(article.fetched_at), url)
    return Publication(moment, "day") if moment else None


def _structure(story: Reading, url: str | None) -> Sequence[Line] | None:
    """What the lines of the text are. They may include lines that the text has lost."""
    if not (story.body and story.body.lines and isinstance(story.blocks, StructuredBlocks)):
        return None
    base = web_link(url or "", story.blocks.base) or url or ""
    room = _URL_GROWTH * len(story.body.text) + _URL_ALLOWANCE_CHARS
    return [cleaned for line in _with_urls(story.body.lines, base, room) for cleaned in _clean_lines(line)]


def _with_urls(lines: Iterable[Line], base: str, room: int) -> Iterator[Line]:
    """The lines with full URLs in their links. A link that leads to no web page, or finds no room, is left out."""
    for line in lines:
        links: list[Link] = []
        for link in line.links:
            url = web_link(base, link.url) if room > 0 else ""
            room -= len(url)
            if url:
                links.append(link._replace(url=url))
        yield replace(line, links=tuple(links)) if line.links else line


def _clean_lines(line: Line) -> Iterator[Line]:
    """The line as `clean_body` writes it: rarely none, or several."""
    text = _cleaned(line.text, (line.text,) if line.pre else ())
    if text == line.text:
        yield line
    elif "\n" in text:
        yield from (replace(line, text=piece, links=()) for piece in text.split("\n"))
    elif text:
        yield replace(line, text=text, links=tuple(_moved(line)), cells=[_cleaned(cell) for cell in line.cells])


def _moved(line: Line) -> Iterator[Link]:
    """The links of a line, where they are once its text is clean."""
    places = [place for place, char in enumerate(line.text) if not char.isspace()] if line.links else []
    done = before = 0
    for link in line.links:
        start, end = places[link.start], places[link.end - 1] + 1
        before += len(visible(_cleaned(line.text[done:start])))
        label = len(visible(_cleaned(line.text[start:end])))
        if label:
            yield Link(before, before + label, link.url)
        before, done = before + label, end
