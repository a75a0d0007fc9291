"""Zyte API's responses: a page (`browserHtml`, or `httpResponseBody` in base64), an extracted `article`, or both."""

from __future__ import annotations

from worker.crawlers.base import Shape
from worker.crawlers.fields import COMMON, FALLBACK, Message, extended, is_readable

_TEXTS = ("articleBody", "articleBodyHtml")


def _fits(message: Message) -> bool:
    article = message.get("article")
    return (
        isinstance(message.get("browserHtml"), str)
        or isinstance(message.get("httpResponseBody"), str)
        or (isinstance(article, dict) and any(isinstance(article.get(name), str) for name in _TEXTS))
    ) and not is_readable(message)


SHAPE = Shape(
    "zyte",
    _fits,
    aliases=extended(
        COMMON,
        url="article/url",
        canonical_url="article/canonicalUrl",
        html="browserHtml httpResponseBody",
        text="article/articleBody",
        title="article/headline",
        authors="article/authors",
        published_at="article/datePublished",
        description="article/description",
        tags="article/keywords article/tags",
        section="article/articleSection",
        fetched_at="article/metadata/dateDownloaded",
        language="article/inLanguage",
        status="statusCode",
    ),
    fallback=extended(FALLBACK, html="article/articleBodyHtml"),
)
