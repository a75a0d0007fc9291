"""Records in, results out: strings the stages together. Knows no Kafka, no files, no clock but the one passed in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

from worker.dedup.index import Entry, Sketch
from worker.errors import ENDS_THE_PROCESS, InstallationError
from worker.messages import (
    Article,
    Dead,
    Dropped,
    MessageId,
    Outcome,
    Output,
    PipelineInfo,
    RawRecord,
    Reason,
    Result,
    Trace,
    Verdict,
)
from worker.pipeline import outputs
from worker.pipeline.results import Results, end, stage_error
from worker.sites.lines import SiteSketch, remove

SITE_LINES = "site_lines"

Stage = Callable[[Article], Article | Dropped | Dead]
Decode = Callable[[RawRecord], Article | Dropped | Dead]
Identify = Callable[[Article, RawRecord], tuple[Article, Sketch]]
Measure = Callable[[Article], Mapping[str, Any]]
Guard = Callable[[MessageId], AbstractContextManager[Dead | None]]


class RecordTimeout(BaseException):
    """Raised by the guard inside a stage that takes too long. No stage catches it: it is no `Exception`."""


def no_guard(_message: MessageId) -> AbstractContextManager[Dead | None]:
    """For tests and tools: no time limit, no memory of crashes."""
    return nullcontext()


class Decider(Protocol):
    """`worker.dedup.index.Index`, as far as the pipeline needs it."""

    def decide(self, entries: Sequence[Entry]) -> list[Verdict]:
        """The verdicts for these messages, in order, each seeing those before it: one atomic write."""


class Sites(Protocol):
    """The memory of which lines recur on which site. Several processes may share one store."""

    def sketch(self, article: Article, record: RawRecord) -> SiteSketch | None:
        """What the memory must know of the article; None when nobody knows its site. Needs no batch."""

    def batch(self) -> AbstractContextManager[None]:
        """One atomic write: all that was decided inside is remembered, or nothing if the body raises."""

    def decide(self, message: MessageId, page: SiteSketch) -> AbstractSet[int]:
        """The keys of the lines to remove; only within `batch()`. The same at every reading of the message."""


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages in order: `clean` run one after the other on the article's text, `select` once it is clean."""

    decode: Decode
    clean: tuple[tuple[str, Stage], ...]
    sites: Sites | None
    select: tuple[tuple[str, Stage], ...]
    identify: Identify
    measure: Measure


@dataclass(slots=True)
class _Work:
    """One record on its way. What it has to tell the site's memory, and then the index, while it goes on."""

    trace: Trace
    page: SiteSketch | None = None
    furniture: AbstractSet[int] = frozenset()
    sketch: Sketch | None = None

    @property
    def ended(self) -> bool:
        return self.trace.outcome is not Outcome.PUBLISHED


