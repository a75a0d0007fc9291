"""Tests how the values of a compacted topic change, on an in-memory Kafka: whoever writes has read what stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from kafka.errors import (
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailedError,
)

from tests.transport.kafka.fakes import MemoryKafka, MemoryProducer
from tests.transport.kafka.memory_admin import MemoryAdmin
from worker.config.settings import Settings
from worker.errors import FatalTransportError, TopicMissing, TransportError
from worker.transport.kafka import compacted, published
from worker.transport.kafka.compacted import Changes

SETTINGS = Settings()
TOPIC = SETTINGS.replays_topic


class Machines:
    """Machines that share a topic. `meanwhile` runs once, after a machine has read. `loses` is for the next producer."""

    def __init__(self) -> None:
        self.kafka = MemoryKafka()
        self.kafka.create(TOPIC)
        self.meanwhile: list[Callable[[], None]] = []
        self.loses: list[set[bytes]] = []
        self.producers: list[MemoryProducer] = []

    def changes(self) -> Changes:
        clock = self.kafka.clock
        return Changes(
            SETTINGS, read=self.read, make_producer=self._producer, clock=clock, sleep=clock.sleep,
            draw=lambda least, most: (least + most) / 2,
        )  # fmt: skip

    def _producer(self) -> Any:
        producer = MemoryProducer(self.kafka, "group-manifest", 1 << 20)
        producer.lose = self.loses.pop() if self.loses else set()
        self.producers.append(producer)
        return producer

    def read(self, _settings: Settings) -> dict[bytes, bytes]:
        newest: dict[bytes, bytes] = {}
        for entry in self.kafka.read(TOPIC):
            newest.pop(entry.key or b"", None)
            if entry.value is not None:
                newest[entry.key or b""] = entry.value
        if self.meanwhile:
            self.meanwhile.pop()()
        return newest

    def begin(self, value: bytes) -> bytes | None:
        """Write the value unless there is one, as a new replay does."""
        return self.changes().make(b"g/v2", lambda there: value if there is None else there)


@pytest.fixture
def machines() -> Iterator[Machines]:
    made = Machines()
    yield made
    assert all(producer.discarded for producer in made.producers)


def test_a_value_is_written_once(machines: Machines) -> None:
    assert [machines.begin(b"one"), machines.begin(b"two")] == [b"one", b"one"]
    assert machines.kafka.values(TOPIC) == [b"one"]


def test_a_key_without_a_value_gets_a_record_without_a_value(machines: Machines) -> None:
    machines.begin(b"one")
    assert machines.changes().make(b"g/v2", lambda _there: None) is None
    assert machines.kafka.values(TOPIC) == [b"one", None]
    assert machines.begin(b"two") == b"two"


def test_other_keys_are_left_alone(machines: Machines) -> None:
    machines.changes().make(b"g/v1", lambda _there: b"one")
    assert machines.begin(b"two") == b"two"
    assert machines.read(SETTINGS) == {b"g/v1": b"one", b"g/v2": b"two"}


def test_a_machine_that_writes_between_the_reading_and_the_writing_of_another_was_first(machines: Machines) -> None:
    said: list[bytes | None] = []
    machines.meanwhile = [lambda: said.append(machines.begin(b"two"))]
    assert machines.begin(b"one") == b"two"
    assert said == [b"two"]
    assert machines.kafka.values(TOPIC) == [b"two"]
    assert machines.kafka.clock.slept == [1.25]


def test_a_machine_that_is_killed_before_it_commits_leaves_nothing(machines: Machines) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    machines.kafka.script("commit_transaction", die)
    with pytest.raises(KeyboardInterrupt):
        machines.begin(b"one")
    assert machines.begin(b"two") == b"two"
    assert machines.kafka.values(TOPIC) == [b"two"]


def test_a_commit_whose_answer_was_lost_counts(machines: Machines) -> None:
    machines.kafka.script("commit_acknowledged", KafkaTimeoutError("no answer"))
    assert machines.begin(b"one") == b"one"
    assert machines.kafka.values(TOPIC) == [b"one"]


def test_a_commit_that_the_client_reports_although_the_record_was_lost_does_not_count(machines: Machines) -> None:
    def lose() -> None:
        machines.kafka.open["group-manifest"].entries.clear()

    machines.kafka.script("commit_transaction", lose)
    assert machines.begin(b"one") == b"one"
    assert machines.kafka.values(TOPIC) == [b"one"]


def test_a_record_that_expires_is_sent_again(machines: Machines) -> None:
    machines.loses = [{b"one"}]
    assert machines.begin(b"one") == b"one"
    assert machines.kafka.values(TOPIC) == [b"one"]


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        ("send", TopicAuthorizationFailedError(), rf"the topic {TOPIC}: grant WRITE"),
        (
            "init_transactions",
            TransactionalIdAuthorizationFailedError(),
            "the transactional id article-worker-manifest",
        ),
        ("send", MessageSizeTooLargeError(), f"cannot write to the topic {TOPIC}: .*MessageSizeTooLarge"),
    ],
)
def test_a_refusal_is_an_error_at_once(machines: Machines, call: str, error: Any, said: str) -> None:
    machines.kafka.script(call, error)
    with pytest.raises(FatalTransportError, match=said):
        machines.begin(b"one")
    assert machines.kafka.clock.slept == []


def test_a_value_that_is_too_large_for_the_topic_is_an_error_at_once(machines: Machines) -> None:
    machines.kafka.limits[TOPIC] = 2
    with pytest.raises(FatalTransportError, match=r"MessageSizeTooLargeError: .*3 bytes are too many"):
        machines.begin(b"one")
    assert machines.kafka.calls.count("commit_transaction") == 0


def test_brokers_that_never_accept_a_value_are_an_error_after_connect_timeout(machines: Machines) -> None:
    with (
        machines.kafka.failing("begin_transaction", KafkaTimeoutError("no answer")),
        pytest.raises(FatalTransportError, match=f"cannot write to the topic {TOPIC}: KafkaTimeoutError"),
    ):
        machines.begin(b"one")
    waited_s = sum(machines.kafka.clock.slept)
    assert 60 <= waited_s < 63


# -- reading -------------------------------------------------------------------------------------------------------


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes | None, bytes | None]]:
    """What the topic holds: keys and values."""
    held: list[tuple[bytes | None, bytes | None]] = []

    @contextmanager
    def opened(_settings: Settings, topic: str, since: None, *, settled: bool) -> Iterator[Any]:
        assert (topic, since, settled) == (TOPIC, None, True)
        yield [SimpleNamespace(key=key, value=value) for key, value in held]

    monkeypatch.setattr(published, "opened", opened)
    return held


def test_the_newest_value_of_each_key_counts(records: list[tuple[bytes | None, bytes | None]]) -> None:
    records += [(b"a", b"1"), (b"b", b"2"), (None, b"x"), (b"a", b"3"), (b"b", None), (b"c", None), (b"c", b"4")]
    assert compacted.values(SETTINGS) == {b"a": b"3", b"c": b"4"}


def test_a_topic_that_does_not_exist_has_no_values(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object, **__: object) -> Any:
        raise TopicMissing

    monkeypatch.setattr(published, "opened", opened)
    assert compacted.values(SETTINGS) == {}


# -- creating ------------------------------------------------------------------------------------------------------


@pytest.fixture
def admin(monkeypatch: pytest.MonkeyPatch) -> MemoryAdmin:
    made = MemoryAdmin()

    @contextmanager
    def connected(_settings: Settings) -> Iterator[MemoryAdmin]:
        yield made

    monkeypatch.setattr(compacted, "connected", connected)
    return made


def test_the_topic_is_created_compacted_with_one_partition(admin: MemoryAdmin) -> None:
    compacted.create(SETTINGS)
    compacted.create(SETTINGS)
    assert admin.topics[TOPIC]["partitions"] == 1
    assert admin.topics[TOPIC]["configs"] == {"cleanup.policy": "compact"}


@pytest.mark.parametrize("policy", ["delete", "compact,delete"])
def test_a_topic_that_forgets_manifests_is_an_error_with_the_command_that_corrects_it(
    admin: MemoryAdmin, policy: str
) -> None:
    admin.topics[TOPIC] = {"partitions": 1, "replication": 1, "configs": {"cleanup.policy": policy}}
    with pytest.raises(TransportError, match=rf"{TOPIC} has cleanup.policy={policy}.*kafka-configs.sh --alter "):
        compacted.create(SETTINGS)


def test_a_topic_whose_settings_this_user_may_not_read_is_trusted(admin: MemoryAdmin) -> None:
    admin.topics[TOPIC] = {"partitions": 3, "replication": 1, "configs": {}}
    compacted.create(SETTINGS)


def test_a_cluster_that_lets_this_user_create_no_topics_is_an_error_that_says_who_can(admin: MemoryAdmin) -> None:
    admin.refused[TOPIC] = TopicAuthorizationFailedError.errno
    with pytest.raises(TransportError, match=f"cannot create the topic {TOPIC}: .*article-worker topics create"):
        compacted.create(SETTINGS)
