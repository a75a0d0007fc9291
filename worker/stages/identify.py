"""The last step: computes what the index needs to know about an article, and applies the verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from worker.dedup.index import Entry, Sketch
from worker.dedup.word_codes import Words, words_of
from worker.identity.content import content_hash
from worker.identity.event_time import event_time_s
from worker.identity.ids import hash_id
from worker.identity.urls import canonicalise
from worker.messages import Article, Identity, RawRecord, Verdict


class Judge(Protocol):
    """The part of `worker.dedup.index.Index` that the step needs."""

    @property
    def seed(self) -> int:
        """The secret that chooses the keys of an article."""

    def decide(self, entries: Sequence[Entry]) -> list[Verdict]:
        """The verdicts on these messages in order, in one atomic write. Each takes those before it into account."""


@dataclass(frozen=True, slots=True)
class Dedup:
    """The batch step `dedup`: identifies the article, and decides whether readers already have it.

    `clock` gives seconds since 1970. Event times are capped at that time, so that a crawler with a wrong clock cannot
    push everything else out of the window.
    """

    index: Judge
    clock: Callable[[], float] = time.time
    name: str = "dedup"

    def sketch(self, article: Article, record: RawRecord) -> Sketch:
        """What the index needs. Accepts any text and any URL."""
        return identify(article, record, self.clock(), self.index.seed)

    def decide(self, items: Sequence[Entry]) -> list[Judged]:
        """The verdict on each article.

        Raises:
            IndexStoreError: the index cannot be written; nothing of the batch is remembered.
        """
        verdicts = self.index.decide(items)
        return [Judged(sketch, verdict) for (_, sketch), verdict in zip(items, verdicts, strict=True)]

    def apply(self, article: Article, decision: Judged) -> Article:
        """The article under its canonical URL, with its identity."""
        sketch = decision.sketch
        identity = Identity(sketch.article_id, sketch.content_hash, decision.verdict)
        return replace(article, canonical_url=sketch.url, identity=identity)


class Judged(NamedTuple):
    """An article's sketch, and the verdict on it."""

    sketch: Sketch
    verdict: Verdict


def identify(article: Article, record: RawRecord, now_s: float, seed: int) -> Sketch:
    """The article's id, canonical URL, words and event time, for the index with this seed.

    `now_s` is in seconds since 1970.
    """
    url = canonicalise(article.url, article.final_url, article.canonical_url)
    words = content_hash(article.text or "")
    return Sketch(
        article_id=hash_id(url or words.hex()),
        url=url,
        content_hash=words,
        event_time_s=event_time_s(article, record, now_s),
        words=identify_words(article, url, seed),
    )


def identify_words(article: Article, url: str | None, seed: int) -> Words:
    """The article's words, for an index with this seed. `url` is its canonical URL."""
    host = url.split("/", 3)[2] if url else None
    return words_of(article.text or "", article.title, host, seed=seed)
