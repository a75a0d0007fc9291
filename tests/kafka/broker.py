"""A Kafka broker for the tests, with short methods for what they do with it.

The tests try these ways in order, unless KAFKA_TESTS=docker or KAFKA_TESTS=local names one:

1. KAFKA_BOOTSTRAP_SERVERS: a broker that is already running;
2. Docker, with the image apache/kafka;
3. a local Apache Kafka: Java 17, and jars that Maven fetches once.

Without a broker, the tests that need one are skipped; with REQUIRE_KAFKA=1, they fail.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaError

from tests.kafka.servers import MAX_MESSAGE_BYTES, External, Server, Unavailable
from worker.config.settings import Settings

Isolation = Literal["read_committed", "read_uncommitted"]

READY_WITHIN_S = 120


def _docker() -> Server:
    from tests.kafka.docker_server import Docker  # noqa: PLC0415 - only Docker needs testcontainers

    return Docker()


def _local() -> Server:
    from tests.kafka.local_server import Local  # noqa: PLC0415

    return Local()


WAYS: Mapping[str, Callable[[], Server]] = {"docker": _docker, "local": _local}


def find(environ: Mapping[str, str] = os.environ, ways: Mapping[str, Callable[[], Server]] = WAYS) -> KafkaBroker:
    """Return a broker that is ready. The caller closes it.

    Raises:
        Unavailable: no way works here. The text says for each way what is missing.
    """
    if bootstrap := environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        return KafkaBroker(External(bootstrap)).ready()
    return start_own(environ, ways)


def start_own(environ: Mapping[str, str] = os.environ, ways: Mapping[str, Callable[[], Server]] = WAYS) -> KafkaBroker:
    """The same as `find`, but never a shared broker: the test may stop, kill and restart it."""
    forced = environ.get("KAFKA_TESTS")
    reasons = []
    for name in [forced] if forced else list(ways):
        try:
            server = ways[name]()
        except Unavailable as reason:
            reasons.append(f"{name}: {reason}")
            continue
        broker = KafkaBroker(server)
        try:
            broker.start()
        except BaseException:
            broker.close()
            raise
        return broker
    raise Unavailable("no Kafka for the tests (" + "; ".join(reasons) + ")")


@dataclass(frozen=True, slots=True)
class Message:
    """A record to produce. Without a partition, the key decides it; without a key, it is random."""

    value: bytes | None
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes]] = ()
    partition: int | None = None
    timestamp_ms: int | None = None


class KafkaBroker:
    """A broker, with short methods for tests."""

    def __init__(self, server: Server) -> None:
        self.server = server

    @property
    def bootstrap(self) -> str:
        """HOST:PORT."""
        return self.server.bootstrap

    @property
    def login_bootstrap(self) -> str | None:
        """HOST:PORT of the listener with SASL_PLAINTEXT and PLAIN (servers.USER, servers.PASSWORD), if there is one."""
        return self.server.login_bootstrap

    # -- start and stop ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start or restart it, with the same address and data. It is ready when this returns."""
        self.server.start()
        self.ready()

    def stop(self) -> None:
        """Shut it down cleanly."""
        self._close_clients()
        self.server.stop()

    def kill(self) -> None:
        """Kill it, like a power failure."""
        self._close_clients()
        self.server.kill()

    def close(self) -> None:
        """Close the clients, stop the broker and remove its data."""
        self._close_clients()
        self.server.close()

    def _close_clients(self) -> None:
        """Close the clients. The next use makes new ones: old ones are slow to notice that the broker is back."""
        for name in ("_producer", "admin"):
            if client := self.__dict__.pop(name, None):
                client.close()

    def ready(self) -> KafkaBroker:
        """Wait until the broker serves metadata and accepts a record.

        Raises:
            RuntimeError: it died, or is not ready in time. The text has the end of its log.
        """
        deadline = time.monotonic() + READY_WITHIN_S
        while True:
            try:
                self._probe()
            except (KafkaError, OSError) as error:
                if not self.server.alive() or time.monotonic() > deadline:
                    raise RuntimeError(f"Kafka did not start: {error}\n{self.server.log()}") from error
                time.sleep(0.2)
            else:
                return self

    def _probe(self) -> None:
        host, _, port = self.bootstrap.partition(",")[0].rpartition(":")
        socket.create_connection(
            (host, int(port)), timeout=3
        ).close()  # a client that finds no broker leaves its thread running
        topic = self.topic_name("probe")
        with KafkaAdminClient(bootstrap_servers=self.bootstrap, bootstrap_timeout_ms=5_000) as admin:
            admin.list_group_offsets(topic)  # type: ignore[no-untyped-call] # fails until there is a coordinator
            admin.create_topics({topic: {"num_partitions": 1}}, wait_for_metadata=True)
            with KafkaProducer(bootstrap_servers=self.bootstrap, max_block_ms=5_000) as producer:
                producer.send(topic, b"probe")
                producer.flush(timeout=10)
            admin.delete_topics([topic])

    @cached_property
    def admin(self) -> KafkaAdminClient:
        """One admin client for as long as the broker runs."""
        return KafkaAdminClient(bootstrap_servers=self.bootstrap, reconnect_backoff_max_ms=500)

    def settings(self, **values: Any) -> Settings:
        """Settings for this broker with a new group and four new topic names. The topics are not created."""
        names = {f"{role}_topic": self.topic_name(role) for role in ("raw", "clean", "quality", "dead")}
        common = {"bootstrap_servers": self.bootstrap, "group_id": self.topic_name("group"), "connect_timeout": "15s"}
        return Settings(**{**common, **names, **values})

    # -- topics --------------------------------------------------------------------------------------------------

    def topic_name(self, prefix: str = "t") -> str:
        """A new, unused name."""
        return f"{prefix}-{uuid.uuid4().hex[:12]}"

    def create_topic(
        self, prefix: str = "t", partitions: int = 1, max_message_bytes: int | None = None, **configs: str
    ) -> str:
        """Create a topic, and return its name. Properties are written with underscores: `cleanup_policy="compact"`."""
        name = self.topic_name(prefix)
        properties = {key.replace("_", "."): value for key, value in configs.items()}
        if max_message_bytes is not None:
            properties["max.message.bytes"] = str(max_message_bytes)
        topic: dict[Any, Any] = {"num_partitions": partitions, "configs": properties}
        self.admin.create_topics({name: topic}, wait_for_metadata=True)
        return name

    # -- records -------------------------------------------------------------------------------------------------

    @cached_property
    def _producer(self) -> KafkaProducer:
        return KafkaProducer(
            bootstrap_servers=self.bootstrap, acks="all", linger_ms=20, batch_size=1 << 20, compression_type="lz4",
            max_request_size=MAX_MESSAGE_BYTES, reconnect_backoff_max_ms=500,
        )  # fmt: skip

    def produce(self, topic: str, records: Iterable[Message | bytes | None]) -> list[tuple[int, int]]:
        """Send the records, wait for all acknowledgements, and return the partition and offset of each."""
        futures: list[Any] = []
        for record in records:
            each = record if isinstance(record, Message) else Message(record)
            futures.append(
                self._producer.send(topic, each.value, each.key, list(each.headers), each.partition, each.timestamp_ms)
            )
        self._producer.flush(timeout=60)
        metadata = [future.get(timeout=1) for future in futures]
        return [(each.partition, each.offset) for each in metadata]

    def read(self, topic: str, isolation: Isolation = "read_committed", timeout_s: float = 60) -> list[ConsumerRecord]:
        """All records up to the present end offsets, in the order of partition and offset.

        With read_committed, the end is the last stable offset, so an open transaction hides all later records.
        """
        records = []
        with self._consumer(isolation) as consumer:
            ends = self._ends(consumer, topic)
            consumer.assign(list(ends))
            consumer.seek_to_beginning(*ends)
            deadline = time.monotonic() + timeout_s
            while any((consumer.position(partition) or 0) < end for partition, end in ends.items()):
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{topic} was not read to its end within {timeout_s} s")
                for batch in consumer.poll(timeout_ms=200).values():
                    records += batch
        records = [record for record in records if record.offset < ends[TopicPartition(topic, record.partition)]]
        return sorted(records, key=lambda record: (record.partition, record.offset))

    # -- offsets -------------------------------------------------------------------------------------------------

    def end_offsets(self, topic: str, isolation: Isolation = "read_uncommitted") -> dict[int, int]:
        """The end of each partition. With read_committed, this is the first offset of an open transaction, if any."""
        with self._consumer(isolation) as consumer:
            return {partition.partition: end for partition, end in self._ends(consumer, topic).items()}

    def open_partitions(self, topic: str) -> list[int]:
        """The partitions with an open transaction."""
        stable = self.end_offsets(topic, "read_committed")
        return [partition for partition, end in self.end_offsets(topic).items() if stable[partition] < end]

    def committed(self, group_id: str, topic: str) -> dict[int, int]:
        """The offsets that a group has committed, by partition."""
        try:
            offsets = self.admin.list_group_offsets(group_id)[group_id]  # type: ignore[no-untyped-call]
        except KafkaError:
            self.__dict__.pop("admin").close()  # it would keep asking the old coordinator
            raise
        return {
            partition.partition: each.offset
            for partition, each in sorted(offsets.items())
            if partition.topic == topic and each.offset >= 0
        }

    def _consumer(self, isolation: Isolation) -> KafkaConsumer:
        return KafkaConsumer(
            bootstrap_servers=self.bootstrap, isolation_level=isolation, enable_auto_commit=False,
            max_poll_records=5_000, max_partition_fetch_bytes=16 << 20, allow_auto_create_topics=False,
        )  # fmt: skip

    def _ends(self, consumer: KafkaConsumer, topic: str) -> dict[TopicPartition, int]:
        [description] = self.admin.describe_topics([topic])
        partitions = [TopicPartition(topic, each["partition_index"]) for each in description["partitions"]]
        return dict(sorted(consumer.end_offsets(partitions, timeout_ms=30_000).items()))
