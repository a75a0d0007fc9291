"""Runs the stages over a batch: records in, results out. It knows no Kafka, no files, and no clock of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from worker.errors import ENDS_THE_PROCESS, InstallationError
from worker.messages import Article, Dead, Dropped, MessageId, Output, PipelineInfo, RawRecord, Reason, Result
from worker.pipeline.results import Results, end, stage_error
from worker.pipeline.stage import Part, Stage, Stages
from worker.pipeline.trace import Trace


class RecordTimeout(BaseException):
    """The guard raises it inside a stage that takes too long. It is not an `Exception`, so no stage catches it."""


class Guard(Protocol):
    """Watches over one part of a record: limits its time, and remembers in which part the process died."""

    def __call__(self, message: MessageId, part: int, /) -> AbstractContextManager[Dead | None]:
        """The context for part number `part`, from 0. Yields the ending of a record that must not be processed."""


def no_guard(_message: MessageId, _part: int) -> AbstractContextManager[Dead | None]:
    """A guard for tests and tools: no time limit, no memory of crashes."""
    return nullcontext()


@dataclass(slots=True)
class _Work:
    """One record on its way. It has a sketch for the next batch step, and then that step's decision to apply."""

    trace: Trace
    sketch: Any | None = None
    decided: Stage | None = None

    @property
    def ended(self) -> bool:
        return self.trace.outcome is not None


