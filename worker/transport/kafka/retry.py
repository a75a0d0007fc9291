"""Publishes what becomes of dead letters that are read again: the outputs of a batch in one transaction, or nothing.

There is no position to commit. What was retried stands in the outputs themselves: each names its dead letter. So a pass
first takes the transactional id, which ends every other retry of the group. Then it reads in the topics what has not
been retried yet. After any failure, another pass does the same.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from kafka.errors import InvalidProducerEpochError, ProducerFencedError

from worker.config.settings import Settings
from worker.errors import CommitFailed, FatalTransportError
from worker.messages import Output, RawRecord
from worker.transport.base import Batch, Lag
from worker.transport.kafka.cluster import KafkaCluster
from worker.transport.kafka.interfaces import Cluster, Waiting
from worker.transport.kafka.publisher import Publisher

INSTANCE_ID = "dead-retry"
"""In place of an instance id: at most one retry of a group can publish."""

PAUSE_S = 1.0  # before another pass


class RetryTransport:
    """Implements worker.transport.base.Transport. `records` begins a pass: it finds the records that are still open."""

    membership = None

    def __init__(
        self,
        settings: Settings,
        records: Callable[[], Iterator[RawRecord]],
        *,
        cluster: Cluster | None = None,
        waiting: Waiting = lambda: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connects, and ends every other retry of the group.

        Raises:
            ConnectError: no broker answered within connect_timeout.
            TopicMissing: a topic does not exist.
            FatalTransportError: an ACL is missing.
        """
        self._max_bytes = int(settings.batch_max_bytes)
        self._records, self._waiting, self._sleep = records, waiting, sleep
        self._cluster = cluster or KafkaCluster(settings, INSTANCE_ID)
        largest = self._cluster.largest_values()
        self.max_message_bytes = largest[settings.clean_topic]
        self._publisher = Publisher(settings, INSTANCE_ID, largest[settings.dead_topic], self._cluster.producer)
        self._pass: Iterator[RawRecord] | None = None
        self._waiting_records: deque[RawRecord] = deque()  # read, but not committed
        self._read_all = False

    def poll(self, max_records: int, timeout_s: float) -> Batch:  # noqa: ARG002 - a pass never waits for records
        """See Transport. The first poll of a pass reads the topics."""
        if self._pass is None:
            self._publisher.connect(waiting=self._waiting)
            self._pass = self._records()
        size = sum(record.size_bytes for record in self._waiting_records)
        while len(self._waiting_records) < max_records and size < self._max_bytes and not self._read_all:
            record = next(self._pass, None)
            if record is None:
                self._read_all = True
            else:
                self._waiting_records.append(record)
                size += record.size_bytes
        return Batch(tuple(islice(self._waiting_records, max_records)))

    def commit(self, batch: Batch, outputs: Sequence[Output]) -> None:
        """See Transport."""
        try:
            self._publisher.publish(outputs, {}, None)
        except CommitFailed as error:
            self._forget_pass()
            if isinstance(error.__cause__, ProducerFencedError | InvalidProducerEpochError):
                raise FatalTransportError(
                    "another dead retry of this group has started, or this one took longer than transaction_timeout. "
                    "Nothing was published twice. To continue, run the command again"
                ) from error
            self._sleep(PAUSE_S)
            raise
        for _ in batch.records:
            self._waiting_records.popleft()

    def _forget_pass(self) -> None:
        closing: Any = self._pass
        if closing is not None:
            closing.close()
        self._pass, self._read_all = None, False
        self._waiting_records.clear()

    def resumes(self) -> bool:
        """Always: an earlier run of the worker has written the dead letters."""
        return True

    @property
    def finished(self) -> bool:
        """See Transport."""
        return self._read_all and not self._waiting_records

    def lag(self) -> Lag | None:
        """Unknown."""
        return None

    @property
    def is_away(self) -> bool:
        """See Transport."""
        return self._cluster.is_away

    def close(self) -> None:
        """See Transport."""
        self._forget_pass()
        self._cluster.close()
        self._publisher.close()
