from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.peak import peak_below
from worker.dedup.index import Entry, Sketch
from worker.identity.ids import hash_id
from worker.messages import Article, DuplicateKind, Identity, RawRecord, Source, Verdict
from worker.stages.identify import Dedup, content_hash, identify

NOW_S = 1_750_000_000.0


def record(timestamp_ms: int | None = None) -> RawRecord:
    return RawRecord(Source("articles.raw", 0, 7, timestamp_ms), b"{}")


def sketch(article: Article, timestamp_ms: int | None = None) -> Sketch:
    return identify(article, record(timestamp_ms), NOW_S)


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
    (decision,) = step.decide([(record().message_id, made)])
    assert index.asked == [(record().message_id, made)]
    identity = Identity(hash_id("https://example.com/a"), content_hash("some words"), verdict)
    assert step.apply(article, decision) == replace(article, canonical_url="https://example.com/a", identity=identity)


def test_a_long_run_of_combining_marks_counts_as_its_first_30() -> None:
    assert content_hash("One a" + "\u0315\u0300" * 200_000) == content_hash("one a" + "\u0315\u0300" * 15)


def test_a_text_of_many_pieces_has_the_hash_of_its_words() -> None:
    text = "Łódź, 10 JUNE – " * 20_000
    assert content_hash(text) == hashlib.sha256(" ".join(["łódź 10 june"] * 20_000).encode()).digest()


@pytest.mark.parametrize("space", ["", " "])
def test_characters_that_grow_to_18_do_not_fill_the_memory(space: str) -> None:
    text = f"\ufdfa{space}" * 300_000
    with peak_below(40 << 20):
        content_hash(text)


def test_the_content_hash_is_made_of_the_words_joined_by_a_space() -> None:
    """The hash is pinned, because changing it would make every known article new."""
    assert (
        content_hash("Zürich,  10\u00a0June – it’s “over”!\n")
        == hashlib.sha256("zürich 10 june it s over".encode()).digest()
    )


@pytest.mark.parametrize(
    "text",
    [
        "The office of Strasse 5",
        "  the\n\noffice\tof: STRASSE... 5!",
        "The o\ufb03ce of Straße 5",
        "The of\u00adfice of Stra\u200bsse 5\ufeff",
        "The office of Strasse \uff15",
    ],
)
def test_whitespace_punctuation_case_and_compatibility_forms_do_not_matter(text: str) -> None:
    assert content_hash(text) == content_hash("the office of strasse 5")


@pytest.mark.parametrize("text", ["the office of strasse 6", "office the of strasse 5", "theoffice of strasse 5", ""])
def test_words_their_order_and_their_boundaries_matter(text: str) -> None:
    assert content_hash(text) != content_hash("the office of strasse 5")


def test_different_texts_without_words_have_different_hashes() -> None:
    assert content_hash("☀☀☀") != content_hash("☂☂")


@given(st.text(st.characters()))
def test_any_text_has_a_hash_of_32_bytes(text: str) -> None:
    assert len(content_hash(text)) == 32
    assert content_hash(f"\n {text}\t") == content_hash(text)


def test_an_article_without_text_does_not_raise() -> None:
    assert sketch(Article()).content_hash == content_hash("")


def test_the_sketch_has_the_time_of_the_event() -> None:
    assert sketch(Article(text="Some words."), 1_740_000_000_123).event_time_s == 1_740_000_000.123
    assert sketch(Article(text="Some words.")).event_time_s is None


def hash_the_long_way(text: str) -> bytes:
    visible = re.sub("[\u00ad\u200b-\u200d\u2060\ufeff]", "", unicodedata.normalize("NFKC", text))
    words = " ".join(re.findall(r"\w+", visible.casefold())) or text.strip()
    return hashlib.sha256(words.encode()).digest()


@given(st.text(alphabet=st.sampled_from([*map(chr, range(128)), *"“”‘’–—…\u00a0•é\u200b"])))
def test_the_short_cut_for_plain_text_gives_the_same_hash(text: str) -> None:
    assert content_hash(text) == hash_the_long_way(text)
