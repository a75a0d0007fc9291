"""Keeps the memory of the index on a Valkey or Redis server, for workers on several machines.

A body runs under a lease, so that writers queue and rarely conflict. Correctness does not depend on the lease: `meta`
is read first and watched, every write changes it, and the body's writes are sent as one transaction, which the server
refuses if `meta` has changed since. The body then runs again from the start. It also runs again if the connection is
lost, even within the transaction, when it is unclear whether the server stored it. This is safe, because the verdict on
every message is stored with everything else: if the server did store it, the second run finds these verdicts.

Reads are batched: one round trip for what the batch wants from the tables and the postings, one for the records that
will probably be compared. Anything unforeseen is read singly.

An article of 250 words takes about 850 bytes of the server's memory: 370 for a record of 300 bytes, 340 for the tables,
140 for a dozen postings. With a full window, a worker sends 2.3 KB and receives 4 KB for each article.

The server must not forget: set `maxmemory-policy noeviction` and `appendonly yes`. With `appendfsync everysec`, a crash
of its machine may lose the last second, and a failover may lose what was not replicated yet. Copies of the lost
articles are then not recognised, and the log says index_lost_writes. `appendfsync always` prevents the first loss. In a
cluster, all keys are in one hash slot, and the address is that of the node that has it. The server's user needs the
keys `{name}:*` and `+@read +@write +@transaction +@connection +info +memory|usage`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import TypeVar
from uuid import uuid4

import structlog
from redis.exceptions import ConnectionError, RedisError, TimeoutError, WatchError  # noqa: A004 - the server's

from worker.config.index_address import Address
from worker.dedup.memory import SEED_BYTES, Table, Wanted
from worker.dedup.valkey.server import Server, is_wrong_type
from worker.dedup.valkey.view import FORMAT, Names, View
from worker.errors import IndexStoreError
from worker.store.damage import Damage, DamagedError
from worker.store.generations import Found, Generation

log = structlog.get_logger(__name__)

T = TypeVar("T")

GENERATIONS_IN_WINDOW = 4  # few, because every look-up asks each live one; but the index then forgets in larger steps
LEASE = timedelta(seconds=10)  # a holder that died keeps the others waiting for this long

_POLL_S = 0.005
_LOOK_UP_POLLS = 200  # about a second
_MOST_DIGITS = 18  # the server counts in 64 bits


class ValkeyMemory:
    """A `worker.dedup.memory.Memory` on a server; for one thread.

    `window` says how long an article is remembered, in event time. `name` distinguishes the indexes in one database.
    `waiting` is called repeatedly while the server is away or another worker has its turn. If it raises, the wait ends.

    Raises:
        IndexStoreError: the server cannot keep an index. The message says what to do.
    """

    def __init__(
        self,
        address: Address,
        *,
        window: timedelta,
        name: str = "article-worker",
        waiting: Callable[[], None] = lambda: None,
        damage: Damage | None = None,
        lease: timedelta = LEASE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._window = window
        self._names = Names(name)
        self._waiting = waiting
        self._damage = damage or Damage()
        self._sleep = sleep
        self._lease_ms = max(1, round(lease.total_seconds() * 1000))
        self._token = uuid4().bytes
        self._view: View | None = None
        self._writes = 0  # of all workers, as last seen
        self._server = Server(address, waiting, sleep=sleep)
        try:
            self._server.check()
            self.seed = self._server.patiently(self._read_seed)
        except BaseException:
            self.close()
            raise

    def _read_seed(self) -> int:
        """The seed on the server. Of several workers that find none, one makes it."""
        self._load()  # refuses what is no index of this version
        with self._server.client.pipeline() as transaction:
            transaction.hsetnx(self._names.meta, "format", FORMAT)
            transaction.hsetnx(self._names.meta, "seed", secrets.token_bytes(SEED_BYTES))
            transaction.hget(self._names.meta, "seed")
            *_, seed = transaction.execute()
        if len(seed) != SEED_BYTES:
            raise self._unusable(f"is damaged (its key {self._names.meta})")
        return int.from_bytes(seed, "big")

    # -- a body --------------------------------------------------------------------------------------------------

    def atomically(self, wanted: Wanted, body: Callable[[], T]) -> T:
        """See `Memory.atomically`."""
        if self._view is not None:
            raise RuntimeError("atomically() within atomically()")
        return self._server.patiently(lambda: self._until_kept(wanted, body))

    def _until_kept(self, wanted: Wanted, body: Callable[[], T]) -> T:
        while True:
            self._await_turn()
            try:
                return self._run(wanted, body)
            except (ConnectionError, TimeoutError):
                raise  # when the server is back, the lease is still ours
            except BaseException as error:
                self._end_turn()
                if not isinstance(error, WatchError):
                    raise
                log.info("index_batch_repeated", server=str(self._server.address))

    def _await_turn(self) -> None:
        """Take the lease, unless it is still ours because the server went away during a body."""
        for polls in count(1):
            if self._holder() in (None, self._token):
                return
            if polls % _LOOK_UP_POLLS == 0:
                self._waiting()
            self._sleep(_POLL_S)

    def _holder(self) -> object:
        """The holder of the lease. If there was none, return None and take the lease."""
        client, lease = self._server.client, self._names.lease
        try:
            return client.set(lease, self._token, px=self._lease_ms, nx=True, get=True)
        except RedisError as error:
            if not is_wrong_type(error):
                raise
            self._damage.add("lease")
            client.set(lease, self._token, px=self._lease_ms)
            return None

    def _end_turn(self) -> None:
        """Return the lease after a body that stored nothing. Otherwise the transaction has deleted it."""
        with suppress(RedisError):
            if self._server.client.get(self._names.lease) == self._token:
                self._server.client.delete(self._names.lease)

    def _run(self, wanted: Wanted, body: Callable[[], T]) -> T:
        with self._server.client.pipeline() as transaction:
            transaction.watch(self._names.meta)  # type: ignore[no-untyped-call]
            view = self._view = self._load()
            try:
                view.fetch(wanted)
                result = body()
            except RedisError:
                raise
            except Exception:
                transaction.multi()
                transaction.exists(self._names.meta)
                transaction.execute()  # raises WatchError if another worker wrote while the body ran
                raise
            finally:
                self._view = None
            transaction.multi()
            view.write(transaction)
            transaction.delete(self._names.lease)
            *_, self._writes, _ = transaction.execute()
        view.generations.tell_jump(f"the index on {self._server.address}")
        return result

    def _load(self) -> View:
        try:
            meta: dict[bytes, bytes] = self._server.client.hgetall(self._names.meta)  # type: ignore[assignment]
        except RedisError as error:
            if is_wrong_type(error):
                raise self._unusable(f"has a key of another program ({self._names.meta})") from error
            raise
        if meta and meta.get(b"format") != FORMAT:
            raise self._unusable("was made by another version")
        try:
            view = View(self._server.client, self._names, meta, self._damage, self._window, GENERATIONS_IN_WINDOW)
            writes = _writes(meta)
        except DamagedError as error:
            raise self._unusable(f"is damaged (its key {self._names.meta})") from error
        if writes < self._writes:
            log.warning(
                "index_lost_writes", server=str(self._server.address), batches=self._writes - writes,
                advice="the server lost writes in a restart or failover: set appendonly yes, and appendfsync always",
            )  # fmt: skip
        self._writes = writes
        return view

    def _unusable(self, why: str) -> IndexStoreError:
        return IndexStoreError(
            f"the index {self._names.name} on {self._server.address} {why}: choose another db, or delete the keys of "
            "the index, and start again (earlier articles are then not recognised)"
        )

    def find(self, table: Table, key: bytes) -> Found | None:
        """See `Memory.find`."""
        return self._in_body().find(table, key)

    def put(self, table: Table, key: bytes, value: bytes, generation: Generation) -> None:
        """See `Memory.put`."""
        self._in_body().put(table, key, value, generation)

    def at(self, time_s: float | None) -> Generation:
        """See `Memory.at`."""
        return self._in_body().generations.at(time_s)

    @property
    def newest(self) -> Generation:
        """See `Memory.newest`."""
        return self._in_body().generations.newest

    def add_record(self, value: bytes, generation: Generation) -> int:
        """See `Memory.add_record`."""
        return self._in_body().add_record(value, generation)

    def record(self, number: int) -> bytes | None:
        """See `Memory.record`."""
        return self._in_body().record(number)

    def holders(self, key: int) -> Sequence[int]:
        """See `Memory.holders`."""
        return self._in_body().holders(key)

    def hold(self, keys: Sequence[int], number: int) -> None:
        """See `Memory.hold`."""
        self._in_body().hold(keys, number)

    def _in_body(self) -> View:
        if self._view is None:
            raise RuntimeError("only within atomically()")
        return self._view

    # -- around it -----------------------------------------------------------------------------------------------

    def is_empty(self) -> bool:
        """See `Memory.is_empty`."""
        return self._outside("is_empty", lambda: not self._load().generations.live)

    def stats(self) -> dict[str, int]:
        """See `Memory.stats`. The bytes are an estimate of the server's memory."""
        return self._outside("stats", lambda: self._load().stats())

    def _outside(self, name: str, ask: Callable[[], T]) -> T:
        if self._view is not None:
            raise RuntimeError(f"{name}() within atomically()")
        return self._server.patiently(ask)

    def close(self) -> None:
        """Close the connections. May be called twice."""
        self._server.close()


def _writes(meta: Mapping[bytes, bytes]) -> int:
    """The number of batches written so far.

    Raises:
        DamagedError: it is not a number that the server can increment.
    """
    digits = meta.get(b"writes", b"0")
    if not digits.isdigit() or len(digits) > _MOST_DIGITS:
        raise DamagedError
    return int(digits)
