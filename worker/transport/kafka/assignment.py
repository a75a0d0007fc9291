"""Records which partitions the group assigns to a worker, and which it takes away."""

from __future__ import annotations

from collections.abc import Iterable

from kafka import ConsumerRebalanceListener, TopicPartition


class Listener(ConsumerRebalanceListener):
    """Records what changed. The client calls it on its IO thread, where blocking calls are forbidden."""

    def __init__(self) -> None:
        self.lost: set[TopicPartition] = set()
        self.gained: set[TopicPartition] = set()

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Note them as lost: records that were polled and not committed now belong to another worker."""
        self.lost.update(revoked)
        self.gained.difference_update(revoked)

    def on_partitions_lost(self, lost: Iterable[TopicPartition]) -> None:
        """The same as revoked: the group removed this worker because it seemed dead."""
        self.on_partitions_revoked(lost)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Note them as gained. Their positions start at the committed offsets."""
        self.gained.update(assigned)

    @property
    def has_news(self) -> bool:
        """Whether partitions were lost or gained since the last call of `take`."""
        return bool(self.lost or self.gained)

    def take(self) -> tuple[set[TopicPartition], set[TopicPartition]]:
        """The partitions that were lost and those that were gained since the last call."""
        lost, gained = self.lost, self.gained
        self.lost, self.gained = set(), set()
        return lost, gained
