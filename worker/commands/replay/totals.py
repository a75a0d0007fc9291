"""The outcomes of a replay: counted from its quality topic, which has one report for each record."""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import dataclass, field

from rich.console import Console

from worker.commands.progress import watched
from worker.commands.report.records import read_report
from worker.commands.sources import published_topic
from worker.config.settings import Settings
from worker.messages import Outcome

RECENT_S = 60.0


@dataclass(slots=True)
class Totals:
    """The number of records by outcome and reason, and how many of them ended within the last `recent_s` seconds.

    `recent_s` is a minute, or less if the first record ended later.
    """

    endings: Counter[tuple[str, str]] = field(default_factory=Counter)
    recent: int = 0
    recent_s: float = RECENT_S

    @property
    def per_s(self) -> float:
        """Records a second."""
        return self.recent / self.recent_s

    def by_outcome(self) -> dict[str, dict[str, int]]:
        """For each outcome, the number of records by reason, the most frequent first."""
        return {
            outcome: {reason: count for (each, reason), count in self.endings.most_common() if each == outcome}
            for outcome in map(str, Outcome)
        }

    def missing(self, offsets: int) -> str:
        """What to say of the processed offsets that have no report, as the end of a sentence. Empty if all have one."""
        count = offsets - self.endings.total()
        return (
            f"; {count:,} offsets had no record (expired, compacted, or markers of transactions)" if count > 0 else ""
        )

    def line(self) -> str:
        """All totals in one line."""
        parts = []
        for outcome, reasons in self.by_outcome().items():
            named = ", ".join(f"{reason} {count:,}" for reason, count in reasons.items())
            parts.append(f"{outcome} {sum(reasons.values()):,}" + (f" ({named})" if named else ""))
        return "; ".join(parts)


def read_totals(own: Settings, console: Console) -> Totals:
    """Count all reports of a replay. `own` are its settings; the console shows the progress.

    Raises:
        TransportError: the topic cannot be read.
    """
    totals, now_s, first_s = Totals(), time.time(), math.inf
    with published_topic(own.quality_topic, None, own) as source:
        for record in watched("totals", source.unit, source.total, source.records, console):
            if report := read_report(record.value):
                totals.endings[report.outcome, report.reason] += 1
                written_s = record.written_s or 0.0
                first_s = min(first_s, written_s)
                totals.recent += written_s >= now_s - RECENT_S
    totals.recent_s = min(RECENT_S, max(1.0, now_s - first_s))
    return totals
