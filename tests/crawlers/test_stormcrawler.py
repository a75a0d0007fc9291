"""StormCrawler's tuples, whose values are lists of strings."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from worker.messages import Article, Dead, Dropped, Reason

PAGE = "<html><body><p>The market moves to the old station.</p></body></html>"
MESSAGE: dict[str, Any] = {
    "url": "http://market.example.fr/moves",
    "content": PAGE,
    "metadata": {
        "fetch.statusCode": ["200"],
        "fetch.byteLength": ["70"],
        "fetch.loadingTime": ["112"],
        "fetch.timeInQueues": ["3"],
        "_redirTo": ["https://market.example.fr/moves"],
        "_request.headers_": ["GET /moves HTTP/1.1\r\nUser-Agent: bot\r\n"],
        "_response.headers_": ["HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"],
        "_response.ip_": ["192.0.2.7"],
        "_request.time_": ["1772435730250"],
        "_protocol_versions_": ["http/1.1"],
        "content-type": ["text/html; charset=windows-1252"],
        "parse.title": ["The market moves"],
        "parse.author": ["Ana Roux", "Luc Petit"],
    },
}


def test_the_lists_of_the_metadata_are_unwrapped(article_of: Callable[..., Article]) -> None:
    article = article_of(MESSAGE)
    taken = ("fetch.statusCode", "_redirTo", "_request.time_", "parse.title", "parse.author")
    assert article == Article(
        url="http://market.example.fr/moves",
        final_url="https://market.example.fr/moves",
        html=PAGE,
        title="The market moves",
        authors=("Ana Roux", "Luc Petit"),
        fetched_at=datetime(2026, 3, 2, 7, 15, 30, 250000, tzinfo=UTC),
        status=200,
        shape="stormcrawler",
        extra={"metadata": {key: value for key, value in MESSAGE["metadata"].items() if key not in taken}},
    )


def test_all_fields_may_be_at_the_top_level_and_be_lists(article_of: Callable[..., Article]) -> None:
    article = article_of({"url": ["https://e.org/"], "content": [PAGE], "fetch.statusCode": ["200"], "host": ["e.org"]})
    assert (article.url, article.html, article.status) == ("https://e.org/", PAGE, 200)
    assert article.extra == {"host": ["e.org"]}


def test_content_bytes_are_decoded_by_the_content_type_of_the_metadata(article_of: Callable[..., Article]) -> None:
    page = "<html><body><p>Le marché déménage à côté.</p></body></html>"
    content = base64.b64encode(page.encode("cp1252")).decode()
    assert article_of({**MESSAGE, "content": content}).html == page


def test_the_status_is_read_from_its_string(decode_message: Callable[..., Any]) -> None:
    metadata = {**MESSAGE["metadata"], "fetch.statusCode": ["503"]}
    assert decode_message({**MESSAGE, "metadata": metadata}) == Dropped(Reason.HTTP_ERROR, "status 503")


def test_a_list_of_values_with_a_wrong_type_is_a_violation(decode_message: Callable[..., Any]) -> None:
    assert decode_message({**MESSAGE, "url": [5]}) == Dead(
        Reason.SCHEMA_VIOLATION, "url: expected a string, got a number"
    )


def test_the_shape_can_be_forced(article_of: Callable[..., Article]) -> None:
    assert article_of({"url": ["https://e.org/"], "content": [PAGE]}, "stormcrawler").url == "https://e.org/"
