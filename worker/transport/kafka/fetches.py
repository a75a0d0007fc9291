"""Lets a bounded run fetch only what it has to process.

kafka-python fetches on from where the last fetch ended, often while the records of that one are still being handled.
A seek at that time would discard a fetch that is already under way. Here, each fetch begins at the next offset to
process. What it brings besides is skipped in memory: a broker sends whole batches of records anyway.
"""

from __future__ import annotations

from typing import Any

from kafka import TopicPartition

from worker.transport.kafka.bounds import Bounds

SPARSE_FETCH_BYTES = 64 << 10
"""How much to fetch from a partition at once if most offsets are left out. The broker sends at least a whole batch.

Of pages of 80 KB, one in twenty of which was wanted, it fetched a ninth of the bytes; 256 KiB, a third; 1 MiB, two
thirds. If most offsets are wanted, small fetches save nothing, and the broker sends batches that are cut off again.
"""


def limit(consumer: Any, bounds: Bounds) -> None:
    """Make this `KafkaConsumer` fetch what is within the bounds. Partitions with nothing left are fetched no more."""
    if not bounds.are_set:
        return
    fetcher = consumer._fetcher  # noqa: SLF001 - there is no public hook
    fetchable = fetcher._fetchable_partitions  # noqa: SLF001

    def wanted() -> list[TopicPartition]:
        """Called on the client's IO thread before each fetch, while the reader waits."""
        return [tp for tp in fetchable() if _advance(fetcher._subscriptions.assignment[tp], tp, bounds)]  # noqa: SLF001

    fetcher._fetchable_partitions = wanted  # noqa: SLF001
    if bounds.are_sparse:
        size = min(fetcher.config["max_partition_fetch_bytes"], SPARSE_FETCH_BYTES)
        fetcher.config["max_partition_fetch_bytes"] = size


def _advance(state: Any, tp: TopicPartition, bounds: Bounds) -> bool:
    """Move the position to the next offset to process. Return whether there is one."""
    position = state.position.offset
    following = bounds.next(tp.partition, position)
    if following > position:
        state.seek(following)
    return not bounds.is_past(tp.partition, following)
