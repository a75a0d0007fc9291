"""The pipeline of the Scrapy project. tests/kafka/test_examples.py runs the project against a real broker."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from examples.scrapy_project.newscrawl import pipelines
from examples.scrapy_project.newscrawl.pipelines import KafkaPipeline
from worker.messages import Article, RawRecord, Source
from worker.stages.decode import decode

URL = "https://News.example.org/politics/1"
PAGE = "<html><body><article><p>Parliament votes on Tuesday.</p></article></body></html>"
FETCHED = datetime(2026, 3, 2, 7, 15, tzinfo=UTC)


class Producer:
    """A stand-in for `KafkaProducer`. It keeps what is sent, and can fail it later."""

    def __init__(self, **config: Any) -> None:
        self.config = config
        self.sent: list[tuple[str, bytes, bytes | None]] = []
        self.calls: list[str] = []
        self.errbacks: list[Callable[[Exception], Any]] = []

    def send(self, topic: str, value: bytes, *, key: bytes | None) -> Any:
        self.sent.append((topic, value, key))
        return SimpleNamespace(add_errback=self.errbacks.append)

    def flush(self, timeout: float) -> None:
        self.calls.append(f"flush {timeout}")

    def close(self) -> None:
        self.calls.append("close")


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Any:
    """An open pipeline, created as Scrapy does it, with settings that name the broker but not the topic."""
    monkeypatch.setattr(pipelines, "KafkaProducer", Producer)
    made = KafkaPipeline.from_crawler(SimpleNamespace(settings={"KAFKA_BOOTSTRAP_SERVERS": "broker:9092"}))
    made.open_spider()
    return made


def article_of(value: bytes) -> Article:
    found = decode(RawRecord(Source("articles.raw", 0, 0), value), shape="auto", max_value_bytes=1 << 20)
    assert isinstance(found, Article), found
    return found


def test_the_pipeline_sends_an_item_keyed_by_host_and_returns_it(pipeline: Any) -> None:
    item = {"url": URL, "html": PAGE}
    assert pipeline.process_item(item) is item
    [(topic, _, key)] = pipeline.producer.sent
    assert (topic, key) == ("articles.raw", b"news.example.org")
    assert pipeline.producer.config["bootstrap_servers"] == "broker:9092"


@pytest.mark.parametrize("spider", [(), (object(),)], ids=["newer Scrapy", "older Scrapy"])
def test_the_pipeline_takes_a_spider_or_none(pipeline: Any, spider: tuple[object, ...]) -> None:
    pipeline.open_spider(*spider)
    pipeline.process_item({"url": URL}, *spider)
    pipeline.close_spider(*spider)
    assert pipeline.producer.calls == ["flush 60", "close"]


def test_the_worker_reads_an_item_with_native_fields_as_its_own_shape(pipeline: Any) -> None:
    pipeline.process_item({"url": URL, "html": PAGE, "status": 200, "fetched_at": FETCHED.isoformat()})
    article = article_of(pipeline.producer.sent[0][1])
    assert (article.shape, article.url, article.html) == ("native", URL, PAGE)
    assert (article.status, article.fetched_at) == (200, FETCHED)


def test_the_worker_reads_any_other_item_as_a_scrapy_item(pipeline: Any) -> None:
    """A page as bytes, a time as a datetime, and a field of the spider's own."""
    pipeline.process_item({"url": URL, "body": PAGE.encode(), "scraped_at": FETCHED, "beat": "politics"})
    article = article_of(pipeline.producer.sent[0][1])
    assert (article.shape, article.html, article.fetched_at) == ("scrapy", PAGE, FETCHED)
    assert article.extra == {"beat": "politics"}


def test_letters_are_sent_as_they_are_and_half_a_character_costs_no_article(pipeline: Any) -> None:
    """Escaped, Cyrillic letters would be three times as long. A lone surrogate cannot be sent."""
    page = PAGE.replace("Parliament", "Парламент\ud83d")
    pipeline.process_item({"url": URL, "html": page})
    value = pipeline.producer.sent[0][1]
    assert "Парламент?".encode() in value
    assert article_of(value).html == page.replace("\ud83d", "?")


def test_an_item_that_cannot_be_sent_is_logged(pipeline: Any, caplog: pytest.LogCaptureFixture) -> None:
    pipeline.process_item({"url": URL, "text": "Parliament votes."})
    [errback] = pipeline.producer.errbacks
    with caplog.at_level(logging.ERROR):
        errback(TimeoutError("no broker"))
    assert f"not sent to Kafka: {URL}: no broker" in caplog.text
