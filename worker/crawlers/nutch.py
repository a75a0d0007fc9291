"""Nutch's Common Crawl dump (`CommonCrawlDataDumper`): request and response, each with headers and body."""

from __future__ import annotations

from worker.crawlers.base import Shape
from worker.crawlers.fields import Message

_BESIDE = frozenset({"request", "imported", "inlinks", "key"})


def _fits(message: Message) -> bool:
    return isinstance(message.get("response"), dict) and not _BESIDE.isdisjoint(message)


SHAPE = Shape("nutch", _fits)
