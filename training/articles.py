"""Real articles to make copies of, each in the half that is for training or in the half that is for evaluation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zlib import crc32

from training.pairs import TOLD_BEFORE, read
from worker.stages.reading import read_page

TAUGHT, JUDGED = "taught", "judged"
HALVES = (TAUGHT, JUDGED)
LEAST_WORDS, LEAST_PARAGRAPHS = 150, 5  # of an article that is worth a copy
MOST_WORDS = 1500  # of an article; the rest is left out, because the index compares no more than 2,048 words
LEAST_FURNITURE, MOST_LINE_WORDS = 5, 60  # lines of a page with enough furniture; words of such a line
_TITLE = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)
_SITE_IN_TITLE = re.compile(r"\s+[|»·–—-]\s+|\s*::\s*")


class RealArticle(NamedTuple):
    """An article as its site published it. `html` is its page."""

    id: str
    url: str
    host: str
    title: str
    paragraphs: tuple[str, ...]
    html: str


def half_of(name: str) -> str:
    """The half of everything that is made from the article or text with this name."""
    return HALVES[crc32(f"half {name}".encode()) % len(HALVES)]


def articles(paths: Sequence[Path], half: str) -> list[RealArticle]:
    """The articles of one half. `paths` have pages with `id`, `url`, `html` and `gold`, the text of the article."""
    pages = (page for path in paths for page in read(path))
    found = (_article(page) for page in pages if half_of(page["id"]) == half and page["id"] not in TOLD_BEFORE)
    return [article for article in found if article]


def shortened(article: RealArticle, words: int) -> RealArticle:
    """The first paragraphs of the article, until they have this many words. Its `html` is empty."""
    kept: list[str] = []
    for paragraph in article.paragraphs:
        if len(kept) >= LEAST_PARAGRAPHS and sum(len(each.split()) for each in kept) >= words:
            break
        kept.append(paragraph)
    return article._replace(paragraphs=tuple(kept), html="")


def _article(page: dict[str, Any]) -> RealArticle | None:
    paragraphs = tuple(_within_limit(" ".join(line.split()) for line in (page["gold"] or "").split("\n")))
    words = sum(len(paragraph.split()) for paragraph in paragraphs)
    if page.get("kind") == "other" or words < LEAST_WORDS or len(paragraphs) < LEAST_PARAGRAPHS:
        return None
    host = urlsplit(page["url"] or "").hostname or f"{re.sub('[^a-z0-9]+', '-', page['id'].lower())}.example"
    url = page["url"] or f"https://{host}/article"
    return RealArticle(page["id"], url, host, _title(page) or paragraphs[0][:60], paragraphs, page["html"])


def _within_limit(lines: Iterator[str]) -> Iterator[str]:
    words = 0
    for line in filter(None, lines):
        words += len(line.split())
        if words > MOST_WORDS:
            return
        yield line


def _title(page: dict[str, Any]) -> str:
    """The title that the page states, without the name of the site."""
    stated = (page.get("meta") or {}).get("title")
    if not stated:
        found = _TITLE.search(page["html"])
        stated = max(_SITE_IN_TITLE.split(unescape(found[1])), key=len) if found else ""
    return " ".join(stated.split())


def furniture(kept: Sequence[RealArticle], pages: int, rng: Random) -> list[list[str]]:
    """The lines around the articles of that many pages, in their order: menus, teasers, notices, calls to subscribe."""
    chosen = (_lines_around(article) for article in rng.sample(kept, len(kept)))
    found: list[list[str]] = []
    for lines in chosen:
        if len(lines) >= LEAST_FURNITURE:
            found.append(lines)
        if len(found) == pages:
            break
    return found


def _lines_around(article: RealArticle) -> list[str]:
    text = " ".join(article.paragraphs)
    lines = (" ".join(line.split()) for line in read_page(article.html, article.url)[1].texts)
    return [line for line in lines if line and len(line.split()) <= MOST_LINE_WORDS and line not in text]
