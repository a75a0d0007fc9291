"""The client configurations are complete and safe, and a broker that does not answer is reported in time."""

from __future__ import annotations

import gc
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import kafka.record.util
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import (
    IncompatibleBrokerVersion,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    RequestTimedOutError,
    SaslAuthenticationFailedError,
)
from kafka.net.connection import KafkaConnection

from tests.transport.kafka.fakes import Clock
from worker.config.settings import Settings
from worker.errors import ConnectError
from worker.transport.kafka import clients

SECRET = "hunter2-of-the-test"  # noqa: S105 - opens nothing


def _settings(**values: Any) -> Settings:
    return Settings(**{"bootstrap_servers": "one:9092,two:9092", **values})


def _sasl(**values: Any) -> Settings:
    return _settings(
        security_protocol="SASL_PLAINTEXT", sasl_mechanism="SCRAM-SHA-256", sasl_username="ann", sasl_password=SECRET,
        **values,
    )  # fmt: skip


class Log:
    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def warning(self, event: str, **values: Any) -> None:
        self.events.append((event, values))


def _failing(errors: list[KafkaError], clock: Clock, takes_s: float) -> Callable[[], str]:
    def build() -> str:
        clock.now += takes_s
        if errors:
            raise errors.pop(0)
        return "client"

    return build


# -- configurations ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("client", "config"),
    [
        (KafkaConsumer, clients.consumer_config(_settings(), "instance")),
        (KafkaProducer, clients.producer_config(_settings(), "id")),
        (KafkaAdminClient, clients.admin_config(_settings())),
    ],
)
def test_the_client_knows_every_key(client: Any, config: dict[str, Any]) -> None:
    assert set(config) <= set(client.DEFAULT_CONFIG)


def test_the_consumer_reads_committed_records_and_never_commits_or_resets_by_itself() -> None:
    config = clients.consumer_config(_settings(group_id="g"))
    assert config["group_id"] == "g"
    assert config["isolation_level"] == "read_committed"
    assert config["enable_auto_commit"] is False
    assert config["auto_offset_reset"] == "none"
    assert config["allow_auto_create_topics"] is False
    [assignor] = config["partition_assignment_strategy"]
    assert isinstance(assignor, CooperativeStickyAssignor)


def test_two_consumers_do_not_share_an_assignor() -> None:
    first, second = (clients.consumer_config(_settings())["partition_assignment_strategy"] for _ in range(2))
    assert first[0] is not second[0]


def test_a_consumer_is_a_static_member_only_with_an_instance_id() -> None:
    assert clients.consumer_config(_settings())["group_instance_id"] is None
    assert clients.consumer_config(_settings(), "slot-1")["group_instance_id"] == "slot-1"


def test_the_producer_is_idempotent_and_waits_for_all_replicas() -> None:
    config = clients.producer_config(_settings(), "group-slot")
    assert config["transactional_id"] == "group-slot"
    assert config["enable_idempotence"] is True
    assert config["acks"] == "all"


@pytest.mark.parametrize("timeout", ["60s", "15m", "10s", "500ms"])
def test_the_timeouts_of_the_producer_are_nested(timeout: str) -> None:
    config = clients.producer_config(_settings(transaction_timeout=timeout), "id")
    whole = config["transaction_timeout_ms"]
    assert 0 < config["request_timeout_ms"] + config["linger_ms"] <= config["delivery_timeout_ms"] <= whole / 2
    assert config["max_block_ms"] <= whole / 2


@pytest.mark.parametrize("timeout", ["45s", "6s", "1s"])
def test_several_heartbeats_fit_into_a_session(timeout: str) -> None:
    config = clients.consumer_config(_settings(session_timeout=timeout))
    assert config["heartbeat_interval_ms"] * 3 < config["session_timeout_ms"]


