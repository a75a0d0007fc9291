"""The memory of all sites, which workers share: in a directory on one machine, or on the server of the index.

It has two tables. One holds, for each site, the data of worker.sites.host, which expires with the event time of the
site's last message. The other holds, for each message, which lines were removed: if the message comes again, after a
crash or a failed commit, it loses the same lines and is not counted again.
"""

from __future__ import annotations

import time
import zlib
from array import array
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from worker.identity.event_time import event_time_s
from worker.messages import Article, MessageId, RawRecord
from worker.sites import lines as site_lines
from worker.sites.host import Host
from worker.sites.lines import SiteSketch
from worker.store.damage import Damage, DamagedError
from worker.store.environment import GenerationStore
from worker.store.generations import Found, Generation
from worker.store.keys import hash_key, message_key
from worker.store.tables import Tables, Wanted

TABLES = ("site_decisions", "sites")
DECISIONS, _HOSTS = range(len(TABLES))
_KEY_BYTES = 8
_MOST_KEYS = 2 * site_lines.EDGE_LINES


class Furniture(NamedTuple):
    """The keys of the lines of a page that belong to its site."""

    page: SiteSketch
    keys: frozenset[int]


def on_disk(path: Path, *, window: timedelta, max_bytes: int) -> GenerationStore:
    """The tables of a `SiteStore` in a directory, which several processes may share; each opens it once.

    `window` is how long a site is remembered after its last article, in event time. `max_bytes` bounds the file.

    Raises:
        IndexStoreError: the directory cannot be used; the message says what to do.
    """
    return GenerationStore(path, tables=len(TABLES), window=window, max_bytes=max_bytes, moving=(_HOSTS,))


class SiteStore:
    """The batch step `site_lines`, over tables that several workers may share.

    A line is removed if it occurred in at least `least` earlier articles of its site. `clock` gives seconds since 1970.
    """

    name = "site_lines"

    def __init__(
        self, tables: Tables, *, least: int, damage: Damage | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._tables = tables
        self._least = least
        self._damage = damage or Damage()
        self._clock = clock

    def sketch(self, article: Article, record: RawRecord) -> SiteSketch | None:
        """What the memory needs to know about the article; None if its site is unknown."""
        return site_lines.sketch(article, event_time_s(article, record, self._clock()))

    def decide(self, items: Sequence[tuple[MessageId, SiteSketch]]) -> list[Furniture]:
        """The lines to remove from each article, in one atomic write. Each article counts for those after it.

        A message that was decided before gets the same decision, and is not counted again.

        Raises:
            IndexStoreError: the store cannot be written; nothing of the batch is remembered.
        """
        wanted = Wanted(
            {
                DECISIONS: [message_key(message) for message, _ in items],
                _HOSTS: [hash_key(page.host) for _, page in items],
            }
        )
        return self._tables.atomically(wanted, lambda: [self._decide(*item) for item in items])

    def _decide(self, message: MessageId, page: SiteSketch) -> Furniture:
        return Furniture(page, self._tables.step(lambda: self.furniture(message, page)))

    def apply(self, article: Article, decision: Furniture) -> Article:
        """The article without its site's lines."""
        return site_lines.remove(article, decision.page, decision.keys)

    def furniture(self, message: MessageId, page: SiteSketch) -> frozenset[int]:
        """Decide one message, within a body of the tables: the keys of the lines to remove."""
        key = message_key(message)
        decided = self._decided(key)
        if decided is not None:
            return decided
        generation = self._tables.at(page.event_time_s)
        furniture = self._meet(page, generation)
        self._tables.put(DECISIONS, key, _pack(furniture), self._tables.newest)
        return furniture

    def _meet(self, page: SiteSketch, generation: Generation) -> frozenset[int]:
        key = hash_key(page.host)
        seen = self._tables.find(_HOSTS, key)
        host = self._host(seen)
        furniture = host.furniture(page, self._least)
        host.learn(page, zlib.crc32(page.url.encode("utf-8", "surrogatepass")))
        generation = max(seen.generation, generation) if seen else generation
        self._tables.put(_HOSTS, key, host.pack(), generation)
        return furniture

    def _decided(self, key: bytes) -> frozenset[int] | None:
        known = self._tables.find(DECISIONS, key)
        return known and self._damage.intact("site_decisions", unpack_decision, known.value)

    def _host(self, found: Found | None) -> Host:
        return (found and self._damage.intact("sites", Host.unpack, found.value)) or Host()

    def recall(self, article: Article, record: RawRecord) -> Article:
        """The article without its site's lines: those of the decision, or else those that recur now.

        Remembers nothing, and counts no line.

        Raises:
            IndexStoreError: the store cannot be read.
        """
        page = self.sketch(article, record)
        if page is None:
            return article
        message, host = message_key(record.message_id), hash_key(page.host)

        def known() -> frozenset[int]:
            decided = self._decided(message)
            return (
                self._host(self._tables.find(_HOSTS, host)).furniture(page, self._least) if decided is None else decided
            )

        keys = self._tables.atomically(Wanted({DECISIONS: [message], _HOSTS: [host]}), known)
        return self.apply(article, Furniture(page, keys))

    def close(self) -> None:
        """Close the tables. May be called twice."""
        self._tables.close()


def _pack(furniture: Collection[int]) -> bytes:
    return array("Q", furniture).tobytes()


def unpack_decision(packed: bytes) -> frozenset[int]:
    """The keys of the lines that were removed from a message.

    Raises:
        DamagedError: no decision has these bytes.
    """
    keys, rest = divmod(len(packed), _KEY_BYTES)
    if rest or keys > _MOST_KEYS:
        raise DamagedError
    return frozenset(array("Q", packed))
