"""Opens what workers remember, for a command that only reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from worker.commands.index_memory import existing_memory, patience
from worker.config.settings import Settings
from worker.dedup.index import Index
from worker.errors import IndexStoreError
from worker.memories import open_index, open_sites
from worker.messages import Article, RawRecord
from worker.store.damage import Damage

Recall = Callable[[Article, RawRecord], Article]
"""Returns an article without the lines that recur on its site."""


@dataclass(slots=True)
class Known:
    """The index, and the memory of sites; None for one that cannot be opened. `notes` say why, and what follows."""

    index: Index | None = None
    recall: Recall | None = None
    notes: list[str] = field(default_factory=list)


@contextmanager
def opened(settings: Settings) -> Iterator[Known]:
    """Yields what there is, and closes it at the end. Creates nothing."""
    known = Known()
    with ExitStack() as stack:
        try:
            known.index = open_index(settings, stack.enter_context(existing_memory(settings)))
            state_dir = settings.resolved_state_dir
            if sites := open_sites(settings, state_dir, patience(settings), Damage(), create=False):
                stack.callback(sites.close)
                known.recall = sites.recall
        except IndexStoreError as error:
            what = "lines that recur on a site" if known.index else "similar articles and lines that recur on a site"
            known.notes.append(f"{what} are not shown: {error}")
        yield known
