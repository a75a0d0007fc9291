"""StormCrawler's tuples as JSON: url, content, and metadata whose values are lists of strings."""

from __future__ import annotations

from worker.crawlers.base import Shape
from worker.crawlers.fields import COMMON, Message, extended

_PREFIXES = ("fetch.", "parse.", "_request.", "_response.", "protocol.")


def _fits(message: Message) -> bool:
    metadata = message.get("metadata")
    return "fetch.statusCode" in message or (
        isinstance(metadata, dict) and any(key.startswith(_PREFIXES) for key in metadata)
    )


SHAPE = Shape(
    "stormcrawler",
    _fits,
    aliases=extended(
        COMMON,
        final_url="metadata/_redirTo",
        canonical_url="canonical metadata/canonical",
        title="parse.title metadata/parse.title metadata/title",
        authors="parse.author metadata/parse.author metadata/author",
        description="parse.description metadata/parse.description metadata/description",
        tags="parse.keywords metadata/parse.keywords metadata/keywords",
        published_at="metadata/parse.date metadata/date",
        fetched_at="metadata/_request.time_",
        language="metadata/parse.lang metadata/parse.language metadata/language",
        status="metadata/fetch.statusCode",
        encoding="content-type metadata/content-type metadata/parse.Content-Encoding",
    ),
    first_of_lists=True,
)
