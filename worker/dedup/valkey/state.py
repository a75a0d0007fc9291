"""Reads the state of a store on a server, and refuses a state that this process must not use.

The seed of a store belongs to what the store holds. The first process that opens an empty store makes one. If the
server loses its data, the first write of a running process brings back the seed of that process (commit.lua). If
another process has made a new seed by then, the first one cannot go on: its keys are those of the old seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from redis.exceptions import RedisError

from worker.dedup import filling
from worker.dedup.memory import SEED_BYTES
from worker.dedup.valkey.commit import mapping
from worker.dedup.valkey.meta import FILLING, FORMAT, Meta, OtherVersionError
from worker.dedup.valkey.names import Names
from worker.dedup.valkey.server import Server, is_wrong_type
from worker.errors import IndexStoreError
from worker.store.damage import DamagedError

_OPEN = """#!lua
-- Gives a store that holds nothing a format and a seed, unless it has them. Returns `meta`.
if redis.call('HEXISTS', KEYS[1], 'born') == 0 then
  redis.call('HSETNX', KEYS[1], 'format', ARGV[1])
  redis.call('HSETNX', KEYS[1], 'seed', ARGV[2])
end
return redis.call('HGETALL', KEYS[1])
"""


class State:
    """The state of a store. Each method that reads it raises an IndexStoreError if it must not be used."""

    def __init__(self, server: Server, names: Names) -> None:
        self._server = server
        self._names = names
        self._open = server.client.register_script(_OPEN)

    @property
    def name(self) -> str:
        """The store, for messages."""
        return f"the index {self._names.name} on {self._server.address}"

    def seed(self, of_new: Callable[[], int] | None) -> int:
        """The seed on the server. Of several processes that find none, one stores `of_new()`; None means an error."""
        fields = self.read()
        if of_new is not None:
            self.unpacked(fields)  # before anything is written
            seed = of_new().to_bytes(SEED_BYTES, "big")
            fields = mapping(self._open(keys=[self._names.meta], args=[FORMAT, seed]))
        elif b"seed" not in fields:
            raise IndexStoreError(
                f"there is no index {self._names.name} on {self._server.address}: give the worker's --index and "
                "--index-name"
            )
        self.unpacked(fields)
        return int.from_bytes(fields[b"seed"], "big")

    def read(self) -> dict[bytes, bytes]:
        """The fields of `meta`."""
        try:
            fields: dict[bytes, bytes] = self._server.client.hgetall(self._names.meta)  # type: ignore[assignment]
        except RedisError as error:
            if is_wrong_type(error):
                raise self._unusable(f"has a key of another program ({self._names.meta})") from error
            raise
        return fields

    def checked(self, fields: Mapping[bytes, bytes], seed: int, token: bytes | None) -> Meta:
        """The state, for a process with this seed and this token of worker.dedup.filling."""
        filling.check(fields.get(FILLING), token, self.name)
        filling.check_seed(fields.get(b"seed"), seed, self.name)
        return self.unpacked(fields)

    def unpacked(self, fields: Mapping[bytes, bytes]) -> Meta:
        """The state, for any process."""
        try:
            return Meta.unpack(fields)
        except OtherVersionError as error:
            raise self._unusable("was made by another version") from error
        except DamagedError as error:
            raise self._unusable(f"is damaged (its key {self._names.meta})") from error

    def _unusable(self, why: str) -> IndexStoreError:
        return IndexStoreError(
            f"{self.name} {why}: choose another db, or delete the keys of the index, and start again (earlier "
            "articles are then not recognised)"
        )
