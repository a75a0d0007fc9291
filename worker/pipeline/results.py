"""Turns traces into results: what is published of each record, in a smaller form if it was too large for its topic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from worker.errors import ENDS_THE_PROCESS
from worker.identity.urls import host
from worker.messages import (
    Article,
    Channel,
    Dead,
    Dropped,
    DuplicateKind,
    Identity,
    MessageId,
    Outcome,
    Output,
    PipelineInfo,
    Reason,
    Result,
    Verdict,
)
from worker.pipeline import outputs
from worker.pipeline.trace import Trace
from worker.text.cleaning import MAX_URL_CHARS

MAX_REFUSED = 10_000  # how many records with a refused output are remembered; the oldest are forgotten first

ROOM_BYTES = 2 * MAX_URL_CHARS + 1024
"""What the index adds to an article: at most its canonical URL, the host, and the verdict."""

_REASON_OF = {kind: Reason(kind.value) for kind in DuplicateKind}
_UNJUDGED = Identity("0" * 32, bytes(32), Verdict(DuplicateKind.NEW, 1, None, None, "0" * 32))


class Results:
    """Makes the result of each trace. Remembers which outputs of a record were refused until the record comes again."""

    def __init__(
        self,
        info: PipelineInfo,
        clock: Callable[[], float],
        now_s: Callable[[], float],
        *,
        tag_duplicates: bool,
        max_message_bytes: int,
    ) -> None:
        self._info = info
        self._clock = clock
        self._now_s = now_s
        self._tag_duplicates = tag_duplicates
        self._max_message_bytes = max_message_bytes
        self._refused: dict[MessageId, frozenset[Channel]] = {}

    def note_refused(self, results: Sequence[Result], refused: Sequence[Output]) -> bool:
        """See `worker.pipeline.pipeline.Pipeline.note_refused`."""
        noted = [self._note(results, output) for output in refused]
        for oldest in list(self._refused)[:-MAX_REFUSED]:
            del self._refused[oldest]
        return all(noted)

    def _note(self, results: Sequence[Result], output: Output) -> bool:
        message = next((each.record.message_id for each in results if output in each.outputs), None)
        if message is None:
            return False
        known = self._refused.pop(message, frozenset())
        self._refused[message] = known | {output.channel}
        return output.channel not in known

    def refusal(self, trace: Trace, article: Article) -> Dead | None:
        """Why this article cannot be published, whatever the index says; None if it can be.

        Ask before the index does: if it remembered an article that nobody gets, it would drop the copies of it.

        Raises:
            Exception: the article cannot be written at all.
        """
        refused = self._refused.get(trace.record.message_id, ())
        size = len(outputs.clean_article(replace(trace, article=replace(article, identity=_UNJUDGED)), self._info))
        if size + ROOM_BYTES <= self._max_message_bytes and "clean" not in refused:
            return None
        return Dead(Reason.OUTPUT_TOO_LARGE, f"the cleaned article has about {size} bytes")

    def of(self, trace: Trace) -> Result:
        """The report, and whatever else is published of the record."""
        begin = self._clock()
        trace.processed_at = datetime.fromtimestamp(self._now_s(), UTC)
        made: list[Output] = []
        if self._refused:
            trace.refused = self._refused.get(trace.record.message_id, frozenset())
        identity = trace.identity
        trace.article_id = identity.article_id if identity else outputs.fallback_id(trace)
        if trace.outcome is None:
            assert identity is not None, "a record that has not ended must have been judged"
            trace.reason = _REASON_OF[identity.verdict.kind]
            trace.outcome = Outcome.DUPLICATE if identity.verdict.is_duplicate else Outcome.PUBLISHED
            if trace.outcome is Outcome.PUBLISHED or self._tag_duplicates:
                value = outputs.clean_article(trace, self._info)
                made.append(outputs.output("clean", trace, value))
        if trace.outcome is Outcome.DEAD:
            made.append(outputs.dead_letter(trace))
        trace.stage_ms["publish"] = trace.stage_ms.get("publish", 0.0) + (self._clock() - begin) * 1000
        report = outputs.quality_report(trace, self._info)
        removed = trace.article.removed if trace.article else {}
        return Result(trace.record, *trace.ending, (*made, report), trace.stage_ms, removed, _host(trace))


def end(trace: Trace, ending: Dropped | Dead, stage: str) -> None:
    """End the record in this stage. Its report names what the ending says of the article."""
    if ending.read is not None:
        trace.article = ending.read
    trace.outcome = Outcome.DEAD if isinstance(ending, Dead) else Outcome.DROPPED
    trace.reason, trace.detail, trace.stage = ending.reason, ending.detail, stage


def _host(trace: Trace) -> str | None:
    """The host of the page, of the canonical URL if the index has judged the article."""
    article = trace.article
    if article is None:
        return None
    if article.identity and article.canonical_url:
        return article.canonical_url.split("/", 3)[2].partition(":")[0]
    try:
        return host(article.final_url) or host(article.url)
    except ENDS_THE_PROCESS:
        raise
    except BaseException:  # noqa: BLE001 - the URL may be what the record died of
        return None


def stage_error(error: BaseException) -> Dead:
    """The ending of a record on which a stage raised this error."""
    return Dead(Reason.STAGE_ERROR, f"{type(error).__name__}: {error}"[:500])
