"""Tests of the bugs of kafka-python that need no broker. See test_upstream.py."""

from __future__ import annotations

import logging
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer
from kafka.errors import KafkaConnectionError, KafkaTimeoutError
from kafka.net.compat import KafkaNetClient
from kafka.net.inet import KafkaNetSocket, create_connection
from kafka.net.selector import NetworkSelector
from kafka.net.transport import KafkaTCPTransport
from kafka.protocol.sasl import SaslAuthenticateRequest
from kafka.protocol.schemas.load_json import load_json

from tests.kafka.servers import free_port

PHRASE = "open sesame"


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[socket.socket]]:
    """The sockets that the clients open. They are closed at the end."""
    made: list[socket.socket] = []

    def make(_: object, family: int, kind: int, protocol: int) -> socket.socket:
        made.append(socket.socket(family, kind, protocol))
        return made[-1]

    monkeypatch.setattr(KafkaNetSocket, "socket", make)
    yield made
    for each in made:
        each.close()


def clients_of_nobody() -> tuple[list[Any], dict[str, Any]]:
    """The network clients that were created, and a configuration for a port on which nothing listens."""
    made: list[Any] = []

    def make(**config: Any) -> Any:
        made.append(KafkaNetClient(**config))
        return made[-1]

    servers = f"127.0.0.1:{free_port()}"
    return made, {"bootstrap_servers": servers, "bootstrap_timeout_ms": 100, "kafka_client": make}


def test_topics_are_created_by_a_client_that_was_told_not_to() -> None:
    client: Any = KafkaNetClient(bootstrap_servers="127.0.0.1:1", allow_auto_create_topics=False)
    assert client.cluster.metadata_request().allow_auto_topic_creation
    client.close()


@pytest.mark.parametrize("kind", [KafkaConsumer, KafkaAdminClient])
def test_a_client_that_found_no_broker_leaves_its_thread(kind: Callable[..., Any]) -> None:
    made, config = clients_of_nobody()
    threads = threading.active_count()
    with pytest.raises(KafkaTimeoutError):
        kind(**config)
    assert threading.active_count() == threads + 1
    made[0].close()


def test_the_debug_log_has_the_password(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "kafka.admin")
    made, config = clients_of_nobody()
    with pytest.raises(KafkaTimeoutError):
        KafkaAdminClient(**config, sasl_plain_password=PHRASE)
    made[0].close()
    assert PHRASE in caplog.text
    request: Any = SaslAuthenticateRequest(PHRASE.encode())
    assert PHRASE in str(request), "the log of the connections has every request"


def test_a_missing_file_is_reported_as_a_broker_that_does_not_answer(sockets: list[socket.socket]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        made, config = clients_of_nobody()
        config["bootstrap_servers"] = f"127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(KafkaTimeoutError, match="Unable to bootstrap"):
            KafkaAdminClient(**config, security_protocol="SSL", ssl_cafile="no-such-file")
        made[0].close()


def test_a_ctrl_c_within_a_task_of_the_loop_is_swallowed() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    loop: Any = NetworkSelector()
    loop.call_soon(interrupted)
    try:
        loop.poll(timeout_ms=0)
    except KeyboardInterrupt:  # otherwise, it would end the whole session
        pytest.fail("the bug is fixed")
    finally:
        loop.close()


def test_the_last_answer_of_a_broker_that_hangs_up_is_lost() -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(0)
    theirs.sendall(b"why I hang up")
    theirs.close()
    heard: list[object] = []
    loop: Any = NetworkSelector()
    transport: Any = KafkaTCPTransport(loop, ours)
    transport.getPeer = lambda: ("127.0.0.1", 9092)
    transport.set_protocol(SimpleNamespace(_sensors=None, data_received=heard.append, connection_lost=heard.append))
    transport.resume_reading()
    while not heard:
        loop.poll(timeout_ms=100)
    loop.close()
    assert [type(each) for each in heard] == [KafkaConnectionError]


def test_a_socket_without_an_answer_is_left_open(sockets: list[socket.socket]) -> None:
    loop: Any = NetworkSelector()
    with pytest.raises(KafkaConnectionError):
        loop.run(create_connection, loop, "127.0.0.1", free_port())
    loop.close()
    [left] = sockets
    assert left.fileno() >= 0


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python 3.13 has taken the deprecation back")
def test_the_schemas_are_read_by_deprecated_functions() -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        load_json("ProduceRequest")
    assert any("deprecated" in str(each.message) for each in seen)
