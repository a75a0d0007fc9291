"""An in-memory Kafka, and clients that behave like those of kafka-python 3.0.12.

They have the same bugs; tests/kafka/test_upstream.py and docs/upstream.md describe them:

* A producer keeps the offsets of a failed transaction, and commits them with its next one.
* If a record expires, only its future fails: flush and commit return normally.
* After a refused record, the producer accepts no other unless `send_on` is called.
* The broker accepts offsets from a consumer without a generation, unfenced. It refuses those of an older generation.
* A new producer with the same transactional id aborts the open transaction of the last one, and fences it.
* The consumer raises if a partition has no position, or one that is out of range. Each marker takes an offset.
* The consumer fetches `fetch_offsets` at once, and goes on with the rest of a fetch unless its position has changed.

Time passes only while a client waits. `script` makes calls of a client fail.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count, repeat
from typing import Any

from kafka import TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import (
    CommitFailedError,
    IllegalStateError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
    ProducerFencedError,
)
from kafka.producer.future import FutureProduceResult, FutureRecordMetadata
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata

from worker.transport.base import Membership
from worker.transport.kafka.bounds import Bounds
from worker.transport.kafka.interfaces import Waiting

NO_GENERATION = -1


class Clock:
    """A clock that only `sleep` moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry in the log of a partition: a record or a transaction marker."""

    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    is_marker: bool = False
    written_ms: int = 1


@dataclass
class Transaction:
    """The records and offsets that a producer has sent but not committed."""

    entries: list[tuple[str, Entry]] = field(default_factory=list)
    offsets: dict[TopicPartition, OffsetAndMetadata] = field(default_factory=dict)


@dataclass
class MemoryKafka:
    """The broker: logs, committed offsets, one consumer group, open transactions by transactional id."""

    clock: Clock = field(default_factory=Clock)
    logs: dict[TopicPartition, list[Entry]] = field(default_factory=dict)
    begin: dict[TopicPartition, int] = field(default_factory=lambda: defaultdict(int))
    committed: dict[TopicPartition, OffsetAndMetadata] = field(default_factory=dict)
    topic_ids: dict[str, str] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    generation: int = 0
    members: set[str] = field(default_factory=set)
    holders: dict[TopicPartition, MemoryConsumer | None] = field(default_factory=dict)  # None means another worker
    epochs: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    open: dict[str, Transaction] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    scripts: dict[str, deque[Callable[[], None] | None]] = field(default_factory=lambda: defaultdict(deque))
    fetch_offsets: int = 1000
    fetched: int = 0  # how many offsets of input all consumers have fetched
    new_members: Iterator[int] = field(default_factory=lambda: count(1))
    fetches: Iterator[int] = field(default_factory=lambda: repeat(1 << 31))  # how many records each one may have

    def create(self, topic: str, partitions: int = 1) -> None:
        self.topic_ids[topic] = f"id-{next(self.new_members)}"
        for number in range(partitions):
            self.logs[TopicPartition(topic, number)] = []

    def put(self, topic: str, values: Iterable[bytes | None], partition: int = 0) -> None:
        self.logs[TopicPartition(topic, partition)] += [Entry(value) for value in values]

    def put_marker(self, topic: str, partition: int = 0) -> None:
        self.logs[TopicPartition(topic, partition)].append(Entry(None, is_marker=True))

    def read(self, topic: str) -> list[Entry]:
        """The committed records in partition 0, where all outputs go."""
        return [entry for entry in self.logs[TopicPartition(topic, 0)] if not entry.is_marker]

    def values(self, topic: str) -> list[bytes | None]:
        return [entry.value for entry in self.read(topic)]

    def values_of(self, tp: TopicPartition) -> list[bytes]:
        return [entry.value for entry in self.logs[tp] if entry.value is not None]

    def positions(self, topic: str) -> dict[int, int]:
        return {tp.partition: at.offset or 0 for tp, at in sorted(self.committed.items()) if tp.topic == topic}

    def partitions(self, topic: str) -> list[TopicPartition]:
        return sorted(tp for tp in self.logs if tp.topic == topic)

    # -- scripts -------------------------------------------------------------------------------------------------

    def script(self, call: str, *steps: Callable[[], None] | Exception | None) -> None:
        """Set what the next calls of this method do first: raise an error, run a function, or nothing (None)."""
        self.scripts[call].extend(_raiser(step) if isinstance(step, Exception) else step for step in steps)

    @contextmanager
    def failing(self, call: str, error: Exception) -> Iterator[None]:
        """Within this context, every call of this method fails."""
        self.scripts[call] = deque([_raiser(error)] * 1000)
        yield
        del self.scripts[call]

    def called(self, call: str) -> None:
        self.calls.append(call)
        if self.scripts[call] and (step := self.scripts[call].popleft()):
            step()

    # -- transactions --------------------------------------------------------------------------------------------

    def end(self, transactional_id: str) -> None:
        """Commit."""
        transaction = self.open.pop(transactional_id)
        touched = {topic for topic, _ in transaction.entries}
        for topic, entry in transaction.entries:
            self.logs[TopicPartition(topic, 0)].append(entry)
        for topic in touched:
            self.put_marker(topic)
        self.committed.update(transaction.offsets)


def _raiser(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


class Acknowledgement(FutureRecordMetadata):
    """The client's future, except that a record expires without real waiting."""

    expire: Callable[[float], None] = staticmethod(lambda _timeout: None)

    def get(self, timeout: float | None = None) -> Any:
        self.expire(timeout or 0)
        return super().get(timeout)  # type: ignore[no-untyped-call]


