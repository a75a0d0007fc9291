"""Gives messages the verdicts that another index has given them, such as that of the live worker."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from worker.dedup.entries import unpack_verdict
from worker.dedup.index import Entry, Index
from worker.messages import Verdict
from worker.store.damage import Damage
from worker.store.entries import Entries
from worker.store.keys import message_key

log = structlog.get_logger(__name__)


class KeptVerdicts:
    """Decides as `others` did. A message of which they know nothing gets the verdict of the own index.

    That index learns all articles, so that it can compare such a message with those before it.
    """

    def __init__(self, own: Index, others: Entries, damage: Damage) -> None:
        self._own, self._others, self._damage = own, others, damage
        self._kept = self._unknown = 0

    @property
    def seed(self) -> int:
        """See `Index.seed`."""
        return self._own.seed

    def decide(self, entries: Sequence[Entry]) -> list[Verdict]:
        """The verdicts on these messages, in order.

        Raises:
            IndexStoreError: an index cannot be used. The own one may remember the batch.
        """
        verdicts = self._own.decide(entries)
        keys = [message_key(message) for message, _ in entries]
        values = self._others.values(keys)
        for place, (key, (_, sketch)) in enumerate(zip(keys, entries, strict=True)):
            value = values.get(key)
            kept = value and self._damage.intact("verdicts", unpack_verdict, value, sketch.article_id)
            if kept:
                verdicts[place] = kept
                self._kept += 1
            else:
                self._unknown += 1
        return verdicts

    def close(self) -> None:
        """Log how many verdicts were kept, and close the index of others. Keeping none is a warning."""
        if self._unknown and not self._kept:
            log.warning("no_verdict_kept", judged_anew=self._unknown)
        else:
            log.info("verdicts_kept", kept=self._kept, judged_anew=self._unknown)
        self._others.close()
