"""The common parts of the ways to a test broker: KRaft mode, and a second listener that requires a login."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

import pytest

T = TypeVar("T")

VERSION = "4.3.1"
IMAGE = f"apache/kafka:{VERSION}"
CLUSTER_ID = "5L6g3nShT-eMCtK--X86sw"
USER, PASSWORD = "worker", "correct horse"
MAX_MESSAGE_BYTES = 40 << 20


class Unavailable(Exception):  # noqa: N818 - not an error: the next way is tried
    """This way to a broker does not work here. The text says in a few words what is missing."""


def required(way: Callable[[], T], variable: str) -> T:
    """Return the result of `way`. If it is unavailable, skip the test, or fail if the environment variable is 1."""
    try:
        return way()
    except Unavailable as reason:
        if os.environ.get(variable) == "1":
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))


class Server(Protocol):
    """A broker that tests may stop and restart with the same address and data."""

    bootstrap: str
    login_bootstrap: str | None  # SASL_PLAINTEXT with PLAIN, for USER and PASSWORD

    def start(self) -> None:
        """Start the broker; it need not be ready when this returns."""

    def stop(self) -> None:
        """Shut down the broker cleanly."""

    def kill(self) -> None:
        """Kill it, like a power failure."""

    def alive(self) -> bool:
        """Whether the broker's process runs."""

    def log(self) -> str:
        """The end of the broker's output."""

    def close(self) -> None:
        """Stop the broker and remove its data. Never raises."""


def properties(
    listeners: Mapping[str, tuple[str, str]], log_dir: str, node: int = 1, controllers: Mapping[int, str] | None = None
) -> dict[str, str]:
    """Broker properties. `listeners` maps each name to the address it binds to and the one it advertises.

    `controllers` maps the number of every node of a cluster to its address. All nodes keep every record, and a record
    counts as written as soon as all nodes but one have it.
    """
    controllers = controllers or {node: listeners["CONTROLLER"][1]}
    copies, needed = str(len(controllers)), str(max(1, len(controllers) - 1))
    return {
        "process.roles": "broker,controller",
        "node.id": str(node),
        "controller.quorum.voters": ",".join(f"{number}@{address}" for number, address in controllers.items()),
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "INTERNAL" if "INTERNAL" in listeners else "PLAINTEXT",
        "listeners": ",".join(f"{name}://{bind}" for name, (bind, _) in listeners.items()),
        "advertised.listeners": ",".join(
            f"{name}://{told}" for name, (_, told) in listeners.items() if name != "CONTROLLER"
        ),
        "listener.security.protocol.map": ",".join(
            f"{name}:{'SASL_PLAINTEXT' if name == 'LOGIN' else 'PLAINTEXT'}" for name in listeners
        ),
        "sasl.enabled.mechanisms": "PLAIN",
        "listener.name.login.plain.sasl.jaas.config": (
            f'org.apache.kafka.common.security.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
        ),
        "log.dirs": log_dir,
        "message.max.bytes": str(MAX_MESSAGE_BYTES),
        "replica.fetch.max.bytes": str(MAX_MESSAGE_BYTES),
        "auto.create.topics.enable": "false",
        "default.replication.factor": copies,
        "min.insync.replicas": needed,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": needed,
        # Fewer partitions to create before the first group and the first transaction work.
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.num.partitions": "4",
        "log.cleaner.dedupe.buffer.size": "4194304",
        # No delays that only production needs.
        "group.initial.rebalance.delay.ms": "0",
        "group.min.session.timeout.ms": "1000",
        "broker.session.timeout.ms": "3000",  # a killed broker may register again after this
        "broker.heartbeat.interval.ms": "500",
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
    }


def free_port() -> int:
    """A port on which nothing listens, below the range of outgoing connections.

    So the port of a stopped broker is still free when it restarts.
    """
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


class External:
    """A broker that is already running. Tests may use it, but not stop it."""

    login_bootstrap: str | None = None

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap

    def start(self) -> None:
        """Nothing to do."""

    def stop(self) -> None:
        """Refuse to stop it."""
        raise Unavailable("the broker of KAFKA_BOOTSTRAP_SERVERS is not ours to stop")

    kill = stop

    def alive(self) -> bool:
        """Assume that it runs."""
        return True

    def log(self) -> str:
        """Unknown."""
        return ""

    def close(self) -> None:
        """Nothing to do."""
