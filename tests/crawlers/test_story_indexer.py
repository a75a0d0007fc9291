"""Media Cloud story-indexer's stories."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from worker.messages import Article, Dead, Dropped, Reason

PAGE = "<!DOCTYPE html><html><body><p>Water levels fell again.</p></body></html>"
MESSAGE: dict[str, Any] = {
    "rss_entry": {
        "link": "https://river.example.org/news/levels?from=rss",
        "title": "Water levels fall",
        "domain": "river.example.org",
        "pub_date": "Sun, 01 Mar 2026 18:30:00 -0300",
        "fetch_date": "2026-03-02",
        "source_url": "https://river.example.org/",
        "source_feed_id": 77,
        "source_source_id": 12,
        "via": "https://river.example.org/rss.xml",
    },
    "raw_html": {"html": PAGE, "encoding": "utf-8"},
    "http_metadata": {
        "response_code": 200,
        "fetch_timestamp": 1772435730.25,
        "final_url": "https://river.example.org/news/levels",
        "encoding": "utf-8",
    },
    "content_metadata": {
        "original_url": "https://river.example.org/news/levels?from=rss",
        "url": "https://river.example.org/news/levels",
        "normalized_url": "http://river.example.org/news/levels",
        "canonical_domain": "river.example.org",
        "publication_date": "2026-03-01",
        "language": "en",
        "full_language": "en",
        "text_extraction_method": "trafilatura",
        "article_title": "Water levels fall again",
        "normalized_article_title": "water levels fall again",
        "text_content": "Water levels fell again.\n\nThe ferry waits.",
        "is_homepage": False,
        "is_shortened": False,
        "parsed_date": "2026-03-02T08:00:00",
        "canonical_url": "https://river.example.org/news/levels",
    },
}


def test_the_four_parts_become_one_article(article_of: Callable[..., Article]) -> None:
    article = article_of(MESSAGE)
    assert article.shape == "story_indexer"
    assert article.url == "https://river.example.org/news/levels?from=rss"
    assert article.final_url == article.canonical_url == "https://river.example.org/news/levels"
    assert (article.html, article.text) == (PAGE, "Water levels fell again.\nThe ferry waits.")
    assert (article.title, article.language, article.status) == ("Water levels fall", "en", 200)
    assert article.published_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert article.fetched_at == datetime(2026, 3, 2, 7, 15, 30, 250000, tzinfo=UTC)


def test_used_fields_are_removed_from_their_part_and_the_rest_is_kept(article_of: Callable[..., Article]) -> None:
    extra = article_of(MESSAGE).extra
    assert extra["raw_html"] == {"encoding": "utf-8"}
    assert extra["rss_entry"]["via"] == "https://river.example.org/rss.xml"
    assert "text_content" not in extra["content_metadata"]
    assert extra["content_metadata"]["article_title"] == "Water levels fall again"


def test_the_page_may_be_base64_in_the_encoding_named_beside_it(article_of: Callable[..., Article]) -> None:
    page = "<html><body><p>Воды стало меньше.</p></body></html>"
    raw = {"html": base64.b64encode(page.encode("cp1251")).decode(), "encoding": "windows-1251"}
    assert article_of({**MESSAGE, "raw_html": raw}).html == page


def test_the_response_code_decides_the_outcome(decode_message: Callable[..., Any]) -> None:
    gone = {**MESSAGE, "http_metadata": {"response_code": 410}}
    assert decode_message(gone) == Dropped(Reason.HTTP_ERROR, "status 410")


def test_a_page_with_a_wrong_type_is_a_violation(decode_message: Callable[..., Any]) -> None:
    assert decode_message({**MESSAGE, "raw_html": {"html": [PAGE]}}) == Dead(
        Reason.SCHEMA_VIOLATION, "raw_html.html: expected a string, got an array"
    )


def test_it_can_be_forced_on_a_story_with_one_part(article_of: Callable[..., Article]) -> None:
    article = article_of({"raw_html": {"html": PAGE}}, "story_indexer")
    assert (article.shape, article.html) == ("story_indexer", PAGE)
