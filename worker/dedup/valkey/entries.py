"""Reads one table of a store on a server that other processes write. Nothing is ever written to it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from worker.config.index_address import Address
from worker.dedup.valkey.names import Names
from worker.dedup.valkey.server import Server
from worker.dedup.valkey.snapshot import Snapshot
from worker.dedup.valkey.state import State
from worker.store.damage import Damage
from worker.store.tables import Wanted


class EntriesOnServer:
    """The `worker.store.entries.Entries` of table `number` of the store with these names.

    `waiting` is called repeatedly while the server is away.

    Raises:
        IndexStoreError: there is no such store, or this version cannot read it.
    """

    def __init__(
        self, address: Address, names: Names, number: int, *, waiting: Callable[[], None], damage: Damage
    ) -> None:
        self._server, self._names, self._number, self._damage = Server(address, waiting), names, number, damage
        self._state = State(self._server, names)
        try:
            self._server.check(warn=False)
            self._server.patiently(lambda: self._state.seed(None))
        except BaseException:
            self.close()
            raise

    def values(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """See `Entries.values`."""
        return self._server.patiently(lambda: self._values(keys))

    def _values(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        meta = self._state.unpacked(self._state.read())
        snapshot = Snapshot(self._server.client, self._names, meta, self._damage)
        snapshot.fetch(Wanted({self._number: list(keys)}))
        found = {key: snapshot.find(self._number, key) for key in keys}
        return {key: entry.value for key, entry in found.items() if entry}

    def close(self) -> None:
        """See `Entries.close`."""
        self._server.close()
