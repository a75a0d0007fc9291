"""Zyte API's responses."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from worker.messages import Article, Dead, Dropped, Reason

PAGE = "<html><body><p>The ferry runs again.</p></body></html>"
ARTICLE = {
    "headline": "The ferry runs again",
    "datePublished": "2026-03-02T06:00:00Z",
    "datePublishedRaw": "2 March 2026",
    "authors": [{"name": "Ada Moreno", "nameRaw": "By Ada Moreno", "url": "https://harbour.example.org/ada"}],
    "inLanguage": "en",
    "description": "It was repaired in winter.",
    "mainImage": {"url": "https://harbour.example.org/ferry.jpg"},
    "articleBody": "The ferry runs again.\n\nIt was repaired in winter.",
    "articleBodyHtml": "<article>\n\n<p>The ferry runs again.</p>\n\n<p>It was repaired in winter.</p>\n\n</article>",
    "canonicalUrl": "https://harbour.example.org/ferry",
    "url": "https://harbour.example.org/ferry?page=1",
    "metadata": {"probability": 0.98, "dateDownloaded": "2026-03-02T07:15:30Z"},
}
RESPONSE: dict[str, Any] = {"url": "https://harbour.example.org/ferry?page=1", "statusCode": 200, "article": ARTICLE}


def test_an_extracted_article_is_read(article_of: Callable[..., Article]) -> None:
    assert article_of(RESPONSE) == Article(
        url="https://harbour.example.org/ferry?page=1",
        canonical_url="https://harbour.example.org/ferry",
        text="The ferry runs again.\nIt was repaired in winter.",
        title="The ferry runs again",
        authors=("Ada Moreno",),
        description="It was repaired in winter.",
        published_at=datetime(2026, 3, 2, 6, tzinfo=UTC),
        published_at_precision="second",
        fetched_at=datetime(2026, 3, 2, 7, 15, 30, tzinfo=UTC),
        language="en",
        status=200,
        shape="zyte",
        extra={
            "article": {
                "datePublishedRaw": "2 March 2026",
                "mainImage": {"url": "https://harbour.example.org/ferry.jpg"},
                "articleBodyHtml": ARTICLE["articleBodyHtml"],
                "url": "https://harbour.example.org/ferry?page=1",
                "metadata": {"probability": 0.98},
            }
        },
    )


def test_the_page_is_kept_beside_the_text(article_of: Callable[..., Article]) -> None:
    article = article_of({**RESPONSE, "browserHtml": PAGE})
    assert (article.html, article.text) == (PAGE, "The ferry runs again.\nIt was repaired in winter.")


def test_a_page_alone_is_read(article_of: Callable[..., Article]) -> None:
    page = {"url": "https://harbour.example.org/ferry", "statusCode": 200, "browserHtml": PAGE}
    assert (article_of(page).html, article_of(page).shape, article_of(page).extra) == (PAGE, "zyte", {})
    packed = {"url": page["url"], "statusCode": 200, "httpResponseBody": base64.b64encode(PAGE.encode()).decode()}
    assert article_of(packed).html == PAGE


def test_without_its_text_the_articles_own_html_is_the_page(article_of: Callable[..., Article]) -> None:
    article = {name: value for name, value in ARTICLE.items() if name != "articleBody"}
    assert article_of({**RESPONSE, "article": article}).html == ARTICLE["articleBodyHtml"]


def test_the_url_of_the_article_counts_if_the_response_has_none(article_of: Callable[..., Article]) -> None:
    assert article_of({"article": ARTICLE}).url == "https://harbour.example.org/ferry?page=1"


def test_an_error_status_is_dropped(decode_message: Callable[..., Any]) -> None:
    assert decode_message({**RESPONSE, "statusCode": 404}) == Dropped(Reason.HTTP_ERROR, "status 404")


@pytest.mark.parametrize(("name", "value"), [("headline", 7), ("authors", 5), ("articleBodyHtml", None)])
def test_a_wrong_type_is_a_violation_that_names_the_field(
    decode_message: Callable[..., Any], name: str, value: Any
) -> None:
    ending = decode_message({**RESPONSE, "article": {**ARTICLE, name: value}})
    if value is None:
        assert isinstance(ending, Article)
    else:
        assert isinstance(ending, Dead)
        assert ending.detail.startswith(f"article.{name}: expected ")


@pytest.mark.parametrize("article", ["A headline", 5, [ARTICLE], {}, {"headline": "A"}, {"articleBody": 5}], ids=str)
def test_an_article_of_another_kind_is_not_this_shape(decode_message: Callable[..., Any], article: Any) -> None:
    ending = decode_message({"url": "https://e.org/", "article": article})
    assert isinstance(ending, Dead)
    assert ending.reason is Reason.NO_CONTENT


def test_a_message_with_a_page_of_its_own_is_read_as_before(article_of: Callable[..., Article]) -> None:
    article = article_of({"html": PAGE, "article": ARTICLE})
    assert (article.shape, article.url, article.title, article.text) == ("scrapy", None, None, None)


def test_an_error_status_under_a_common_name_is_read_as_before(decode_message: Callable[..., Any]) -> None:
    message = {**RESPONSE, "article": {**ARTICLE, "headline": 5}}
    assert decode_message({**message, "status": 503}) == Dropped(Reason.HTTP_ERROR, "status 503")
