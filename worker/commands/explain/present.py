"""What the current rules make of a message. The whole pipeline runs, but nothing is remembered or published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from worker.commands.explain.explanation import Explanation, explain_record
from worker.commands.explain.known import Recall
from worker.commands.explain.reports import Duplicate
from worker.config.settings import Settings
from worker.dedup.index import Entry
from worker.fingerprint import pipeline_info
from worker.messages import PUBLISHED_KINDS, Article, DuplicateKind, RawRecord, Verdict
from worker.pipeline.pipeline import Pipeline
from worker.pipeline.stage import Stage, Stages
from worker.stages.identify import Dedup
from worker.stages.order import build_stages

_SITE_LINES = "site_lines"


@dataclass(frozen=True, slots=True)
class Present:
    """The explanation of a message, the report on it, and its clean article, even if it is a duplicate."""

    explanation: Explanation
    report: dict[str, Any]
    clean: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class _AsThen:
    """Replaces the index: gives the verdict in the report, because by now the index knows the article itself.

    The article counts as new if it had no verdict. The seed does not matter, because no words are compared.
    """

    verdict: Verdict | None
    seed: int = 0

    def decide(self, entries: Sequence[Entry]) -> list[Verdict]:
        return [self.verdict or Verdict(DuplicateKind.NEW, 1, None, None, sketch.article_id) for _, sketch in entries]


def present(record: RawRecord, verdict: Verdict | None, recall: Recall | None, settings: Settings) -> Present:
    """Process a record. `verdict` is that of the index; None if the index was never asked.

    Raises:
        IndexStoreError: the memory of sites cannot be read.
    """
    stages = build_stages(settings, dedup=Dedup(_AsThen(verdict)))
    if recall:
        stages = _with_sites(stages, recall, record)
    pipeline = Pipeline(
        stages, pipeline_info(settings), tag_duplicates=True, max_message_bytes=int(settings.max_message_bytes)
    )
    (result,) = pipeline.process([record])
    made = {each.channel: orjson.loads(each.value) for each in result.outputs if isinstance(each.value, bytes)}
    return Present(explain_record(record, settings, stages), made["quality"], made.get("clean"))


def _with_sites(stages: Stages, recall: Recall, record: RawRecord) -> Stages:
    """The stages, and the removal of the lines that recur on the site as one more of them."""

    def without_site_lines(article: Article) -> Article:
        return recall(article, record)

    first, *others = stages.parts
    first = replace(first, stages=(*first.stages, Stage(_SITE_LINES, without_site_lines)))
    return replace(stages, parts=(first, *others))


def verdict_of(duplicate: Duplicate | None, version: int) -> Verdict | None:
    """The verdict in a report; None if it has none that this version knows."""
    if duplicate is None or duplicate.kind not in set(DuplicateKind):
        return None
    kind = DuplicateKind(duplicate.kind)
    return Verdict(
        kind, version, duplicate.of, duplicate.similarity, duplicate.cluster_id, duplicate.evidence or {},
        left_out=bool(duplicate.is_duplicate) and kind in PUBLISHED_KINDS,
    )  # fmt: skip
