"""Tests of the client configurations on a real broker: logins, transactions, every compression."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

from tests.kafka.broker import KafkaBroker
from tests.kafka.servers import PASSWORD, USER
from worker.config.settings import Settings
from worker.errors import ConnectError
from worker.transport.kafka import clients

pytestmark = pytest.mark.kafka

WRONG = "wrong-one-of-the-test"


def _login(kafka: KafkaBroker, **values: Any) -> Settings:
    if kafka.login_bootstrap is None:
        pytest.skip("the tests know no login for the broker of KAFKA_BOOTSTRAP_SERVERS")
    login = {"sasl_mechanism": "PLAIN", "sasl_username": USER, "sasl_password": PASSWORD}
    return kafka.settings(
        **{"bootstrap_servers": kafka.login_bootstrap, "security_protocol": "SASL_PLAINTEXT", **login, **values}
    )


def _from_beginning(settings: Settings, instance: str | None = None) -> dict[str, Any]:
    """The consumer configuration, changed so that the consumer starts at the beginning by itself."""
    return clients.consumer_config(settings, instance) | {"auto_offset_reset": "earliest"}


def _admin(settings: Settings) -> KafkaAdminClient:
    return clients.connect(lambda: KafkaAdminClient(**clients.admin_config(settings)), settings)


def test_all_three_clients_log_in_with_the_right_password(kafka: KafkaBroker) -> None:
    settings = _login(kafka)
    with _admin(settings) as admin:
        assert admin.describe_cluster()["brokers"]
    with clients.connect(lambda: KafkaConsumer(**clients.consumer_config(settings)), settings) as consumer:
        assert isinstance(consumer.topics(), set)
    with clients.connect(lambda: KafkaProducer(**clients.producer_config(settings, "login")), settings) as producer:
        producer.init_transactions()


@pytest.mark.parametrize(
    "wrong", [{"sasl_password": WRONG}, {"sasl_username": "nobody"}, {"sasl_mechanism": "SCRAM-SHA-256"}]
)
def test_a_rejected_login_is_not_repeated_until_the_timeout(kafka: KafkaBroker, wrong: dict[str, str]) -> None:
    settings = _login(kafka, **wrong, connect_timeout="60s")  # an attempt may take 5 s if the broker is busy
    begin = time.monotonic()
    user = f"{settings.sasl_mechanism} as '{settings.sasl_username}'"
    with pytest.raises(ConnectError, match=rf"{user}\) rejected the connection or the login"):
        _admin(settings)
    assert time.monotonic() - begin < 30, "a rejected login is not repeated, although there is time"


def test_no_password_appears_in_the_log_or_in_the_error(kafka: KafkaBroker, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ConnectError) as raised:
        _admin(_login(kafka, sasl_password=WRONG, connect_timeout="1s"))
    with _admin(_login(kafka)) as admin:
        admin.list_topics()
    assert "Starting KafkaAdminClient" in caplog.text, "the debug log is on"
    for secret in (WRONG, PASSWORD):
        assert secret not in caplog.text
        assert secret not in str(raised.value)


def test_plaintext_to_a_listener_with_login_is_an_error_in_time(kafka: KafkaBroker) -> None:
    settings = _login(kafka, security_protocol="PLAINTEXT", sasl_mechanism=None, connect_timeout="2s")
    with pytest.raises(ConnectError, match=r"within 2s at .* \(PLAINTEXT\).*security_protocol"):
        _admin(settings)


@pytest.mark.parametrize("compression", ["none", "gzip", "lz4", "zstd"])
def test_a_committed_transaction_is_readable_with_every_compression(kafka: KafkaBroker, compression: str) -> None:
    topic = kafka.create_topic()
    settings = kafka.settings(compression=compression)
    with clients.connect(
        lambda: KafkaProducer(**clients.producer_config(settings, kafka.topic_name("tx"))), settings
    ) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        producer.send(topic, b"value " * 1_000)
        producer.flush(timeout=10)
        producer.commit_transaction()
    with clients.connect(lambda: KafkaConsumer(**_from_beginning(settings)), settings) as consumer:
        consumer.subscribe([topic])
        deadline = time.monotonic() + 20
        while not (batches := consumer.poll(timeout_ms=500)):
            assert time.monotonic() < deadline
    [[record]] = batches.values()
    assert record.value == b"value " * 1_000


def test_a_static_member_keeps_its_partitions_over_a_quick_restart(kafka: KafkaBroker) -> None:
    topic = kafka.create_topic(partitions=2)
    kafka.produce(topic, [b"one"])
    settings = kafka.settings()
    generations = []
    for _ in range(2):
        consumer = KafkaConsumer(**_from_beginning(settings, "slot-1"))
        consumer.subscribe([topic])
        deadline = time.monotonic() + 20
        while not consumer.poll(timeout_ms=500):
            assert time.monotonic() < deadline
        generations.append(consumer.group_metadata().generation_id)  # type: ignore[no-untyped-call]
        consumer.close(autocommit=False)
    assert generations[0] == generations[1]
