"""Kafka as a transport: each batch is one transaction that holds the outputs and the input offsets.

This module reads; worker.transport.publisher writes. Callbacks of the group only record what changed, and each batch is
committed before the next poll, so that a rebalance never meets a batch half done.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import AuthorizationError, FencedInstanceIdError, KafkaError, RetriableError

from worker.errors import CommitFailed, FatalTransportError, TopicMissing
from worker.messages import Output, RawRecord, Source
from worker.settings import Settings
from worker.transport import clients, topics
from worker.transport.admin import connected
from worker.transport.assignment import NOTHING, Listener, Range
from worker.transport.base import Batch
from worker.transport.publisher import Publisher

log = structlog.get_logger(__name__)

POLL_RECORDS = 32  # records asked for at once: the byte bound of a batch is checked between two asks
END_POLL_S = 0.1  # the first poll behind the end of a bounded input
BACKOFF_S = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0)  # before the next poll, by the number of commits that failed in a row


@dataclass(frozen=True, slots=True)
class _Token:
    """What a batch was polled under: the group's snapshot, and the offsets before and after it."""

    metadata: Any
    first: Mapping[TopicPartition, int]
    after: Mapping[TopicPartition, int]


class KafkaTransport:
    """The transport contract (worker.transport.base) on a consumer group and a transactional producer."""

    def __init__(
        self,
        settings: Settings,
        instance_id: str,
        ranges: Mapping[int, Range] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connects, checks the topics, clears what a killed predecessor left, and joins the group.

        `ranges` bounds the input (replay); with `stop_at_end` it is made of the offsets that are the end now.

        Raises:
            ConnectError: no broker answered within connect_timeout.
            TopicMissing: a topic does not exist.
        """
        self._settings, self._clock, self._sleep = settings, clock, sleep
        self.max_message_bytes = self._check_topics()
        group_instance = instance_id if settings.static_membership else None
        self._publisher = Publisher(settings, f"{settings.group_id}-{instance_id}", self.max_message_bytes)
        self._consumer: Any = clients.connect(
            lambda: KafkaConsumer(**clients.consumer_config(settings, group_instance)), settings
        )
        self._listener = Listener()
        self._ranges = ranges or (self._ends() if settings.stop_at_end else None)
        self._finished = False
        self._end_seen = False
        self._done: set[int] = set()  # partitions that are committed to the end of their range
        self._next_check = 0.0
        self._consumer.subscribe([settings.raw_topic], listener=self._listener)

    # -- start ---------------------------------------------------------------------------------------------------

    def _check_topics(self) -> int:
        settings = self._settings
        with connected(settings) as admin:
            outputs = [settings.clean_topic, settings.quality_topic, settings.dead_topic]
            if missing := topics.missing(admin, [settings.raw_topic, *outputs]):
                raise TopicMissing.named(*missing)
            limits = topics.message_limits(admin, outputs)
        smallest = min([*limits.values(), int(settings.max_message_bytes) + clients.MARGIN_BYTES])
        return smallest - clients.MARGIN_BYTES

    def _ends(self) -> dict[int, Range]:
        partitions = self._partitions()
        ends = self._consumer.end_offsets(partitions)
        return {tp.partition: Range(None, ends[tp]) for tp in partitions}

    def _partitions(self) -> list[TopicPartition]:
        topic = self._settings.raw_topic
        return [TopicPartition(topic, number) for number in self._consumer.partitions_for_topic(topic) or ()]

    # -- poll ----------------------------------------------------------------------------------------------------

    def poll(self, max_records: int, timeout_s: float) -> Batch:
        """See the contract. The batch ends by count, by bytes, or when the input pauses after the first records."""
        self._sleep(BACKOFF_S[min(self._publisher.failures, len(BACKOFF_S) - 1)])
        try:
            return self._batch(self._collect(max_records, self._clock() + timeout_s))
        except FencedInstanceIdError as error:
            raise FatalTransportError(
                "another worker joined with the same instance id: give each its own --instance-id"
            ) from error
        except AuthorizationError as error:
            raise FatalTransportError(f"not allowed to read: {error}") from error
        except KafkaError as error:
            raise FatalTransportError(f"cannot read from Kafka: {type(error).__name__}: {error}") from error

    def _collect(self, max_records: int, end: float) -> dict[TopicPartition, list[Any]]:
        got: dict[TopicPartition, list[Any]] = {}
        count = size = 0
        while count < max_records and size < self._settings.batch_max_bytes:
            exhausted = self._exhausted()
            if exhausted and got:
                break
            if exhausted and not self._end_seen and self._consumer.assignment():
                # Nothing is likely to come. Later polls wait as usual: a rebalance proceeds only within them.
                end, self._end_seen = min(end, self._clock() + END_POLL_S), True
            ask = min(POLL_RECORDS, max_records - count)
            left_ms = max(0, round((end - self._clock()) * 1000))
            polled = self._within_ranges(self._poll_once(left_ms, ask, got))
            for tp, records in polled.items():
                got.setdefault(tp, []).extend(records)
            count = sum(map(len, got.values()))
            size = sum(record.serialized_value_size for records in got.values() for record in records)
            if self._clock() >= end:
                break
        return got

    def _poll_once(self, timeout_ms: int, ask: int, got: dict[TopicPartition, list[Any]]) -> dict[Any, list[Any]]:
        polled: dict[Any, list[Any]] = self._consumer.poll(timeout_ms=timeout_ms, max_records=ask)
        self._mend_lost_join()
        lost, gained = self._listener.take()
        if lost:
            log.info("partitions_revoked", partitions=sorted(tp.partition for tp in lost))
        for tp in lost:
            got.pop(tp, None)
        if gained:
            log.info("partitions_assigned", partitions=sorted(tp.partition for tp in gained))
            for tp in self._seek_to_start(gained):
                polled.pop(tp, None)
        return polled

    def _mend_lost_join(self) -> None:
        """Join again where the client lost the answer to its own join.

        A poll of kafka-python 3.0.12 that runs out of time in the few milliseconds between the answer of SyncGroup and
        its use leaves a member that heartbeats, holds nothing and never asks again. Nothing public tells of it.
        """
        coordinator = self._consumer._coordinator  # noqa: SLF001
        if coordinator.rejoining and not coordinator.need_rejoin():
            log.warning("join_answer_lost")
            coordinator.request_rejoin()

    def _seek_to_start(self, gained: set[TopicPartition]) -> list[TopicPartition]:
        """Move partitions whose range starts behind the committed offset; warn of records that expired unread."""
        moved = []
        beginnings = self._consumer.beginning_offsets(list(gained))
        for tp in gained & self._consumer.assignment():
            wanted = self._range(tp)
            start = wanted.start if wanted else None
            try:
                committed = self._consumer.committed(tp, timeout_ms=1000 if start is None else None)
            except RetriableError:
                continue  # a dead worker's transaction is still open: the client itself waits for its end
            if start is not None and (committed is None or committed < start):
                self._consumer.seek(tp, start)
                moved.append(tp)
            elif committed is not None and committed < beginnings[tp]:
                log.warning("records_expired_unread", partition=tp.partition, count=beginnings[tp] - committed)
        return moved

    def _within_ranges(self, polled: dict[TopicPartition, list[Any]]) -> dict[TopicPartition, list[Any]]:
        kept = {}
        for tp, records in polled.items():
            wanted = self._range(tp)
            if wanted and records[-1].offset >= wanted.end:
                self._consumer.pause(tp)
                records = [record for record in records if record.offset < wanted.end]  # noqa: PLW2901
            if records:
                kept[tp] = records
        return kept

    def _exhausted(self) -> bool:
        """Whether the bounded input has nothing more for this worker."""
        if self._ranges is None:
            return False
        return all(self._is_past(tp, self._consumer.position(tp, timeout_ms=0)) for tp in self._consumer.assignment())

    def _range(self, tp: TopicPartition) -> Range | None:
        """What to process of a partition; None when the input is endless."""
        return None if self._ranges is None else self._ranges.get(tp.partition, NOTHING)

    def _is_past(self, tp: TopicPartition, offset: int | None) -> bool:
        """Whether an offset, None if there is none yet, stands at the end of the partition's range or behind it."""
        wanted = self._range(tp)
        return wanted is not None and (offset or 0) >= wanted.end

    def _batch(self, got: dict[TopicPartition, list[Any]]) -> Batch:
        metadata = self._consumer.group_metadata()
        first = {tp: records[0].offset for tp, records in got.items()}
        if got and metadata.generation_id < 0:
            # Taken for dead meanwhile: whoever holds the partitions now processes these records.
            self._rewind(first)
            return Batch(())
        if not got:
            self._check_finished()
        after = {tp: records[-1].offset + 1 for tp, records in got.items()}
        records = tuple(_record(record) for records in got.values() for record in records)
        return Batch(records, _Token(metadata, first, after))

    # -- commit --------------------------------------------------------------------------------------------------

    def commit(self, batch: Batch, outputs: Sequence[Output]) -> None:
        """See the contract: one transaction."""
        token: _Token = batch.token
        offsets = {TopicPartition(r.source.topic, r.source.partition): r.source.offset + 1 for r in batch.records}
        try:
            self._publisher.publish(outputs, offsets, token.metadata)
        except CommitFailed:
            self._rewind(token.first)
            raise
        self._done.update(tp.partition for tp, offset in offsets.items() if self._is_past(tp, offset))
        self._rewind(
            {tp: offsets.get(tp, token.first[tp]) for tp, after in token.after.items() if offsets.get(tp) != after}
        )

    def _rewind(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Read on from these offsets; partitions that moved to another worker are not ours to seek."""
        for tp in self._consumer.assignment() & offsets.keys():
            self._consumer.seek(tp, offsets[tp])
            self._consumer.resume(tp)

    # -- the end -------------------------------------------------------------------------------------------------

    @property
    def finished(self) -> bool:
        """Whether every partition of the bounded input is committed to its end, by this worker or another."""
        return self._finished

    def _check_finished(self) -> None:
        if self._ranges is None or self._clock() < self._next_check:
            return
        if self._consumer.group_metadata().generation_id < 0:
            return
        mine = self._consumer.assignment()
        with contextlib.suppress(RetriableError):  # a broker that is away: later, then
            self._finished = all(self._is_done(tp, tp in mine) for tp in self._partitions())
        self._next_check = self._clock() + 0.5  # it asks the broker: not at every turn while others are at work

    def _is_done(self, tp: TopicPartition, mine: bool) -> bool:
        if tp.partition not in self._done and self._reached_end(tp, mine):
            self._done.add(tp.partition)
        return tp.partition in self._done

    def _reached_end(self, tp: TopicPartition, mine: bool) -> bool:
        wanted = self._range(tp)
        if wanted is None or self._is_past(tp, wanted.start):
            return True
        if self._is_past(tp, self._consumer.committed(tp, timeout_ms=1000)):
            return True
        # Transaction markers and expired records may stand between the last record and the end.
        if not mine or not self._is_past(tp, self._consumer.position(tp, timeout_ms=1000)):
            return False
        return self._commit_position(tp, wanted.end)

    def _commit_position(self, tp: TopicPartition, offset: int) -> bool:
        try:
            self._publisher.publish((), {tp: offset}, self._consumer.group_metadata())
        except CommitFailed:
            return False  # the next check tries again
        return True

    def lag(self) -> int | None:
        """Records between the positions and the ends; on a transactional input it rests at one per marker."""
        try:
            mine = list(self._consumer.assignment())
            ends = self._consumer.end_offsets(mine, timeout_ms=2000) if mine else {}
            positions = {tp: self._consumer.position(tp, timeout_ms=1000) for tp in mine}
        except KafkaError:
            return None
        return sum(max(0, int(ends[tp] - (positions[tp] or 0))) for tp in mine)

    def close(self) -> None:
        """Leave the group at once instead of after the session timeout, and end what runs in the background."""
        for close in (self._publisher.close, partial(self._consumer.close, autocommit=False, timeout_ms=5000)):
            try:
                close()
            except Exception as error:  # noqa: BLE001 - closing must not hide why we close
                log.warning("close_failed", error=f"{type(error).__name__}: {error}")


def _record(record: Any) -> RawRecord:
    source = Source(record.topic, record.partition, record.offset, record.timestamp if record.timestamp >= 0 else None)
    headers = tuple((name, value if value is not None else b"") for name, value in record.headers or ())
    return RawRecord(source, record.value, record.key, headers)
