"""A member of a consumer group that reads on while its group rebalances.

`KafkaConsumer.poll` of kafka-python 3.0.12 returns nothing while a join is pending, not even from the partitions that a
cooperative member keeps: one member that comes and goes, or hangs, stops all others. It also loses a join whose answer
arrives when nobody waits for it. Here the join runs on the client's IO thread from its beginning to its end, heartbeats
included, and the reader meanwhile reads what it holds.

Two rules make that safe:

* What the member holds changes only in `poll` and in `membership`, while the reader waits: the join's own steps queue
  for that. So nothing is revoked behind the back of a batch in work.
* A join begins only in `poll`, and claims what is held until it has come through. A cooperative group gives a partition
  to another member only after its holder has joined once more without it, and that is after the batch in work was
  committed or given up.
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

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import LeaderNotAvailableError, RetriableError
from kafka.future import Future

log = structlog.get_logger(__name__)

Step = Callable[[], Awaitable[None]]

_LONE_JOIN_S = 0.1  # to the coordinator and back, twice, from the same region
_METADATA_MS = 5_000
_RETRY_S = 0.2  # before the next join, after one that failed
_TELL_S = 15.0


class GroupConsumer(KafkaConsumer):
    """`KafkaConsumer` for one subscription, with a cooperative assignor; calls its listener while the reader waits."""

    _cluster: Any
    _coordinator: Any
    _subscription: Any
    _manager: Any
    _net: Any

    def __init__(self, **config: Any) -> None:
        super().__init__(**config)
        self._joining: Any = None  # the future of the join in work
        self._steps: deque[tuple[Step, Any]] = deque()  # of the join, that wait for the reader, each with its future
        self._waits_since, self._told_s = 0.0, math.inf  # for a first assignment, or for one after all was lost
        self._waited_for: Any = None  # a join that a commit has waited for
        self._news = threading.Event()  # a step waits, or the join has ended
        self._partitions: frozenset[int] = frozenset()  # of the topic, when the partitions were given
        self._held_under: tuple[str, int] = ("", -1)  # member id and generation that the partitions were given to
        coordinator = self._coordinator
        self._join_prepare = coordinator._on_join_prepare_async  # noqa: SLF001 - no public hook is in the IO thread's
        self._join_complete = coordinator._on_join_complete_async  # noqa: SLF001
        coordinator._on_join_prepare_async = self._prepare  # noqa: SLF001
        coordinator._on_join_complete_async = self._complete  # noqa: SLF001
        for assignor in coordinator._assignors.values():  # noqa: SLF001
            assignor.metadata = partial(self._claim, assignor, assignor.metadata)
        coordinator.poll = self._tend
        # Heartbeats have a loop of their own on the IO thread; while it rests during a join, this would be 0 for ever.
        coordinator.time_to_next_poll = lambda: math.inf

    @property
    def member_id(self) -> str:
        """The member of the group that the present partitions were given to; empty before the first join."""
        return self._held_under[0]

    @property
    def waits(self) -> bool:
        """Whether there is nothing to read until all other members have joined, or were given up."""
        return self._told_s != math.inf

    def membership(self, timeout_s: float) -> Any:
        """The group metadata under which records that were polled can be committed; None for a member taken for dead.

        Where the group is in the middle of changing its generation this waits for the end, for `timeout_s` at most, and
        then returns None too. Partitions that are lost by it have been told to the listener when this returns.
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
        """Let `close` tell the group that this member will not come back. One that is not static does so anyway."""
        self._coordinator.is_dynamic_member = lambda: True

    def rejoin(self) -> None:
        """Join once more with the next `poll`: let the group look anew at what there is to share."""
        self._coordinator.request_rejoin()

    def ask(self) -> None:
        """Ask the brokers for metadata, and do not wait for the answer. From any thread."""
        self._cluster.request_update()

    def topic_id(self, topic: str) -> str:
        """Which topic of this name the brokers have, by the client's last look: CLUSTER/TOPIC; empty if not known."""
        topic_id = self._cluster.topic_id(topic)
        return f"{self._cluster.cluster_id}/{topic_id}" if topic_id else ""

    def partitions_of(self, topic: str) -> list[TopicPartition]:
        """The partitions of a topic; none where there is no such topic.

        Raises:
            RetriableError: the brokers were asked, and did not answer in time.
        """
        found = self._cluster.partitions_for_topic(topic)
        if found is None:
            self._cluster.add_topic(topic)
            self.refresh_metadata(_METADATA_MS)
            found = self._cluster.partitions_for_topic(topic)
        return [TopicPartition(topic, number) for number in sorted(found or ())]

    def beginning_offsets(self, partitions: Any, timeout_ms: Any = None) -> Any:
        """As the client's, which raises a KeyError where one of them has no leader at present.

        Raises:
            LeaderNotAvailableError: so it is.
        """
        try:
            return super().beginning_offsets(partitions, timeout_ms=timeout_ms)
        except KeyError as error:
            raise LeaderNotAvailableError(str(error)) from error

    def end_offsets(self, partitions: Any, timeout_ms: Any = None) -> Any:
        """See `beginning_offsets`."""
        try:
            return super().end_offsets(partitions, timeout_ms=timeout_ms)
        except KeyError as error:
            raise LeaderNotAvailableError(str(error)) from error

    def refresh_metadata(self, timeout_ms: float) -> None:
        """Look at the topic again, at once: `ask` may wait for a tenth of a second.

        Raises:
            RetriableError: the brokers did not answer in time.
        """
        deadline = time.monotonic() + timeout_ms / 1000
        while True:
            left_ms = max(0.0, deadline - time.monotonic()) * 1000
            refreshed = self._manager.call_soon(self._cluster.refresh_metadata)
            try:
                self._net.run(self._manager.wait_for, refreshed, left_ms)
            except RetriableError:  # a broker that is just going down may be the one that was asked
                if left_ms <= _RETRY_S * 1000:
                    raise
                time.sleep(_RETRY_S)
            else:
                return

    # -- in the reader's thread ----------------------------------------------------------------------------------

    def _tend(self, timeout_ms: float | None = None) -> bool:
        """In place of the coordinator's `poll`: look after the membership; whether there is anything to read."""
        deadline = math.inf if timeout_ms is None else time.monotonic() + timeout_ms / 1000
        self._coordinator.poll_heartbeat()
        while True:
            self._news.clear()
            self._run_steps()
            self._join()
            if self._joining is None or self._reads_on():
                self._told_s = math.inf
                return True
            self._tell_of_waiting()
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return False
            self._news.wait(min(left_s, threading.TIMEOUT_MAX))

    def _tell_of_waiting(self) -> None:
        """Say now and then that there is nothing to read until all other members have joined, or were given up."""
        now = time.monotonic()
        if self._told_s == math.inf:
            self._waits_since = self._told_s = now
        elif now - self._told_s >= _TELL_S:
            self._told_s = now
            log.info(
                "rebalancing", waited_s=round(now - self._waits_since, 1),
                advice="a stopped member holds its partitions for session_timeout, a hung one for max_poll_interval",
            )  # fmt: skip

    def _wait_for_new_join(self) -> None:
        """Where nobody else has to join, that takes milliseconds: do not let it end in the midst of a commit."""
        joining = self._joining
        if joining is None or joining is self._waited_for:
            return
        self._waited_for = joining
        until = time.monotonic() + _LONE_JOIN_S
        while not (joining.is_done or self._steps or time.monotonic() >= until):
            self._news.clear()
            self._news.wait(_LONE_JOIN_S / 10)

    def _join(self) -> None:
        """Take note of the end of a join; begin one where one is needed."""
        if self._joining is not None and self._joining.is_done:
            joined, self._joining = self._joining, None
            if joined.failed():
                if not joined.retriable():
                    raise joined.exception
                time.sleep(_RETRY_S)
        self._look_for_new_partitions()
        if self._joining is None and self._coordinator.need_rejoin():
            if not self.member_id:
                self._learn_partitions()
            self._joining = self._manager.call_soon(self._coordinator.ensure_active_group_async)
            self._joining.add_both(lambda _: self._news.set())

    def _look_for_new_partitions(self) -> None:
        """The leader's task; but a static member that was restarted as the leader is not told that it is."""
        partitions = self._known_partitions()
        if self.member_id and partitions and partitions != self._partitions:
            self._partitions = partitions
            self._coordinator.request_rejoin()

    def _known_partitions(self) -> frozenset[int]:
        topics = self._subscription.subscription or ()
        return frozenset().union(*(self._cluster.partitions_for_topic(topic) or () for topic in topics))

    def _learn_partitions(self) -> None:
        """A leader that learns of the topic's partitions only after it has assigned them lets all join once more."""
        with contextlib.suppress(RetriableError):
            self.refresh_metadata(_METADATA_MS)

    def _reads_on(self) -> bool:
        """Whether this member has partitions, and is still the one that they were given to."""
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
            except Exception as error:  # noqa: BLE001 - the join fails of it, and tells the reader
                taken.failure(error)

    async def _when_reader_waits(self, step: Step) -> None:
        taken = Future()
        self._steps.append((step, taken))
        self._news.set()
        await taken

    def _claim(self, assignor: Any, metadata: Callable[[Any], Any], topics: Any) -> Any:
        """What a join tells the group: the topics, and what this member holds.

        The client goes on to claim what it has lost with its membership. The leader then gives it to nobody, until
        this member gives it back, which it never does.
        """
        if not self._is_member():
            assignor.member_assignment = None
        return metadata(topics)

    async def _prepare(self, generation: int, member_id: str, timeout_ms: float | None = None) -> None:
        """Before a join. Only a member that was taken for dead loses anything by it."""
        step = partial(self._join_prepare, generation, member_id, timeout_ms=timeout_ms)
        if generation < 0 and self._subscription.assigned_partitions():
            await self._when_reader_waits(step)
        else:
            await step()

    async def _complete(self, generation: int, member_id: str, protocol: str, assignment: bytes) -> None:
        """After a join."""
        await self._when_reader_waits(partial(self._take_over, generation, member_id, protocol, assignment))

    async def _take_over(self, generation: int, member_id: str, protocol: str, assignment: bytes) -> None:
        held = set(self._subscription.assigned_partitions())
        if held and member_id != self._held_under[0]:
            # Taken for dead while it joined: the client would go on where this member was, though others were there.
            self._subscription.rebalance_listener.on_partitions_lost(held)
            self._subscription.assign_from_subscribed([])
        self._held_under = (member_id, generation)
        self._partitions = self._known_partitions()
        await self._join_complete(generation, member_id, protocol, assignment)
