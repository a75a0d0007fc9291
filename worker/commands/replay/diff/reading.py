"""Fills the ledger of a comparison from the topics of both sides.

Each topic is read once, and the articles of the replay twice: the second time to compare the texts that differ.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from rich.console import Console

from worker.commands.only import selects, sets_of
from worker.commands.progress import watched
from worker.commands.replay.diff.change import changed_share
from worker.commands.replay.diff.facts import (
    AFTER,
    BEFORE,
    Article,
    Place,
    Side,
    read_article,
    read_facts,
    source_of,
)
from worker.commands.replay.diff.ledger import Ledger
from worker.commands.replay.diff.sides import Comparison, Outputs
from worker.messages import Headers


class Fetched(Protocol):
    """What is read of worker.transport.kafka.published.Fetched."""

    @property
    def key(self) -> bytes | None:
        """The id of the article."""

    @property
    def value(self) -> bytes | None:
        """The message; None for a tombstone."""

    @property
    def headers(self) -> Headers:
        """The headers, which name the input."""

    @property
    def passed(self) -> int:
        """How many offsets were read since the record before."""


class Topic(Protocol):
    """What a topic holds."""

    @property
    def offsets(self) -> int:
        """How many there are to read."""

    def __iter__(self) -> Iterator[Fetched]:
        """The records of each partition, in order."""


Open = Callable[[str, datetime | None], AbstractContextManager[Topic]]
"""Opens a topic at the records that were written since a time."""


class Changed(NamedTuple):
    """An article whose text changed. `share` is the share of the words, and `packed` has both articles."""

    share: float
    chars: int
    place: Place
    packed: tuple[bytes, bytes]


class Reader:
    """Reads the topics of a comparison into a ledger. `check` raises what ends the reading."""

    def __init__(
        self, comparison: Comparison, ledger: Ledger, open_topic: Open, console: Console, check: Callable[[], None]
    ) -> None:
        self._comparison = comparison
        self._only = sets_of(comparison.only)
        self._ledger = ledger
        self._open = open_topic
        self._console = console
        self._check = check

    def read(self, most_examples: int) -> list[Changed]:
        """Read everything. Return the articles whose texts changed most, the most changed first.

        Raises:
            TransportError: a topic cannot be read.
        """
        before, after = self._comparison.before, self._comparison.after
        self._read_reports(BEFORE, before)
        self._read_reports(AFTER, after)
        if self._comparison.only:
            self._ledger.leave_out_unwanted()
        self._read_articles(AFTER, after)
        self._read_articles(BEFORE, before)
        return self._compare_texts(after, most_examples) if self._ledger.differing() else []

    def _read_reports(self, side: Side, outputs: Outputs) -> None:
        for record, place in self._records("reports", outputs.name, outputs.quality_topic, outputs.since):
            if place is not None and (facts := read_facts(record.value)):
                is_wanted = selects(self._only, facts.values())
                self._ledger.add_report(side, place, facts, is_wanted=is_wanted)

    def _read_articles(self, side: Side, outputs: Outputs) -> None:
        for record, place in self._records("articles", outputs.name, outputs.clean_topic, outputs.since):
            if record.value is None:
                self._ledger.forget(side, (record.key or b"").decode(errors="replace"))
            elif place is not None and (article := read_article(record.value)):
                self._ledger.add_article(side, place, article)

    def _compare_texts(self, after: Outputs, most_examples: int) -> list[Changed]:
        """Read the articles of the replay again, and compare those that differ."""
        most: list[Changed] = []
        for record, place in self._records("texts", after.name, after.clean_topic, after.since):
            if place is None or record.value is None or (old := self._ledger.before(place)) is None:
                continue
            new = read_article(record.value)
            if new is None or new.text == old.text or not self._ledger.is_current(place, new):
                continue
            share = changed_share(old.text, new.text)
            self._ledger.note_change(place, share)
            self._offer(most, most_examples, Changed(share, len(old.text) + len(new.text), place, (b"", b"")), old, new)
        return sorted(most, reverse=True)

    def _offer(self, most: list[Changed], size: int, found: Changed, old: Article, new: Article) -> None:
        """Keep an article among the most changed ones."""
        if len(most) < size or (most and found > most[0]):
            packed = found._replace(packed=(self._ledger.packed(old), self._ledger.packed(new)))
            (heapq.heappush if len(most) < size else heapq.heapreplace)(most, packed)

    def _records(
        self, what: str, name: str, topic: str, since: datetime | None
    ) -> Iterator[tuple[Fetched, Place | None]]:
        """The records of a topic, each with its input if that input is compared."""
        with self._open(topic, since) as opened:
            records = watched(f"{what}, {name}", "records", opened.offsets, opened, self._console, self._check)
            for record in records:
                yield record, source_of(record.headers, self._comparison.topic, self._comparison.ranges)
