"""scrapy-cluster's `crawled_firehose` and `crawled_<appid>` topics. `body` is the page, optionally in base64."""

from __future__ import annotations

from worker.crawlers.base import Shape
from worker.crawlers.fields import Message


def _fits(message: Message) -> bool:
    return "crawlid" in message and "appid" in message


SHAPE = Shape("scrapy_cluster", _fits)
