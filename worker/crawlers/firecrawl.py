"""Firecrawl's documents: as `data` in a response, as the only one in the `data` of a webhook, or alone.

By default, Firecrawl sends the article as Markdown.
"""

from __future__ import annotations

from typing import Any, Final

from worker.crawlers.base import Shape
from worker.crawlers.fields import COMMON, Aliases, Message, is_blank, is_readable, joined, table

_PAGES = ("rawHtml", "html")
_MARKDOWN = "markdown"
_MOST_MARKDOWN_CHARS: Final = 256 << 10  # hostile Markdown takes 12 µs a character


def _fits(message: Message) -> bool:
    return _document(message) is not None and not is_readable(message)


def _document(message: Message) -> dict[str, Any] | None:
    """The object with the page and its metadata; None if there is none, or more than one."""
    data = message.get("data", message)
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, dict) or not isinstance(data.get("metadata"), dict):
        return None
    return data if any(isinstance(data.get(name), str) for name in (*_PAGES, _MARKDOWN)) else None


def _prepare(message: Message) -> Message:
    """Put the only document in place of its list. Without a page, turn its Markdown into one."""
    document = _document(message)
    if document is None:  # the shape was forced
        return message
    markdown = document.get(_MARKDOWN)
    if isinstance(markdown, str) and all(is_blank(document.get(name)) for name in _PAGES):
        document = {**{key: value for key, value in document.items() if key != _MARKDOWN}, **_rendered(markdown)}
    return {**message, "data": document} if "data" in message else document


def _rendered(markdown: str) -> Message:
    if len(markdown) > _MOST_MARKDOWN_CHARS:
        return {"text": markdown}
    from markdown_it import MarkdownIt  # noqa: PLC0415 - takes 30 ms to import, and most workers never need it

    return {"html": MarkdownIt("commonmark").render(markdown)}


def _names(parent: str) -> Aliases:
    """The names within a document, which is under `parent` or alone."""
    names = table(
        url="metadata/sourceURL metadata/url",
        final_url="metadata/url",
        html="rawHtml html",
        text="text",
        title="metadata/ogTitle metadata/title",
        authors="metadata/author",
        description="metadata/ogDescription metadata/description",
        tags="metadata/articleTag metadata/keywords",
        section="metadata/articleSection metadata/article:section",
        published_at="metadata/publishedTime metadata/article:published_time",
        language="metadata/language",
        status="metadata/statusCode",
    )
    return {field: tuple((*filter(None, [parent]), *path) for path in paths) for field, paths in names.items()}


SHAPE = Shape(
    "firecrawl",
    _fits,
    aliases=joined(COMMON, _names("data"), _names("")),
    prepare=_prepare,
    first_of_lists=True,
)
