"""Records in, results out: strings the stages together. Knows no Kafka, no files, no clock but the one passed in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from worker import outputs
from worker.dedup.index import Index, Sketch
from worker.messages import (
    Article,
    Dead,
    Dropped,
    DuplicateKind,
    Outcome,
    Output,
    PipelineInfo,
    RawRecord,
    Reason,
    Result,
    Trace,
    Verdict,
)

Stage = Callable[[Article], Article | Dropped | Dead]
Decode = Callable[[RawRecord], Article | Dropped | Dead]
Identify = Callable[[Article, RawRecord], tuple[Article, Sketch]]
Measure = Callable[[Article], Mapping[str, Any]]
Guard = Callable[[RawRecord], AbstractContextManager[Dead | None]]

_REASON_OF = {
    DuplicateKind.UNIQUE: Reason.NEW,
    DuplicateKind.UPDATE: Reason.UPDATE,
    DuplicateKind.RECRAWL: Reason.RECRAWL,
    DuplicateKind.EXACT: Reason.EXACT,
}


class RecordTimeout(BaseException):
    """Raised by the guard inside a stage that takes too long. No stage catches it: it is no `Exception`."""


def no_guard(_record: RawRecord) -> AbstractContextManager[Dead | None]:
    """For tests and tools: no time limit, no memory of crashes."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages in order. `clean` run one after the other on the article's text."""

    decode: Decode
    clean: tuple[tuple[str, Stage], ...]
    identify: Identify
    measure: Measure


class Pipeline:
    """Turns a batch of records into results, one each, in order."""

    def __init__(
        self,
        stages: Stages,
        index: Index,
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
        self._tag_duplicates = tag_duplicates
        self._max_message_bytes = max_message_bytes
        self._guard = guard
        self._clock = clock

    def process(self, records: Sequence[RawRecord], enough: Callable[[], bool] = lambda: False) -> list[Result]:
        """The results of the first records: of all, or of those done when `enough()` turned true (at least one).

        Everything slow happens before the index is locked; the verdicts of the batch are one atomic write.

        Raises:
            IndexStoreError: the verdicts could not be stored; nothing of the batch may be published.
        """
        prepared: list[tuple[Trace, Sketch | None]] = []
        for record in records:
            prepared.append(self._prepare(record))
            if enough():
                break
        verdicts = self._decide(prepared)
        return [self._finish(trace, verdict) for (trace, _), verdict in zip(prepared, verdicts, strict=True)]

    def _prepare(self, record: RawRecord) -> tuple[Trace, Sketch | None]:
        """Everything that needs no index: decode, clean, identify."""
        trace = Trace(record)
        sketch = None
        try:
            with self._guard(record) as condemned:
                if condemned is None:
                    sketch = self._run_stages(trace)
                else:
                    _end(trace, condemned, "decode")
        except RecordTimeout as timeout:
            sketch = None
            _end(trace, Dead(Reason.TIMEOUT, str(timeout)), trace.stage)
        except Exception as error:  # noqa: BLE001 - the one place where a stage's bug is caught
            sketch = None
            _end(trace, _stage_error(error), trace.stage)
        if sketch is None:
            trace.article_id = outputs.fallback_id(trace)
        return trace, sketch

    def _run_stages(self, trace: Trace) -> Sketch | None:
        with self._stage(trace, "decode"):
            step = self._stages.decode(trace.record)
        for name, stage in self._stages.clean:
            if isinstance(step, Dropped | Dead):
                _end(trace, step, trace.stage)
                return None
            before = trace.article = step
            with self._stage(trace, name):
                step = stage(before)
            if isinstance(step, Article):
                trace.sizes[name] = (_size(before), _size(step))
        if isinstance(step, Dropped | Dead):
            _end(trace, step, trace.stage)
            return None
        trace.article = step
        with self._stage(trace, "dedup"):
            trace.article, sketch = self._stages.identify(step, trace.record)
        trace.article_id, trace.content_hash = sketch.article_id, sketch.content_hash
        with self._stage(trace, "quality"):
            trace.measures = self._stages.measure(trace.article)
        return sketch

    def _decide(self, prepared: Sequence[tuple[Trace, Sketch | None]]) -> list[Verdict | None]:
        if not any(sketch for _, sketch in prepared):
            return [None] * len(prepared)
        begin = self._clock()
        with self._index.batch():
            verdicts = [
                self._index.decide(trace.record.source.message_id, sketch) if sketch else None
                for trace, sketch in prepared
            ]
        share_ms = (self._clock() - begin) * 1000 / sum(sketch is not None for _, sketch in prepared)
        for trace, sketch in prepared:
            if sketch:
                trace.stage_ms["dedup"] += share_ms
        return verdicts

    def _finish(self, trace: Trace, verdict: Verdict | None) -> Result:
        begin = self._clock()
        made: list[Output] = []
        if verdict is not None:
            trace.verdict, trace.reason = verdict, _REASON_OF[verdict.kind]
            trace.outcome = Outcome.DUPLICATE if verdict.is_duplicate else Outcome.PUBLISHED
            if trace.outcome is Outcome.PUBLISHED or self._tag_duplicates:
                made += self._publish(trace)
        if trace.outcome is Outcome.DEAD:
            made.append(outputs.dead_letter(trace))
        trace.stage_ms["publish"] = (self._clock() - begin) * 1000
        report = outputs.quality_report(trace, self.info)
        return Result(trace.record, trace.outcome, trace.reason, (*made, report), trace.stage_ms)

    def _publish(self, trace: Trace) -> list[Output]:
        try:
            value = outputs.clean_article(trace, self.info)
        except Exception as error:  # noqa: BLE001 - an article that cannot be written must not stop its neighbours
            _end(trace, _stage_error(error), "publish")
            return []
        if len(value) > self._max_message_bytes:
            _end(trace, Dead(Reason.OUTPUT_TOO_LARGE, f"the cleaned article has {len(value)} bytes"), "publish")
            return []
        return [outputs.output("clean", trace, value)]

    @contextmanager
    def _stage(self, trace: Trace, name: str) -> Iterator[None]:
        trace.stage = name
        begin = self._clock()
        try:
            yield
        finally:
            trace.stage_ms[name] = trace.stage_ms.get(name, 0.0) + (self._clock() - begin) * 1000


def _end(trace: Trace, ending: Dropped | Dead, stage: str) -> None:
    trace.outcome = Outcome.DEAD if isinstance(ending, Dead) else Outcome.DROPPED
    trace.reason, trace.detail, trace.stage = ending.reason, ending.detail, stage


def _stage_error(error: Exception) -> Dead:
    return Dead(Reason.STAGE_ERROR, f"{type(error).__name__}: {error}"[:500])


def _size(article: Article) -> int:
    """Characters of what the article consists of at this point: its text, or still its page."""
    return len(article.text if article.text is not None else article.html or "")
