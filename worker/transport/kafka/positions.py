"""Sets the consumer's positions: for a new partition, after a failed commit, and if there is no record at a position.

The client's own reset (`auto_offset_reset`) is off, because it does not say how many records it skips.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from kafka import TopicPartition
from kafka.errors import RetriableError

from worker.transport.kafka.bounds import Bounds
from worker.transport.kafka.interfaces import Consumer

log = structlog.get_logger(__name__)

ANSWER_MS = 10_000  # timeout for a question to the broker
START_MS = 200  # the same, if other partitions can be read meanwhile


class NotAnswered(Exception):  # noqa: N818 - named for what happened
    """The brokers did not answer, and nothing was changed. Ask again before reading."""


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except RetriableError as error:
        raise NotAnswered(f"{type(error).__name__}: {error}") from error


class Positions:
    """The positions of one consumer in one topic.

    Raises:
        NotAnswered: the broker did not answer. Every method that asks it raises this.
    """

    def __init__(self, consumer: Consumer, topic: str, bounds: Bounds) -> None:
        self._consumer = consumer
        self._topic = topic
        self._bounds = bounds
        self.topic_id = ""  # CLUSTER/TOPIC of the topic that is read; empty if not known yet
        self.read: set[TopicPartition] = set()
        """Partitions from which this worker has read since they were assigned."""

    # -- another topic of the same name --------------------------------------------------------------------------

    def topic_was_recreated(self) -> bool:
        """Whether the topic was recreated, and has other messages at the same offsets.

        Asks the broker, because the client refreshes its metadata only once a minute. Committed offsets of the old
        topic would skip records of the new one.
        """
        with _asking():
            self._consumer.refresh_metadata(ANSWER_MS)
        return self.topic_is_another()

    def topic_is_another(self) -> bool:
        """The same, from the client's metadata, without asking the broker."""
        topic_id = self._consumer.topic_id(self._topic)
        self.topic_id = self.topic_id or topic_id
        return topic_id not in ("", self.topic_id)

    def _is_of_another_topic(self, note: str) -> bool:
        """Whether an offset was committed for an earlier topic of this name on this cluster.

        An offset from another cluster (a mirror, a backup) counts: whoever copied it is responsible for it.
        """
        cluster, _, topic = self.topic_id.partition("/")
        noted_cluster, _, noted_topic = note.partition("/")
        return bool(topic and noted_topic) and cluster == noted_cluster and topic != noted_topic

    # -- new partitions, failed batches --------------------------------------------------------------------------

    def start(self, tp: TopicPartition) -> None:
        """Set the position of a new partition: the committed offset, the start of its range, or its beginning."""
        self.topic_is_another()
        committed = self._committed(tp, START_MS)
        if committed is not None and self._is_of_another_topic(committed.metadata):
            log.warning(
                "committed_for_a_deleted_topic", partition=tp.partition, offset=committed.offset,
                consequence="the partition is read from its beginning",
            )  # fmt: skip
            committed = None
        offset = max(self._bounds.start_of(tp.partition), committed.offset if committed else 0)
        self.seek(tp, offset if committed or offset else self._beginning(tp))

    def are_committed(self, offsets: Mapping[TopicPartition, int]) -> bool:
        """Whether these offsets are committed. It shows whether a commit whose answer was lost has succeeded."""
        committed = {tp: self._committed(tp, ANSWER_MS) for tp in offsets}
        return all(at is not None and at.offset == offsets[tp] for tp, at in committed.items())

    def seek(self, tp: TopicPartition, offset: int) -> None:
        """Continue reading at this offset, if the partition is still assigned. Does not ask the broker."""
        if tp in self._consumer.assignment():
            self._consumer.seek(tp, offset)
            self._consumer.resume(tp)

    # -- positions at which there is no record -------------------------------------------------------------------

    def find_again(self, out_of_range: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
        """Set new positions where there is no record: it expired, or the log was truncated or replaced.

        Returns the new positions in truncated logs. The caller commits them.
        """
        recreated = self.topic_was_recreated()
        with _asking():
            beginnings = self._consumer.beginning_offsets(list(out_of_range), timeout_ms=ANSWER_MS)
            ends = self._consumer.end_offsets(list(out_of_range), timeout_ms=ANSWER_MS)
        truncated = {}
        for tp, position in out_of_range.items():
            if position >= beginnings[tp] and tp in self.read and not recreated:
                truncated[tp] = ends[tp]
                continue
            self.seek(tp, beginnings[tp])
            if position < beginnings[tp]:
                log.warning(
                    "records_expired_unread", partition=tp.partition,
                    count=self._bounds.lag(tp.partition, position, beginnings[tp]),
                    advice="raise the topic's retention, or add workers",
                )  # fmt: skip
            elif not recreated:
                log.warning(
                    "position_beyond_end", partition=tp.partition, position=position, end=ends[tp],
                    advice="the partition is read from its beginning: tell the readers if its articles come again",
                )  # fmt: skip
        return self._truncated(truncated)

    def truncated(self, divergent: Mapping[TopicPartition, Any]) -> dict[TopicPartition, int]:
        """Set new positions where a log differs from what was read. Returns them; the caller commits them.

        `divergent` holds the first offset that differs in each partition, or None if the broker cannot tell.
        """
        if self.topic_was_recreated():
            return {}
        with _asking():
            ends = self._consumer.end_offsets(list(divergent), timeout_ms=ANSWER_MS)
        return self._truncated({tp: at.offset if at else ends[tp] for tp, at in divergent.items()})

    def _truncated(self, positions: dict[TopicPartition, int]) -> dict[TopicPartition, int]:
        """Continue at these offsets. An unclean leader election truncated the logs there: later records are lost."""
        for tp, offset in positions.items():
            log.warning(
                "log_was_truncated", partition=tp.partition, offset=offset,
                advice="records were lost in an unclean leader election; produce them again if you can",
            )  # fmt: skip
            self.seek(tp, offset)
        return positions

    def _beginning(self, tp: TopicPartition) -> int:
        with _asking():
            beginnings = self._consumer.beginning_offsets([tp], timeout_ms=ANSWER_MS)
        return beginnings[tp]

    def _committed(self, tp: TopicPartition, timeout_ms: int) -> Any:
        """The committed offset with its metadata (an `OffsetAndMetadata`), or None."""
        with _asking():
            return self._consumer.committed(tp, metadata=True, timeout_ms=timeout_ms)