class MemoryProducer:
    """See the module. `lose` holds the values of records that expire in flight."""

    def __init__(self, kafka: MemoryKafka, transactional_id: str, max_request_bytes: int) -> None:
        self._kafka, self._id, self._max_request_bytes = kafka, transactional_id, max_request_bytes
        self._epoch = -1
        self._pending: dict[TopicPartition, OffsetAndMetadata] = {}  # survive a failure, as in the real client
        self._error: KafkaError | None = None
        self._expiring: list[Callable[[float], None]] = []
        self.lose: set[bytes] = set()
        self.discarded = False

    def init_transactions(self) -> None:
        self._kafka.called("init_transactions")
        self._kafka.open.pop(self._id, None)
        self._kafka.epochs[self._id] += 1
        self._epoch = self._kafka.epochs[self._id]

    def begin_transaction(self) -> None:
        self._called("begin_transaction")
        if self._epoch < 0 or self._id in self._kafka.open:
            raise IllegalStateError("no init_transactions, or a transaction is open")
        self._kafka.open[self._id] = Transaction()

    def send(self, topic: str, *, value: bytes | None, key: bytes | None, headers: list[tuple[str, bytes]]) -> Any:
        self._called("send")
        if value is None and key is None:
            raise ValueError("Need at least one: key or value")
        size = len(value or b"")
        if size > self._max_request_bytes:
            raise MessageSizeTooLargeError(f"the message is {size} bytes when serialized")
        if self._error:
            raise KafkaError("Cannot perform send because at least one previous request has failed", self._error)
        produced: Any = FutureProduceResult(TopicPartition(topic, 0))
        future = Acknowledgement(produced, 0, None, None, -1, size, -1)
        if value in self.lose:
            future.expire = partial(self._expire, produced)
            self._expiring.append(future.expire)
        elif size > self._kafka.limits.get(topic, size):
            self._error = MessageSizeTooLargeError(f"{size} bytes are too many for {topic}")
            produced.failure(self._error)
        else:
            self._transaction().entries.append((topic, Entry(value, key, tuple(headers))))
            produced.success((len(self._transaction().entries) - 1, None, None))
        return future

    def flush(self, timeout: float) -> None:
        self._called("flush")
        for expire in self._expiring:
            expire(timeout)

    def _expire(self, produced: Any, timeout: float) -> None:
        """Expire the lost records: the delivery timeout is shorter than any wait for a record or a flush."""
        if timeout and not produced.is_done:
            self._kafka.clock.sleep(timeout / 2)
            produced.failure(KafkaTimeoutError("the batch expired"))

    def send_offsets_to_transaction(self, offsets: Mapping[TopicPartition, Any], group_metadata: Any) -> None:
        self._pending |= offsets
        self._called("send_offsets_to_transaction")
        named = group_metadata.member_id in self._kafka.members
        if group_metadata.generation_id >= 0 and (group_metadata.generation_id != self._kafka.generation or not named):
            raise CommitFailedError("consumer group metadata mismatch: IllegalGenerationError")
        self._transaction().offsets |= self._pending

    def commit_transaction(self) -> None:
        self._called("commit_transaction")
        self._transaction()
        self._kafka.end(self._id)
        self._pending.clear()
        self._kafka.called("commit_acknowledged")

    def send_on(self, refused: Any) -> None:
        assert refused.failed()
        self._error = None

    def discard(self) -> None:
        self.discarded = True

    def close(self, *, timeout: float) -> None:
        assert timeout > 0
        self._called("producer.close")

    def _called(self, call: str) -> None:
        self._kafka.called(call)
        assert not self.discarded, f"{call} on a discarded producer"
        if self._epoch != self._kafka.epochs[self._id]:
            raise ProducerFencedError(f"there is a newer producer of {self._id}")

    def _transaction(self) -> Transaction:
        return self._kafka.open[self._id]


