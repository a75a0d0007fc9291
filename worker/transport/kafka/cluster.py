"""The Kafka cluster of the settings: creates the clients of one worker, and knows whether any broker answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from worker.config.settings import Settings
from worker.transport.kafka import access, admin, clients, header_names
from worker.transport.kafka.consumer import GroupConsumer
from worker.transport.kafka.contact import Contact
from worker.transport.kafka.interfaces import Consumer, Producer, Waiting
from worker.transport.kafka.net import NetClient
from worker.transport.kafka.producer import TransactionalProducer


class KafkaCluster:
    """The cluster, as seen by the worker with this instance id.

    Raises:
        ConnectError: no broker answered within connect_timeout. Every method that creates a client or asks the brokers
            raises it.
    """

    def __init__(self, settings: Settings, instance_id: str) -> None:
        self._settings, self._instance_id = settings, instance_id
        self._contact = Contact(settings.bootstrap_servers)
        self._network = {"kafka_client": partial(NetClient, answered=self._contact.answered)}

    @property
    def is_away(self) -> bool:
        """Whether no broker answers."""
        return self._contact.lost

    def largest_values(self) -> Mapping[str, int]:
        """See `worker.transport.kafka.admin.check_topics`."""
        return admin.check_topics(self._settings)

    def shared_partitions(self) -> set[int] | None:
        """See `worker.transport.kafka.admin.shared_partitions`."""
        return admin.shared_partitions(self._settings)

    def consumer(self, waiting: Waiting | None = None, fetch_bytes: int | None = None) -> Consumer:
        """Create a member of the group. With `waiting`, wait without a time limit for brokers that are away.

        `fetch_bytes` limits a fetch from one partition to less than the settings do. A larger batch comes whole.
        """
        group_instance = self._instance_id if self._settings.static_membership else None
        config = clients.consumer_config(self._settings, group_instance)
        if fetch_bytes is not None:
            config["max_partition_fetch_bytes"] = min(fetch_bytes, config["max_partition_fetch_bytes"])
        consumer = self._connect(partial(GroupConsumer, **config | self._network), waiting)
        header_names.take_any(consumer)
        return cast("Consumer", consumer)

    def producer(self, waiting: Waiting | None = None) -> Producer:
        """Create a producer with the transactional id of the instance. For `waiting`, see `consumer`."""
        config = clients.producer_config(self._settings, access.transactional_id(self._settings, self._instance_id))
        return cast("Producer", self._connect(partial(TransactionalProducer, **config | self._network), waiting))

    def watch(self, ask: Callable[[], None]) -> None:
        """Start to watch for answers. `ask` makes a client ask the brokers for one."""
        self._contact.watch(ask)

    def close(self) -> None:
        """Stop watching."""
        self._contact.close()

    def _connect(self, build: Callable[[], Any], waiting: Waiting | None) -> Any:
        return clients.connect(build, self._settings, waiting=waiting)
