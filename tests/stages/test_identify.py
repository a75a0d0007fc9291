from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from worker.dedup.index import Entry, Sketch
from worker.dedup.word_codes import words_of
from worker.identity.content import content_hash
from worker.identity.ids import hash_id
from worker.messages import Article, DuplicateKind, Identity, RawRecord, Source, Verdict
from worker.stages.identify import Dedup, identify

NOW_S = 1_750_000_000.0
SEED = 7


def record(timestamp_ms: int | None = None) -> RawRecord:
    return RawRecord(Source("articles.raw", 0, 7, timestamp_ms), b"{}")


def sketch(article: Article, timestamp_ms: int | None = None) -> Sketch:
    return identify(article, record(timestamp_ms), NOW_S, SEED)


def test_an_article_is_named_by_its_canonical_url() -> None:
    made = sketch(Article(url="http://www.example.com/a/?utm_source=x", text="Some words."))
    assert made.url == "https://example.com/a"
    assert made.article_id == hash_id("https://example.com/a")


def test_the_url_after_redirects_counts() -> None:
    made = sketch(Article(url="https://t.co/x", final_url="https://example.com/a", text="Some words."))
    assert made.url == "https://example.com/a"


def test_an_article_without_a_url_is_named_by_its_words() -> None:
    one, same = sketch(Article(text="Some words.")), sketch(Article(url="junk", text="some  WORDS"))
    assert one.url is None
    assert one.article_id == same.article_id != sketch(Article(text="Other words.")).article_id
    assert len(bytes.fromhex(one.article_id)) == 16


@dataclass
class Verdicts:
    """An index that always gives the same verdict."""

    verdict: Verdict
    asked: list[Entry] = field(default_factory=list)
    seed: int = SEED

    def decide(self, entries: Sequence[Entry]) -> list[Verdict]:
        self.asked += entries
        return [self.verdict] * len(entries)


def test_the_step_gives_each_article_its_identity_and_verdict() -> None:
    """The URL that the page declares is replaced by the one that the worker trusts."""
    verdict = Verdict(DuplicateKind.EXACT, 1, "b" * 32, 1.0, "b" * 32)
    index = Verdicts(verdict)
    step = Dedup(index, clock=lambda: NOW_S)
    article = Article(url="https://example.com/a", canonical_url="https://elsewhere.org/b", text="Some words.")
    made = step.sketch(article, record())
    assert made == sketch(article)
    (decision,) = step.decide([(record().message_id, made)])
    assert index.asked == [(record().message_id, made)]
    identity = Identity(hash_id("https://example.com/a"), content_hash("some words"), verdict)
    assert step.apply(article, decision) == replace(article, canonical_url="https://example.com/a", identity=identity)


def test_an_article_without_text_does_not_raise() -> None:
    assert sketch(Article()).content_hash == content_hash("")


def test_the_sketch_has_the_time_of_the_event() -> None:
    assert sketch(Article(text="Some words."), 1_740_000_000_123).event_time_s == 1_740_000_000.123
    assert sketch(Article(text="Some words.")).event_time_s is None


def test_the_words_of_an_article_include_its_title_and_its_site() -> None:
    article = Article(url="https://m.example.com/a", title="A title", text="Some words.")
    assert sketch(article).words == words_of("Some words.", "A title", "example.com", seed=SEED)
