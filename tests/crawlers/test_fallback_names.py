"""The names that count only if no other name fills the field."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.crawlers import registry
from worker.crawlers.base import to_article
from worker.crawlers.fields import FALLBACK, Message
from worker.messages import Article, Dead, Dropped, Reason

Ending = Article | Dropped | Dead
PAGE = "<html><body><p>The ferry runs again.</p></body></html>"
URL = "https://harbour.example.org/ferry"

# One message for each name, as the tools of the time send it.
SELENIUM = {"url": URL, "page": PAGE, "crawled_at": "2026-03-02T07:15:30Z"}
PLAYWRIGHT = {"uri": URL, "dom": PAGE, "headline": "The ferry runs again"}
PAGE_SOURCE = {"link": URL, "source": PAGE, "publish_date": "2026-03-02 06:00:00"}
HTTP_LOG = {"requested_url": URL, "response_code": 200, "response_body": PAGE, "response_headers": {"server": "nginx"}}
SPIDER = {"url": URL, "raw_html": PAGE, "spider": "harbour", "title": "The ferry runs again"}
JSON_LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "url": URL,
    "headline": "The ferry runs again",
    "datePublished": "2026-03-02T06:00:00+01:00",
    "author": [{"@type": "Person", "name": "Ada Moreno"}],
    "articleBody": "The ferry runs again.\n\nIt was repaired in winter.",
}
NEWSPAPER = {
    "url": URL,
    "authors": ["Ada Moreno"],
    "publish_date": "2026-03-02 06:00:00",
    "paragraphs": ["The ferry runs again.", "It was repaired in winter."],
}


@pytest.mark.parametrize("message", [SELENIUM, PLAYWRIGHT, PAGE_SOURCE, HTTP_LOG, SPIDER])
def test_a_page_under_a_fallback_name_is_read(article_of: Callable[..., Article], message: dict[str, Any]) -> None:
    article = article_of(message)
    assert (article.url, article.html, article.text, article.shape) == (URL, PAGE, None, "scrapy")
    assert PAGE not in article.extra.values()


@pytest.mark.parametrize("message", [JSON_LD, NEWSPAPER])
def test_a_text_under_a_fallback_name_is_read(article_of: Callable[..., Article], message: dict[str, Any]) -> None:
    article = article_of(message)
    assert (article.url, article.authors) == (URL, ("Ada Moreno",))
    assert article.text == "The ferry runs again.\nIt was repaired in winter."


def test_titles_and_times_under_fallback_names_are_read(article_of: Callable[..., Article]) -> None:
    assert article_of(SELENIUM).fetched_at == datetime(2026, 3, 2, 7, 15, 30, tzinfo=UTC)
    assert article_of(PAGE_SOURCE).published_at == datetime(2026, 3, 2, 6, tzinfo=UTC)
    article = article_of(JSON_LD)
    assert (article.title, article.published_at) == ("The ferry runs again", datetime(2026, 3, 2, 5, tzinfo=UTC))
    assert article.extra == {"@context": "https://schema.org", "@type": "NewsArticle"}


def test_base64_under_a_fallback_name_is_decoded(article_of: Callable[..., Article]) -> None:
    page = "<p>Größe</p>"
    packed = base64.b64encode(page.encode("cp1252")).decode()
    article = article_of({"url": URL, "raw_html": packed, "encoding": "windows-1252"})
    assert article.html == page


def test_of_several_fallback_pages_the_longest_counts(article_of: Callable[..., Article]) -> None:
    article = article_of({"url": URL, "source": '<a href="/">The Harbour News</a>', "dom": PAGE, "page": "<b>2</b>"})
    assert article.html == PAGE
    assert article.extra == {"source": '<a href="/">The Harbour News</a>', "page": "<b>2</b>"}


def test_a_fallback_page_and_a_fallback_text_are_both_kept(article_of: Callable[..., Article]) -> None:
    article = article_of({"raw_html": PAGE, "articleBody": "The ferry runs again.", "paragraphs": ["Other."]})
    assert (article.html, article.text, article.extra) == (PAGE, "The ferry runs again.", {"paragraphs": ["Other."]})


def test_markup_under_a_fallback_name_of_text_is_a_page(article_of: Callable[..., Article]) -> None:
    article = article_of({"paragraphs": ["<p>One.</p>", "<p>Two.</p>"]})
    assert (article.html, article.text) == ("<p>One.</p>\n<p>Two.</p>", None)


@pytest.mark.parametrize(
    "message",
    [
        {"source": "The Harbour News"},
        {"source": {"name": "The Harbour News", "uri": "harbour.example.org"}},
        {"page": 2},
        {"page": "2"},
        {"dom": True, "raw_html": 5, "response_body": [1, 2]},
        {"response_body": '{"error": "not found"}'},
        {"articleBody": {"a": 1}, "paragraphs": [["One."]]},
        {"paragraphs": [{"text": "One."}]},
        {"data": "a string", "article": "a string"},
    ],
    ids=str,
)
def test_a_fallback_name_with_another_meaning_is_not_content(
    decode_message: Callable[..., Ending], message: dict[str, Any]
) -> None:
    ending = decode_message({"url": URL, **message})
    assert isinstance(ending, Dead)
    assert ending.reason is Reason.NO_CONTENT


def test_a_fallback_name_of_a_wrong_type_never_ends_a_message(article_of: Callable[..., Article]) -> None:
    other = {"headline": {"main": "A"}, "crawled_at": ["now"], "publish_date": {}, "datePublished": 5, "source": 7}
    article = article_of({"url": URL, "text": "Body.", **other})
    assert (article.title, article.fetched_at, article.published_at, article.extra) == (None, None, None, other)


def test_the_projects_own_format_has_no_fallback_names(decode_message: Callable[..., Ending]) -> None:
    ending = decode_message({"schema": "raw_article.v1", "raw_html": PAGE})
    assert isinstance(ending, Dead)
    assert ending.reason is Reason.NO_CONTENT


# -- what was readable without the fallback names is read as before --------------------------------------------------------


def read_without_fallback_names(message: Message) -> Ending:
    """The reading by the shapes that need no content under a fallback name."""
    shapes = [shape for shape in registry.OBJECT_SHAPES if shape.name not in ("zyte", "firecrawl")]
    shape = next(shape for shape in shapes if shape.fits(message))
    return to_article(replace(shape, fallback={}), message)


def read(message: Message) -> Ending:
    return to_article(registry.of_object(message), message)


_EARLY_NAMES = """
url html body content text maintext title authors date timestamp status response crawlid appid metadata schema
requested_url rss_entry fetch.statusCode publishing_date language source-hostname
"""
_LATER_NAMES = "article data markdown rawHtml browserHtml httpResponseBody statusCode metadata success"
_EARLY = st.sampled_from(_EARLY_NAMES.split())
_LATER = st.sampled_from([*_LATER_NAMES.split(), *(path[-1] for paths in FALLBACK.values() for path in paths)])
_PACKED = base64.b64encode(PAGE.encode()).decode()
_LEAVES = st.sampled_from(
    [None, True, 7, 404, 1772435730, "", " ", "None", "Text.", PAGE, "<p>x</p>", _PACKED, URL, "2026-03-02", "200"]
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_EARLY | _LATER, inner, max_size=4),
    max_leaves=8,
)
_MESSAGES = st.builds(
    lambda early, later: {**early, **later},
    st.dictionaries(_EARLY, _LEAVES | _VALUES, max_size=5),
    st.dictionaries(_LATER, _LEAVES | _VALUES, max_size=5),
)
MAY_BE_FILLED = {"title", "published_at", "published_at_precision", "fetched_at"}


@given(_MESSAGES)
def test_a_message_that_was_readable_before_keeps_its_ending_and_every_field_that_was_filled(
    message: dict[str, Any],
) -> None:
    before, after = read_without_fallback_names(message), read(message)
    if isinstance(before, Dead):
        return
    if isinstance(before, Article) and not (before.html or before.text):
        is_error_page = before.status is not None and not 200 <= before.status <= 299
        assert not is_error_page or (isinstance(after, Article) and after.status == before.status)
        return
    assert type(after) is type(before)
    for name in (field.name for field in fields(before) if field.name != "extra"):
        was, is_now = getattr(before, name), getattr(after, name)
        assert is_now == was or (name in MAY_BE_FILLED and was is None), name
    if isinstance(before, Article) and isinstance(after, Article):
        left = before.extra.keys() - after.extra.keys()
        assert left <= {path[0] for name in MAY_BE_FILLED & FALLBACK.keys() for path in FALLBACK[name]}
        assert {**before.extra, **after.extra} == before.extra


@pytest.mark.parametrize("name", sorted({path[0] for paths in FALLBACK.values() for path in paths}))
@pytest.mark.parametrize(
    "early", [{"html": PAGE}, {"text": "Text."}, {"body": "Text."}, {"maintext": "Text.", "source_domain": "e.org"}]
)
def test_beside_content_under_another_name_a_fallback_name_changes_neither_html_nor_text(
    article_of: Callable[..., Article], name: str, early: dict[str, Any]
) -> None:
    alone = article_of({"spider": "s", **early})
    beside = article_of({"spider": "s", **early, name: f"<html>{PAGE * 3}</html>"})
    assert (beside.html, beside.text, beside.shape) == (alone.html, alone.text, alone.shape)
