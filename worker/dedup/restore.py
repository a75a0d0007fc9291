"""Restores what an index knew of articles, from the articles as they were published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from worker.dedup.entries import SHOWN, KnownPage, pack_verdict
from worker.dedup.index import Index, Sketch
from worker.dedup.memory import Table, Wanted
from worker.dedup.profile import Profile
from worker.dedup.published import page_key
from worker.messages import DuplicateKind, MessageId, Verdict
from worker.store.generations import Generation
from worker.store.keys import KEY_BYTES, message_key


class Judged(NamedTuple):
    """A published article, and the verdict with which it was published. `message` is its input, None if unknown."""

    message: MessageId | None
    sketch: Sketch
    verdict: Verdict


class RestoringIndex(Index):
    """An index that learns from verdicts that were given before. It gives none."""

    def restore(self, articles: Sequence[Judged]) -> None:
        """Remember these articles as if this index had judged them, in this order, in one atomic write.

        An article whose message is known already changes nothing.

        Raises:
            IndexStoreError: the memory cannot be written. It remembers nothing of the batch.
        """
        self._memory.atomically(wanted(articles), lambda: self._restore_all(articles))
        self._shared.settle()

    def _restore_all(self, articles: Sequence[Judged]) -> None:
        self.begin()
        for article in articles:
            content = self._restored(article)
            if content is not None:
                self._counts.add_article(content)
        self.finish()

    def _restored(self, article: Judged) -> bytes | None:
        """Remember an article. Return the content words whose pairs are to be counted, if any."""
        self._to_count = None
        message, sketch, verdict = article
        now = self._memory.at(sketch.event_time_s)
        if message is not None:
            key = message_key(message)
            if self._memory.find(Table.VERDICTS, key):
                return None
            evidence = {name: verdict.evidence.get(name, 0.0) for name in SHOWN}
            packed = pack_verdict(replace(verdict, evidence=evidence), sketch.article_id)
            self._memory.put(Table.VERDICTS, key, packed, self._memory.newest)
        page = self._published.page(sketch.article_id)
        if verdict.left_out and page and page.origin == sketch.article_id == verdict.of:
            self._leave_out_update(sketch, verdict, page, now)
        elif verdict.is_duplicate and verdict.of != sketch.article_id:
            self._restore_copy(sketch, verdict, now)
        else:
            self._restore_published(sketch, verdict, now)
        return self._to_count

    def _restore_published(self, sketch: Sketch, verdict: Verdict, now: Generation) -> None:
        """Remember an article that readers have, or a recrawl of one: compaction may have removed the article."""
        page = self._published.page(sketch.article_id)
        if page and page.version == verdict.version and page.origin == sketch.article_id:
            self._published.put_page(sketch.article_id, page, now)
            return
        known = self._published.content(sketch.content_hash, now)
        self._publish(sketch, verdict, Profile(sketch.words), now, is_new_content=known is None)
        if page and page.version > verdict.version:  # with more partitions than before, versions come out of order
            self._published.put_page(sketch.article_id, page, now)
        if verdict.replaces:
            self._published.replace(verdict.replaces, sketch.article_id, now)

    def _restore_copy(self, sketch: Sketch, verdict: Verdict, now: Generation) -> None:
        """Remember a copy that was published with a tag, if the article that it copies is known."""
        original = self._published.page(str(verdict.of))
        if original is None:
            return
        if verdict.kind not in (DuplicateKind.EXACT, DuplicateKind.RECRAWL):
            self._leave_out(sketch, original.record, Profile(sketch.words))
        page = self._published.page(sketch.article_id)
        if sketch.url is not None and (page is None or page.version <= verdict.version):
            content, similarity = sketch.content_hash[:KEY_BYTES], verdict.similarity or 0.0
            page = KnownPage(verdict.version, content, verdict.cluster_id, original.origin, original.record, similarity)
            self._published.put_page(sketch.article_id, page, now)


def wanted(articles: Sequence[Judged]) -> Wanted:
    """What the memory is asked for while it learns these articles."""
    sketches = [article.sketch for article in articles]
    ids = {sketch.article_id for sketch in sketches} | {each.verdict.of for each in articles if each.verdict.of}
    return Wanted(
        keys={
            Table.VERDICTS: [message_key(article.message) for article in articles if article.message],
            Table.URLS: [page_key(article_id) for article_id in ids if article_id],
            Table.CONTENTS: [sketch.content_hash[:KEY_BYTES] for sketch in sketches],
        },
        postings=[sketch.words.keys for sketch in sketches],
    )
