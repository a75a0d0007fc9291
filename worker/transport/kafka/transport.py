"""Kafka as a transport: each batch is one transaction that holds the outputs and the input offsets.

    poll      handle what the last failure left open; then the Reader collects the next records
    commit    check that the batch is still ours: same topic, member still in the group, no partition moved
              the Publisher sends the outputs and the offsets in one transaction
              committed: tell the End
              failed: ask what is committed; set the Positions to before the batch, or after it

This module keeps that order. The Consumer (worker.transport.kafka.consumer) is the member of the group. The End finds
out when a bounded run is finished.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from kafka import TopicPartition
from kafka.errors import KafkaError

from worker.config.settings import Settings
from worker.errors import CommitFailed, ConnectError, FatalTransportError, OutcomeUnknown
from worker.messages import Output
from worker.transport.base import Batch, Lag, Membership
from worker.transport.kafka import access, clients
from worker.transport.kafka.bounds import Bounds, Range
from worker.transport.kafka.cluster import KafkaCluster
from worker.transport.kafka.end import End
from worker.transport.kafka.in_order import fetch_bytes, in_order, merged
from worker.transport.kafka.interfaces import Cluster, Waiting
from worker.transport.kafka.positions import ANSWER_MS, NotAnswered, Positions
from worker.transport.kafka.publisher import Publisher
from worker.transport.kafka.reader import Reader, raw_record
from worker.transport.kafka.unread import Unread

log = structlog.get_logger(__name__)

BACKOFF_S = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0)  # before the next poll, after 0, 1, 2, ... failed commits in a row
CLOSE_MS = 5000
LOOK_AGAIN_S = 5.0  # between two looks at a group that is rebalancing
GENERATION_WAIT_S = 5.0  # how long a commit waits for a rebalance to end


@dataclass(frozen=True, slots=True)
class _Token:
    """How a batch was polled: the member id, and the offsets before and after the batch."""

    member_id: str
    first: Mapping[TopicPartition, int]
    after: Mapping[TopicPartition, int]


@dataclass(frozen=True, slots=True)
class _Failed:
    """A batch whose commit failed: where it began, the offsets to commit, and whether they may be committed anyway."""

    first: Mapping[TopicPartition, int]
    offsets: Mapping[TopicPartition, int]
    outcome_unknown: bool


class KafkaTransport:
    """Implements worker.transport.base.Transport with a consumer group and a transactional producer."""

    def __init__(
        self,
        settings: Settings,
        instance_id: str,
        ranges: Mapping[int, Range] | None = None,
        *,
        cluster: Cluster | None = None,
        waiting: Waiting = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connects, checks the topics, aborts the transaction of a killed predecessor, and joins the group.

        `ranges` limits the input of a replay, which is read in the order of time. With `stop_at_end`, the present end
        offsets limit it. Tests pass their own `cluster`.

        Raises:
            ConnectError: no broker answered within connect_timeout.
            TopicMissing: a topic does not exist.
            FatalTransportError: an ACL is missing.
        """
        self._settings, self._instance_id = settings, instance_id
        self._clock, self._sleep, self._waiting = clock, sleep, waiting
        self._cluster = cluster or KafkaCluster(settings, instance_id)
        largest = self._cluster.largest_values()
        self.max_message_bytes = largest[settings.clean_topic]
        self._publisher = Publisher(
            settings, instance_id, largest[settings.dead_topic], self._cluster.producer, clock=clock, sleep=sleep
        )
        self._join(ranges)
        self._cluster.watch(self._ask)

    def _ask(self) -> None:
        with contextlib.suppress(RuntimeError):  # the consumer is being replaced
            self._consumer.ask()

    def _join(self, ranges: Mapping[int, Range] | None, waiting: Waiting | None = None) -> None:
        settings = self._settings
        most = ranges and fetch_bytes(len(ranges), int(settings.batch_max_bytes))
        self._consumer = self._cluster.consumer(waiting, most or None)
        ends = self._ends() if ranges is None and settings.stop_at_end else None
        self._bounds = Bounds(ends if ranges is None else ranges)
        if ranges is not None:
            self._consumer = in_order(self._consumer, self._bounds)
        self._end = End(settings.raw_topic, self._bounds, self._consumer, self._commit_position, clock=self._clock)
        self._positions = Positions(self._consumer, settings.raw_topic, self._bounds)
        self._reader = Reader(
            settings, self._consumer, self._end, self._positions, self._keep_position,
            clock=self._clock, sleep=self._sleep,
        )  # fmt: skip
        self._unread = Unread(self._consumer, self._bounds)
        self._failed: _Failed | None = None
        self._look_at_group_s = 0.0 if settings.static_membership else math.inf
        self._consumer.subscribe([settings.raw_topic], listener=self._reader.listener)

    # -- start ---------------------------------------------------------------------------------------------------

    def _ends(self) -> dict[int, Range]:
        ask = partial(clients.connect, settings=self._settings, sleep=self._sleep, clock=self._clock)
        partitions = ask(self._partitions)
        ends = ask(lambda: self._consumer.end_offsets(partitions, timeout_ms=ANSWER_MS))
        return {tp.partition: Range(None, ends[tp]) for tp in partitions}

    def _partitions(self) -> list[TopicPartition]:
        return self._consumer.partitions_of(self._settings.raw_topic)

    def resumes(self) -> bool:
        """See Transport."""
        # A long timeout: a new broker first makes its coordinator, and the transaction of a dead worker has to end.
        timeout_ms = round(self._settings.connect_timeout.total_seconds() * 1000)
        try:
            return any(self._consumer.committed(tp, timeout_ms=timeout_ms) is not None for tp in self._partitions())
        except KafkaError as error:
            what = f"read the committed offsets of the group {self._settings.group_id}"
            raise FatalTransportError(self._explain(error, what)) from error

    def _explain(self, error: KafkaError, what: str) -> str:
        explained = access.explain(error, self._settings, self._instance_id)
        return explained or f"cannot {what}: {type(error).__name__}: {error}. A restart resumes from the last commit"

    # -- poll ----------------------------------------------------------------------------------------------------

    def poll(self, max_records: int, timeout_s: float) -> Batch:
        """See Transport. The batch ends by count, by bytes, by time, or at the end of a bounded input."""
        self._sleep(BACKOFF_S[min(self._publisher.failures, len(BACKOFF_S) - 1)])
        if self._cluster.is_away:
            self._waiting()
        try:
            self._settle()
            return self._batch(self._reader.collect(max_records, self._clock() + timeout_s))
        except NotAnswered as error:
            log.debug("poll_failed", error=str(error))  # `Contact` logs outages
            return Batch(())
        except KafkaError as error:
            raise FatalTransportError(self._explain(error, "read from Kafka")) from error

    def _settle(self) -> None:
        """Handle a recreated topic or a failed commit before anything is read."""
        if self._clock() >= self._look_at_group_s and self._consumer.member_id:
            self._look_at_group()
        if self._positions.topic_is_another():
            self._read_new_topic()
        if self._failed:
            self._learn_outcome()

    def _look_at_group(self) -> None:
        """Rejoin if some partition has no member. A static member that restarts gets only its old partitions."""
        self._look_at_group_s = math.inf
        with contextlib.suppress(KafkaError, ConnectError):
            known = {tp.partition for tp in self._partitions()}
            if len(self._consumer.assignment()) < len(known):
                shared = self._cluster.shared_partitions()
                if shared is None:
                    self._look_at_group_s = self._clock() + LOOK_AGAIN_S
                elif not known <= shared:
                    self._consumer.rejoin()

    def _read_new_topic(self) -> None:
        """Join with a new consumer: the old one still holds records and positions of the deleted topic."""
        if self._bounds.are_set:
            raise FatalTransportError(
                "the raw topic was recreated, so the offsets that the run was to stop at no longer exist. "
                "Start the run again"
            )
        consequence = "the new topic is read from its beginning, or from the offsets committed for it"
        log.warning("topic_was_recreated", topic=self._settings.raw_topic, consequence=consequence)
        self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)
        self._join(None, self._waiting)

    def _batch(self, got: dict[TopicPartition, list[Any]]) -> Batch:
        self._unread.polled(anything=bool(got))
        if not got:
            self._end.look()
            return Batch(())
        first = {tp: records[0].offset for tp, records in got.items()}
        after = {tp: records[-1].offset + 1 for tp, records in got.items()}
        records = tuple(map(raw_record, merged(got)))
        return Batch(records, _Token(self._consumer.member_id, first, after))

    # -- commit --------------------------------------------------------------------------------------------------

    def commit(self, batch: Batch, outputs: Sequence[Output]) -> None:
        """See Transport. Uses one transaction. If one partition has moved away, the whole batch is abandoned."""
        token: _Token = batch.token
        offsets = {TopicPartition(r.source.topic, r.source.partition): r.source.offset + 1 for r in batch.records}
        try:
            membership = self._membership_for(token)
            self._publisher.publish(outputs, offsets, membership, self._positions.topic_id)
        except CommitFailed as error:
            if not self._was_committed(_Failed(token.first, offsets, isinstance(error, OutcomeUnknown))):
                raise
        except KafkaError as error:
            raise FatalTransportError(self._explain(error, "commit")) from error
        self._unread.committed(batch.records)
        self._end.committed(offsets)
        for tp, after in token.after.items():
            if offsets.get(tp) != after:
                self._positions.seek(tp, offsets.get(tp, token.first[tp]))

    def _membership_for(self, token: _Token) -> Any:
        """The group metadata to commit with. Its generation is newer than the batch if the member has rejoined since.

        Raises:
            CommitFailed: this worker may no longer commit the batch.
        """
        self._publisher.connect(waiting=self._waiting)
        try:
            recreated = self._positions.topic_was_recreated()
        except NotAnswered as error:
            raise CommitFailed(str(error)) from error
        if recreated:
            raise CommitFailed("the raw topic was deleted and recreated")
        metadata = self._consumer.membership(GENERATION_WAIT_S)
        if metadata is None or metadata.member_id != token.member_id:
            raise CommitFailed("the group removed this worker, or is still rebalancing; the batch is read again")
        if moved := self._reader.listener.lost & token.first.keys():
            raise CommitFailed(f"partitions moved to another worker: {sorted(tp.partition for tp in moved)}")
        return metadata

    def _was_committed(self, failed: _Failed) -> bool:
        """Whether the failed batch is committed after all. Continues reading after it, otherwise before it."""
        self._failed = failed
        self._publisher.connect(waiting=self._waiting)  # aborts the failed transaction if it is still open
        try:
            return self._learn_outcome()
        except NotAnswered:
            return False  # the next poll asks again

    def _learn_outcome(self) -> bool:
        failed = self._failed
        assert failed is not None
        committed = failed.outcome_unknown and self._positions.are_committed(failed.offsets)
        for tp, offset in failed.first.items():
            self._positions.seek(tp, failed.offsets.get(tp, offset) if committed else offset)
        self._failed = None
        return committed

    def _keep_position(self, tp: TopicPartition, offset: int) -> None:
        with contextlib.suppress(CommitFailed):  # the next batch of the partition commits a later one
            self._commit_position(tp, offset)

    def _commit_position(self, tp: TopicPartition, offset: int) -> None:
        self._publisher.connect(waiting=self._waiting)
        membership = self._consumer.membership(0)
        if membership is None:
            raise CommitFailed("the group removed this worker, or is still rebalancing")
        self._publisher.publish((), {tp: offset}, membership, self._positions.topic_id)

    # -- the end -------------------------------------------------------------------------------------------------

    @property
    def finished(self) -> bool:
        """Whether every partition of the bounded input is committed to its end, by this worker or by others."""
        return self._end.reached

    def lag(self) -> Lag | None:
        """See Transport. Transaction markers count as records."""
        return self._unread.look()

    @property
    def membership(self) -> Membership:
        """See Transport."""
        return self._consumer.seen

    @property
    def is_away(self) -> bool:
        """See Transport."""
        return self._cluster.is_away

    def close(self) -> None:
        """End all background threads. A static member leaves the group only if the run is finished."""
        if self.finished:
            self._consumer.leave()
        end = partial(self._consumer.close, autocommit=False, timeout_ms=CLOSE_MS)
        for close in (self._cluster.close, self._publisher.close, end):
            try:
                close()
            except Exception as error:  # noqa: BLE001 - it must not hide why the transport is closed
                log.warning("close_failed", error=f"{type(error).__name__}: {error}")
