"""Firecrawl's documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from worker.messages import Article, Dead, Dropped, Reason

PAGE = "<!DOCTYPE html><html><body><p>The ferry runs again.</p></body></html>"
METADATA = {
    "title": "The ferry runs again | Harbour News",
    "description": "After five months.",
    "language": "en",
    "ogTitle": "The ferry runs again",
    "publishedTime": "2026-03-02T06:00:00Z",
    "sourceURL": "https://harbour.example.org/ferry?from=rss",
    "url": "https://harbour.example.org/ferry",
    "statusCode": 200,
}
MARKDOWN = "# The ferry runs again\n\nThe ferry **runs** [again](https://harbour.example.org/).\n\n- Bikes travel free"
RENDERED = (
    '<h1>The ferry runs again</h1>\n<p>The ferry <strong>runs</strong> <a href="https://harbour.example.org/">again</a>'
    ".</p>\n<ul>\n<li>Bikes travel free</li>\n</ul>\n"
)
DOCUMENT: dict[str, Any] = {"markdown": MARKDOWN, "rawHtml": PAGE, "metadata": METADATA}
RESPONSE: dict[str, Any] = {"success": True, "data": DOCUMENT}
WEBHOOK = {
    "success": True,
    "type": "crawl.page",
    "id": "1f0c",
    "data": [DOCUMENT],
    "metadata": {"crawl": "monday"},
    "timestamp": "2026-03-02T07:15:30Z",
}


def test_a_response_is_read(article_of: Callable[..., Article]) -> None:
    assert article_of(RESPONSE) == Article(
        url="https://harbour.example.org/ferry?from=rss",
        final_url="https://harbour.example.org/ferry",
        html=PAGE,
        title="The ferry runs again",
        description="After five months.",
        published_at=datetime(2026, 3, 2, 6, tzinfo=UTC),
        published_at_precision="second",
        language="en",
        status=200,
        shape="firecrawl",
        extra={
            "success": True,
            "data": {
                "markdown": MARKDOWN,
                "metadata": {"title": "The ferry runs again | Harbour News"},
            },
        },
    )


def test_the_document_of_a_webhook_and_a_document_alone_are_read_alike(article_of: Callable[..., Article]) -> None:
    whole = article_of(RESPONSE)
    for message in (WEBHOOK, DOCUMENT):
        article = article_of(message)
        assert (article.shape, article.url, article.html, article.title) == (
            "firecrawl", whole.url, whole.html, whole.title,
        )  # fmt: skip
    assert article_of(WEBHOOK).fetched_at == datetime(2026, 3, 2, 7, 15, 30, tzinfo=UTC)
    assert article_of(WEBHOOK).extra["metadata"] == {"crawl": "monday"}


@pytest.mark.parametrize("wrap", [lambda document: document, lambda document: {"success": True, "data": document}])
def test_markdown_alone_becomes_a_page(article_of: Callable[..., Article], wrap: Callable[[Any], Any]) -> None:
    article = article_of(wrap({"markdown": MARKDOWN, "rawHtml": "", "metadata": METADATA}))
    assert (article.html, article.text) == (RENDERED.strip("\n") + "\n", None)


def test_cleaned_html_counts_if_the_raw_page_is_missing(article_of: Callable[..., Article]) -> None:
    data = {"markdown": MARKDOWN, "html": "<p>The ferry runs again.</p>", "metadata": METADATA}
    assert article_of({"success": True, "data": data}).html == "<p>The ferry runs again.</p>"


def test_very_long_markdown_is_taken_as_text(article_of: Callable[..., Article]) -> None:
    article = article_of({"markdown": "![" * (200 << 10), "metadata": METADATA})
    assert (article.html, article.text) == (None, "![" * (200 << 10))


def test_an_error_status_is_dropped(decode_message: Callable[..., Any]) -> None:
    data = {**DOCUMENT, "metadata": {**METADATA, "statusCode": 404}}
    assert decode_message({"success": True, "data": data}) == Dropped(Reason.HTTP_ERROR, "status 404")


def test_the_first_of_several_values_of_a_meta_element_counts(article_of: Callable[..., Article]) -> None:
    metadata = {**METADATA, "ogTitle": ["The ferry runs again", "Harbour News"], "language": ["en", "de"]}
    article = article_of({**DOCUMENT, "metadata": metadata})
    assert (article.title, article.language) == ("The ferry runs again", "en")


@pytest.mark.parametrize(
    "data",
    ["a string", 5, None, [], {}, [DOCUMENT, DOCUMENT], ["a"], {"markdown": "# A"}, {"markdown": 5, "metadata": {}}],
    ids=str,
)
def test_data_of_another_kind_is_not_this_shape(decode_message: Callable[..., Any], data: Any) -> None:
    ending = decode_message({"success": True, "data": data})
    assert isinstance(ending, Dead)
    assert ending.reason is Reason.NO_CONTENT
    forced = decode_message({"success": True, "data": data}, "firecrawl")
    assert isinstance(forced, Dead)


def test_a_wrong_type_is_a_violation_that_names_the_field(decode_message: Callable[..., Any]) -> None:
    data = {**DOCUMENT, "metadata": {**METADATA, "sourceURL": 5}}
    assert decode_message({"data": data}) == Dead(
        Reason.SCHEMA_VIOLATION, "data.metadata.sourceURL: expected a string, got a number"
    )


def test_a_message_with_a_page_of_its_own_is_read_as_before(article_of: Callable[..., Article]) -> None:
    article = article_of({"html": PAGE, "metadata": METADATA, "markdown": MARKDOWN})
    assert (article.shape, article.url, article.extra) == (
        "scrapy", None, {"metadata": METADATA, "markdown": MARKDOWN},
    )  # fmt: skip


def test_an_error_status_under_a_common_name_is_read_as_before(decode_message: Callable[..., Any]) -> None:
    message = {**RESPONSE, "data": {**DOCUMENT, "metadata": {"sourceURL": 5}}}
    assert decode_message({**message, "status": 503}) == Dropped(Reason.HTTP_ERROR, "status 503")
