"""Publishes the outputs of a command in transactions. Only the newest process of the same name can publish."""

from __future__ import annotations

from collections.abc import Sequence

from kafka.errors import InvalidProducerEpochError, ProducerFencedError

from worker.config.settings import Settings
from worker.errors import CommitFailed, FatalTransportError
from worker.messages import Output
from worker.transport.base import OutputRefused
from worker.transport.kafka.cluster import KafkaCluster
from worker.transport.kafka.interfaces import Cluster
from worker.transport.kafka.publisher import Publisher


class SoleWriter:
    """A producer whose transactional id, GROUP-NAME, ends every other writer of the same group and name."""

    def __init__(self, settings: Settings, name: str, *, cluster: Cluster | None = None) -> None:
        """Connects, and aborts the transaction that another writer has left open.

        Raises:
            ConnectError: no broker answered within connect_timeout.
            TopicMissing: a topic does not exist.
            FatalTransportError: an ACL is missing.
        """
        self._name = name
        self._cluster = cluster or KafkaCluster(settings, name)
        largest = self._cluster.largest_values()
        self._publisher = Publisher(settings, name, largest[settings.dead_topic], self._cluster.producer)

    def publish(self, outputs: Sequence[Output]) -> None:
        """Publish all of these in one transaction, or none. After a failure, call `connect`.

        Raises:
            CommitFailed: nothing was published; if it is OutcomeUnknown, the topics tell.
            FatalTransportError: another writer has taken over, or another attempt would not help.
        """
        try:
            self._publisher.publish(outputs, {}, None)
        except OutputRefused as error:
            raise FatalTransportError(str(error)) from error
        except CommitFailed as error:
            if isinstance(error.__cause__, ProducerFencedError | InvalidProducerEpochError):
                raise FatalTransportError(
                    f"another {self._name} of this group has started, or this one took longer than "
                    "transaction_timeout. Nothing was published twice. To continue, run the command again"
                ) from error
            raise

    def connect(self) -> None:
        """Replace the producer after a failure. The broker then aborts what the old one left open.

        Raises:
            ConnectError: no broker answered within connect_timeout.
        """
        self._publisher.connect()

    def close(self) -> None:
        """End the client's threads."""
        self._cluster.close()
        self._publisher.close()
