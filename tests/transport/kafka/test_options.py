from __future__ import annotations

from typing import Any

import pytest

from worker.config.settings import Settings
from worker.errors import SettingsError
from worker.transport.kafka import clients


def configs(*options: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    settings = Settings(kafka_option=options)
    return clients.consumer_config(settings), clients.producer_config(settings, "t"), clients.admin_config(settings)


def test_each_client_gets_the_options_that_it_has() -> None:
    consumer, producer, admin = configs("client_rack=eu-1", "batch_size=65536", "receive_buffer_bytes=131072")
    assert [c.get("client_rack") for c in (consumer, producer, admin)] == ["eu-1", None, None]
    assert [c.get("batch_size") for c in (consumer, producer, admin)] == [None, 65536, None]
    assert [c["receive_buffer_bytes"] for c in (consumer, producer, admin)] == [131072] * 3


@pytest.mark.parametrize(
    ("option", "name", "value"),
    [
        ("metadata_max_age_ms = 5000", "metadata_max_age_ms", 5000),
        ("client.id=news", "client_id", "news"),
        ("exclude_internal_topics=False", "exclude_internal_topics", False),
        ("socks5_proxy=socks5://h:1080", "socks5_proxy", "socks5://h:1080"),
    ],
)
def test_a_value_has_the_type_of_the_option(option: str, name: str, value: object) -> None:
    assert configs(option)[0][name] == value
    assert type(configs(option)[0][name]) is type(value)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (
            "fetch_wait_max_ms=5",
            "fetch_wait_max_ms: the Kafka client has no such option (did you mean fetch_max_wait_ms",
        ),
        ("zzzzzzzzzzz=5", "zzzzzzzzzzz: the Kafka client has no such option"),
        ("acks=1", "acks: the worker sets this option: leave it out"),
        ("enable_auto_commit=true", "enable_auto_commit: the worker sets this option: leave it out"),
        ("session_timeout_ms=5", "session_timeout_ms: the worker sets this option: use --session-timeout"),
        ("compression_type=gzip", "compression_type: the worker sets this option: use --compression"),
        ("sasl_plain_password=x", "sasl_plain_password: use the security settings of the worker"),
        ("ssl_cafile=x", "ssl_cafile: use the security settings of the worker"),
        ("metric_reporters=x", "metric_reporters: its value cannot be written as text"),
        ("value_deserializer=x", "value_deserializer: its value cannot be written as text"),
        ("batch_size=many", "batch_size: 'many' is not a whole number"),
        ("exclude_internal_topics=2", "exclude_internal_topics: '2' is not true or false"),
    ],
)
def test_an_option_that_cannot_be_set_is_an_error_that_says_why(option: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        configs(option)
    assert f"kafka_option {said}" in str(caught.value)


def test_a_real_client_accepts_every_option_of_the_examples() -> None:
    """The names are checked against the client's own: it refuses unknown ones."""
    from kafka import KafkaConsumer, KafkaProducer  # noqa: PLC0415

    consumer, producer, _ = configs("client_rack=eu-1", "metadata_max_age_ms=5000")
    assert set(consumer) <= set(KafkaConsumer.DEFAULT_CONFIG)
    assert set(producer) <= set(KafkaProducer.DEFAULT_CONFIG)
