"""Media Cloud story-indexer's stories: four objects; any two identify the shape. `raw_html.html` is HTML or base64."""

from __future__ import annotations

from worker.crawlers.base import Shape
from worker.crawlers.fields import COMMON, Message, extended

_PARTS = ("rss_entry", "raw_html", "http_metadata", "content_metadata")


def _fits(message: Message) -> bool:
    return sum(isinstance(message.get(part), dict) for part in _PARTS) >= 2


SHAPE = Shape(
    "story_indexer",
    _fits,
    aliases=extended(
        COMMON,
        url="content_metadata/url",
        canonical_url="content_metadata/canonical_url",
        title="content_metadata/article_title",
        published_at="content_metadata/publication_date rss_entry/pub_date",
        fetched_at="http_metadata/fetch_timestamp rss_entry/fetch_date",
        language="content_metadata/language content_metadata/full_language",
        status="http_metadata/response_code",
        encoding="raw_html/encoding http_metadata/encoding",
    ),
)