class MemoryConsumer:
    """See the module. The only topic is the first one subscribed to."""

    def __init__(self, kafka: MemoryKafka) -> None:
        self._kafka = kafka
        self._topic = ""
        self._at: dict[TopicPartition, int | None] = {}  # the assigned partitions; None means no position
        self._paused: set[TopicPartition] = set()
        self._steps: deque[Callable[[], None]] = deque()  # steps of joins that wait for the reader
        self._generation = NO_GENERATION
        self.member_id = ""
        self.waits = False
        self.seen = Membership(has_joined=True, wait_s=0.0, rebalances=1, rebalance_s=0.5)
        self.left = self.closed = False
        self._bounds = Bounds(None)
        self._fetched: dict[TopicPartition, tuple[int, int]] = {}  # what is left of a fetch: its next offset, its end
        self.known_topic_id: str | None = None

    # -- the group -----------------------------------------------------------------------------------------------

    def subscribe(self, topics: Sequence[str], *, listener: Any) -> None:
        (self._topic,) = topics
        self._listener = listener

    def loses(self, *partitions: int, meanwhile: Callable[[], None] | None = None) -> None:
        """Move these partitions to another member. This one learns of it when its reader waits.

        `meanwhile` is what the other member does with them. If it is given, this member gets them back at its next
        poll.
        """

        def lose() -> None:
            given_away = {TopicPartition(self._topic, number) for number in partitions}
            lost = given_away & self._at.keys()
            self.rejoin_now()
            self._release(lost)
            self._listener.on_partitions_revoked(lost)
            if meanwhile:
                meanwhile()
            else:
                self._kafka.holders |= dict.fromkeys(given_away)

        self._steps.append(lose)

    def rejoins(self) -> None:
        """Start a new generation in which this member keeps its partitions."""
        self._steps.append(self.rejoin_now)

    def rejoin_now(self) -> None:
        if self._generation >= 0:
            self._kafka.generation += 1
            self._generation = self._kafka.generation

    def is_taken_for_dead(self) -> None:
        """Remove the member from the group. Its next poll joins again as a new member."""
        self._kafka.members.discard(self.member_id)
        self._kafka.generation += 1
        self._generation, self.member_id = NO_GENERATION, ""

    def group_metadata(self) -> ConsumerGroupMetadata:
        return ConsumerGroupMetadata("group", self._generation, self.member_id)

    def membership(self, timeout_s: float) -> ConsumerGroupMetadata | None:
        assert timeout_s >= 0
        self._kafka.called("membership")
        self._take_steps()
        return None if self._generation < 0 else self.group_metadata()

    def rejoin(self) -> None:
        self._kafka.called("rejoin")

    def leave(self) -> None:
        self.left = True

    def close(self, *, autocommit: bool, timeout_ms: int) -> None:
        assert not autocommit
        assert timeout_ms > 0
        self._kafka.called("consumer.close")
        self._release(set(self._at))
        self._kafka.members.discard(self.member_id)
        self.closed = True

    def _take_steps(self) -> None:
        while self._steps:
            self._steps.popleft()()

    def _join(self) -> None:
        if not self.member_id:
            if lost := set(self._at):
                self._release(lost)
                self._listener.on_partitions_lost(lost)
            self.member_id = f"member-{next(self._kafka.new_members)}"
            self._kafka.members.add(self.member_id)
            self._kafka.generation += 1
        self._generation = self._kafka.generation
        free = {tp for tp in self._kafka.partitions(self._topic) if tp not in self._kafka.holders}
        if free:
            self._kafka.holders |= dict.fromkeys(free, self)
            self._at |= dict.fromkeys(sorted(free))
            self._listener.on_partitions_assigned(free)

    def _release(self, partitions: set[TopicPartition]) -> None:
        for tp in partitions:
            self._at.pop(tp, None)
            self._paused.discard(tp)
            if self._kafka.holders.get(tp) is self:
                del self._kafka.holders[tp]

    # -- reading -------------------------------------------------------------------------------------------------

    def poll(self, *, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Any]]:
        assert not self.closed, "a closed consumer was polled"
        assert max_records > 0
        self._take_steps()
        self._join()
        self._kafka.called("poll")
        self._find_positions()
        for tp, position in self._at.items():
            if tp not in self._paused and position is not None and (records := self._fetch(tp, position, max_records)):
                self._kafka.clock.now += 0.001
                return {tp: records}
        self._kafka.clock.sleep(max(timeout_ms, 1) / 1000)
        return {}

    def _find_positions(self) -> None:
        unknown, outside = set(), {}
        for tp in self._at.keys() - self._paused:
            if self._at[tp] is None and tp in self._kafka.committed:
                self._at[tp] = self._kafka.committed[tp].offset
            position = self._at[tp]
            if position is None:
                unknown.add(tp)
            elif not self._kafka.begin[tp] <= position <= len(self._kafka.logs[tp]):
                outside[tp] = position
        if unknown:
            raise NoOffsetForPartitionError(unknown)
        if outside:
            raise OffsetOutOfRangeError(outside)

    def _fetch(self, tp: TopicPartition, position: int, most: int) -> list[Any]:
        log = self._kafka.logs[tp]
        begin, end = self._fetched.pop(tp, (position, position))
        if begin != position or begin == end:
            begin = self._bounds.next(tp.partition, position)
            end = min(begin + self._kafka.fetch_offsets, len(log))
            if self._bounds.is_past(tp.partition, begin):
                self._at[tp] = begin
                return []
            self._kafka.fetched += end - begin
        most = min(most, next(self._kafka.fetches))
        found = [offset for offset in range(begin, end) if not log[offset].is_marker][:most]
        after = self._at[tp] = found[-1] + 1 if found else max(begin, end)
        self._fetched[tp] = after, end
        return [_record(tp, offset, log[offset]) for offset in found]

    def limit(self, bounds: Bounds) -> None:
        self._bounds = bounds

    def assignment(self) -> set[TopicPartition]:
        return set(self._at)

    def position(self, tp: TopicPartition, *, timeout_ms: int) -> int | None:
        assert timeout_ms >= 0
        self._kafka.called("position")
        if self._at[tp] is None:
            raise NoOffsetForPartitionError({tp})
        return self._at[tp]

    def seek(self, tp: TopicPartition, offset: int) -> None:
        assert tp in self._at, "not assigned"
        self._at[tp] = offset

    def pause(self, tp: TopicPartition) -> None:
        assert tp in self._at, "not assigned"
        self._paused.add(tp)

    def resume(self, tp: TopicPartition) -> None:
        assert tp in self._at, "not assigned"
        self._paused.discard(tp)

    # -- questions -----------------------------------------------------------------------------------------------

    def committed(self, tp: TopicPartition, *, metadata: bool = False, timeout_ms: int) -> Any:
        assert timeout_ms > 0
        self._kafka.called("committed")
        found = self._kafka.committed.get(tp)
        return found if metadata or found is None else found.offset

    def beginning_offsets(self, tps: list[TopicPartition], *, timeout_ms: int) -> dict[TopicPartition, int]:
        assert timeout_ms > 0
        self._kafka.called("beginning_offsets")
        return {tp: self._kafka.begin[tp] for tp in tps}

    def end_offsets(self, tps: list[TopicPartition], *, timeout_ms: int) -> dict[TopicPartition, int]:
        assert timeout_ms > 0
        self._kafka.called("end_offsets")
        return {tp: len(self._kafka.logs[tp]) for tp in tps}

    def partitions_of(self, topic: str) -> list[TopicPartition]:
        self._kafka.called("partitions_of")
        return self._kafka.partitions(topic)

    def ask(self) -> None:
        self._kafka.called("ask")

    def refresh_metadata(self, timeout_ms: float) -> None:
        assert timeout_ms > 0
        self._kafka.called("refresh_metadata")
        self.known_topic_id = None

    def topic_id(self, topic: str) -> str:
        """The topic id in the client's metadata, which `refresh_metadata` updates."""
        self.known_topic_id = self.known_topic_id or f"cluster/{self._kafka.topic_ids[topic]}"
        return self.known_topic_id


