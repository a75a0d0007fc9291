from __future__ import annotations

from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError

from tests.transport.kafka.fakes import MemoryCluster, MemoryKafka
from worker.config.settings import Settings
from worker.errors import CommitFailed, FatalTransportError, OutcomeUnknown
from worker.messages import Output
from worker.transport.kafka.sole_writer import SoleWriter

TOPICS = ("articles.clean", "articles.quality", "articles.dead")
SETTINGS = Settings(bootstrap_servers=("one:9092",), group_id="news")


class Scene:
    def __init__(self) -> None:
        self.kafka = MemoryKafka()
        for topic in TOPICS:
            self.kafka.create(topic)
        self.cluster = MemoryCluster(self.kafka, dict.fromkeys(TOPICS, 1 << 20))

    def writer(self) -> SoleWriter:
        return SoleWriter(SETTINGS, "replay-promote-v2", cluster=self.cluster)


def outputs(*values: Any) -> list[Output]:
    return [Output("clean", b"k", value) for value in values]


def test_outputs_are_published_in_one_transaction_without_any_position() -> None:
    scene = Scene()
    writer = scene.writer()
    writer.publish(outputs(b"1", None))
    assert scene.kafka.values("articles.clean") == [b"1", None]
    assert "send_offsets_to_transaction" not in scene.kafka.calls
    assert not scene.kafka.committed
    writer.close()
    assert scene.cluster.closed


def test_a_writer_that_another_one_has_replaced_ends_and_publishes_nothing() -> None:
    scene = Scene()
    first, second = scene.writer(), scene.writer()
    second.publish(outputs(b"second"))
    with pytest.raises(FatalTransportError, match="another replay-promote-v2 of this group has started"):
        first.publish(outputs(b"first"))
    assert scene.kafka.values("articles.clean") == [b"second"]


@pytest.mark.parametrize(("call", "error"), [("flush", CommitFailed), ("commit_transaction", OutcomeUnknown)])
def test_after_a_failure_the_writer_goes_on_with_a_new_producer(call: str, error: type[Exception]) -> None:
    scene = Scene()
    writer = scene.writer()
    scene.kafka.script(call, KafkaTimeoutError("lost"))
    with pytest.raises(error):
        writer.publish(outputs(b"1"))
    writer.connect()
    writer.publish(outputs(b"2"))
    assert scene.kafka.values("articles.clean") == [b"2"]


def test_an_output_that_is_too_large_for_its_topic_ends_the_command() -> None:
    scene = Scene()
    with pytest.raises(FatalTransportError, match="too large"):
        scene.writer().publish(outputs(b"x" * (2 << 20)))
