"""scrapy-cluster's crawled_firehose."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from worker.messages import Article, Dead, Dropped, Reason

PAGE = "<html><head><title>Ferry</title></head><body><p>The ferry runs again. Grüße!</p></body></html>"
MESSAGE: dict[str, Any] = {
    "appid": "newsdesk",
    "crawlid": "c0ffee-2026-03-02",
    "url": "http://ferry.example.net/today",
    "response_url": "https://ferry.example.net/today/",
    "status_code": 200,
    "status_msg": "OK",
    "response_headers": {"Content-Type": ["text/html; charset=utf-8"], "Server": ["nginx/1.24"]},
    "request_headers": {"User-Agent": ["newsdesk/1.0"]},
    "body": PAGE,
    "links": [{"url": "https://ferry.example.net/", "text": "Home"}],
    "attrs": {"priority": 10},
    "success": True,
    "exception": None,
    "encoding": "utf-8",
    "timestamp": "2026-03-02T07:15:30.250000",
}


def test_a_crawled_page_becomes_an_article(article_of: Callable[..., Article]) -> None:
    taken = ("url", "response_url", "status_code", "body", "timestamp")
    assert article_of(MESSAGE) == Article(
        url="http://ferry.example.net/today",
        final_url="https://ferry.example.net/today/",
        html=PAGE,
        fetched_at=datetime(2026, 3, 2, 7, 15, 30, 250000, tzinfo=UTC),
        status=200,
        shape="scrapy_cluster",
        extra={key: value for key, value in MESSAGE.items() if key not in taken},
    )


def test_a_base64_body_is_decoded_by_the_charset_of_its_headers(article_of: Callable[..., Article]) -> None:
    body = base64.b64encode(PAGE.encode("iso-8859-1")).decode()
    headers = {"Content-Type": ["text/html; charset=ISO-8859-1"]}
    assert article_of({**MESSAGE, "body": body, "response_headers": headers, "encoding": None}).html == PAGE


def test_a_base64_body_is_decoded_by_the_encoding_field_without_a_header(article_of: Callable[..., Article]) -> None:
    body = base64.b64encode(PAGE.encode("cp1252")).decode()
    assert article_of({**MESSAGE, "body": body, "response_headers": {}, "encoding": "cp1252"}).html == PAGE


def test_a_failed_request_is_dropped_with_its_status(decode_message: Callable[..., Any]) -> None:
    failed = {**MESSAGE, "status_code": 504, "status_msg": "Gateway Timeout", "body": "", "success": False}
    assert decode_message(failed) == Dropped(Reason.HTTP_ERROR, "status 504")


def test_the_error_text_that_the_crawler_sends_instead_of_an_item_is_bad_json(
    decode_message: Callable[..., Any],
) -> None:
    ending = decode_message(b"json failed to parse")
    assert ending.reason is Reason.BAD_JSON
    assert "scrapy-cluster" in ending.detail


def test_a_body_with_a_wrong_type_is_a_violation(decode_message: Callable[..., Any]) -> None:
    assert decode_message({**MESSAGE, "body": 12}) == Dead(
        Reason.SCHEMA_VIOLATION, "body: expected a string or an array of strings, got a number"
    )


def test_the_shape_can_be_forced(article_of: Callable[..., Article]) -> None:
    assert article_of({"url": "https://e.org/", "body": PAGE}, "scrapy_cluster").shape == "scrapy_cluster"
