"""Lets an index learn what readers get from elsewhere: articles that a replay made, in place of those that it knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from worker.dedup.entries import Content, KnownPage
from worker.dedup.index import Sketch
from worker.dedup.memory import Table, Wanted
from worker.dedup.published import page_key
from worker.dedup.restore import Judged, RestoringIndex, wanted
from worker.messages import Verdict
from worker.store.generations import Generation
from worker.store.keys import KEY_BYTES

NOBODY = "0" * 32
"""In place of the article that readers have for a URL: they have none."""


class Withdrawn(NamedTuple):
    """An article that readers lose, and the one that it duplicates, if any. Both are article_ids."""

    article_id: str
    of: str | None


class AdoptingIndex(RestoringIndex):
    """An index that takes over what others decide. What it has adopted, it may adopt again: nothing changes."""

    def adopt(self, articles: Sequence[tuple[Sketch, Verdict]]) -> list[Verdict]:
        """Remember these articles in place of what is known under their ids, in this order, in one atomic write.

        A verdict names the least version. The verdicts returned name the version to publish: it is higher than that of
        any other content that the index knows of the article.

        Raises:
            IndexStoreError: the memory cannot be written. It remembers nothing of these articles.
        """
        told = [Judged(None, sketch, verdict) for sketch, verdict in articles]
        adopted = self._memory.atomically(wanted(told), lambda: self._adopt_all(articles))
        self._shared.settle()
        return adopted

    def _adopt_all(self, articles: Sequence[tuple[Sketch, Verdict]]) -> list[Verdict]:
        self.begin()
        adopted = [self._adopted(sketch, verdict) for sketch, verdict in articles]
        self.finish()
        return adopted

    def _adopted(self, sketch: Sketch, verdict: Verdict) -> Verdict:
        page = self._published.page(sketch.article_id)
        if page:
            is_other = page.content != sketch.content_hash[:KEY_BYTES]
            verdict = replace(verdict, version=max(verdict.version, page.version + is_other))
        if verdict.is_duplicate and verdict.of != sketch.article_id:
            self._withdraw(Withdrawn(sketch.article_id, verdict.of), self._memory.at(sketch.event_time_s))
        content = self._restored(Judged(None, sketch, verdict))
        if content is not None:
            self._counts.add_article(content)
        self._hold_content(sketch)
        return verdict

    def _hold_content(self, sketch: Sketch) -> None:
        """Let the content lead to the article, even if it led to an earlier record of it."""
        now, page = self._memory.at(sketch.event_time_s), self._published.page(sketch.article_id)
        if page and page.origin == sketch.article_id and self._published.content(sketch.content_hash, now) is None:
            content = Content(page.origin, page.cluster_id, page.record)
            self._published.put_content(sketch.content_hash, content, now)

    def withdraw(self, articles: Sequence[Withdrawn]) -> None:
        """Remember that readers no longer have these articles, in one atomic write.

        Raises:
            IndexStoreError: the memory cannot be written.
        """
        ids = {each for article in articles for each in article if each}
        pages = Wanted({Table.URLS: [page_key(each) for each in ids]})
        self._memory.atomically(pages, lambda: self._withdraw_all(articles))

    def _withdraw_all(self, articles: Sequence[Withdrawn]) -> None:
        now = self._memory.at(None)
        for article in articles:
            self._withdraw(article, now)

    def _withdraw(self, article: Withdrawn, now: Generation) -> None:
        """Keep the version of the page: the next content under its URL has a higher one."""
        page = self._published.page(article.article_id)
        if page is None or page.origin != article.article_id:
            return
        original = self._published.page(article.of) if article.of else None
        record = original.record if original else 0
        gone = KnownPage(page.version, bytes(KEY_BYTES), page.cluster_id, article.of or NOBODY, record, 0.0)
        self._published.put_page(article.article_id, gone, now)
