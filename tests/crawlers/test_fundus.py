"""Fundus articles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from worker.messages import Article, Dead, Reason

PAGE = {
    "requested_url": "https://daily.example.co.uk/a/tram",
    "responded_url": "https://daily.example.co.uk/a/tram-line",
    "content": "<html><body><p>The tram line opens.</p></body></html>",
    "crawl_date": "2026-03-02 07:15:30.123456",
    "source_info": {"publisher": "The Daily Example", "type": "Sitemap", "url": "https://daily.example.co.uk/map.xml"},
}
ARTICLE: dict[str, Any] = {
    "title": "The tram line opens",
    "authors": ["Moira Hale"],
    "publishing_date": "2026-03-01 09:00:00+00:00",
    "topics": ["Transport"],
    "free_access": True,
    "images": [],
    "body": {
        "summary": ["After nine years the line is ready."],
        "sections": [
            {"headline": [], "paragraphs": ["The tram line opens on Monday.", "Rides are free for a week."]},
            {"headline": ["What it cost"], "paragraphs": ["Twice the plan."]},
        ],
    },
}


def test_an_article_without_its_page_has_its_body_as_text(article_of: Callable[..., Article]) -> None:
    assert article_of(ARTICLE) == Article(
        text=(
            "After nine years the line is ready.\nThe tram line opens on Monday.\nRides are free for a week.\n"
            "What it cost\nTwice the plan."
        ),
        title="The tram line opens",
        authors=("Moira Hale",),
        published_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
        published_at_precision="second",
        shape="fundus",
        tags=("Transport",),
        extra={"free_access": True, "images": []},
    )


@pytest.mark.parametrize("message", [{**ARTICLE, "html": PAGE}, {**ARTICLE, **PAGE}], ids=["nested", "flat"])
def test_the_page_may_be_nested_or_beside_the_article(
    article_of: Callable[..., Article], message: dict[str, Any]
) -> None:
    article = article_of(message)
    assert article.shape == "fundus"
    assert article.url == "https://daily.example.co.uk/a/tram"
    assert article.final_url == "https://daily.example.co.uk/a/tram-line"
    assert article.html == PAGE["content"]
    assert article.text is not None
    assert article.fetched_at == datetime(2026, 3, 2, 7, 15, 30, 123456, tzinfo=UTC)
    assert article.extra["source_info"] == PAGE["source_info"]


def test_plaintext_is_preferred_to_the_body(article_of: Callable[..., Article]) -> None:
    assert article_of({**ARTICLE, "plaintext": "One.\n\nTwo."}).text == "One.\nTwo."


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"summary": 5, "sections": []}, "body.summary: expected an array, got a number"),
        ({"sections": [5]}, "body.sections: expected an array of objects, got a number"),
        ({"sections": {"a": 1}}, "body.sections: expected an array, got an object"),
        ({"sections": [{"paragraphs": [None]}]}, "body.paragraphs: expected an array of strings, got null"),
    ],
)
def test_a_body_with_another_structure_is_a_violation(
    decode_message: Callable[..., Any], body: Any, detail: str
) -> None:
    assert decode_message({**ARTICLE, "body": body}) == Dead(Reason.SCHEMA_VIOLATION, detail)


def test_the_shape_can_be_forced(article_of: Callable[..., Article]) -> None:
    assert article_of({"body": {"summary": "Alone."}}, "fundus").text == "Alone."
