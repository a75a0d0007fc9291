"""Tests of the broker fixture: it does what the other tests rely on."""

from __future__ import annotations

import gc
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaTimeoutError
from kafka.structs import OffsetAndMetadata

from tests.kafka import broker, docker_server, local_server
from tests.kafka.broker import KafkaBroker, Message
from tests.kafka.servers import Server, Unavailable, free_port, properties

kafka_test = pytest.mark.kafka


@kafka_test
def test_records_are_read_back_with_key_headers_and_null_value(kafka: KafkaBroker) -> None:
    topic = kafka.create_topic(partitions=2)
    at = kafka.produce(
        topic,
        [
            Message(b"one", key=b"k", headers=[("h", b"\xff")], partition=1, timestamp_ms=1_700_000_000_000),
            Message(None, key=b"k", partition=0),
            Message(b"two", partition=1),
        ],
    )
    assert at == [(1, 0), (0, 0), (1, 1)]
    null, one, two = kafka.read(topic)
    assert (null.value, null.key) == (None, b"k")
    assert (one.value, list(one.headers), one.timestamp) == (b"one", [("h", b"\xff")], 1_700_000_000_000)
    assert two.value == b"two"
    assert kafka.end_offsets(topic) == {0: 1, 1: 2}


@kafka_test
def test_a_record_of_32_mib_fits_if_the_topic_allows_it(kafka: KafkaBroker) -> None:
    topic = kafka.create_topic(max_message_bytes=33 << 20)
    value = os.urandom(32 << 20)
    kafka.produce(topic, [value])
    [record] = kafka.read(topic)
    assert record.value == value


@kafka_test
def test_read_committed_shows_no_aborted_records_and_no_open_transaction(kafka: KafkaBroker) -> None:
    topic = kafka.create_topic()
    with KafkaProducer(bootstrap_servers=kafka.bootstrap, transactional_id=kafka.topic_name("tx")) as producer:
        producer.init_transactions()
        for value, committed in ((b"aborted", False), (b"committed", True)):
            producer.begin_transaction()
            producer.send(topic, value)
            producer.flush(timeout=10)
            producer.commit_transaction() if committed else producer.abort_transaction()
        assert kafka.open_partitions(topic) == []
        producer.begin_transaction()
        producer.send(topic, b"open")
        producer.flush(timeout=10)
        assert kafka.open_partitions(topic) == [0]
        assert [record.value for record in kafka.read(topic)] == [b"committed"]
        everything = [b"aborted", b"committed", b"open"]
        assert [record.value for record in kafka.read(topic, "read_uncommitted")] == everything
        producer.abort_transaction()


@kafka_test
def test_committed_offsets_are_those_of_the_group_and_the_topic(kafka: KafkaBroker) -> None:
    topic, other, group = kafka.create_topic(partitions=2), kafka.create_topic(), kafka.topic_name("group")
    assert kafka.committed(group, topic) == {}
    with KafkaConsumer(bootstrap_servers=kafka.bootstrap, group_id=group, enable_auto_commit=False) as consumer:
        consumer.assign([TopicPartition(topic, 1), TopicPartition(other, 0)])
        consumer.commit(
            {TopicPartition(topic, 1): OffsetAndMetadata(7), TopicPartition(other, 0): OffsetAndMetadata(9)}
        )
    assert kafka.committed(group, topic) == {1: 7}


@kafka_test
def test_asking_for_a_topic_does_not_create_it(kafka: KafkaBroker) -> None:
    with (
        KafkaProducer(bootstrap_servers=kafka.bootstrap, max_block_ms=500) as producer,
        pytest.raises(KafkaTimeoutError),
    ):
        producer.send(kafka.topic_name(), b"value")


@kafka_test
@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_restarted_broker_has_its_address_and_its_data(own_kafka: KafkaBroker, how: str) -> None:
    address, topic = own_kafka.bootstrap, own_kafka.create_topic()
    own_kafka.produce(topic, [b"before"])
    getattr(own_kafka, how)()
    assert not own_kafka.server.alive()
    own_kafka.start()
    own_kafka.produce(topic, [b"after"])
    assert own_kafka.bootstrap == address
    assert [record.value for record in own_kafka.read(topic)] == [b"before", b"after"]


class _Missing:
    """A way to a broker that does not work here."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __call__(self) -> Server:
        raise Unavailable(self.what)


def test_the_error_says_why_there_is_no_broker() -> None:
    ways = {"docker": _Missing("no Docker engine answers"), "local": _Missing("no java")}
    with pytest.raises(Unavailable, match="docker: no Docker engine answers; local: no java"):
        broker.find({}, ways)


def test_a_chosen_way_is_the_only_one_tried() -> None:
    ways = {"docker": _Missing("no Docker engine answers"), "local": _Missing("no java")}
    with pytest.raises(Unavailable, match=r"^no Kafka for the tests \(local: no java\)$"):
        broker.find({"KAFKA_TESTS": "local"}, ways)


def test_cached_jars_are_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unavailable, match="no mvn"):
        local_server.jars()
    cached = tmp_path / "article-worker-tests" / "kafka-4.3.1"
    cached.mkdir(parents=True)
    assert local_server.jars() == cached


@pytest.mark.parametrize(("require", "outcome"), [("0", "1 skipped"), ("1", "1 error")])
def test_without_a_broker_tests_are_skipped_or_fail_if_one_is_required(
    tmp_path: Path, require: str, outcome: str
) -> None:
    environ = {**os.environ, "KAFKA_TESTS": "local", "JAVA_HOME": str(tmp_path), "REQUIRE_KAFKA": require}
    environ.pop("KAFKA_BOOTSTRAP_SERVERS", None)
    node = f"{__file__}::test_asking_for_a_topic_does_not_create_it"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", node],
        env=environ, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert outcome in done.stdout
    assert "no Kafka for the tests (local: no java (17 or later))" in done.stdout


def test_a_broker_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    """The guard process sees the pipe close, whatever ended the test session."""
    script = (
        "import os, signal, subprocess, sys\n"
        "from tests.kafka import local_server\n"
        "broker = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        "local_server.guard(broker.pid)\n"
        "print(broker.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    pid = int(done.stdout)
    # It is not a child of this process. Its pidfd becomes readable when it has ended.
    descriptor = os.pidfd_open(pid)
    try:
        assert select.select([descriptor], [], [], 10)[0]
    finally:
        os.close(descriptor)


def test_the_error_for_a_missing_docker_engine_says_so_and_leaves_nothing_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    with pytest.raises(Unavailable, match="no Docker engine answers"):
        docker_server.Docker()
    gc.collect()  # an open socket would cause a warning here


def test_the_image_takes_each_property_as_one_variable() -> None:
    assert docker_server.variable("log.dirs") == "KAFKA_LOG_DIRS"
    assert docker_server.variable("a_b.c-d") == "KAFKA_A__B_C___D"


def test_listeners_advertise_their_outside_address_and_the_controller_none() -> None:
    made = properties(
        {"PLAINTEXT": ("0.0.0.0:9092", "host:29092"), "CONTROLLER": ("0.0.0.0:9093", "localhost:9093")}, "d"
    )
    assert made["listeners"] == "PLAINTEXT://0.0.0.0:9092,CONTROLLER://0.0.0.0:9093"
    assert made["advertised.listeners"] == "PLAINTEXT://host:29092"
    assert made["controller.quorum.voters"] == "1@localhost:9093"


def test_a_free_port_is_below_the_range_of_outgoing_connections() -> None:
    assert 20_000 <= free_port() <= 32_000
