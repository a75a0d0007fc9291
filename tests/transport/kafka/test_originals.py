"""The input of a dead letter is read where it was, and taken only if it is the same."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError, OffsetOutOfRangeError, TopicAuthorizationFailedError
from structlog.testing import capture_logs

from worker.config.settings import Settings
from worker.errors import FatalTransportError
from worker.messages import Source
from worker.transport.dead_letters import KeptLetter
from worker.transport.kafka.originals import Originals

WHOLE = b"x" * 9
HEADERS = [("traceparent", b"00-1"), ("empty", None)]


def letter(
    offset: int = 4, *, topic: str = "articles.raw", partition: int = 0, value: bytes | None = None
) -> KeptLetter:
    return KeptLetter(
        source=Source(topic, partition, offset), attempt=1, gave_up=False, reason="too_large", detail="", stage="decode",
        value_length=9, value_sha256=hashlib.sha256(WHOLE).hexdigest(), key=None, value=value, headers=(),
    )  # fmt: skip


class Consumer:
    """One partition with records at some offsets. A poll returns everything from the position on, like a real one."""

    def __init__(self, values: dict[int, bytes | None], end: int | None = None, error: Exception | None = None) -> None:
        self.values, self.end, self.error = values, max(values, default=-1) + 1 if end is None else end, error
        self.at, self.polls, self.asked, self.closed = 0, 0, 0, False

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        self.asked += 1
        return {0} if topic == "articles.raw" else None

    def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, self.end)

    def assign(self, partitions: list[TopicPartition]) -> None:
        [self.partition] = partitions

    def seek(self, partition: TopicPartition, offset: int) -> None:
        assert partition == self.partition
        self.at = offset

    def position(self, partition: TopicPartition) -> int:
        assert partition == self.partition
        return self.at

    def poll(self, _timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Any]]:
        self.polls += 1
        if self.error:
            raise self.error
        found = [
            SimpleNamespace(topic="articles.raw", partition=0, offset=offset, timestamp=7, key=b"k", value=value,
                            headers=HEADERS)
            for offset, value in sorted(self.values.items()) if offset >= self.at
        ][:max_records]  # fmt: skip
        if found:
            self.at = found[-1].offset + 1
        return {self.partition: found} if found else {}

    def close(self, **_: Any) -> None:
        self.closed = True


def originals(consumer: Consumer, seconds: list[float] | None = None) -> Originals:
    ticks = iter(seconds or [0.0] * 99)
    return Originals(Settings(connect_timeout=timedelta(seconds=5)), lambda _: consumer, lambda: next(ticks))


def test_the_value_the_key_and_the_headers_are_those_of_the_input() -> None:
    found = originals(Consumer({3: b"a", 4: WHOLE, 5: b"b"})).completed(letter(value=b"xx"))
    assert (found.value, found.key, found.headers) == (WHOLE, b"k", (("traceparent", b"00-1"), ("empty", b"")))
    assert found.is_whole


def test_a_whole_letter_needs_no_broker() -> None:
    consumer = Consumer({})
    source = originals(consumer)
    assert source.completed(letter(value=WHOLE)).value == WHOLE
    source.close()
    assert (consumer.asked, consumer.closed) == (0, False)


@pytest.mark.parametrize(
    "consumer",
    [
        Consumer({4: b"y" * 9}),  # another message
        Consumer({4: None}),
        Consumer({3: WHOLE, 5: WHOLE}),  # compacted
        Consumer({2: WHOLE}, end=4),  # the topic was created again, and is shorter
        Consumer({}, end=9, error=OffsetOutOfRangeError({})),  # expired
    ],
)
def test_without_the_same_value_the_letter_stays_as_it_is(consumer: Consumer) -> None:
    assert originals(consumer).completed(letter(value=b"xx")) == letter(value=b"xx")


@pytest.mark.parametrize("odd", [letter(topic="no such/topic"), letter(partition=7)])
def test_a_topic_or_partition_that_does_not_exist_is_asked_for_once(odd: KeptLetter) -> None:
    consumer = Consumer({4: WHOLE})
    source = originals(consumer)
    assert source.completed(odd) == source.completed(odd) == odd
    assert (consumer.asked, consumer.polls) == (1, 0)


def test_a_topic_that_this_user_may_not_read_is_told_and_the_letter_stays_as_it_is() -> None:
    source = originals(Consumer({4: WHOLE}, error=TopicAuthorizationFailedError("articles.raw")))
    with capture_logs() as logged:
        assert source.completed(letter()) == source.completed(letter()) == letter()
    assert ["grant READ" in line["error"] for line in logged] == [True]


def test_a_broker_that_sends_nothing_or_fails_ends_the_reading() -> None:
    for consumer in (Consumer({}, end=9), Consumer({4: WHOLE}, error=KafkaTimeoutError("away"))):
        with pytest.raises(FatalTransportError, match=r"articles\.raw"):
            originals(consumer, [0.0, 1.0, 6.0]).completed(letter())
