"""A cluster of three brokers that tests may stop and start singly, and a single broker that supports every fault."""

from __future__ import annotations

import time
from typing import Any, Literal, TypeAlias

from kafka import KafkaAdminClient
from kafka.errors import KafkaError
from kafka.protocol.metadata import CoordinatorType

from tests.chaos.proxy import Proxy
from tests.kafka.broker import KafkaBroker
from tests.kafka.local_server import Local, Node, free_address
from tests.kafka.servers import PASSWORD, USER

NODES = (1, 2, 3)
Kind: TypeAlias = Literal["group", "transaction"]

LIMITED = "limited"  # a user of the faulty broker: the same password as USER, and only the ACLs that a test grants


class Cluster:
    """A `tests.kafka.servers.Server` of three nodes. All keep every record; it counts as written when two have it."""

    login_bootstrap: str | None = None

    def __init__(self) -> None:
        controllers = {number: free_address() for number in NODES}
        self.nodes = {number: Local(Node(number, controllers)) for number in NODES}
        self.bootstrap = ",".join(node.bootstrap for node in self.nodes.values())

    def start(self) -> None:
        """Start every node that is not running."""
        for node in self.nodes.values():
            if not node.alive():
                node.start()

    def stop(self) -> None:
        """Shut down all nodes cleanly."""
        for node in self.nodes.values():
            node.stop()

    def kill(self) -> None:
        """Kill all nodes, like a power failure."""
        for node in self.nodes.values():
            node.kill()

    def alive(self) -> bool:
        """Whether the processes of all nodes run."""
        return all(node.alive() for node in self.nodes.values())

    def log(self) -> str:
        """The end of each node's output."""
        return "\n----\n".join(node.log()[-1000:] for node in self.nodes.values())

    def close(self) -> None:
        """Stop the nodes and remove their folders."""
        for node in self.nodes.values():
            node.kill()  # their data is no longer needed
            node.close()


def coordinator(kafka: KafkaBroker, key: str, kind: Kind) -> int:
    """The number of the node that coordinates a group or a transactional id."""
    with KafkaAdminClient(
        bootstrap_servers=kafka.bootstrap
    ) as admin:  # a new client, because a client caches the answer
        hidden: Any = admin
        asked = hidden._find_coordinator_id, key, CoordinatorType[kind.upper()]
        return int(hidden._manager.run(*asked))


def await_full(kafka: KafkaBroker, *topics: str, within_s: float = 60) -> None:
    """Wait until every node has every record of these topics, and of the internal topics."""
    wanted = [*topics, "__consumer_offsets", "__transaction_state"]
    deadline = time.monotonic() + within_s
    while not _full(kafka, wanted):
        assert time.monotonic() < deadline, "the nodes did not catch up in time"
        time.sleep(0.3)


def _full(kafka: KafkaBroker, topics: list[str]) -> bool:
    try:
        with KafkaAdminClient(bootstrap_servers=kafka.bootstrap, bootstrap_timeout_ms=5_000) as admin:
            described = admin.describe_topics(topics)
    except KafkaError:
        return False
    return all(len(partition["isr_nodes"]) == len(NODES) for topic in described for partition in topic["partitions"])


def faulty() -> tuple[KafkaBroker, Proxy]:
    """A broker that supports faults, and a proxy through which a worker can reach it.

    As brokers do by default, it creates topics that clients ask for. Users who log in have only the ACLs that were
    granted to them.
    """
    bound = free_address()
    proxy = Proxy(bound)
    changes = {
        "auto.create.topics.enable": "true",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:ANONYMOUS;User:{USER}",
        "listener.name.login.plain.sasl.jaas.config": (
            "org.apache.kafka.common.security.plain.PlainLoginModule required "
            f'user_{USER}="{PASSWORD}" user_{LIMITED}="{PASSWORD}";'
        ),
    }
    return KafkaBroker(Local(Node(listeners={"PROXY": (bound, proxy.address)}, changes=changes))), proxy
