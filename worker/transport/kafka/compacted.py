"""A compacted topic as a table: the newest value of each key.

Kafka has no write that depends on what was read. So whoever changes a key first takes its transactional id. This ends
every other writer of the key, and aborts what that one left open. Then it reads the table, and writes in a transaction.
The broker commits it only if nobody has taken the id since.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from kafka.errors import (
    AuthorizationError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
)

from worker.errors import FatalTransportError, TopicMissing, TransportError
from worker.transport.kafka import access, clients, published, topic_plan, topics
from worker.transport.kafka.admin import connected
from worker.transport.kafka.bounded import bounded
from worker.transport.kafka.producer import TransactionalProducer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from worker.config.settings import Settings
    from worker.transport.kafka.interfaces import Producer

INSTANCE_ID = "manifest"
"""In place of an instance id: at most one process of a group can change a value."""

_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 2.0  # random, so that of two that end each other one gets ahead
_HOPELESS = (AuthorizationError, MessageSizeTooLargeError, RecordListTooLargeError)


def create(settings: Settings) -> None:
    """Create the topic unless it exists.

    Raises:
        ConnectError: no broker answered within connect_timeout.
        TransportError: the brokers refused, or the topic exists and does not keep the newest value of each key.
    """
    with connected(settings) as admin:
        try:
            [result] = topics.create(admin, [topic_plan.replays(settings)])
        except TransportError as error:
            raise TransportError(
                f"{error}. Run this as a user who may create topics: article-worker topics create"
            ) from error
    for difference in result.differences:
        if difference.what == topic_plan.CLEANUP:
            raise TransportError(topic_plan.not_compacted(result.name, difference.found))


def values(settings: Settings) -> dict[bytes, bytes]:
    """The newest value of each key; nothing if the topic does not exist.

    Raises:
        ConnectError: no broker answered within connect_timeout.
        FatalTransportError: the topic cannot be read.
    """
    newest: dict[bytes, bytes] = {}
    with suppress(TopicMissing), published.opened(settings, settings.replays_topic, None, settled=True) as records:
        for record in records:
            if record.key is None:
                continue
            if record.value is None:
                newest.pop(record.key, None)
            else:
                newest[record.key] = record.value
    return newest


class Changes:
    """Changes values of the topic. The group of the settings owns its keys: only its processes change them.

    `read` and `make_producer` stand for `values` and a connected producer.

    Raises:
        ConnectError: no broker answered within connect_timeout.
        FatalTransportError: the brokers refused, or did not accept the value within connect_timeout.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        read: Callable[[Settings], dict[bytes, bytes]] = values,
        make_producer: Callable[[], Producer] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        draw: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._settings, self._read = settings, read
        self._make_producer = make_producer or partial(_connected_producer, settings)
        self._clock, self._sleep, self._draw = clock, sleep, draw
        self._limit_s = settings.transaction_timeout.total_seconds() * 0.75  # so that the broker does not abort first

    def make(self, key: bytes, wanted: Callable[[bytes | None], bytes | None]) -> bytes | None:
        """Make the value of a key what `wanted` returns for its present value, and return it. None means no value.

        If several processes do so at once, one comes after the other.
        """
        deadline = self._clock() + self._settings.connect_timeout.total_seconds()
        while True:
            try:
                with self._taken() as producer:
                    value = wanted(before := self._value(key))
                    if value != before:
                        bounded(partial(self._write, producer, key, value), self._limit_s)
                        self._require(key, value)
                    return value
            except KafkaError as error:
                if isinstance(error, _HOPELESS) or self._clock() >= deadline:
                    raise self._failed(error) from error
                self._sleep(self._draw(_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S))

    @contextmanager
    def _taken(self) -> Iterator[Producer]:
        """Yields a producer that has taken the transactional id."""
        producer = self._make_producer()
        try:
            bounded(producer.init_transactions, self._limit_s)
            yield producer
        finally:
            producer.discard()

    def _value(self, key: bytes) -> bytes | None:
        return self._read(self._settings).get(key)

    def _require(self, key: bytes, value: bytes | None) -> None:
        """Raise an error if the value does not stand: the client can report a commit that the broker has aborted."""
        if self._value(key) != value:
            raise KafkaTimeoutError("the commit was reported, but the topic does not hold the value")

    def _write(self, producer: Producer, key: bytes, value: bytes | None) -> None:
        producer.begin_transaction()
        sent: Any = producer.send(self._settings.replays_topic, value=value, key=key, headers=[])
        producer.flush(timeout=self._limit_s)
        sent.get(timeout=0)  # raises why the record was refused, which `commit_transaction` does not say
        producer.commit_transaction()

    def _failed(self, error: KafkaError) -> FatalTransportError:
        topic = self._settings.replays_topic
        if isinstance(error, TopicAuthorizationFailedError):
            return FatalTransportError(access.unwritable(topic))
        explained = access.explain(error, self._settings, INSTANCE_ID)
        return FatalTransportError(explained or f"cannot write to the topic {topic}: {type(error).__name__}: {error}")


def _connected_producer(settings: Settings) -> Producer:
    config = clients.producer_config(settings, access.transactional_id(settings, INSTANCE_ID))
    return cast("Producer", clients.connect(lambda: TransactionalProducer(**config), settings))
