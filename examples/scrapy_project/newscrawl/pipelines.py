"""A Scrapy item pipeline that sends each item to the raw topic of article-worker.

Install `kafka-python[crc32c,lz4]` where Scrapy runs, copy this file into your Scrapy project, and add to settings.py:

    ITEM_PIPELINES = {"myproject.pipelines.KafkaPipeline": 900}
    KAFKA_BOOTSTRAP_SERVERS = "localhost:9092"
    KAFKA_RAW_TOPIC = "articles.raw"

An item needs `url`, and `html` (the page) or `text` (an article that the spider has extracted). The worker also reads
`status`, `title`, `authors`, `published_at`, `fetched_at` and `language`, and passes all other fields on as `extra`.
"""

from __future__ import annotations

import base64
import json
import logging
from typing import Any
from urllib.parse import urlsplit

from kafka import KafkaProducer

log = logging.getLogger(__name__)

MAX_MESSAGE_BYTES = 8 << 20  # the worker's default for max_value_bytes


class KafkaPipeline:
    """Sends items as JSON. The key is the host, so that the articles of one site stay in order."""

    def __init__(self, servers: str, topic: str) -> None:
        self.servers, self.topic = servers, topic

    @classmethod
    def from_crawler(cls, crawler: Any) -> KafkaPipeline:
        """Read the broker and the topic from the settings of the Scrapy project."""
        get = crawler.settings.get
        return cls(get("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092"), get("KAFKA_RAW_TOPIC", "articles.raw"))

    def open_spider(self, _spider: Any = None) -> None:
        """Connect. Older versions of Scrapy pass the spider to these methods, newer ones do not."""
        self.producer = KafkaProducer(
            bootstrap_servers=self.servers,
            acks="all",
            enable_idempotence=True,  # a retry does not write an item twice
            compression_type="lz4",
            max_request_size=MAX_MESSAGE_BYTES,
        )

    def process_item(self, item: Any, _spider: Any = None) -> Any:
        """Queue the item and return it unchanged. An item over the size limit raises; Scrapy logs that."""
        fields = dict(item)
        host = urlsplit(fields["url"]).hostname
        value = json.dumps(fields, default=to_json, ensure_ascii=False).encode(errors="replace")
        sent = self.producer.send(self.topic, value, key=host.encode() if host else None)
        sent.add_errback(lambda error: log.error("not sent to Kafka: %s: %s", fields["url"], error))
        return item

    def close_spider(self, _spider: Any = None) -> None:
        """Wait until the brokers have acknowledged every item."""
        self.producer.flush(timeout=60)
        self.producer.close()


def to_json(value: Any) -> str:
    """Encode bytes (response.body) in base64, which the worker decodes, and times as text."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