class Pipeline:
    """Turns a batch of records into results: one for each record, in order.

    `clock` measures the stages, in seconds. `now_s` gives seconds since 1970, for the time in the quality reports.
    """

    def __init__(
        self,
        stages: Stages,
        info: PipelineInfo,
        *,
        tag_duplicates: bool = False,
        max_message_bytes: int = 8 << 20,
        guard: Guard = no_guard,
        clock: Callable[[], float] = time.perf_counter,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self.info = info
        self._decode = stages.decode
        self._parts = stages.parts
        self._results = Results(info, clock, now_s, tag_duplicates=tag_duplicates, max_message_bytes=max_message_bytes)
        self._guard = guard
        self._clock = clock

    def process(self, records: Sequence[RawRecord], enough: Callable[[], bool] = lambda: False) -> list[Result]:
        """The results of all records, or of those that were done when `enough()` became true (at least one).

        All slow work happens while no store is locked. Each batch step is one atomic write. If a step has seen a record
        before, it decides the same again.

        Raises:
            IndexStoreError: a store could not be written; nothing of the batch may be published.
        """
        works: list[_Work] = []
        for record in records:
            works.append(_Work(Trace(record)))
            self._run_part(works[-1], 0)
            if enough():
                break
        self._decide(works, self._parts[0])
        for number, part in enumerate(self._parts[1:], 1):
            for work in works:
                if not work.ended:
                    self._run_part(work, number)
            self._decide(works, part)
        return [self._publish(work) for work in works]

    def note_refused(self, results: Sequence[Result], refused: Sequence[Output]) -> bool:
        """Note that outputs were too large for their topics. If these records come again, they get smaller outputs.

        Returns:
            Whether each of the refused outputs has a smaller form.
        """
        return self._results.note_refused(results, refused)

    def _run_part(self, work: _Work, number: int) -> None:
        """Run one part of a record under the guard."""
        trace = work.trace
        with self._ending(work), self._guard(trace.record.message_id, number) as condemned:
            if condemned is not None:
                end(trace, condemned, work.decided.name if work.decided else self._first_stage(number))
                return
            part = self._parts[number]
            article = self._run(trace, self._begin(work), part.stages)
            if article is not None and part is self._parts[-1]:
                article = self._publishable(trace, article)
            if article is not None and part.step is not None:
                with self._stage(trace, part.step.name):
                    work.sketch = part.step.sketch(article, trace.record)

    def _publishable(self, trace: Trace, article: Article) -> Article | None:
        """The article, or None if it is too large to be published, which ends its record."""
        with self._stage(trace, "publish"):
            refusal = self._results.refusal(trace, article)
        if refusal:
            end(trace, refusal, "publish")
            return None
        return article

    def _first_stage(self, number: int) -> str:
        """The stage that a part begins with. Nobody knows in which stage of the part the process died."""
        return self._parts[number].stages[0].name if number else "decode"

    def _begin(self, work: _Work) -> Article | Dropped | Dead | None:
        """The article at the beginning of a part: decoded, or after the previous step's decision."""
        trace = work.trace
        if trace.article is None:
            with self._stage(trace, "decode"):
                return self._decode(trace.record)
        decided, work.decided = work.decided, None
        return self._run(trace, trace.article, (decided,)) if decided else trace.article

    def _run(self, trace: Trace, step: Article | Dropped | Dead | None, stages: Iterable[Stage]) -> Article | None:
        """The article after these stages, or None if the record has ended."""
        for name, run in stages:
            if not isinstance(step, Article):
                break
            before = trace.article = step
            with self._stage(trace, name):
                step = run(before)
            if isinstance(step, Article) and step.measures is None:  # later stages do not change the text
                trace.sizes[name] = (_size(before), _size(step))
        if isinstance(step, Article):
            trace.article = step
            return step
        if step is not None:
            end(trace, step, trace.stage)
        return None

    def _decide(self, works: Iterable[_Work], part: Part) -> None:
        """Let the part's step decide for all records that wait for it. Each record is charged its share of the time."""
        step, waiting = part.step, [work for work in works if work.sketch is not None]
        if step is None or not waiting:
            return
        begin = self._clock()
        try:
            decisions = step.decide([(work.trace.record.message_id, work.sketch) for work in waiting])
        except ImportError as error:
            raise _not_loaded(error) from error
        share_ms = (self._clock() - begin) * 1000 / len(waiting)
        for work, decision in zip(waiting, decisions, strict=True):
            work.trace.stage_ms[step.name] += share_ms
            work.decided = Stage(step.name, partial(step.apply, decision=decision))
            work.sketch = None

    def _publish(self, work: _Work) -> Result:
        if not work.ended:
            with self._ending(work):
                self._begin(work)
                assert work.trace.identity is not None, "the last step identifies each article"
        return self._results.of(work.trace)

    @contextmanager
    def _ending(self, work: _Work) -> Iterator[None]:
        """Any error in the body ends this record, and no other."""
        trace = work.trace
        try:
            yield
        except RecordTimeout as timeout:
            end(trace, Dead(Reason.TIMEOUT, str(timeout)), trace.stage)
        except ImportError as error:
            raise _not_loaded(error) from error
        except (*ENDS_THE_PROCESS, InstallationError):
            raise
        except BaseException as error:  # noqa: BLE001 - the one place that catches the bugs of stages
            end(trace, stage_error(error), trace.stage)
        if work.ended:
            work.sketch = None

    def _stage(self, trace: Trace, name: str) -> _Stage:
        return _Stage(trace, name, self._clock)


@dataclass(slots=True)
class _Stage:
    """A context that is one stage of a record. There are a dozen for each, so it is no generator."""

    trace: Trace
    name: str
    clock: Callable[[], float]
    begin: float = 0.0

    def __enter__(self) -> None:
        self.trace.stage = self.name
        self.begin = self.clock()

    def __exit__(self, *_: object) -> None:
        spent = self.trace.stage_ms
        spent[self.name] = spent.get(self.name, 0.0) + (self.clock() - self.begin) * 1000


def _size(article: Article) -> int:
    """The characters of the article's text, or of its page if it has no text yet."""
    return len(article.text if article.text is not None else article.html or "")


def _not_loaded(error: ImportError) -> InstallationError:
    """A library that cannot be loaded is not the fault of a record, and ends the process."""
    return InstallationError(f"a library cannot be loaded: {error}. Reinstall article-worker, or give it more memory")