def _record(tp: TopicPartition, offset: int, entry: Entry) -> Any:
    sizes = [len(part) if part is not None else -1 for part in (entry.key, entry.value)]
    made: Any = ConsumerRecord
    when = (entry.written_ms, 0)  # set by the producer
    return made(tp.topic, tp.partition, 0, offset, *when, entry.key, entry.value, list(entry.headers), None, *sizes, -1)


@dataclass
class MemoryCluster:
    """Implements worker.transport.kafka.interfaces.Cluster: creates clients on an in-memory Kafka, and keeps them."""

    kafka: MemoryKafka
    limits: Mapping[str, int]
    transactional_id: str = "tx"
    max_request_bytes: int = 1 << 20
    is_away: bool = False
    shared: set[int] | None = None
    consumers: list[MemoryConsumer] = field(default_factory=list)
    producers: list[MemoryProducer] = field(default_factory=list)
    asks: Callable[[], None] | None = None
    closed: bool = False

    def largest_values(self) -> Mapping[str, int]:
        return self.limits

    def shared_partitions(self) -> set[int] | None:
        self.kafka.called("shared_partitions")
        return self.shared

    def consumer(self, waiting: Waiting | None = None, fetch_bytes: int | None = None) -> MemoryConsumer:
        del waiting, fetch_bytes
        self.consumers.append(MemoryConsumer(self.kafka))
        return self.consumers[-1]

    def producer(self, waiting: Waiting | None = None) -> MemoryProducer:
        del waiting
        self.producers.append(MemoryProducer(self.kafka, self.transactional_id, self.max_request_bytes))
        return self.producers[-1]

    def watch(self, ask: Callable[[], None]) -> None:
        self.asks = ask

    def close(self) -> None:
        self.closed = True
