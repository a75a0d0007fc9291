"""Where the consumer reads on: after it got a partition, after a failed commit, and where the log has moved under it.

The client's own reset (`auto_offset_reset`) is off, for it tells nobody how many records it passes over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from kafka import TopicPartition
from kafka.errors import RetriableError

from worker.transport.bounds import Bounds

log = structlog.get_logger(__name__)

ANSWER_MS = 10_000  # for a question to the broker


class NotAnswered(Exception):  # noqa: N818 - named for what happened
    """The brokers did not answer, and nothing was changed. Ask again before anything is read."""


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except RetriableError as error:
        raise NotAnswered(f"{type(error).__name__}: {error}") from error


class Positions:
    """The positions of one consumer in one topic.

    Raises:
        NotAnswered: from every method that asks the broker.
    """

    def __init__(self, consumer: Any, topic: str, bounds: Bounds) -> None:
        self._consumer = consumer
        self._topic = topic
        self._bounds = bounds
        self._topic_id = consumer._cluster.topic_id(topic)  # noqa: SLF001 - nothing public tells it
        self.read: set[TopicPartition] = set()
        """Partitions from which this worker has read since it got them."""

    def topic_was_recreated(self) -> bool:
        """Whether the topic is no longer the one it was: other messages stand at the same offsets. Asks nobody."""
        topic_id = self._consumer._cluster.topic_id(self._topic)  # noqa: SLF001
        return topic_id is not None and self._topic_id is not None and topic_id != self._topic_id

    def begin_anew(self) -> None:
        """Read the new topic that has taken the place of the old one."""
        self._topic_id = self._consumer._cluster.topic_id(self._topic)  # noqa: SLF001
        log.warning("topic_was_recreated", topic=self._topic, consequence="the new topic is read from its beginning")
        self.read = set()
        self.rewind(dict.fromkeys(self._consumer.assignment(), 0))

    def starts_later(self, tp: TopicPartition) -> bool:
        """Whether a new partition may have to be moved to the start of its range before it is read. Asks nobody."""
        wanted = self._bounds.range_of(tp)
        return wanted is not None and wanted.start is not None

    def start(self, gained: Iterable[TopicPartition]) -> None:
        """Move partitions whose range starts behind the committed offset."""
        for tp in gained:
            wanted = self._bounds.range_of(tp)
            committed = self._committed(tp)
            if wanted and wanted.start is not None and (committed is None or committed < wanted.start):
                self.seek(tp, wanted.start)

    def rewind(self, first: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
        """Read on from the committed offsets, or where there are none from these; the positions by partition.

        After a commit whose outcome is open, the committed offset is what tells it.
        """
        positions = {tp: max(offset, self._committed(tp) or 0) for tp, offset in first.items()}
        for tp, position in positions.items():
            self.seek(tp, position)
        return positions

    def seek(self, tp: TopicPartition, offset: int) -> None:
        """Read on from this offset, if the partition is still ours. Asks nobody."""
        if tp in self._consumer.assignment():
            self._consumer.seek(tp, offset)
            self._consumer.resume(tp)

    def begin(self, partitions: Iterable[TopicPartition]) -> None:
        """Read partitions of which nothing was committed from their beginning."""
        with _asking():
            beginnings = self._consumer.beginning_offsets(list(partitions), timeout_ms=ANSWER_MS)
        for tp, beginning in beginnings.items():
            self.seek(tp, beginning)

    def find_again(self, out_of_range: Mapping[TopicPartition, int]) -> None:
        """Read on in partitions that have no record at the position: it has expired, or the log is another one."""
        partitions = list(out_of_range)
        with _asking():
            beginnings = self._consumer.beginning_offsets(partitions, timeout_ms=ANSWER_MS)
            ends = self._consumer.end_offsets(partitions, timeout_ms=ANSWER_MS)
        for tp, position in out_of_range.items():
            if position < beginnings[tp]:
                log.warning(
                    "records_expired_unread", partition=tp.partition, count=beginnings[tp] - position,
                    advice="raise the topic's retention, or add workers",
                )  # fmt: skip
                self.seek(tp, beginnings[tp])
            elif tp not in self.read or self.topic_was_recreated():
                # Committed for another log: a topic restored from a backup, say. Better twice than never.
                log.warning(
                    "position_beyond_end", partition=tp.partition, position=position, end=ends[tp],
                    advice="the partition is read from its beginning; what was published before is published again",
                )  # fmt: skip
                self.seek(tp, beginnings[tp])
            else:  # a leader that had fallen behind was elected: what stood there is lost, what comes now is new
                log.warning(
                    "log_was_truncated", partition=tp.partition, position=position, end=ends[tp],
                    advice="records were lost in an unclean leader election; produce them again if you can",
                )  # fmt: skip
                self.seek(tp, ends[tp])

    def _committed(self, tp: TopicPartition) -> int | None:
        with _asking():
            committed: int | None = self._consumer.committed(tp, timeout_ms=ANSWER_MS)
        return committed
