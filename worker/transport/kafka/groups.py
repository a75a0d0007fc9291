"""Asks the brokers about a consumer group, from outside of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from worker.config.settings import Settings
from worker.errors import TransportError
from worker.transport.kafka.admin import connected


class Group:
    """The group of these settings; for one thread at a time.

    Raises:
        TransportError: the brokers do not answer, or refuse. Every method may raise this.
    """

    def __init__(self, admin: KafkaAdminClient, settings: Settings) -> None:
        self._admin = admin
        self._id, self._topic = settings.group_id, settings.raw_topic

    def committed(self) -> dict[int, int]:
        """The committed offset of each partition of the raw topic that has one."""
        try:
            offsets = self._admin.list_group_offsets([self._id])[self._id]  # type: ignore[no-untyped-call]
        except KafkaError as error:
            raise self._failed("read the committed offsets of", error) from error
        return {tp.partition: at.offset for tp, at in offsets.items() if tp.topic == self._topic and at.offset >= 0}

    def members(self) -> int:
        """How many workers are in the group. A killed one, and a stopped static one, count until their session ends."""
        try:
            return len(self._admin.describe_groups([self._id])[self._id]["members"])
        except KafkaError as error:
            raise self._failed("describe", error) from error

    def _failed(self, doing: str, error: KafkaError) -> TransportError:
        return TransportError(f"cannot {doing} the group {self._id}: {type(error).__name__}: {error}")


@contextmanager
def watched(settings: Settings) -> Iterator[Group]:
    """Yields the group.

    Raises:
        ConnectError: no broker answered within connect_timeout.
    """
    with connected(settings) as admin:
        yield Group(admin, settings)
