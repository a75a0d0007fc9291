"""Tests the Scrapy pipeline of examples/ together with the worker on a real broker."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import orjson
import pytest

from examples.scrapy_pipeline import KafkaPipeline
from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker
from tests.kafka.oracle import Topics, check
from tests.kafka.test_commands import command

pytestmark = pytest.mark.kafka


def test_the_worker_publishes_what_the_scrapy_pipeline_sends(kafka: KafkaBroker, tmp_path: Path) -> None:
    topics = Topics.create(kafka, 2)
    pages = corpus.pages(4)
    settings = {"KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap, "KAFKA_RAW_TOPIC": topics.raw}
    pipeline = KafkaPipeline.from_crawler(SimpleNamespace(settings=settings))
    pipeline.open_spider()
    for page in pages:
        pipeline.process_item({"url": page.url, "html": page.html, "status": 200})
    pipeline.close_spider()
    run = command("run", *topics.flags(kafka), "--state-dir", str(tmp_path), "--stop-at-end")
    assert run.returncode == 0, run.stderr[-3000:]
    assert check(kafka, topics).outcomes == {("published", "new"): len(pages)}
    published = [orjson.loads(record.value) for record in kafka.read(topics.clean)]
    assert sorted(each["url"] for each in published) == sorted(page.url for page in pages)
