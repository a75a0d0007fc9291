"""The topics of a worker and of a replay in memory, and a promotion between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from worker.commands.replay.promote.ledger import Ledger
from worker.commands.replay.promote.plan import Span
from worker.commands.replay.promote.promotion import Places, Promotion
from worker.dedup.adopt import Withdrawn
from worker.dedup.index import Sketch
from worker.identity.content import content_hash
from worker.identity.ids import hash_id
from worker.messages import (
    Article,
    DuplicateKind,
    Headers,
    Identity,
    Outcome,
    Output,
    PipelineInfo,
    RawRecord,
    Reason,
    Source,
    Verdict,
)
from worker.pipeline import outputs
from worker.pipeline.trace import Trace
from worker.transport.kafka.published import Fetched

TOPIC = "articles.raw"
SPAN = Span(TOPIC, {0: (10, 20)})
"""The replay covers the offsets 10 to 19."""

NAME = "v2"


def url_of(page: int) -> str:
    return f"https://paper.example/{page}"


def id_of(page: int) -> str:
    return hash_id(url_of(page))


class Made(NamedTuple):
    """What a worker made of the input at this offset: the page and its text, or a reason other than `new`."""

    offset: int
    page: int
    text: str = "One text."
    reason: Reason = Reason.NEW
    of: int | None = None
    headers: Headers = ()
    title: str = "A title"
    version: int = 1

    @property
    def outcome(self) -> Outcome:
        if self.reason in (Reason.NEW, Reason.UPDATE):
            return Outcome.PUBLISHED
        return Outcome.DUPLICATE if self.of is not None else Outcome.DROPPED

    def trace(self) -> Trace:
        article_id, of = id_of(self.page), None if self.of is None else id_of(self.of)
        record = RawRecord(Source(TOPIC, 0, self.offset, 1_772_452_800_000 + self.offset), b"x", headers=self.headers)
        url = url_of(self.page)
        article = Article(url=f"{url}?from=feed", canonical_url=url, title=self.title, text=self.text)
        if self.outcome in (Outcome.PUBLISHED, Outcome.DUPLICATE):
            verdict = Verdict(DuplicateKind(self.reason.value), self.version, of, 1.0 if of else None, of or article_id)
            article = replace(article, identity=Identity(article_id, content_hash(self.text), verdict))
        trace = Trace(record, article, article_id)
        trace.outcome, trace.reason, trace.stage = self.outcome, self.reason, "filter"
        trace.processed_at = datetime(2026, 3, 2, tzinfo=UTC)
        return trace

    def outputs(self, *, tagged: bool = False) -> list[Output]:
        trace, info = self.trace(), PipelineInfo("1.2.3", "0" * 16)
        made = [outputs.quality_report(trace, info)]
        if self.outcome is Outcome.PUBLISHED or (tagged and self.outcome is Outcome.DUPLICATE):
            made.append(outputs.output("clean", trace, outputs.clean_article(trace, info)))
        return made


class Topic:
    """A topic with one partition, which can be read on."""

    def __init__(self) -> None:
        self.records: list[Fetched] = []
        self._read = self._end = 0

    def put(self, output: Output) -> None:
        offset = len(self.records)
        value = output.value
        assert not value or isinstance(value, bytes)
        self.records.append(Fetched(value, 1000 * offset, 1, 0, offset, output.key, output.headers))  # type: ignore[arg-type]

    def extend(self, *, settled: bool = False) -> None:
        assert settled in (True, False)
        self._end = len(self.records)

    def __iter__(self) -> Iterator[Fetched]:
        while self._read < self._end:
            self._read += 1
            yield self.records[self._read - 1]

    def latest(self) -> dict[str, dict[str, Any]]:
        """The last value under each key, without those of which the last is a tombstone."""
        last = {(each.key or b"").decode(): each.value for each in self.records}
        return {key: orjson.loads(value) for key, value in last.items() if value}


class MemoryIndex:
    """The version and the content of each article, as `AdoptingIndex` keeps them."""

    seed = 7

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, bytes, bool]] = {}
        self.before_adopt: Callable[[], None] = lambda: None

    def adopt(self, articles: Sequence[tuple[Sketch, Verdict]]) -> list[Verdict]:
        self.before_adopt()
        return [self._adopted(*each) for each in articles]

    def _adopted(self, sketch: Sketch, verdict: Verdict) -> Verdict:
        version, content, _ = self.pages.get(sketch.article_id, (0, sketch.content_hash, True))
        verdict = replace(verdict, version=max(verdict.version, version + (content != sketch.content_hash)))
        self.pages[sketch.article_id] = (verdict.version, sketch.content_hash, not verdict.is_duplicate)
        return verdict

    def withdraw(self, articles: Sequence[Withdrawn]) -> None:
        for each in articles:
            if each.article_id in self.pages:
                self.pages[each.article_id] = (self.pages[each.article_id][0], b"", False)


@dataclass(slots=True)
class World:
    """`before_commit` and `after_commit` are called around each transaction of a promotion."""

    clean: Topic = field(default_factory=Topic)
    quality: Topic = field(default_factory=Topic)
    replayed: Topic = field(default_factory=Topic)
    reports: Topic = field(default_factory=Topic)
    index: MemoryIndex = field(default_factory=MemoryIndex)
    before_commit: Callable[[], None] = lambda: None
    after_commit: Callable[[], None] = lambda: None
    transactions: int = 0

    def live(self, *made: Made, tagged: bool = False) -> None:
        """A worker has made these."""
        for each in made:
            for output in each.outputs(tagged=tagged):
                (self.clean if output.channel == "clean" else self.quality).put(output)
            identity = each.trace().identity
            if identity and not identity.verdict.is_duplicate:
                self.index.pages[identity.article_id] = (identity.verdict.version, identity.content_hash, True)

    def replay(self, *made: Made, tagged: bool = False) -> None:
        """The replay has made these."""
        for each in made:
            for output in each.outputs(tagged=tagged):
                (self.replayed if output.channel == "clean" else self.reports).put(output)

    def publish(self, made: Sequence[Output]) -> None:
        self.before_commit()
        for each in made:
            (self.clean if each.channel == "clean" else self.quality).put(each)
        self.transactions += 1
        self.after_commit()

    def connect(self) -> None:
        """After a failed transaction."""

    @contextmanager
    def ledger(self, selects: Callable[[Any], bool] = lambda _report: True) -> Iterator[Ledger]:
        with closing(Ledger(NAME, SPAN, selects)) as ledger:
            for add, topic in (
                (ledger.add_live, self.clean), (ledger.add_replayed, self.replayed), (ledger.add_report, self.reports),
                (ledger.add_live_report, self.quality),
            ):  # fmt: skip
                for record in topic.records:
                    add(record)
            yield ledger

    @contextmanager
    def promotion(
        self, selects: Callable[[Any], bool] = lambda _report: True, check: Callable[[], None] = lambda: None
    ) -> Iterator[Promotion]:
        @contextmanager
        def opened(topic: Topic) -> Iterator[Sequence[Fetched]]:
            yield list(topic.records)

        newest = Topic()
        newest.records = self.clean.records
        newest.extend()
        list(newest)
        places = Places(
            newest, lambda _since: opened(self.clean), lambda _since: opened(self.replayed),
            self.index, self,  # type: ignore[arg-type]
        )  # fmt: skip
        with self.ledger(selects) as ledger:
            yield Promotion(
                NAME, ledger, places, 2, 1 << 20, check, now_s=lambda: 1_800_000_000.0, sleep=lambda _s: None
            )

    def promote(self, selects: Callable[[Any], bool] = lambda _report: True) -> dict[str, int]:
        """Promote, and return how many articles were promoted by action."""
        with self.promotion(selects) as promotion:
            promotion.run()
        return {str(action): count for action, count in promotion.done.items() if count}

    def counts(self) -> dict[str, int]:
        with self.ledger() as ledger:
            return {str(action): count for action, count in ledger.counts().items() if count}

    def texts(self) -> dict[int, str]:
        """The text that readers have of each page."""
        pages = {id_of(page): page for page in range(10)}
        return {pages[article_id]: article["text"] for article_id, article in self.clean.latest().items()}
