"""Sends messages to the raw topic, as a crawler does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError

from worker.config.settings import Settings
from worker.errors import FatalTransportError
from worker.transport.kafka import clients, topics
from worker.transport.kafka.admin import connected, missing_topics

_FLUSH_S, _CLOSE_S = 30, 5


def send_raw(settings: Settings, values: Iterable[bytes]) -> int:
    """Send these values to the raw topic, wait until the brokers have them, and return how many there were.

    Raises:
        TransportError: no broker answered, the topic is missing, or the brokers refused a message.
    """
    with connected(settings) as admin:
        if missing := topics.missing(admin, [settings.raw_topic]):
            raise missing_topics(settings, missing, admin.list_topics())
    config = clients.producer_config(settings, None)
    producer: Any = clients.connect(lambda: KafkaProducer(**config), settings)
    try:
        sent = [producer.send(settings.raw_topic, value=value) for value in values]
        producer.flush(timeout=_FLUSH_S)
        for future in sent:
            future.get(timeout=0)
    except KafkaError as error:
        raise FatalTransportError(f"cannot send messages to the topic {settings.raw_topic}: {error}") from error
    finally:
        producer.close(timeout=_CLOSE_S)
    return len(sent)