class Pipeline:
    """Turns a batch of records into results, one each, in order."""

    def __init__(
        self,
        stages: Stages,
        index: Decider,
        info: PipelineInfo,
        *,
        tag_duplicates: bool = False,
        max_message_bytes: int = 8 << 20,
        guard: Guard = no_guard,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.info = info
        self._stages = stages
        self._index = index
        self._sites = stages.sites
        self._results = Results(info, clock, tag_duplicates=tag_duplicates, max_message_bytes=max_message_bytes)
        self._guard = guard
        self._clock = clock

    def process(self, records: Sequence[RawRecord], enough: Callable[[], bool] = lambda: False) -> list[Result]:
        """The results of the first records: of all, or of those done when `enough()` turned true (at least one).

        Everything slow happens while neither the sites' memory nor the index is locked. What the batch teaches the
        memory is one atomic write, then its verdicts are one; a record that was in either is told the same again.

        Raises:
            IndexStoreError: a store could not be written; nothing of the batch may be published.
        """
        works: list[_Work] = []
        for record in records:
            works.append(_Work(Trace(record)))
            self._guarded(works[-1], record.message_id, self._clean)
            if enough():
                break
        self._find_site_lines([work for work in works if work.page])
        for work in works:
            if not work.ended:
                self._guarded(work, _second(work.trace.record.message_id), self._identify)
        self._decide([work for work in works if work.sketch])
        return [self._results.of(work.trace) for work in works]

    def note_refused(self, results: Sequence[Result], refused: Sequence[Output]) -> bool:
        """Make smaller outputs of these records when they come again: some were too large for their topics.

        Returns:
            Whether a smaller one can be made of each.
        """
        return self._results.note_refused(results, refused)

    def _guarded(self, work: _Work, message: MessageId, steps: Callable[[_Work], None]) -> None:
        """Run steps of a record: whatever goes wrong in a stage ends this record, and none but it."""
        trace = work.trace
        try:
            with self._guard(message) as condemned:
                if condemned is None:
                    steps(work)
                else:
                    end(trace, condemned, trace.stage or "decode")
        except RecordTimeout as timeout:
            end(trace, Dead(Reason.TIMEOUT, str(timeout)), trace.stage)
        except ENDS_THE_PROCESS:
            raise
        except ImportError as error:
            raise InstallationError(
                f"a library cannot be loaded: {error}. Reinstall article-worker, or give it more memory"
            ) from error
        except BaseException as error:  # noqa: BLE001 - the one place where a stage's bug is caught
            end(trace, stage_error(error), trace.stage)
        if work.ended:
            work.page = work.sketch = None
            trace.article_id = outputs.fallback_id(trace)

    def _clean(self, work: _Work) -> None:
        """What needs no store: decode, clean, and what the site's memory must know."""
        trace = work.trace
        with self._stage(trace, "decode"):
            step = self._stages.decode(trace.record)
        article = self._run(trace, step, self._stages.clean)
        if article is not None and self._sites is not None:
            with self._stage(trace, SITE_LINES):
                work.page = self._sites.sketch(article, trace.record)

    def _identify(self, work: _Work) -> None:
        """What needs the site's lines gone: select, identify, measure."""
        trace = work.trace
        article = self._run(trace, trace.article, (*self._site_stage(work), *self._stages.select))
        if article is None:
            return
        with self._stage(trace, "dedup"):
            trace.article, sketch = self._stages.identify(article, trace.record)
        trace.article_id, trace.content_hash = sketch.article_id, sketch.content_hash
        with self._stage(trace, "quality"):
            trace.measures = self._stages.measure(trace.article)
        work.sketch = sketch

    def _run(
        self, trace: Trace, step: Article | Dropped | Dead | None, stages: Iterable[tuple[str, Stage]]
    ) -> Article | None:
        """The article after these stages; None when the record ended before or in one of them."""
        for name, stage in stages:
            if not isinstance(step, Article):
                break
            before = trace.article = step
            with self._stage(trace, name):
                step = stage(before)
            if isinstance(step, Article):
                trace.sizes[name] = (_size(before), _size(step))
        if isinstance(step, Article):
            trace.article = step
            return step
        if step is not None:
            end(trace, step, trace.stage)
        return None

    def _site_stage(self, work: _Work) -> Iterator[tuple[str, Stage]]:
        page = work.page
        if page is not None:
            yield SITE_LINES, lambda article: remove(article, page, work.furniture)

    def _find_site_lines(self, works: Sequence[_Work]) -> None:
        """Each article is told what stood in those before it, of its batch too, and counts for those after it."""
        if self._sites is None or not works:
            return
        with self._shared_time(SITE_LINES, works), self._sites.batch():
            for work in works:
                if work.page:
                    work.furniture = self._sites.decide(work.trace.record.message_id, work.page)

    def _decide(self, works: Sequence[_Work]) -> None:
        if not works:
            return
        entries = [(work.trace.record.message_id, work.sketch) for work in works if work.sketch]
        with self._shared_time("dedup", works):
            verdicts = self._index.decide(entries)
        for work, verdict in zip(works, verdicts, strict=True):
            work.trace.verdict = verdict

    @contextmanager
    def _shared_time(self, name: str, works: Sequence[_Work]) -> Iterator[None]:
        """The time of one step for all of them, a part to each."""
        begin = self._clock()
        yield
        share_ms = (self._clock() - begin) * 1000 / len(works)
        for work in works:
            work.trace.stage_ms[name] += share_ms

    @contextmanager
    def _stage(self, trace: Trace, name: str) -> Iterator[None]:
        trace.stage = name
        begin = self._clock()
        try:
            yield
        finally:
            trace.stage_ms[name] = trace.stage_ms.get(name, 0.0) + (self._clock() - begin) * 1000


def _second(message: MessageId) -> MessageId:
    """The record's name for the guard in its second part: the end of the first would forget deaths in the second."""
    return message._replace(place=f"{message.place}+")


def _size(article: Article) -> int:
    """Characters of what the article consists of at this point: its text, or still its page."""
    return len(article.text if article.text is not None else article.html or "")
