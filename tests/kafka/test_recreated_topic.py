"""Tests of a raw topic that is deleted and recreated at once, while a worker holds records of the old one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from kafka.errors import TopicAlreadyExistsError

from tests.kafka.broker import KafkaBroker
from tests.transport.contract import echo, some, values
from worker.config.settings import Settings
from worker.errors import CommitFailed, FatalTransportError
from worker.transport.kafka.positions import Positions
from worker.transport.kafka.transport import KafkaTransport

pytestmark = pytest.mark.kafka

OLD = [b"old %d" % number for number in range(40)]
NEW = [b"new %d" % number for number in range(60)]


class Recreated:
    """A raw topic, and workers that read it."""

    def __init__(self, kafka: KafkaBroker) -> None:
        self.kafka = kafka
        names: dict[str, Any] = {f"{role}_topic": kafka.create_topic(role) for role in ("raw", "clean", "dead")}
        self.settings: Settings = kafka.settings(
            **names, quality_topic=kafka.create_topic("quality"), session_timeout="6s"
        )
        kafka.produce(self.settings.raw_topic, OLD)
        self.workers: list[KafkaTransport] = []

    def worker(self, **settings: Any) -> KafkaTransport:
        self.workers.append(KafkaTransport(self.settings.model_copy(update=settings), "a"))
        return self.workers[-1]

    def recreate(self) -> None:
        """Recreate the topic with more records than the old one had."""
        self.kafka.admin.delete_topics([self.settings.raw_topic])
        deadline = time.monotonic() + 20
        while True:
            try:
                topic: dict[Any, Any] = {"num_partitions": 1, "replication_factor": 1}
                self.kafka.admin.create_topics({self.settings.raw_topic: topic}, wait_for_metadata=True)
            except TopicAlreadyExistsError:
                assert time.monotonic() < deadline
            else:
                break
        self.kafka._close_clients()
        self.kafka.produce(self.settings.raw_topic, NEW)

    def read_new(self, worker: KafkaTransport) -> list[object]:
        """Work until the last of the new records is published, and return all published values."""
        deadline = time.monotonic() + 60
        while NEW[-1] not in self.published():
            assert time.monotonic() < deadline, self.published()
            batch = some(worker)
            try:
                worker.commit(batch, echo(batch))
            except CommitFailed:
                continue
        return [value for value in self.published() if value in NEW]

    def published(self) -> list[object]:
        return values(self.kafka.read(self.settings.quality_topic))  # type: ignore[arg-type] # only the values matter


@pytest.fixture
def topic(kafka: KafkaBroker) -> Iterator[Recreated]:
    made = Recreated(kafka)
    yield made
    for worker in made.workers:
        worker.close()


def test_a_recreated_topic_is_read_from_its_beginning_and_gets_no_offset_of_the_old_one(
    topic: Recreated,
) -> None:
    """The client still holds records of the old topic, and may notice the new one only after a minute."""
    worker = topic.worker()
    first = worker.poll(10, 5) or some(worker, 10)
    worker.commit(first, echo(first))
    at_hand = some(worker, 10)
    topic.recreate()
    with pytest.raises(CommitFailed, match="recreated"):
        worker.commit(at_hand, echo(at_hand))
    assert topic.read_new(worker) == NEW


def test_an_offset_of_the_old_topic_that_is_committed_at_the_last_moment_skips_no_record(
    topic: Recreated,
) -> None:
    worker = topic.worker()
    batch = some(worker, 10)
    topic.recreate()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Positions, "topic_was_recreated", lambda _self: False)  # it was checked just before
        worker.commit(batch, echo(batch))
    assert topic.kafka.committed(topic.settings.group_id, topic.settings.raw_topic) == {0: 10}
    assert topic.read_new(worker) == NEW


def test_a_worker_that_starts_after_that_skips_no_record_either(topic: Recreated) -> None:
    worker = topic.worker()
    batch = some(worker, 10)
    topic.recreate()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Positions, "topic_was_recreated", lambda _self: False)
        worker.commit(batch, echo(batch))
    worker.close()
    assert topic.read_new(topic.worker()) == NEW


def test_a_run_whose_end_is_gone_is_an_error(topic: Recreated) -> None:
    worker = topic.worker(stop_at_end=True)
    batch = some(worker, 10)
    topic.recreate()
    with pytest.raises(CommitFailed, match="recreated"):
        worker.commit(batch, echo(batch))
    with pytest.raises(FatalTransportError, match="was recreated, so the offsets that the run was to stop at"):
        worker.poll(10, 1)