def test_the_largest_article_and_the_largest_dead_letter_fit_into_a_request() -> None:
    config = clients.producer_config(_settings(max_message_bytes="1MiB", max_value_bytes="9MiB"), "id")
    assert config["max_request_size"] == (9 << 20) + clients.MARGIN_BYTES
    config = clients.producer_config(_settings(max_message_bytes="9MiB", max_value_bytes="1MiB"), "id")
    assert config["max_request_size"] == (9 << 20) + clients.MARGIN_BYTES


@pytest.mark.parametrize("value_bytes", ["1MiB", "8MiB", "200MiB"])
def test_the_largest_value_fits_into_a_fetch_and_a_fetch_into_a_frame(value_bytes: str) -> None:
    settings = _settings(max_value_bytes=value_bytes)
    config = clients.consumer_config(settings)
    assert settings.max_value_bytes < config["max_partition_fetch_bytes"] <= config["fetch_max_bytes"]
    assert config["fetch_max_bytes"] + config["max_partition_fetch_bytes"] <= config["receive_message_max_bytes"]


@pytest.mark.parametrize("largest", ["64KiB", "8MiB"])
def test_a_batch_of_records_is_no_larger_than_the_largest_message(largest: str) -> None:
    """Otherwise a topic that accepts every message could refuse a batch of them."""
    settings = _settings(max_message_bytes=largest)
    assert clients.producer_config(settings, "id")["batch_size"] <= settings.max_message_bytes


@pytest.mark.parametrize(("setting", "passed"), [("none", None), ("gzip", "gzip"), ("lz4", "lz4"), ("zstd", "zstd")])
def test_the_compression_is_passed_on(setting: str, passed: str | None) -> None:
    assert clients.producer_config(_settings(compression=setting), "id")["compression_type"] == passed


def test_plaintext_has_no_security_settings() -> None:
    config = clients.admin_config(_settings(sasl_username="ann", sasl_password=SECRET))
    assert config["security_protocol"] == "PLAINTEXT"
    assert not [key for key in config if key.startswith(("sasl", "ssl"))]


def test_sasl_credentials_reach_the_client_but_no_text() -> None:
    config = clients.admin_config(_sasl())
    assert (config["sasl_mechanism"], config["sasl_plain_username"]) == ("SCRAM-SHA-256", "ann")
    assert config["sasl_plain_password"] == SECRET
    assert config["sasl_plain_password"].encode() == SECRET.encode()
    assert SECRET not in repr(config)
    assert SECRET not in f"{config}"


@pytest.mark.parametrize(("level", "shown"), [("DEBUG", "INFO"), ("WARNING", "WARNING")])
def test_the_connection_log_never_shows_requests_if_there_is_a_login(
    monkeypatch: pytest.MonkeyPatch, level: str, shown: str
) -> None:
    """At debug level, they would log the login. At other levels, they must not log more than without a login."""
    loggers = [logging.getLogger(name) for name in ("kafka.net.connection", "kafka.protocol.parser")]
    for logger in (logging.getLogger(), *loggers):
        monkeypatch.setattr(logger, "level", logger.level)  # restores it after the test
    logging.getLogger().setLevel(level)
    clients.admin_config(_sasl())
    assert [logging.getLevelName(logger.getEffectiveLevel()) for logger in loggers] == [shown, shown]


def test_tls_is_passed_on_as_a_context() -> None:
    config = clients.admin_config(_settings(security_protocol="SASL_SSL", ssl_check_hostname=False))
    assert config["ssl_context"].verify_mode is ssl.CERT_REQUIRED
    assert config["ssl_check_hostname"] is False
    assert set(config) <= set(KafkaAdminClient.DEFAULT_CONFIG)


# -- waiting for a broker ----------------------------------------------------------------------------------------


def test_connect_waits_for_a_late_broker_and_logs_that_at_once() -> None:
    clock, log = Clock(), Log()
    build = _failing([KafkaTimeoutError("a"), KafkaTimeoutError("b")], clock, 1.0)
    assert clients.connect(build, _settings(), sleep=clock.sleep, clock=clock, log=log) == "client"
    assert clock.slept == [0.25, 0.5]
    [(event, values)] = log.events
    assert (event, values["servers"], values["away_s"]) == ("kafka_unreachable", "one:9092,two:9092", 1.0)
    assert "a" in values["error"]


