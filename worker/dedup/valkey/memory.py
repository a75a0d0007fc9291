"""Keeps the memory of the index on a Valkey or Redis server, for workers on several machines.

No worker waits for another one while it compares articles. A batch reads what it wants, runs the body over it, and
sends the writes to a script on the server, with what each step of the body has read. The script stores the steps that
depend on nothing that others have written since the batch began to read. The batch reads again what has changed, and
the body runs again for the other steps. What a body does outside of its steps is stored last. A body that moves the
window is stored as a whole. A batch that is overtaken several times in a row takes a turn: the others wait for it.

If the connection is lost during the script, it is unclear what the server stored. Then everything begins anew. This is
safe, because the verdict on every message is stored with everything else, and the second run finds the stored verdicts.

docs/duplicates.md says how to configure the server so that it forgets nothing, and which rights its user needs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import TypeVar
from uuid import uuid4

import structlog
from redis.exceptions import ConnectionError, RedisError, TimeoutError  # noqa: A004 - the server's

from worker.config.index_address import Address
from worker.dedup.memory import MAX_HOLDERS, Table, Wanted, random_seed
from worker.dedup.valkey.commit import Committer, Done, Part, Stale, Wait, Writes
from worker.dedup.valkey.effort import Effort
from worker.dedup.valkey.meta import Meta, numbers_of
from worker.dedup.valkey.names import Names
from worker.dedup.valkey.numbers import BLOCK, Numbers
from worker.dedup.valkey.server import Server
from worker.dedup.valkey.size import stats
from worker.dedup.valkey.snapshot import Snapshot
from worker.dedup.valkey.state import State
from worker.dedup.valkey.view import Step, View
from worker.store.damage import Damage
from worker.store.generations import Found, Generation

log = structlog.get_logger(__name__)

T = TypeVar("T")

INDEX = Names("article-worker", tuple(table.name.lower() for table in Table))
"""The keys of the index."""

_TURN_AFTER = 5  # losses
_WAIT_S = 0.005  # while another worker has its turn
_LOOK_UP_WAITS = 200  # about a second


class _OvertakenError(Exception):
    """Others have changed what is remembered at all: the batch begins anew."""


class ValkeyMemory:
    """A `worker.dedup.memory.Memory` on a server; for one thread.

    `window` says how long an article is remembered, in event time. `names` are the keys, and say which tables there
    are. `waiting` is called repeatedly while the server is away or another worker has its turn. If it raises, the wait
    ends. A store that does not exist yet is made, with the seed `new_seed()`; if that is None, it is an error.

    Raises:
        IndexStoreError: the server cannot keep an index, or has none. The message says what to do.
    """

    def __init__(
        self,
        address: Address,
        *,
        window: timedelta,
        names: Names = INDEX,
        waiting: Callable[[], None] = lambda: None,
        damage: Damage | None = None,
        sleep: Callable[[float], None] = time.sleep,
        new_seed: Callable[[], int] | None = random_seed,
    ) -> None:
        self.effort = Effort()
        self._window = window
        self._names = names
        self._waiting = waiting
        self._damage = damage or Damage()
        self._sleep = sleep
        self._view: View | None = None
        self._writes = 0  # of all workers, as last seen
        self._born = b""
        self._token: bytes | None = None  # of worker.dedup.filling
        self._numbers = Numbers(self._reserve)
        self._server = Server(address, waiting, sleep=sleep)
        self._state = State(self._server, names)
        self._committer = Committer(self._server.client, names, uuid4().bytes)
        try:
            self._server.check(warn=not names.part)
            self.seed = self._server.patiently(lambda: self._state.seed(new_seed))
        except BaseException:
            self.close()
            raise

    # -- a body --------------------------------------------------------------------------------------------------

    def atomically(self, wanted: Wanted, body: Callable[[], T]) -> T:
        """See `Memory.atomically`."""
        if self._view is not None:
            raise RuntimeError("atomically() within atomically()")
        return self._server.patiently(lambda: self._until_kept(wanted, body))

    def _until_kept(self, wanted: Wanted, body: Callable[[], T]) -> T:
        while True:
            try:
                return self._batch(wanted, body)
            except _OvertakenError:
                self.effort.repeated += 1
            except (ConnectionError, TimeoutError):
                self._numbers.forget()  # the server may have lost the reservation, or stored the records
                raise

    def _batch(self, wanted: Wanted, body: Callable[[], T]) -> T:
        snapshot = Snapshot(self._server.client, self._names, self._load(), self._damage)
        snapshot.fetch(wanted)
        steps: Sequence[Step] = ()
        stored: set[int] = set()
        for losses in count():
            view = View(snapshot, self._names, self._numbers, self._window, steps, stored)
            outcome = self._run(view, body, is_repeated=losses > 0)
            writes = None if isinstance(outcome, Exception) else view.writes()
            answer = self._send(writes, snapshot, in_turn=losses >= _TURN_AFTER)
            if isinstance(answer, Done):
                break
            if isinstance(answer, Part):
                stored = view.absorb(answer.refused)
            if not self._catch_up(answer, snapshot, view) and writes is None:
                break
            steps = view.steps
            self._note_loss(losses + 1)
        if isinstance(outcome, Exception):
            raise outcome
        view.generations.tell_jump(f"the index on {self._server.address}")
        self.effort.batches += writes is not None or bool(stored)
        return outcome

    def _run(self, view: View, body: Callable[[], T], *, is_repeated: bool) -> T | Exception:
        """The body's result, or the exception that it raised, perhaps because it saw an inconsistent state."""
        self._view = view
        begin_s = time.process_time()
        try:
            return body()
        except RedisError:
            raise
        except Exception as error:  # noqa: BLE001 - raised later, if the state was consistent
            return error
        finally:
            self._view = None
            self.effort.add(time.process_time() - begin_s, is_repeated=is_repeated)

    def _send(self, writes: Writes | None, snapshot: Snapshot, *, in_turn: bool) -> Done | Part | Stale:
        while True:
            answer = self._committer.send(writes, snapshot.meta, self.seed, in_turn=in_turn)
            if isinstance(answer, Done | Part):
                for name in {*answer.foreign} - snapshot.foreign - {*(writes.unlinked if writes else ())}:
                    self._damage.add(self._names.kind(name))
            if isinstance(answer, Done) and writes is not None:
                self._writes = snapshot.meta.writes + 1  # at least
            if not isinstance(answer, Wait):
                return answer
            self._wait()

    def _catch_up(self, answer: Part | Stale, snapshot: Snapshot, view: View) -> bool:
        """Read what others have changed. Return whether that concerns anything that the body has read."""
        self.effort.overtaken += 1
        meta = self._unpacked(answer.meta)
        if not meta.is_successor(snapshot.meta):
            raise _OvertakenError
        return snapshot.catch_up(meta, answer.log, view.put_in)

    def _note_loss(self, losses: int) -> None:
        self.effort.repeated += 1
        if losses == _TURN_AFTER:
            self.effort.turns += 1
            log.info("index_batch_overtaken", server=str(self._server.address), times=losses)

    def _wait(self) -> None:
        self.effort.waits += 1
        if self.effort.waits % _LOOK_UP_WAITS == 0:
            self._waiting()
        self._sleep(_WAIT_S)

    def _load(self) -> Meta:
        meta = self._unpacked(self._state.read())
        if meta.writes < self._writes:
            log.warning(
                "index_lost_writes", server=str(self._server.address), batches=self._writes - meta.writes,
                advice="the server lost writes in a restart or failover: set appendonly yes, and appendfsync always",
            )  # fmt: skip
        if meta.born != self._born:
            self._numbers.forget()
        self._writes, self._born = meta.writes, meta.born
        return meta

    def _unpacked(self, fields: Mapping[bytes, bytes]) -> Meta:
        return self._state.checked(fields, self.seed, self._token)

    def _reserve(self, slot: int) -> int:
        return int(self._server.client.hincrby(self._names.meta, numbers_of(slot), BLOCK))

    def step(self, work: Callable[[], T]) -> T:
        """See `Memory.step`."""
        return self._in_body().step(work)

    def ask(self, question: Callable[[], T]) -> T:
        """See `Memory.ask`."""
        return self._in_body().ask(question)

    def find(self, table: int, key: bytes) -> Found | None:
        """See `Memory.find`."""
        return self._in_body().find(table, key)

    def put(self, table: int, key: bytes, value: bytes, generation: Generation) -> None:
        """See `Memory.put`."""
        self._in_body().put(table, key, value, generation)

    def at(self, time_s: float | None) -> Generation:
        """See `Memory.at`."""
        return self._in_body().at(time_s)

    @property
    def newest(self) -> Generation:
        """See `Memory.newest`."""
        return self._in_body().newest

    def add_record(self, value: bytes, generation: Generation) -> int:
        """See `Memory.add_record`."""
        return self._in_body().add_record(value, generation)

    def record(self, number: int) -> bytes | None:
        """See `Memory.record`."""
        return self._in_body().records([number])[0]

    def records(self, numbers: Sequence[int]) -> list[bytes | None]:
        """See `Memory.records`."""
        return self._in_body().records(numbers)

    def holders(self, key: int) -> tuple[int, ...]:
        """See `Memory.holders`."""
        return self.holders_of([key])[0]

    def holders_of(self, keys: Collection[int]) -> list[tuple[int, ...]]:
        """See `Memory.holders_of`."""
        return self._in_body().holders_of(keys)

    def hold(self, keys: Sequence[int], number: int, most: int = MAX_HOLDERS) -> None:
        """See `Memory.hold`."""
        self._in_body().hold(keys, number, most)

    def _in_body(self) -> View:
        if self._view is None:
            raise RuntimeError("only within atomically()")
        return self._view

    def is_empty(self) -> bool:
        """See `Memory.is_empty`."""
        return self._outside("is_empty", lambda: not self._load().live)

    def stats(self) -> dict[str, int]:
        """See `Memory.stats`. The bytes are an estimate of the server's memory."""
        return self._outside("stats", lambda: stats(self._server.client, self._names, self._load()))

    def _outside(self, name: str, ask: Callable[[], T]) -> T:
        if self._view is not None:
            raise RuntimeError(f"{name}() within atomically()")
        return self._server.patiently(ask)

    def close(self) -> None:
        """Close the connections. May be called twice."""
        self._server.close()
