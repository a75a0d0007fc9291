"""Removes the lines that another memory of sites, such as that of the live worker, removed from the same messages."""

from __future__ import annotations

from collections.abc import Sequence

from worker.messages import Article, MessageId, RawRecord
from worker.sites.lines import SiteSketch
from worker.sites.memory import Furniture, SiteStore, unpack_decision
from worker.store.damage import Damage
from worker.store.entries import Entries
from worker.store.keys import message_key


class KeptLines:
    """The batch step `site_lines` that decides as `others` did. For a message unknown to them, `own` decides."""

    name = "site_lines"

    def __init__(self, own: SiteStore, others: Entries, damage: Damage) -> None:
        self._own, self._others, self._damage = own, others, damage

    def sketch(self, article: Article, record: RawRecord) -> SiteSketch | None:
        """See `SiteStore.sketch`."""
        return self._own.sketch(article, record)

    def decide(self, items: Sequence[tuple[MessageId, SiteSketch]]) -> list[Furniture]:
        """The lines to remove from each article. The own memory learns from all of them.

        Raises:
            IndexStoreError: a memory cannot be used. The own one may remember the batch.
        """
        decisions = self._own.decide(items)
        keys = [message_key(message) for message, _ in items]
        values = self._others.values(keys)
        for place, key in enumerate(keys):
            kept = self._damage.intact("site_decisions", unpack_decision, values[key]) if key in values else None
            if kept is not None:
                decisions[place] = Furniture(items[place][1], kept)
        return decisions

    def apply(self, article: Article, decision: Furniture) -> Article:
        """See `SiteStore.apply`."""
        return self._own.apply(article, decision)

    def close(self) -> None:
        """Close the memory of others."""
        self._others.close()