def test_an_unreachable_broker_is_logged_once_a_minute() -> None:
    clock, log = Clock(), Log()
    build = _failing([KafkaTimeoutError("nobody") for _ in range(1000)], clock, 1.0)
    with pytest.raises(ConnectError):
        clients.connect(build, _settings(connect_timeout="10m"), sleep=clock.sleep, clock=clock, log=log)
    assert len(log.events) == 10
    assert [round(values["away_s"], -1) for _, values in log.events[:3]] == [0, 60, 120]


def test_a_running_worker_waits_for_the_broker_until_a_stop_is_requested() -> None:
    clock, log, waited = Clock(), Log(), []
    build = _failing([KafkaTimeoutError("nobody") for _ in range(500)], clock, 5.0)
    client = clients.connect(
        build, _settings(), waiting=lambda: waited.append(clock()), sleep=clock.sleep, clock=clock, log=log
    )
    assert client == "client"
    assert len(waited) == 500
    assert log.events == []


@pytest.mark.parametrize("timeout_s", [1, 7, 60, 90])
def test_connect_fails_when_no_further_attempt_can_end_within_the_timeout(timeout_s: int) -> None:
    clock, settings = Clock(), _settings(connect_timeout=timeout_s)
    takes_s = clients.admin_config(settings)["bootstrap_timeout_ms"] / 1000
    build = _failing([KafkaTimeoutError("nobody") for _ in range(100)], clock, takes_s)
    begin = clock()
    with pytest.raises(ConnectError, match=r"one:9092, two:9092 \(PLAINTEXT\); last error: .*nobody"):
        clients.connect(build, settings, sleep=clock.sleep, clock=clock, log=Log())
    assert timeout_s - takes_s <= clock() - begin <= timeout_s + 0.001


def test_rejected_credentials_are_not_tried_again_and_not_shown() -> None:
    clock = Clock()
    build = _failing([SaslAuthenticationFailedError("bad login"), KafkaTimeoutError()], clock, 0.1)
    rejected = r"SCRAM-SHA-256 as 'ann'\) rejected the connection or the login .*bad login.*sasl_password"
    with pytest.raises(ConnectError, match=rejected) as raised:
        clients.connect(build, _sasl(), sleep=clock.sleep, clock=clock, log=Log())
    assert clock.slept == []
    assert SECRET not in str(raised.value)


@pytest.fixture(params=["warning", "error"])
def log_level(request: pytest.FixtureRequest) -> Iterator[None]:
    root = logging.getLogger()
    before = root.level
    root.setLevel(request.param.upper())
    yield
    root.setLevel(before)


@pytest.mark.usefixtures("log_level")
def test_a_connection_closed_at_the_login_counts_as_a_rejected_login() -> None:
    connection: Any = KafkaConnection.__new__(KafkaConnection)
    connection.broker_version_data = SimpleNamespace(broker_version=(4, 3))

    def build() -> str:
        log = logging.getLogger("kafka.net.manager")
        log.warning("%s: %s", connection, KafkaConnectionError("socket disconnected"))
        log.warning("%s", RequestTimedOutError("after 274 ms"))
        raise KafkaTimeoutError

    with pytest.raises(ConnectError, match=r"as 'ann'\) rejected the connection or the login\. Check") as raised:
        clients.connect(build, _sasl(), sleep=Clock().sleep, clock=Clock(), log=Log())
    assert "274 ms" not in str(raised.value)


@pytest.mark.usefixtures("log_level")
def test_a_rejected_login_counts_even_if_the_last_attempt_timed_out() -> None:
    def build() -> str:
        log = logging.getLogger("kafka.net.manager")
        log.warning("%s", SaslAuthenticationFailedError("invalid_token"))
        log.warning("%s", RequestTimedOutError("after 274 ms"))
        raise KafkaTimeoutError

    with pytest.raises(ConnectError, match=r"as 'ann'\) rejected the connection or the login .*invalid_token"):
        clients.connect(build, _sasl(), sleep=Clock().sleep, clock=Clock(), log=Log())


