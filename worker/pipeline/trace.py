"""What happened to one record, for its quality report."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from worker.messages import Article, Channel, Headers, Identity, Outcome, RawRecord, Reason


@dataclass(slots=True)
class Trace:
    """The stages fill it in as they process the record. The quality report is made from it.

    `sizes` has the characters before and after each stage that changes the text. `stage_ms` has the milliseconds spent
    in each stage. `outcome` and `reason` are None until the record has ended. `stage` is the current or last stage.
    `refused` has the channels whose outputs of this record were too large for their topics in an earlier attempt.
    `passed_on` has the record's own headers that its outputs carry, and the number left out; None before the outputs.
    `processed_at` is when the worker finished the record, in UTC; None before the report.
    """

    record: RawRecord
    article: Article | None = None  # after the last completed stage
    article_id: str = ""
    outcome: Outcome | None = None
    reason: Reason | None = None
    detail: str = ""
    stage: str = ""
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    stage_ms: dict[str, float] = field(default_factory=dict)
    refused: AbstractSet[Channel] = frozenset()
    passed_on: tuple[Headers, int] | None = None
    processed_at: datetime | None = None

    @property
    def identity(self) -> Identity | None:
        """The article's identity in the index; None for a record that ended before the index judged it."""
        return self.article.identity if self.article else None

    @property
    def ending(self) -> tuple[Outcome, Reason]:
        """How the record ended, and why.

        Raises:
            AssertionError: it has not ended yet.
        """
        assert self.outcome is not None
        assert self.reason is not None
        return self.outcome, self.reason
