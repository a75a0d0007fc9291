"""Tests of records that cannot be published unchanged, on a real broker: all others are published."""

from __future__ import annotations

import random
import string
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from kafka.consumer.fetcher import ConsumerRecord
from structlog.testing import capture_logs

from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.oracle import Topics
from worker.app import Run, run_worker
from worker.errors import FatalTransportError
from worker.pipeline.outputs import MAX_HEADER_BYTES

pytestmark = pytest.mark.kafka

LETTERS = random.Random(3)


class AnyName(str):
    """A header name that a producer in another language encodes differently."""

    __slots__ = ()

    def encode(self, *_: str) -> bytes:
        """Encode it as Latin-1."""
        return super().encode("latin-1")


def noise(count: int) -> str:
    """Letters and spaces that hardly compress."""
    return "".join(LETTERS.choices(string.ascii_letters + "  ", k=count))


def article(number: int, more: str = "", **fields: Any) -> bytes:
    text = " ".join(f"The council met {number} times and word{number}x{n} was said." for n in range(20))
    return orjson.dumps({"url": f"https://example.org/{number}", "text": f"{text}\n{more}", **fields})


def run(kafka: KafkaBroker, topics: Topics, state: Path, **settings: Any) -> None:
    names = {"raw_topic": topics.raw, "clean_topic": topics.clean, "quality_topic": topics.quality}
    names |= {"dead_topic": topics.dead, "group_id": topics.group}
    run_worker(Run(kafka.settings(state_dir=str(state), stop_at_end=True, **names, **settings)))


def read(kafka: KafkaBroker, topic: str) -> list[ConsumerRecord]:
    """The outputs in the order of their inputs, which are all in one partition."""
    return sorted(kafka.read(topic), key=lambda record: int(headers_of(record)["source-offset"]))


def reports(kafka: KafkaBroker, topics: Topics) -> list[dict[str, Any]]:
    return [orjson.loads(record.value) for record in read(kafka, topics.quality)]


def endings(kafka: KafkaBroker, topics: Topics) -> list[tuple[str, str]]:
    return [(report["outcome"], report["reason"]) for report in reports(kafka, topics)]


def headers_of(record: ConsumerRecord) -> dict[str, bytes]:
    return dict(record.headers)


NEW, TOO_LARGE = ("published", "new"), ("dead", "output_too_large")


def test_headers_of_megabytes_are_cut_and_the_report_says_so(kafka: KafkaBroker, tmp_path: Path) -> None:
    """They compress well, so the raw topic accepts them. But the producer of the outputs counts them uncompressed."""
    topics = Topics.create(kafka, 1)
    huge = [("x-page", b"<p>x</p>" * (9 << 17)), ("traceparent", b"00-1"), ("x-more", b"y" * MAX_HEADER_BYTES)]
    values = [
        Message(article(0)),
        Message(article(1), headers=huge),
        Message(b"no JSON", b"k", huge),
        Message(article(2)),
    ]
    kafka.produce(topics.raw, values)
    run(kafka, topics, tmp_path)
    assert endings(kafka, topics) == [NEW, NEW, ("dead", "bad_json"), NEW]
    assert [report["headers_left_out"] for report in reports(kafka, topics)] == [0, 2, 2, 0]
    for topic in (topics.clean, topics.quality, topics.dead):
        for record in kafka.read(topic):
            headers = headers_of(record)
            assert not {"x-page", "x-more"} & headers.keys()
            assert ("traceparent" in headers) == (headers["source-offset"] in (b"1", b"2"))


def test_header_names_in_any_encoding_do_not_stop_a_partition(kafka: KafkaBroker, tmp_path: Path) -> None:
    topics = Topics.create(kafka, 1)
    odd = [(AnyName("prénom"), b"\xff"), ("traceparent", b"00-1")]
    kafka.produce(
        topics.raw, [Message(article(0)), Message(article(1), b"k", odd), Message(None, headers=odd, key=b"k")]
    )
    kafka.produce(topics.raw, [Message(article(2))])
    run(kafka, topics, tmp_path)
    assert endings(kafka, topics) == [NEW, NEW, ("dead", "null_value"), NEW]
    odd_ones = [headers_of(record) for record in read(kafka, topics.quality) if len(record.headers) > 3]
    assert [(headers["pr?nom"], headers["traceparent"]) for headers in odd_ones] == [(b"\xff", b"00-1")] * 2


