"""Which partitions the group gives to a worker, and takes from it."""

from __future__ import annotations

from collections.abc import Iterable

from kafka import ConsumerRebalanceListener, TopicPartition


class Listener(ConsumerRebalanceListener):
    """Records what changed. It runs on the client's IO thread, where blocking calls are forbidden."""

    def __init__(self) -> None:
        self.lost: set[TopicPartition] = set()
        self.gained: set[TopicPartition] = set()

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Their records, polled and not committed, belong to somebody else now."""
        self.lost.update(revoked)
        self.gained.difference_update(revoked)

    def on_partitions_lost(self, lost: Iterable[TopicPartition]) -> None:
        """As revoked: this worker was taken for dead."""
        self.on_partitions_revoked(lost)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Positions of new partitions start at the committed offset."""
        self.gained.update(assigned)

    @property
    def has_news(self) -> bool:
        """Whether anything was lost or gained since the last call of `take`."""
        return bool(self.lost or self.gained)

    def take(self) -> tuple[set[TopicPartition], set[TopicPartition]]:
        """What was lost and gained since the last call."""
        lost, gained = self.lost, self.gained
        self.lost, self.gained = set(), set()
        return lost, gained
