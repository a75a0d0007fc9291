"""Plain Scrapy items, and any other object, read by the common aliases. The last shape to be tried."""

from __future__ import annotations

from worker.crawlers.base import Shape
from worker.crawlers.fields import Message


def _fits(_message: Message) -> bool:
    return True


SHAPE = Shape("scrapy", _fits)
