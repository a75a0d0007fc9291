"""What scrapy-cluster and StormCrawler send with the settings of examples/ is what the worker reads."""

from __future__ import annotations

import base64
import json
import re
import runpy
from pathlib import Path

from tests.kafka import corpus
from worker.config.settings import Settings
from worker.messages import Article, RawRecord, Source
from worker.stages.decode import decode

EXAMPLES = Path(__file__).parents[2] / "examples"
PAGE = corpus.page(1)


def article_of(value: bytes, key: bytes | None = None) -> Article:
    found = decode(RawRecord(Source("articles.raw", 0, 0), value, key), shape="auto", max_value_bytes=1 << 20)
    assert isinstance(found, Article), found
    return found


def test_scrapy_cluster_gets_only_settings_that_it_knows() -> None:
    """The names are those of crawler/crawling/settings.py in scrapy-cluster 1.2, and one of Scrapy."""
    settings = runpy.run_path(str(EXAMPLES / "scrapy_cluster" / "localsettings.py"))
    names = {"KAFKA_HOSTS", "KAFKA_TOPIC_PREFIX", "KAFKA_APPID_TOPICS", "KAFKA_BASE_64_ENCODE", "DOWNLOAD_MAXSIZE"}
    assert {name for name in settings if name.isupper()} == names


def test_the_largest_page_of_scrapy_cluster_fits_into_a_request_of_its_producer() -> None:
    settings = runpy.run_path(str(EXAMPLES / "scrapy_cluster" / "localsettings.py"))
    assert settings["KAFKA_BASE_64_ENCODE"]
    assert len(base64.b64encode(bytes(settings["DOWNLOAD_MAXSIZE"]))) < (1 << 20) - 65_536  # room for the other fields


def test_the_command_for_scrapy_cluster_names_the_topic_of_its_settings() -> None:
    file = EXAMPLES / "scrapy_cluster" / "localsettings.py"
    prefix = runpy.run_path(str(file))["KAFKA_TOPIC_PREFIX"]
    assert f"--raw-topic {prefix}.crawled_firehose" in file.read_text()


def test_the_worker_reads_a_page_of_scrapy_cluster_in_base64() -> None:
    message = json.loads(corpus.scrapy_cluster(PAGE))
    message["body"] = base64.b64encode(PAGE.html.encode()).decode()
    article = article_of(json.dumps(message).encode())
    assert (article.shape, article.url, article.html, article.status) == ("scrapy_cluster", PAGE.url, PAGE.html, 200)


def test_the_worker_reads_what_the_topology_sends_as_a_bare_page_with_its_url() -> None:
    """The fetcher emits `url` as text and `content` as bytes."""
    flux = (EXAMPLES / "stormcrawler" / "kafka.flux").read_text()
    assert 'FieldNameBasedTupleToKafkaMapper"\n    constructorArgs: ["url", "content"]' in flux
    assert '["key.serializer", "org.apache.kafka.common.serialization.StringSerializer"]' in flux
    assert '["value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer"]' in flux
    article = article_of(PAGE.html.encode(), key=PAGE.url.encode())
    assert (article.shape, article.url, article.html) == ("page", PAGE.url, PAGE.html)


def test_the_topology_sends_to_the_raw_topic_whatever_the_worker_accepts() -> None:
    flux = (EXAMPLES / "stormcrawler" / "kafka.flux").read_text()
    settings = Settings()
    assert re.search(r'withTopicSelector"\s+args: \["(.*)"\]', flux)[1] == settings.raw_topic  # type: ignore[index]
    assert f'["max.request.size", "{int(settings.max_value_bytes)}"]' in flux
