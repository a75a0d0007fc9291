"""How the records of a replay have ended: counted from its quality topic, which has one report for each."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from rich.console import Console

from worker.commands.progress import progress
from worker.commands.report.records import read_report
from worker.commands.sources import published_topic
from worker.config.settings import Settings
from worker.messages import Outcome

RECENT_S = 60.0
_BATCH_RECORDS = 1000  # between two looks at the progress


@dataclass(slots=True)
class Totals:
    """The number of records by outcome and reason, and how many ended within the last `RECENT_S`."""

    endings: Counter[tuple[str, str]] = field(default_factory=Counter)
    recent: int = 0

    @property
    def per_s(self) -> float:
        """Records a second, in the last minute."""
        return self.recent / RECENT_S

    def by_outcome(self) -> dict[str, dict[str, int]]:
        """For each outcome, the number of records by reason, the most frequent first."""
        return {
            outcome: {reason: count for (each, reason), count in self.endings.most_common() if each == outcome}
            for outcome in map(str, Outcome)
        }

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
    totals, recent_from_s = Totals(), time.time() - RECENT_S
    with (
        published_topic(own.quality_topic, None, own) as source,
        progress("totals", source.unit, source.total, console) as advance,
    ):
        while records := list(islice(source.records, _BATCH_RECORDS)):
            for record in records:
                if report := read_report(record.value):
                    totals.endings[report.outcome, report.reason] += 1
                    totals.recent += (record.written_s or 0.0) >= recent_from_s
            advance(sum(record.passed for record in records))
    return totals
