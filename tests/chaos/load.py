"""Input for the workers: a backlog of articles, or a steady stream."""

from __future__ import annotations

import threading
import time
from typing import Self

from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.oracle import Topics

PARTITIONS = 6
FIRST = 1_000_000  # the number of a stream's first page; a backlog with the same seed has lower numbers


def backlog(kafka: KafkaBroker, count: int, seed: int, broken: int = 20, partitions: int = PARTITIONS) -> Topics:
    """Create topics with articles, and broken messages between them."""
    topics = Topics.create(kafka, partitions)
    good = [corpus.native(page) for page in corpus.pages(count, seed)]
    topics.fill(kafka, corpus.mixed(good, corpus.broken(broken, heavy=0), seed), partitions)
    return topics


class Stream:
    """A context in which a thread sends articles to the raw topic at a steady rate."""

    def __init__(self, kafka: KafkaBroker, topics: Topics, per_s: float, seed: int) -> None:
        self.sent = 0
        self._kafka, self._topics, self._per_s, self._seed = kafka, topics, per_s, seed
        self._left = threading.Event()
        self._failed: list[BaseException] = []
        self._thread = threading.Thread(target=self._send, name="stream", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        self._thread.join(60)
        assert not self._failed, self._failed
        assert not self._thread.is_alive(), "the broker does not accept the articles of the test"

    def _send(self) -> None:
        begin = time.monotonic()
        try:
            while not self._left.wait(0.2):
                due = int((time.monotonic() - begin) * self._per_s)
                self._produce(due - self.sent)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits for this one
            self._failed.append(error)

    def _produce(self, count: int) -> None:
        numbers = range(FIRST + self.sent, FIRST + self.sent + count)
        made = [Message(corpus.native(corpus.page(n, self._seed)), partition=n % PARTITIONS) for n in numbers]
        self._kafka.produce(self._topics.raw, made)
        self.sent += count
