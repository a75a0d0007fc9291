"""Turns settings into configurations of kafka-python clients, and waits at startup until a broker answers.

The rules come from experience with kafka-python 3.0.12:

* No setting that decides correctness is left to its default: idempotence, acks, isolation, commits, every timeout.
* Timeouts are nested: request < delivery < transaction. If a record cannot be delivered, its future fails while the
  transaction is still open, so the transport aborts before the broker does.
* Sizes leave `MARGIN_BYTES` above the largest value. `max_request_size` also counts the key, headers and framing, and
  the client checks it before compression.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Self, TypeVar

import kafka.record.util
import structlog
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import (
    AuthorizationError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
)
from kafka.net.connection import KafkaConnection

from worker.config.settings import Settings
from worker.config.units import format_duration
from worker.errors import ConnectError
from worker.transport.kafka import login, options
from worker.transport.kafka.net import NetClient

Client = TypeVar("Client")

MARGIN_BYTES = 64 << 10  # room for key, headers and framing, in a request and in a topic's limit
CLIENT_ID = "article-worker"
LOG_EVERY_S = 60.0  # while no broker answers
SLOW_CRC32C = "checksums are computed in Python: producing falls from 87 to 8 MB/s, consuming from 299 to 14 MB/s"

_ATTEMPT_S = 5.0  # one attempt to reach a broker: TLS and SASL can take seconds over a slow line
_BACKOFF_S = (0.25, 0.5, 1.0, 2.0, 5.0)  # after the first, second, ... attempt
_REQUEST_MS = 30_000
_IDLE_MS = 540_000  # below the broker's ten minutes, so that the client closes first
_FETCH_BYTES = 8 << 20  # compressed; the client takes three times as much memory while it reads a fetch
_FRAME_BYTES = 100_000_000  # the default of kafka-python; a larger frame ends the connection

_REFUSED = (AuthorizationError, IllegalSaslStateError, SaslAuthenticationFailedError, UnsupportedSaslMechanismError)

_log = structlog.get_logger(__name__)
_NETWORK = logging.getLogger("kafka.net")


def max_request_bytes(settings: Settings) -> int:
    """The size of the largest published record in bytes: a clean article, or a dead letter with its original value."""
    return max(int(settings.max_message_bytes), int(settings.max_value_bytes)) + MARGIN_BYTES


def consumer_config(settings: Settings, group_instance_id: str | None = None) -> dict[str, Any]:
    """Arguments of `KafkaConsumer` for the raw topic.

    With `group_instance_id`, the consumer is a static member: a restart within session_timeout moves no partitions.

    Raises:
        SettingsError: a TLS file cannot be used, or a kafka_option cannot be set.
    """
    partition_bytes = int(settings.max_value_bytes) + MARGIN_BYTES
    fetch_bytes = max(_FETCH_BYTES, partition_bytes)
    session_ms = _ms(settings.session_timeout)
    config = _common(settings) | {
        "group_id": settings.group_id,
        "group_instance_id": group_instance_id,
        "isolation_level": "read_committed",
        "enable_auto_commit": False,
        "auto_offset_reset": "none",  # worker.transport.kafka.positions resets, and logs what was skipped
        "allow_auto_create_topics": False,
        # An instance, not the class: the client stores its partitions in it.
        "partition_assignment_strategy": [CooperativeStickyAssignor()],
        "check_crcs": True,
        "session_timeout_ms": session_ms,
        # A member learns of a rebalance only from the answer to a heartbeat; a cooperative rebalance has two rounds.
        "heartbeat_interval_ms": max(1, min(1_000, session_ms // 4)),
        "max_poll_interval_ms": _ms(settings.max_poll_interval),
        "max_poll_records": settings.batch_max_records,
        "fetch_max_wait_ms": 500,
        "max_partition_fetch_bytes": partition_bytes,
        "fetch_max_bytes": fetch_bytes,
        # The broker sends the first batch of a fetch completely, however large it is.
        "receive_message_max_bytes": max(_FRAME_BYTES, fetch_bytes + partition_bytes),
    }
    return options.applied(config, KafkaConsumer, settings)


def producer_config(settings: Settings, transactional_id: str | None) -> dict[str, Any]:
    """Arguments of `KafkaProducer`: for the outputs, or for single messages if there is no `transactional_id`.

    A worker slot must use the same `transactional_id` at every start. Then `init_transactions()` immediately aborts
    the transaction that a killed predecessor left open.

    Raises:
        SettingsError: a TLS file cannot be used, or a kafka_option cannot be set.
    """
    delivery_ms = max(2, _ms(settings.transaction_timeout) // 2)
    config = _common(settings) | {
        "transactional_id": transactional_id,
        "enable_idempotence": True,
        "acks": "all",
        "max_in_flight_requests_per_connection": 5,
        "transaction_timeout_ms": _ms(settings.transaction_timeout),
        "delivery_timeout_ms": delivery_ms,
        "request_timeout_ms": min(_REQUEST_MS, delivery_ms // 2),
        "max_block_ms": delivery_ms,
        "linger_ms": 0,  # a batch ends with flush(), so waiting for more records gains nothing
        "batch_size": min(512 << 10, int(settings.max_message_bytes)),  # no topic's limit is below it
        "retry_backoff_ms": 20,  # the client waits for this even where nothing failed: three times before it is ready
        "compression_type": None if settings.compression == "none" else settings.compression,
        "max_request_size": max_request_bytes(settings),
        "allow_auto_create_topics": False,
    }
    return options.applied(config, KafkaProducer, settings)


def admin_config(settings: Settings) -> dict[str, Any]:
    """Arguments of `KafkaAdminClient`.

    Raises:
        SettingsError: a TLS file cannot be used, or a kafka_option cannot be set.
    """
    return options.applied(_common(settings), KafkaAdminClient, settings)


def _common(settings: Settings) -> dict[str, Any]:
    return {
        "bootstrap_servers": list(settings.bootstrap_servers),
        "client_id": CLIENT_ID,
        "bootstrap_timeout_ms": max(1, round(_attempt_s(settings) * 1000)),
        "request_timeout_ms": _REQUEST_MS,
        "connections_max_idle_ms": _IDLE_MS,
        "metadata_max_age_ms": 60_000,
        "retry_backoff_ms": 100,
        "reconnect_backoff_ms": 50,
        "reconnect_backoff_max_ms": 5_000,  # with the default, the client might miss a restarted broker for 30 s
        "kafka_client": NetClient,
    } | login.config(settings)


def connect(
    build: Callable[[], Client],
    settings: Settings,
    *,
    waiting: Callable[[], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    log: Any = _log,
) -> Client:
    """Call `build` until a broker answers, and return its result.

    `build` creates a client from one of the configurations above, whose bootstrap timeout keeps an attempt short; or it
    asks the brokers a question at startup. An attempt begins only if it can end within `connect_timeout`.

    With `waiting`, there is no time limit and no log line, because the `Contact` of a running worker logs the outage.
    `waiting` is called between attempts; an exception that it raises ends them.

    Raises:
        ConnectError: no broker answered within connect_timeout, or one refused the credentials (no further attempt).
    """
    _warn_of_slow_crc32c(log)
    began = clock()
    attempt, next_line = 0, began
    with _Watch() as watch:
        while True:
            attempt += 1
            try:
                return build()
            except KafkaError as error:
                reason = watch.reason(error)
                if isinstance(reason, _REFUSED) or not error.retriable:
                    raise ConnectError(_rejected(settings, f" (last error: {reason})")) from error
                if watch.hung_up and login.is_needed(settings):  # without the reason, which comes from a later failure
                    raise ConnectError(_rejected(settings)) from error
                delay = _BACKOFF_S[min(attempt, len(_BACKOFF_S)) - 1]
                if waiting:
                    waiting()
                else:
                    left_s = began + settings.connect_timeout.total_seconds() - _attempt_s(settings) - clock()
                    if left_s <= 0:
                        raise ConnectError(_unreachable(settings, reason)) from error
                    delay = min(delay, left_s)
                    if clock() >= next_line:
                        next_line = clock() + LOG_EVERY_S
                        log.warning("kafka_unreachable", away_s=round(clock() - began, 1),
                                    servers=",".join(settings.bootstrap_servers), error=str(reason))  # fmt: skip
            sleep(delay)


class _Watch(logging.Handler):
    """Finds the cause of a failed connection in the client's log, because the client raises only a timeout.

    `hung_up` is true if a broker that had sent its version closed the connection. With a login, this means that the
    broker rejected it: kafka-python loses the last answer of a broker that closes the connection right afterwards.
    While this handler is active, the client's log lines appear nowhere else: an attempt writes a dozen of them, and
    `kafka_unreachable` replaces them by one.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.hung_up = False
        self._cause: Exception | None = None
        self._level_before = _NETWORK.level

    def __enter__(self) -> Self:
        _NETWORK.addHandler(self)
        _NETWORK.setLevel(logging.WARNING)  # with --log-level error, the client would not write the lines at all
        _NETWORK.propagate = False
        return self

    def __exit__(self, *_: object) -> None:
        _NETWORK.removeHandler(self)
        _NETWORK.setLevel(self._level_before)
        _NETWORK.propagate = True

    def reason(self, error: Exception) -> Exception:
        """The cause of a client's error if the log showed one, otherwise the error itself."""
        cause, self._cause = self._cause, None
        return error if cause is None or isinstance(error, _REFUSED) else cause

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the exception of the log record; its text adds nothing."""
        args = record.args if isinstance(record.args, tuple) else ()
        for cause in args:
            if not isinstance(cause, Exception) or isinstance(cause, KafkaTimeoutError):
                continue
            if not isinstance(self._cause, _REFUSED):  # the client tries again, and its last attempt may only time out
                self._cause = cause
            named = any(isinstance(arg, KafkaConnection) and arg.broker_version for arg in args)
            self.hung_up |= named and isinstance(cause, KafkaConnectionError)


def _attempt_s(settings: Settings) -> float:
    return min(_ATTEMPT_S, settings.connect_timeout.total_seconds() / 3)


def _ms(duration: timedelta) -> int:
    return max(1, round(duration.total_seconds() * 1000))


def _unreachable(settings: Settings, reason: Exception) -> str:
    return (
        f"no Kafka broker answered within {format_duration(settings.connect_timeout)} at {login.described(settings)}; "
        f"last error: {reason}. Check bootstrap_servers, and that the broker is running. If the port accepts the "
        "connection but nothing answers, check security_protocol"
    )


def _rejected(settings: Settings, reason: str = "") -> str:
    return (
        f"the Kafka broker at {login.described(settings)} rejected the connection or the login{reason}. "
        "Check security_protocol, sasl_mechanism, sasl_username and sasl_password"
    )


def has_fast_crc32c() -> bool:
    """Whether checksums are computed in C."""
    return getattr(kafka.record.util, "crc32c_c", None) is not None


@functools.cache
def _warn_of_slow_crc32c(log: Any) -> None:
    if not has_fast_crc32c():
        log.warning("slow_crc32c", consequence=SLOW_CRC32C, advice="install the package crc32c: kafka-python[crc32c]")
