"""A member of a consumer group that keeps reading while its group rebalances.

`KafkaConsumer.poll` of kafka-python 3.0.12 returns nothing while a join is pending, not even from the partitions that a
cooperative member keeps. One member that comes and goes, or hangs, stops all others. The client also loses a join whose
answer arrives while no poll waits for it. Here the whole join runs on the client's IO thread, heartbeats included.
Meanwhile the reader reads the partitions that the member holds.

Two rules make that safe:

* The assignment changes only in `poll` and in `membership`, while the reader waits: the steps of the join queue for
  that. So no partition is revoked while a batch is in progress.
* A join begins only in `poll`, and claims the current partitions until it is complete. A cooperative group reassigns a
  partition only after its holder has rejoined without it. By then, the batch was committed or abandoned.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import LeaderNotAvailableError, RetriableError
from kafka.future import Future

from worker.transport.base import Membership
from worker.transport.kafka import fetches, refreshing
from worker.transport.kafka.bounds import Bounds
from worker.transport.kafka.heartbeats import Heartbeats
from worker.transport.kafka.joins import Joins

Step = Callable[[], Awaitable[None]]

_LONE_JOIN_S = 0.1  # two round trips to a coordinator in the same region
_RETRY_S = 0.2  # between a failed join and the next one
_METADATA_MS = 5_000


class GroupConsumer(KafkaConsumer):
    """`KafkaConsumer` for one subscription, with a cooperative assignor. Calls its listener while the reader waits."""

    _cluster: Any
    _coordinator: Any
    _subscription: Any
    _manager: Any
    _net: Any

    def __init__(self, **config: Any) -> None:
        super().__init__(**config)
        self._joining: Any = None  # the future of the current join
        self._steps: deque[tuple[Step, Any]] = deque()  # steps of the join that wait for the reader, with their futures
        self._waited_for: Any = None  # the join that a commit has already waited for
        self._news = threading.Event()  # a step waits, or the join has ended
        self._partitions: frozenset[int] = frozenset()  # of the topic, at the time of the last assignment
        self._held_under: tuple[str, int] = ("", -1)  # member id and generation of the last assignment
        coordinator = self._coordinator
        self._joins, self._heartbeats = Joins(), Heartbeats(coordinator)
        self._join_prepare = coordinator._on_join_prepare_async  # noqa: SLF001 - no public hook runs on the IO thread
        self._join_complete = coordinator._on_join_complete_async  # noqa: SLF001
        coordinator._on_join_prepare_async = self._prepare  # noqa: SLF001
        coordinator._on_join_complete_async = self._complete  # noqa: SLF001
        for assignor in coordinator._assignors.values():  # noqa: SLF001
            assignor.metadata = partial(self._claim, assignor, assignor.metadata)
        coordinator.poll = self._tend
        # Heartbeats have their own loop on the IO thread. While it pauses during a join, the original returns 0.
        coordinator.time_to_next_poll = lambda: math.inf

    @property
    def member_id(self) -> str:
        """The member id under which this consumer holds its partitions; empty before the first join."""
        return self._held_under[0]

    @property
    def waits(self) -> bool:
        """Whether there is nothing to read until all other members have rejoined or timed out."""
        return self._joins.waits

    @property
    def seen(self) -> Membership:
        """What this member has seen of its group."""
        return self._joins.membership(has_joined=bool(self.member_id))

    def membership(self, timeout_s: float) -> Any:
        """The group metadata with which polled records can be committed; None if the group removed this member.

        If the group is changing its generation, wait for the new one for up to `timeout_s`, and return None if it does
        not come. When this returns, the listener knows which partitions were lost.
        """
        deadline = time.monotonic() + timeout_s
        self._wait_for_new_join()
        while True:
            self._news.clear()
            self._run_steps()
            metadata = self.group_metadata()  # type: ignore[no-untyped-call]
            if metadata.generation_id < 0:
                return None
            if (metadata.member_id, metadata.generation_id) == self._held_under:
                return metadata
            if not self._news.wait(max(0.0, deadline - time.monotonic())):
                return None

    def leave(self) -> None:
        """Make `close` tell the group that this member will not come back. Only a static member needs this."""
        self._coordinator.is_dynamic_member = lambda: True

    def rejoin(self) -> None:
        """Join again with the next `poll`, so that the group reassigns all partitions of the topic."""
        self._coordinator.request_rejoin()

    def limit(self, bounds: Bounds) -> None:
        """Fetch only what is within the bounds."""
        fetches.limit(self, bounds)

    def ask(self) -> None:
        """Ask the brokers for metadata without waiting for the answer. Any thread may call it."""
        self._cluster.request_update()

    def topic_id(self, topic: str) -> str:
        """The ids of the cluster and of the topic, CLUSTER/TOPIC, in the client's metadata; empty if unknown."""
        topic_id = self._cluster.topic_id(topic)
        return f"{self._cluster.cluster_id}/{topic_id}" if topic_id else ""

    def partitions_of(self, topic: str) -> list[TopicPartition]:
        """The partitions of a topic; none if the topic does not exist.

        Raises:
            RetriableError: the brokers did not answer in time.
        """
        found = self._cluster.partitions_for_topic(topic)
        if found is None:
            self._cluster.add_topic(topic)
            self.refresh_metadata(_METADATA_MS)
            found = self._cluster.partitions_for_topic(topic)
        return [TopicPartition(topic, number) for number in sorted(found or ())]

    def beginning_offsets(self, partitions: Any, timeout_ms: Any = None) -> Any:
        """Raises `LeaderNotAvailableError` if a partition has no leader, where the client raises a KeyError."""
        return _unless_leaderless(super().beginning_offsets, partitions, timeout_ms)

    def end_offsets(self, partitions: Any, timeout_ms: Any = None) -> Any:
        """See `beginning_offsets`."""
        return _unless_leaderless(super().end_offsets, partitions, timeout_ms)

    def refresh_metadata(self, timeout_ms: float) -> None:
        """Refresh the metadata immediately. With `ask`, the client may wait a tenth of a second first.

        Raises:
            RetriableError: the brokers did not answer in time.
        """
        deadline = time.monotonic() + timeout_ms / 1000
        while True:
            left_ms = max(0.0, deadline - time.monotonic()) * 1000
            refreshed = self._manager.call_soon(self._cluster.refresh_metadata)
            try:
                self._net.run(self._manager.wait_for, refreshed, left_ms)
            except RetriableError:  # the broker asked may be shutting down
                if left_ms <= _RETRY_S * 1000:
                    raise
                time.sleep(_RETRY_S)
            else:
                return

    # -- in the reader's thread ----------------------------------------------------------------------------------

    def _tend(self, timeout_ms: float | None = None) -> bool:
        """Replaces the coordinator's `poll`: maintain the membership, and return whether there is anything to read."""
        deadline = math.inf if timeout_ms is None else time.monotonic() + timeout_ms / 1000
        refreshing.restart_if_ended(self._cluster)
        self._coordinator.poll_heartbeat()
        self._heartbeats.check()
        while True:
            self._news.clear()
            self._run_steps()
            self._join()
            if self._joining is None or self._reads_on():
                self._joins.read_on()
                return True
            self._joins.wait()
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return False
            self._news.wait(min(left_s, threading.TIMEOUT_MAX))

    def _wait_for_new_join(self) -> None:
        """Wait briefly for a join, which is quick if no other member has to join: it should not end during a commit."""
        joining = self._joining
        if joining is None or joining is self._waited_for:
            return
        self._waited_for = joining
        until = time.monotonic() + _LONE_JOIN_S
        while not (joining.is_done or self._steps or time.monotonic() >= until):
            self._news.clear()
            self._news.wait(_LONE_JOIN_S / 10)

    def _join(self) -> None:
        """Handle the end of a join; begin a join if one is needed."""
        if self._joining is not None and self._joining.is_done:
            joined, self._joining = self._joining, None
            self._joins.end(failed=joined.failed())
            if joined.failed():
                if not joined.retriable():
                    raise joined.exception
                time.sleep(_RETRY_S)
        self._look_for_new_partitions()
        if self._joining is None and self._coordinator.need_rejoin():
            if not self.member_id:
                self._learn_partitions()
            self._joins.begin()
            self._joining = self._manager.call_soon(self._coordinator.ensure_active_group_async)
            self._joining.add_both(lambda _: self._news.set())

    def _look_for_new_partitions(self) -> None:
        """Rejoin if the topic has grown. A static member that restarted as the leader does not know that it leads."""
        partitions = self._known_partitions()
        if self.member_id and partitions and partitions != self._partitions:
            self._partitions = partitions
            self._coordinator.request_rejoin()

    def _known_partitions(self) -> frozenset[int]:
        topics = self._subscription.subscription or ()
        return frozenset().union(*(self._cluster.partitions_for_topic(topic) or () for topic in topics))

    def _learn_partitions(self) -> None:
        """Refresh the metadata before a join. A leader that learns of partitions after the join makes all rejoin."""
        with contextlib.suppress(RetriableError):
            self.refresh_metadata(_METADATA_MS)

    def _reads_on(self) -> bool:
        """Whether this member has partitions, and is still the member to which they were assigned."""
        return bool(self.assignment()) and self._is_member()

    def _is_member(self) -> bool:
        metadata = self.group_metadata()  # type: ignore[no-untyped-call]
        return bool(metadata.generation_id >= 0 and metadata.member_id == self._held_under[0])

    def _run_steps(self) -> None:
        if self._steps:
            self._net.run(self._take_steps)

    # -- in the IO thread ----------------------------------------------------------------------------------------

    async def _take_steps(self) -> None:
        while self._steps:
            step, taken = self._steps.popleft()
            try:
                await step()
                taken.success(None)
            except Exception as error:  # noqa: BLE001 - it makes the join fail, which tells the reader
                taken.failure(error)

    async def _when_reader_waits(self, step: Step) -> None:
        taken = Future()
        self._steps.append((step, taken))
        self._news.set()
        await taken

    def _claim(self, assignor: Any, metadata: Callable[[Any], Any], topics: Any) -> Any:
        """The metadata of a join: the topics, and the partitions that this member holds.

        After the client has lost its membership, it still claims its old partitions. The leader then assigns them to
        no other member until this one gives them back, which it never does.
        """
        if not self._is_member():
            assignor.member_assignment = None
        return metadata(topics)

    async def _prepare(self, generation: int, member_id: str, timeout_ms: float | None = None) -> None:
        """Runs before a join. Only a member that the group has removed loses partitions here."""
        step = partial(self._join_prepare, generation, member_id, timeout_ms=timeout_ms)
        if generation < 0 and self._subscription.assigned_partitions():
            await self._when_reader_waits(step)
        else:
            await step()

    async def _complete(self, generation: int, member_id: str, protocol: str, assignment: bytes) -> None:
        """Runs after a join."""
        await self._when_reader_waits(partial(self._take_over, generation, member_id, protocol, assignment))

    async def _take_over(self, generation: int, member_id: str, protocol: str, assignment: bytes) -> None:
        held = set(self._subscription.assigned_partitions())
        if held and member_id != self._held_under[0]:
            # The group removed this member while it joined. The client would keep positions that others have passed.
            self._subscription.rebalance_listener.on_partitions_lost(held)
            self._subscription.assign_from_subscribed([])
        self._held_under = (member_id, generation)
        self._partitions = self._known_partitions()
        await self._join_complete(generation, member_id, protocol, assignment)


def _unless_leaderless(ask: Callable[..., Any], partitions: Any, timeout_ms: Any) -> Any:
    try:
        return ask(partitions, timeout_ms=timeout_ms)
    except KeyError as error:
        raise LeaderNotAvailableError(str(error)) from error
