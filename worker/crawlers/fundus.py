"""Fundus articles: `Article.to_json()`, alone or with their page (under `html`, or as fields beside the article's)."""

from __future__ import annotations

from typing import Any

from worker.crawlers.base import Shape
from worker.crawlers.fields import Message, WrongType

_OF_AN_ARTICLE = frozenset({"publishing_date", "free_access", "topics"})
_OF_A_PAGE = frozenset({"requested_url", "responded_url", "crawl_date", "source_info"})


def _fits(message: Message) -> bool:
    body, page = message.get("body"), message.get("html")
    return (
        (isinstance(body, dict) and "sections" in body)
        or (isinstance(page, dict) and not _OF_A_PAGE.isdisjoint(page))
        or ({"requested_url", "responded_url"} <= message.keys())
        or len(_OF_AN_ARTICLE & message.keys()) >= 2
    )


def _prepare(message: Message) -> Message:
    """Merge the page's fields into the article's. Turn the body into plain text if it is still an object."""
    flat = dict(message)
    page = flat.get("html")
    if isinstance(page, dict):
        del flat["html"]
        flat = {**page, **flat}
    body = flat.get("body")
    if isinstance(body, dict):
        text = "\n".join(_lines(body))
        if not flat.get("plaintext"):
            flat["plaintext"] = text
        del flat["body"]
    return flat


def _lines(body: dict[str, Any]) -> list[str]:
    """The summary, headlines and paragraphs in reading order."""
    lines = _strings(body, "summary")
    for section in _list(body, "sections"):
        if not isinstance(section, dict):
            raise WrongType("body.sections", "an array of objects", section)
        lines += _strings(section, "headline") + _strings(section, "paragraphs")
    return lines


def _strings(parent: dict[str, Any], name: str) -> list[str]:
    values = _list(parent, name)
    for value in values:
        if not isinstance(value, str):
            raise WrongType(f"body.{name}", "an array of strings", value)
    return values


def _list(parent: dict[str, Any], name: str) -> list[Any]:
    """The list under the name; a single string becomes a list of one."""
    value = parent.get(name) or []
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        raise WrongType(f"body.{name}", "an array", value)
    return value


SHAPE = Shape("fundus", _fits, prepare=_prepare)
