"""The product's own stages in the form that scorers from outside call."""

from __future__ import annotations

import weakref
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from worker.dedup.urls import canonicalise
from worker.extraction.body import find_body
from worker.messages import Article, RawRecord, Source
from worker.page.limits import Limits, check
from worker.settings import Settings
from worker.sites.store import SiteStore
from worker.stages.extract import clean_body, hints_of, read_page
from worker.stages.glue import glue
from worker.stages.repeats import repeats
from worker.stages.residue import residue
from worker.stages.site_lines import remove

_LIMITS = Limits()


def extract_body(html: str, url: str) -> str:
    """The body of the article on a page: plain text, one paragraph a line; empty when the page has none.

    What the extract stage does for it: no visible date, no kind of page, no language.
    """
    if check(html, _LIMITS):
        return ""
    metadata, blocks = read_page(html, url or None)
    body = find_body(blocks, hints_of(metadata))
    return clean_body(body) if body else ""


class TextCleaner:
    """Text-level cleaning of one article after the other, with a memory of the sites that ends with the cleaner.

    All articles are one batch of the memory: the worker writes to disk once a batch too.
    """

    STAGES = (residue, repeats, glue)

    def __init__(self) -> None:
        canonicalise("https://example.org/")  # loads the list of public suffixes
        self._offsets = count()
        with ExitStack() as stack:
            directory = stack.enter_context(TemporaryDirectory(prefix="site-lines-"))
            self._sites = SiteStore(
                Path(directory), least=Settings().site_lines, window=timedelta(days=30), max_bytes=1 << 30
            )
            stack.callback(self._sites.close)
            stack.enter_context(self._sites.batch())
            weakref.finalize(self, stack.pop_all().close)

    def clean(self, url: str, text: str) -> str:
        """The text (one paragraph a line) without boilerplate lines, template tags and second copies."""
        article = Article(url=url or None, text=text)
        for stage in self.STAGES:
            article = stage(article)
        record = RawRecord(Source("articles", 0, next(self._offsets)), None)
        page = self._sites.sketch(article, record)
        if page:
            article = remove(article, page, self._sites.decide(record.source.message_id, page))
        return article.text or ""
