"""Plain Scrapy items: any object, by the common aliases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from worker.messages import Article, Dead, Reason

ITEM = {
    "link": "https://www.example.com/politics/budget-vote",
    "title": " Parliament votes\n on the budget ",
    "author": "Ines Duarte; Paul Weiss ",
    "pub_date": "Mon, 02 Mar 2026 06:00:00 GMT",
    "scraped_at": "2026-03-02 07:15:30.123456",
    "lang": "EN_us",
    "body": "<article><p>Parliament votes on Tuesday.</p></article>",
    "response_code": "200",
    "spider": "example_politics",
    "_type": "NewsItem",
    "tags": ["budget", "parliament"],
    "domain": "example.com",
}


def test_an_item_becomes_an_article_and_keeps_its_other_fields(article_of: Callable[..., Article]) -> None:
    assert article_of(ITEM) == Article(
        url="https://www.example.com/politics/budget-vote",
        html="<article><p>Parliament votes on Tuesday.</p></article>",
        title="Parliament votes on the budget",
        authors=("Ines Duarte", "Paul Weiss"),
        tags=("budget", "parliament"),
        published_at=datetime(2026, 3, 2, 6, tzinfo=UTC),
        published_at_precision="second",
        fetched_at=datetime(2026, 3, 2, 7, 15, 30, 123456, tzinfo=UTC),
        language="en",
        status=200,
        shape="scrapy",
        extra={
            "spider": "example_politics",
            "_type": "NewsItem",
            "domain": "example.com",
        },
    )


@pytest.mark.parametrize("field", ["body", "content"])
def test_a_body_is_a_page_if_it_looks_like_html_and_text_otherwise(
    article_of: Callable[..., Article], field: str
) -> None:
    page = article_of({"spider": "s", field: "<p>Two is < three.</p>"})
    text = article_of({"spider": "s", field: "Two is < three.\r\n\r\nAnd four."})
    assert (page.html, page.text) == ("<p>Two is < three.</p>", None)
    assert (text.html, text.text) == (None, "Two is < three.\nAnd four.")


def test_html_and_text_are_both_kept(article_of: Callable[..., Article]) -> None:
    article = article_of({"spider": "s", "html": "<p>Page</p>", "text": "Text", "body": "<p>Other</p>"})
    assert (article.html, article.text, article.extra) == (
        "<p>Page</p>",
        "Text",
        {"spider": "s", "body": "<p>Other</p>"},
    )


def test_a_source_is_not_a_url_here(article_of: Callable[..., Article]) -> None:
    assert article_of({"source": "Reuters", "text": "Body."}).url is None


def test_a_status_that_is_not_an_http_status_is_unknown(article_of: Callable[..., Article]) -> None:
    assert article_of({"status": "publish", "status_code": 200, "text": "Body."}).status == 200
    assert article_of({"spider": "s", "status": True, "text": "Body."}).status is None


def test_scrapy_can_be_forced_on_a_message_that_looks_like_another_shape(article_of: Callable[..., Article]) -> None:
    article = article_of({"crawlid": "1", "appid": "a", "body": "Body."}, "scrapy")
    assert (article.shape, article.text) == ("scrapy", "Body.")


@pytest.mark.parametrize(
    ("field", "value", "detail"),
    [
        ("html", 5, "html: expected a string, got a number"),
        ("html", {"a": 1}, "html: expected a string, got an object"),
        ("html", ["<p>"], "html: expected a string, got an array"),
        ("body", ["<p>", 7], "body: expected a string or an array of strings, got an array"),
        ("text", [["A"]], "text: expected a string or an array of strings, got an array"),
        ("url", ["https://e.org/"], "url: expected a string, got an array"),
        ("url", True, "url: expected a string, got a boolean"),
        ("title", 2026, "title: expected a string, got a number"),
        ("author", 7, "author: expected a string or an array of strings, got a number"),
        ("authors", ["A", 7], "authors: expected a string or an array of strings, got an array"),
        ("status_code", [200], "status_code: expected a number, got an array"),
        ("lang", {"code": "en"}, "lang: expected a string, got an object"),
    ],
)
def test_a_known_field_with_a_wrong_type_is_a_violation_that_names_the_field(
    decode_message: Callable[..., Any], field: str, value: Any, detail: str
) -> None:
    assert decode_message({"spider": "s", "text": None, field: value, "maintext": None}) == Dead(
        Reason.SCHEMA_VIOLATION, detail
    )
