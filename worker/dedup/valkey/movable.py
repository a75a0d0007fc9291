"""The memory of the index on a server, for the commands that save it and fill it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from worker.dedup import filling
from worker.dedup.dump import Chunk, Start
from worker.dedup.valkey import fill
from worker.dedup.valkey.dump import Dump
from worker.dedup.valkey.memory import ValkeyMemory
from worker.dedup.valkey.meta import FILLING


class MovableValkeyMemory(ValkeyMemory):
    """A `worker.dedup.dump.Movable` on a server. See `ValkeyMemory`."""

    def dump(self) -> Iterator[Chunk]:
        """See `Movable.dump`, and worker.dedup.valkey.dump for what may be missing of articles judged meanwhile."""
        meta = self._server.patiently(self._load)
        counts = self.stats()
        entries = sum(counts[name] for name in (*self._names.tables, "records"))
        yield Start(meta.moving(self._window, lambda _: None).watermark_s, self.seed, entries)
        yield from Dump(self._server, self._names, self._load).chunks()

    def begin_fill(self, seed: int | None = None) -> None:
        """See `Movable.begin_fill`."""
        token, self.seed = filling.new_token(), self.seed if seed is None else seed
        client, names = self._server.client, self._names
        self._outside("begin_fill", lambda: fill.begin(client, names, self._require_empty, token, self.seed))
        self._token = token

    def _require_empty(self, fields: Mapping[bytes, bytes]) -> None:
        if FILLING not in fields and self._state.unpacked(fields).live:
            raise filling.not_empty(self._state.name)

    def end_fill(self) -> None:
        """See `Movable.end_fill`."""
        self._outside("end_fill", lambda: fill.end(self._server.client, self._names, self._unpacked))
        self._token = None
