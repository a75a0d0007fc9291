"""Plain Scrapy items and everything like them: any object, by the common aliases. The last shape that is tried."""

from __future__ import annotations

from worker.crawlers.base import Message, Shape


def _fits(_message: Message) -> bool:
    return True


SHAPE = Shape("scrapy", _fits)