def test_articles_that_the_clean_topic_refuses_become_dead_letters_and_the_others_are_published(
    kafka: KafkaBroker, tmp_path: Path
) -> None:
    """The limit of the topic is lowered while the worker runs, and the worker asks for it only at startup."""
    topics = Topics.create(kafka, 1)
    large = [article(number, more=noise(60_000)) for number in (1, 3)]
    headers = [("traceparent", b"00-1")]
    kafka.produce(
        topics.raw, [article(0), Message(large[0], b"key", headers), article(2), Message(large[1]), article(4)]
    )
    lowered = kafka.create_topic("clean", 1, 10_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("worker.transport.kafka.topics.message_limits", lambda *_: {})
        run(kafka, replace(topics, clean=lowered), tmp_path)
    assert endings(kafka, topics) == [NEW, TOO_LARGE, NEW, TOO_LARGE, NEW]
    assert len(kafka.read(lowered)) == 3
    first, second = read(kafka, topics.dead)
    assert (first.key, first.value, second.value) == (b"key", large[0], large[1])
    assert headers_of(first)["reason"] == b"output_too_large"
    assert "traceparent" not in headers_of(first)
    report = reports(kafka, topics)[1]
    assert (report["headers_left_out"], report["stage"]) == (1, "publish")


def test_a_batch_is_repeated_only_once_however_many_articles_are_refused(kafka: KafkaBroker, tmp_path: Path) -> None:
    topics = replace(Topics.create(kafka, 1), clean=kafka.create_topic("clean", 1, 5_000))
    large = [number % 3 > 0 for number in range(60)]
    kafka.produce(topics.raw, [article(n, more=noise(12_000) if cut else "") for n, cut in enumerate(large)])
    with pytest.MonkeyPatch.context() as patch, capture_logs() as logged:
        patch.setattr("worker.transport.kafka.topics.message_limits", lambda *_: {})
        run(kafka, topics, tmp_path, batch_linger="5s")
    assert endings(kafka, topics) == [TOO_LARGE if cut else NEW for cut in large]
    refused = [line["outputs"] for line in logged if line["event"] == "output_refused"]
    assert sum(refused) == 40
    assert len(refused) <= 2, "the records may come in two batches"


def test_a_dead_letter_that_its_topic_refuses_is_published_without_its_value(
    kafka: KafkaBroker, tmp_path: Path
) -> None:
    topics = replace(Topics.create(kafka, 1), dead=kafka.create_topic("dead", 1, 2_000))
    broken = noise(100_000).encode()
    messages = [Message(article(0)), Message(broken, b"https://example.org/page"), Message(broken, b"k" * 9000)]
    kafka.produce(topics.raw, [*messages, Message(b"small", b"key"), Message(article(1))])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("worker.transport.kafka.topics.message_limits", lambda *_: {})
        run(kafka, topics, tmp_path)
    assert endings(kafka, topics) == [NEW, *[("dead", "bad_json")] * 3, NEW]
    letters = read(kafka, topics.dead)
    assert [letter.key for letter in letters] == [b"https://example.org/page", b"", b"key"]
    assert [letter.value for letter in letters] == [None, None, b"small"]
    assert headers_of(letters[0])["value-length"] == b"100000"


@pytest.mark.parametrize(("role", "ending"), [("clean", TOO_LARGE), ("dead", NEW)])
def test_the_limit_of_a_topic_affects_only_its_own_messages(
    kafka: KafkaBroker, tmp_path: Path, role: str, ending: tuple[str, str]
) -> None:
    """The worker asks the broker for the limits at startup, so refusals are rare."""
    topics = replace(Topics.create(kafka, 1), **{role: kafka.create_topic(role, 1, 1_500)})
    kafka.produce(topics.raw, [Message(article(0), b"key"), Message(noise(9_000).encode(), b"key")])
    run(kafka, topics, tmp_path)
    assert endings(kafka, topics) == [ending, ("dead", "bad_json")]
    assert len(kafka.read(topics.dead)) == 1 + (ending == TOO_LARGE)


def test_a_report_that_its_topic_refuses_is_published_with_only_its_outcome(kafka: KafkaBroker, tmp_path: Path) -> None:
    topics = replace(Topics.create(kafka, 1), quality=kafka.create_topic("quality", 1, 3_000))
    url = f"https://example.org/{noise(7000).replace(' ', '-')}"
    kafka.produce(topics.raw, [Message(article(0)), Message(article(1, url=url)), Message(article(2))])
    run(kafka, topics, tmp_path)
    small = reports(kafka, topics)[1]
    assert endings(kafka, topics) == [NEW] * 3
    assert (small["url"], small["sizes"], small["measures"]) == (None, {}, None)
    assert [orjson.loads(record.value)["url"] for record in read(kafka, topics.clean)][1] == url


def test_a_topic_that_refuses_even_the_smallest_report_ends_the_worker_with_advice(
    kafka: KafkaBroker, tmp_path: Path
) -> None:
    topics = replace(Topics.create(kafka, 1), quality=kafka.create_topic("quality", 1, 100))
    kafka.produce(topics.raw, [article(0)])
    with pytest.raises(FatalTransportError, match=rf"too large for the topic {topics.quality}.*topics create --alter"):
        run(kafka, topics, tmp_path)
    assert kafka.read(topics.clean) == []


def test_a_dead_letter_that_is_sent_again_is_the_original_message(kafka: KafkaBroker, tmp_path: Path) -> None:
    """The key of a bare page is its URL: without it, the page would be another article."""
    topics = Topics.create(kafka, 1)
    url, nested = b"https://example.org/deep", b"<div>" * 11_000
    page = b"<!doctype html><html><body>" + nested + b"</body></html>"
    kafka.produce(topics.raw, [Message(page, url, [("traceparent", b"00-1")]), Message(b"no JSON")])
    run(kafka, topics, tmp_path)
    first, keyless = read(kafka, topics.dead)
    assert (first.key, first.value) == (url, page)
    assert keyless.key is None
    kafka.produce(topics.raw, [Message(first.value, first.key, first.headers)])
    run(kafka, topics, tmp_path)
    before, again = (reports(kafka, topics)[number] for number in (0, 2))
    assert before["reason"] == "too_deep"
    for field in ("article_id", "url", "outcome", "reason", "detail"):
        assert again[field] == before[field]
    assert headers_of(read(kafka, topics.dead)[2])["source-offset"] != headers_of(first)["source-offset"]