def test_a_permanent_error_is_raised_at_once() -> None:
    clock = Clock()
    with pytest.raises(ConnectError, match="IncompatibleBrokerVersion"):
        clients.connect(
            _failing([IncompatibleBrokerVersion("0.8")], clock, 0.1),
            _settings(),
            sleep=clock.sleep,
            clock=clock,
            log=Log(),
        )
    assert clock.slept == []


@pytest.fixture
def refusing_port() -> Iterator[int]:
    """A port that nothing listens on. The test holds it, so no other process takes it."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that accepts connections and never answers, like a TLS listener that gets plaintext."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


BUILDS: dict[str, Callable[[Settings], Any]] = {
    "consumer": lambda settings: KafkaConsumer(**clients.consumer_config(settings)),
    "producer": lambda settings: KafkaProducer(**clients.producer_config(settings, "id")),
    "admin": lambda settings: KafkaAdminClient(**clients.admin_config(settings)),
}


@pytest.mark.parametrize("kind", BUILDS)
def test_the_error_for_an_unreachable_port_comes_in_time_and_names_the_cause(kind: str, refusing_port: int) -> None:
    settings = _settings(bootstrap_servers=f"127.0.0.1:{refusing_port}", connect_timeout="1s")
    threads, begin = threading.active_count(), time.monotonic()
    with pytest.raises(ConnectError, match=f"within 1s at 127.0.0.1:{refusing_port} .*ECONNREFUSED"):
        clients.connect(lambda: BUILDS[kind](settings), settings, log=Log())
    assert time.monotonic() - begin < 1.5
    assert threading.active_count() == threads
    gc.collect()


def test_the_error_for_a_silent_port_points_to_the_security_protocol(silent_port: int) -> None:
    settings = _settings(bootstrap_servers=f"127.0.0.1:{silent_port}", connect_timeout="1s")
    with pytest.raises(ConnectError, match=r"RequestTimedOutError.*security_protocol"):
        clients.connect(lambda: BUILDS["admin"](settings), settings, log=Log())


def test_the_error_for_an_unknown_host_says_so() -> None:
    settings = _settings(bootstrap_servers="no-such-host.invalid:9092", connect_timeout="1s")
    with pytest.raises(ConnectError, match="DNS"):
        clients.connect(lambda: BUILDS["admin"](settings), settings, log=Log())


# -- checksums ---------------------------------------------------------------------------------------------------


def test_slow_checksums_are_logged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka.record.util, "crc32c_c", None)
    log = Log()
    for _ in range(2):
        clients.connect(lambda: "client", _settings(), log=log)
    [(event, values)] = log.events
    assert event == "slow_crc32c"
    assert "kafka-python[crc32c]" in values["advice"]


def test_fast_checksums_are_installed_and_not_logged() -> None:
    log = Log()
    clients.connect(lambda: "client", _settings(), log=log)
    assert log.events == []


def test_no_timeout_is_left_to_a_default() -> None:
    """Each timeout of a client is set, so a new default in the next version changes nothing."""
    waits = {"request_timeout_ms", "bootstrap_timeout_ms", "connections_max_idle_ms", "retry_backoff_ms"}
    assert waits <= set(clients.admin_config(_settings()))
    assert {"session_timeout_ms", "max_poll_interval_ms", "fetch_max_wait_ms"} <= set(
        clients.consumer_config(_settings())
    )
    producer = clients.producer_config(_settings(), "id")
    assert {"delivery_timeout_ms", "max_block_ms", "transaction_timeout_ms"} <= set(producer)
    assert producer["transaction_timeout_ms"] == timedelta(seconds=60) // timedelta(milliseconds=1)
