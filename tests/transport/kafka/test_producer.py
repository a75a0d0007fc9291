"""Tests of the transactional producer: it runs the client's own code, with a broker in this process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaError, MessageSizeTooLargeError

from tests.transport.kafka.coordinator import TOPIC, Coordinator
from worker.config.settings import Settings
from worker.transport.kafka import clients
from worker.transport.kafka.producer import TransactionalProducer

ZERO = TopicPartition(TOPIC, 0)


class Scene:
    """A producer in a transaction."""

    def __init__(self) -> None:
        self.broker = Coordinator()
        config = clients.producer_config(Settings(bootstrap_servers=("one:9092",)), "tx")
        self.producer: Any = TransactionalProducer(**config | {"kafka_client": self.broker.network})
        self.producer.init_transactions()
        self.producer.begin_transaction()

    def send(self, value: bytes) -> Any:
        """Send a record, and return its future once it is done."""
        future = self.producer.send(TOPIC, value, partition=0)
        self.producer.flush(timeout=10)
        assert future.is_done
        return future


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    made.producer.discard()


def test_a_producer_can_send_more_after_a_refused_record(scene: Scene) -> None:
    """The record's sequence number is taken back; otherwise, the next record would leave a gap."""
    scene.broker.refuses["Produce"] = [MessageSizeTooLargeError.errno]
    refused = scene.send(b"large")
    assert isinstance(refused.exception, MessageSizeTooLargeError)
    with pytest.raises(KafkaError, match="at least one previous transactional or idempotent request has failed"):
        scene.send(b"good")
    scene.producer.send_on(refused)
    assert scene.producer._transaction_manager.sequence_number(ZERO) == 0
    assert scene.send(b"good").succeeded()
    assert scene.producer._transaction_manager.sequence_number(ZERO) == 1


def test_a_producer_closes_at_once_although_a_record_is_in_flight(scene: Scene) -> None:
    """The client's own close would leave its thread running, which keeps trying."""
    scene.broker.holds = {"Produce"}
    scene.producer.send(TOPIC, b"x", partition=0)
    scene.producer.discard()
    assert not scene.producer._sender.is_alive()
    scene.producer.discard()
