"""Marks a memory on a server as incomplete, and as complete. See worker.dedup.filling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from redis.exceptions import WatchError

from worker.dedup.memory import SEED_BYTES
from worker.dedup.valkey.meta import FILLING, FORMAT
from worker.dedup.valkey.names import SLOTS, Names

Check = Callable[[Mapping[bytes, bytes]], object]


def begin(client: Any, names: Names, check: Check, token: bytes, seed: int) -> None:
    """Delete what an interrupted process left, and write the token. `check` gets the fields of `meta` first."""

    def reset(transaction: Any) -> None:
        _unlink_all(transaction, names)
        fields = {b"format": FORMAT, b"seed": seed.to_bytes(SEED_BYTES, "big"), FILLING: token}
        transaction.hset(names.meta, mapping=fields)

    _in_one_step(client, names, check, reset)


def end(client: Any, names: Names, check: Check) -> None:
    """Delete the token."""
    _in_one_step(client, names, check, lambda transaction: transaction.hdel(names.meta, FILLING))


def remove(client: Any, names: Names) -> None:
    """Delete all keys."""
    _in_one_step(client, names, lambda _fields: None, lambda transaction: _unlink_all(transaction, names))


def _unlink_all(transaction: Any, names: Names) -> None:
    transaction.unlink(names.meta, names.log, names.turn)
    for slot in range(SLOTS):
        transaction.unlink(*names.all_of(slot))


def _in_one_step(client: Any, names: Names, check: Check, change: Callable[[Any], object]) -> None:
    while True:
        with client.pipeline() as transaction:
            transaction.watch(names.meta)
            check(transaction.hgetall(names.meta))
            transaction.multi()
            change(transaction)
            try:
                transaction.execute()
            except WatchError:  # somebody wrote meanwhile
                continue
            return
