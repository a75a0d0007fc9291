from __future__ import annotations

import hashlib
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.peak import peak_below
from worker.identity.ids import hash_id
from worker.messages import Article, RawRecord, Source
from worker.stages.identify import Identify, content_hash

NOW_S = 1_750_000_000.0
IDENTIFY = Identify(clock=lambda: NOW_S)


def record(timestamp_ms: int | None = None) -> RawRecord:
    return RawRecord(Source("articles.raw", 0, 7, timestamp_ms), b"{}")


def test_an_article_is_named_by_its_canonical_url() -> None:
    article = Article(url="http://www.example.com/a/?utm_source=x", text="Some words.")
    identified, sketch = IDENTIFY(article, record())
    assert identified.canonical_url == sketch.url == "https://example.com/a"
    assert sketch.article_id == hash_id("https://example.com/a")
    assert identified.text == article.text
    assert identified.url == article.url


def test_what_the_page_declares_is_replaced_by_what_is_believed() -> None:
    article = Article(url="https://example.com/a", canonical_url="https://elsewhere.org/b", text="Some words.")
    assert IDENTIFY(article, record())[0].canonical_url == "https://example.com/a"


def test_where_redirects_led_counts() -> None:
    article = Article(url="https://t.co/x", final_url="https://example.com/a", text="Some words.")
    assert IDENTIFY(article, record())[1].url == "https://example.com/a"


def test_an_article_without_a_url_is_named_by_its_words() -> None:
    one = IDENTIFY(Article(text="Some words."), record())
    same = IDENTIFY(Article(url="junk", text="some  WORDS"), record())
    other = IDENTIFY(Article(text="Other words."), record())
    assert one[0].canonical_url is None
    assert one[1].url is None
    assert one[1].article_id == same[1].article_id != other[1].article_id
    assert len(bytes.fromhex(one[1].article_id)) == 16


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


def test_the_content_hash_is_that_of_the_words_joined_by_a_space() -> None:
    """Pinned: a change of it makes every known article new."""
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
def test_space_punctuation_case_and_compatibility_forms_do_not_matter(text: str) -> None:
    assert content_hash(text) == content_hash("the office of strasse 5")


@pytest.mark.parametrize("text", ["the office of strasse 6", "office the of strasse 5", "theoffice of strasse 5", ""])
def test_words_their_order_and_their_borders_do(text: str) -> None:
    assert content_hash(text) != content_hash("the office of strasse 5")


def test_texts_without_words_are_told_apart() -> None:
    assert content_hash("☀☀☀") != content_hash("☂☂")


@given(st.text(st.characters()))
def test_any_text_has_a_hash_of_32_bytes(text: str) -> None:
    assert len(content_hash(text)) == 32
    assert content_hash(f"\n {text}\t") == content_hash(text)


def test_an_article_without_text_does_not_raise() -> None:
    assert IDENTIFY(Article(), record())[1].content_hash == content_hash("")


def test_the_sketch_has_the_time_of_the_event() -> None:
    assert IDENTIFY(Article(text="Some words."), record(1_740_000_000_123))[1].event_time_s == 1_740_000_000.123
    assert IDENTIFY(Article(text="Some words."), record(None))[1].event_time_s is None


def hash_the_long_way(text: str) -> bytes:
    visible = re.sub("[\u00ad\u200b-\u200d\u2060\ufeff]", "", unicodedata.normalize("NFKC", text))
    words = " ".join(re.findall(r"\w+", visible.casefold())) or text.strip()
    return hashlib.sha256(words.encode()).digest()


@given(st.text(alphabet=st.sampled_from([*map(chr, range(128)), *"“”‘’–—…\u00a0•é\u200b"])))
def test_the_short_cut_for_plain_text_gives_the_same_hash(text: str) -> None:
    assert content_hash(text) == hash_the_long_way(text)
