"""Lets a worker fetch no more than it can hold, and a bounded run only what it has to process.

kafka-python holds one fetch of each partition in memory. Here, all of them together have about as much as one fetch.

It fetches on from where the last fetch ended, often while the records of that one are still being handled. A seek at
that time would discard a fetch that is already under way. Here, each fetch begins at the next offset to process. What
it brings besides is skipped in memory: a broker sends whole batches of records anyway.
"""

from __future__ import annotations

import sys
from typing import Any

from kafka import TopicPartition

from worker.transport.kafka.bounds import Bounds

SPARSE_FETCH_BYTES = 64 << 10
"""How much to fetch from a partition at once if most offsets are left out. The broker sends at least a whole batch.

Of pages of 80 KB, one in twenty of which was wanted, it fetched a ninth of the bytes; 256 KiB, a third; 1 MiB, two
thirds. If most offsets are wanted, small fetches save nothing, and the broker sends batches that are cut off again.
"""


SMALLEST_SHARE_BYTES = 256 << 10
"""What a fetch may bring from a partition if there are many."""


def limit(consumer: Any, bounds: Bounds) -> None:
    """Make this `KafkaConsumer` fetch what is within the bounds. Partitions with nothing left are fetched no more."""
    fetcher = consumer._fetcher  # noqa: SLF001 - there is no public hook
    fetchable, config = fetcher._fetchable_partitions, fetcher.config  # noqa: SLF001
    most = min(config["max_partition_fetch_bytes"], SPARSE_FETCH_BYTES if bounds.are_sparse else sys.maxsize)

    def wanted() -> list[TopicPartition]:
        """Called on the client's IO thread before each fetch, while the reader waits."""
        states = fetcher._subscriptions.assignment  # noqa: SLF001
        share = max(SMALLEST_SHARE_BYTES, config["fetch_max_bytes"] // max(1, len(states)))
        config["max_partition_fetch_bytes"] = min(most, share)
        return [tp for tp in fetchable() if not bounds.are_set or _advance(states[tp], tp, bounds)]

    fetcher._fetchable_partitions = wanted  # noqa: SLF001


def _advance(state: Any, tp: TopicPartition, bounds: Bounds) -> bool:
    """Move the position to the next offset to process. Return whether there is one."""
    position = state.position.offset
    following = bounds.next(tp.partition, position)
    if following > position:
        state.seek(following)
    return not bounds.is_past(tp.partition, following)
