"""Carries out a promotion: batch by batch, first the index, then one transaction."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Protocol

import structlog

from worker.commands.progress import Advance
from worker.commands.replay.promote.ledger import Due, Ledger
from worker.commands.replay.promote.plan import TO_DO, Action, Kept, verdict_of
from worker.dedup.adopt import AdoptingIndex, Withdrawn
from worker.dedup.index import Sketch
from worker.errors import CommitFailed
from worker.messages import Outcome, Output, RawRecord, Verdict
from worker.pipeline import promoted
from worker.pipeline.published import Published, read_published
from worker.stages.identify import identify
from worker.transport.kafka.published import Fetched

log = structlog.get_logger(__name__)

PAUSE_S = 1.0  # after a failed transaction

Reading = Callable[[datetime | None], AbstractContextManager[Iterable[Fetched]]]
"""Opens a topic, from a time on."""


class LiveTopic(Protocol):
    """See worker.transport.kafka.published.PublishedTopic."""

    def __iter__(self) -> Iterator[Fetched]: ...
    def extend(self, *, settled: bool = False) -> None:
        """Let the next iteration return what was committed since the last one."""


class Writer(Protocol):
    """See worker.transport.kafka.sole_writer.SoleWriter."""

    def publish(self, outputs: Sequence[Output]) -> None:
        """Publish in one transaction."""

    def connect(self) -> None:
        """Continue after a failure."""


@dataclass(frozen=True, slots=True)
class Places:
    """What a promotion reads from and writes to. `live` and `replayed` are the clean topics of worker and replay."""

    newest: LiveTopic
    live: Reading
    replayed: Reading
    index: AdoptingIndex
    writer: Writer


@dataclass(slots=True)
class Promotion:
    """Does what the ledger says, until there is nothing left to do. `name` is that of the replay.

    `check` is called between two transactions, and raises what ends the promotion there.

    A worker may publish a newer version of an article at any time. So the newest records of its topic are read right
    before each transaction, after the index has learned of it: a worker that judges the article from then on continues
    with the next version. If its record still comes just before that of the promotion, the promotion publishes it
    again. To find these, the end of a promotion examines everything once more.
    """

    name: str
    ledger: Ledger
    places: Places
    most_records: int
    most_bytes: int
    check: Callable[[], None]
    advance: Advance = lambda _count: None
    now_s: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    done: Counter[Action] = field(default_factory=Counter)
    failures: int = 0

    def run(self) -> None:
        """Promote everything.

        Raises:
            InterruptedCommand: `check` raised it. Another promotion continues.
            FatalTransportError: another promotion of this replay has begun.
            WorkerError: the topics or the index cannot be used.
        """
        while True:
            self._read_on(settled=True)
            counts = self.ledger.counts()
            before = self.done.total() + self.failures
            if any(counts[action] for action in TO_DO):
                self._publish_articles()
                self._withdraw()
                self._repair()
            if self.done.total() + self.failures == before:
                return

    def _read_on(self, *, settled: bool = False) -> None:
        self.places.newest.extend(settled=settled)
        for record in self.places.newest:
            self.ledger.add_live(record)

    def _transact(self, outputs: Sequence[Output], done: Counter[Action]) -> None:
        """Publish in one transaction. If it fails, the topics show later what is left to do."""
        if outputs:
            try:
                self.places.writer.publish(outputs)
            except CommitFailed as error:
                self.failures += 1
                log.warning("promotion_failed", articles=done.total(), error=str(error))
                self.sleep(PAUSE_S)
                self.places.writer.connect()
            else:
                self.done += done
                self.advance(done.total())
        self.check()

    # -- articles that the replay has ------------------------------------------------------------------------------

    def _publish_articles(self) -> None:
        with self.places.replayed(None) as records:
            due = (record for record in records if self.ledger.to_publish(record))
            for batch in self._batches(due):
                self._publish(batch)

    def _batches(self, records: Iterable[Fetched]) -> Iterator[list[Fetched]]:
        batch: list[Fetched] = []
        size = 0
        for record in records:
            batch.append(record)
            size += len(record.value or b"")
            if len(batch) >= self.most_records or size >= self.most_bytes:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _publish(self, batch: Sequence[Fetched]) -> None:
        self._read_on()
        known = [(record, due) for record in batch if (due := self.ledger.to_publish(record))]
        found = [read_published(record.value or b"") for record, _ in known]
        verdicts = self._adopt(
            found,
            [verdict_of(due.article_id, due.live, each.identity.verdict)
             for (_, due), each in zip(known, found, strict=True)],
        )  # fmt: skip
        self._read_on()
        outputs, done = list[Output](), Counter[Action]()
        for (record, due), verdict in zip(known, verdicts, strict=True):
            if self.ledger.to_publish(record):
                outputs += [self._article(record, verdict), self._report(due, verdict)]
                done[due.action] += 1
        self._transact(outputs, done)

    def _adopt(self, found: Sequence[Published], verdicts: Sequence[Verdict]) -> list[Verdict]:
        index = self.places.index
        told = [
            (_sketch(each, self.now_s(), index.seed), verdict) for each, verdict in zip(found, verdicts, strict=True)
        ]
        return index.adopt(told)

    def _article(self, record: Fetched, verdict: Verdict) -> Output:
        value = promoted.article(record.value or b"", verdict, self.name)
        return Output("clean", record.key or b"", value, promoted.headers(record.headers, self.name))

    def _report(self, due: Due, verdict: Verdict | None = None) -> Output:
        at = datetime.fromtimestamp(self.now_s(), UTC)
        value = promoted.report(due.report.value or b"", verdict, self.name, at, due.report.attempt)
        return Output("quality", due.report.key, value, promoted.headers(due.report.headers, self.name))

    # -- articles that the replay does not have --------------------------------------------------------------------

    def _withdraw(self) -> None:
        due = self.ledger.to_withdraw()
        while batch := list(islice(due, self.most_records)):
            self._withdraw_batch(batch)

    def _withdraw_batch(self, batch: Sequence[Due]) -> None:
        self._read_on()
        known = [due for each in batch if (due := self.ledger.withdrawal(each.article_id))]
        self.places.index.withdraw([Withdrawn(due.article_id, _original(due)) for due in known])
        self._read_on()
        outputs, done = list[Output](), Counter[Action]()
        for due in known:
            if self.ledger.withdrawal(due.article_id):
                outputs += self._tombstone(due)
                done[Action.WITHDRAWN] += 1
        self._transact(outputs, done)

    def _tombstone(self, due: Due) -> list[Output]:
        gone = Output("clean", due.article_id.encode(), None, promoted.headers(due.report.headers, self.name))
        is_under_other_id = due.report.outcome == Outcome.PUBLISHED  # that article has the report
        return [gone] if is_under_other_id else [gone, self._report(due)]

    # -- articles that a worker published just before the promotion ------------------------------------------------

    def _repair(self) -> None:
        covered = self.ledger.to_repair()
        if not covered:
            return
        oldest_ms = min(live.written_ms for live in covered.values())
        with self.places.live(datetime.fromtimestamp(oldest_ms / 1000, UTC)) as records:
            newest = (record for record in records if (record.partition, record.offset) in covered)
            for batch in self._batches(newest):
                self._republish([(record, covered[record.partition, record.offset]) for record in batch])

    def _republish(self, batch: Sequence[tuple[Fetched, Kept]]) -> None:
        found = [read_published(record.value or b"") for record, _ in batch]
        verdicts = self._adopt(
            found,
            [replace(each.identity.verdict, version=live.covered_by + 1)
             for (_, live), each in zip(batch, found, strict=True)],
        )  # fmt: skip
        self._read_on()
        still = self.ledger.to_repair()
        outputs = [
            Output("clean", record.key or b"", promoted.renumbered(record.value or b"", verdict), record.headers)
            for (record, _), verdict in zip(batch, verdicts, strict=True)
            if (record.partition, record.offset) in still
        ]
        self._transact(outputs, Counter({Action.REPAIRED: len(outputs)}))


def _original(due: Due) -> str | None:
    return due.report.of if due.report.outcome == Outcome.DUPLICATE else None


def _sketch(found: Published, now_s: float, seed: int) -> Sketch:
    article, identity, source, _ = found
    sketch = identify(article, RawRecord(source, None), now_s, seed)
    return replace(sketch, article_id=identity.article_id, url=article.url)
