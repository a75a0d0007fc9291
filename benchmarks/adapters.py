"""The product's own stages in the form that external scorers call."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from worker.config.settings import Settings
from worker.dedup.embedded.memory import EmbeddedMemory
from worker.dedup.index import Index, Sketch
from worker.dedup.word_codes import words_of
from worker.identity.content import content_hash
from worker.identity.ids import hash_id
from worker.identity.urls import canonicalise
from worker.messages import Article, DuplicateKind, MessageId, RawRecord, Source
from worker.page.limits import Limits
from worker.pipeline.stage import Stage
from worker.sites.lines import remove
from worker.sites.memory import SiteStore, on_disk
from worker.stages.extract import Extract
from worker.stages.order import build_stages
from worker.stages.repeats import repeats
from worker.text.cleaning import clean_html

_EXTRACT = Extract(Limits())
_NOT_CLEANING = {"extract", "quality"}
"""Stages that `TextCleaner` leaves out: it gets the text of an article, and returns no measures."""


def extract_body(html: str, url: str) -> str:
    """The body of the article on a page: plain text, one paragraph per line. Empty if the page has none.

    The page is decoded and extracted as in the worker, and a body that stands on it twice is returned once. A page that
    the worker would drop has no body here.
    """
    article = _EXTRACT(Article(html=clean_html(html), url=url or None))
    return (repeats(article).text or "") if isinstance(article, Article) else ""


class TextCleaner:
    """Cleans the text of one article after the other. Its memory of the sites ends with the cleaner.

    All articles are one batch of that memory. The worker, too, writes to disk once per batch.
    """

    def __init__(self) -> None:
        self._offsets = count()
        self._before_sites, self._after_sites = build_stages(Settings()).parts
        canonicalise("https://example.org/")  # loads the list of public suffixes
        _cleaned(Article(text="Load the models.\nLoad the lexicons."), self._before_sites.stages)
        with ExitStack() as stack:
            directory = stack.enter_context(TemporaryDirectory(prefix="site-lines-"))
            tables = on_disk(Path(directory), window=timedelta(days=30), max_bytes=1 << 30)
            self._sites = SiteStore(tables, least=Settings().site_lines)
            stack.callback(tables.close)
            stack.enter_context(tables.batch())
            weakref.finalize(self, stack.pop_all().close)

    def clean(self, url: str, text: str) -> str:
        """The text (one paragraph per line) without boilerplate lines, template tags and second copies."""
        article = _cleaned(Article(url=url or None, text=text), self._before_sites.stages)
        record = RawRecord(Source("articles", 0, next(self._offsets)), None)
        page = self._sites.sketch(article, record)
        if page:
            article = remove(article, page, self._sites.furniture(record.message_id, page))
        return _cleaned(article, self._after_sites.stages).text or ""


def _cleaned(article: Article, stages: Iterable[Stage]) -> Article:
    """The article after the stages that clean it. One that drops it, because it is too short, does not count."""
    for name, run in stages:
        if name not in _NOT_CLEANING and isinstance(step := run(article), Article):
            article = step
    return article


_OTHER_STORIES = {DuplicateKind.POSSIBLE, DuplicateKind.CONTAINS}


class DuplicateDetector:
    """Judges one article after the other with the product's own index in a temporary directory.

    As in the worker, a batch of articles is one atomic write that is synced to disk.
    """

    BATCH = 10_000
    SEED = 1  # fixed, so that every run judges alike

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._done = ExitStack()
        directory = self._done.enter_context(TemporaryDirectory(prefix="index-"))
        self._memory = EmbeddedMemory(Path(directory), window=timedelta(days=30), max_bytes=64 << 30, seed=self.SEED)
        self._done.callback(self._memory.close)
        self._index = Index(self._memory)
        self._batch = self._done.enter_context(ExitStack())
        self._left = 0

    def add(self, message_id: str, text: str) -> tuple[str | None, float]:
        """The message id of the earlier article of the same story (None if there is none), and the similarity.

        This article may be published all the same, as a longer or newer version. Articles of other stories that it may
        resemble (`possible`), or that it contains, are not returned.
        """
        if not self._left:
            self._end_batch()
            self._batch.enter_context(self._memory.batch())
            self._index.begin()
            self._left = self.BATCH
        self._left -= 1
        words = words_of(text, seed=self.SEED)
        self._memory.fetch(words.keys)
        article_id = hash_id(message_id)
        self._ids[article_id] = message_id
        verdict = self._index.judge(
            MessageId(message_id, b""), Sketch(article_id, None, content_hash(text), 0.0, words)
        )
        if verdict.kind in _OTHER_STORIES or verdict.of is None:
            return None, 0.0
        return self._ids[verdict.of], verdict.similarity or 0.0

    def close(self) -> None:
        """Write the last batch and remove the directory."""
        self._end_batch()
        self._done.close()

    def _end_batch(self) -> None:
        if self._left < self.BATCH and self._ids:
            self._index.finish()
        self._batch.close()
