"""Nutch's Common Crawl dump."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from worker.messages import Article, Dead, Dropped, Reason

PAGE = "<html><body><p>Bees return to the roofs.</p></body></html>"
MESSAGE: dict[str, Any] = {
    "url": "https://bees.example.org/roofs",
    "timestamp": "1772435730250",
    "request": {
        "method": "GET",
        "client": {
            "hostname": "crawler1",
            "address": "192.0.2.10",
            "software": "Nutch 1.20",
            "robots": "classic",
            "contact": {"name": "Crawl team", "email": "crawl@example.org"},
        },
        "headers": {"Accept": "text/html"},
        "body": None,
    },
    "response": {
        "status": "200",
        "server": {"hostname": "bees.example.org", "address": "192.0.2.80"},
        "headers": {"Content-Type": "text/html; charset=ISO-8859-15"},
        "body": PAGE,
    },
    "key": "org_example_bees/roofs",
    "imported": "1772435800000",
    "inlinks": ["https://bees.example.org/"],
}


def test_the_response_becomes_the_article(article_of: Callable[..., Article]) -> None:
    article = article_of(MESSAGE)
    assert article == Article(
        url="https://bees.example.org/roofs",
        html=PAGE,
        fetched_at=datetime(2026, 3, 2, 7, 15, 30, 250000, tzinfo=UTC),
        status=200,
        shape="nutch",
        extra={
            "request": MESSAGE["request"],
            "response": {"server": MESSAGE["response"]["server"], "headers": MESSAGE["response"]["headers"]},
            "key": "org_example_bees/roofs",
            "imported": "1772435800000",
            "inlinks": ["https://bees.example.org/"],
        },
    )


def test_an_http_date_is_accepted_as_a_timestamp(article_of: Callable[..., Article]) -> None:
    article = article_of({**MESSAGE, "timestamp": "Mon, 02 Mar 2026 07:15:30 GMT"})
    assert article.fetched_at == datetime(2026, 3, 2, 7, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "headers",
    [{"content-type": "text/html; charset=ISO-8859-15"}, [["Content-Type", "text/html; charset=ISO-8859-15"]]],
    ids=["object", "pairs"],
)
def test_a_base64_body_is_decoded_by_headers_that_are_an_object_or_pairs(
    article_of: Callable[..., Article], headers: Any
) -> None:
    page = "<html><body><p>Ein Pfund Honig: 4 €.</p></body></html>"
    response = {"status": 200, "headers": headers, "body": base64.b64encode(page.encode("iso-8859-15")).decode()}
    assert article_of({**MESSAGE, "response": response}).html == page


def test_the_status_of_the_response_decides_the_outcome(decode_message: Callable[..., Any]) -> None:
    assert decode_message({**MESSAGE, "response": {"status": 301, "body": ""}}) == Dropped(
        Reason.HTTP_ERROR, "status 301"
    )


def test_a_body_with_a_wrong_type_is_a_violation(decode_message: Callable[..., Any]) -> None:
    assert decode_message({**MESSAGE, "response": {"body": {"a": 1}}}) == Dead(
        Reason.SCHEMA_VIOLATION, "response.body: expected a string, got an object"
    )


def test_the_shape_can_be_forced(article_of: Callable[..., Article]) -> None:
    assert article_of({"response": {"body": PAGE}}, "nutch").shape == "nutch"
