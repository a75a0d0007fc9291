"""Counts quality reports. Takes the same memory for a million reports as for a hundred million."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, Generic, TypeVar

from worker.commands.report.records import Report
from worker.commands.report.timeline import Timeline
from worker.messages import DuplicateKind

Ending = tuple[str, str]
"""An outcome and its reason."""

MOST_KEYS: Final = 20_000
"""How many hosts, stories and so on are counted at a time."""

SCORE_STEPS: Final = 10
MAX_TITLE_CHARS: Final = 120

_What = TypeVar("_What")


class Bounded(Generic[_What]):
    """Counts several things for each key, for a bounded number of keys.

    If there are too many keys, the half with the lowest counts is forgotten. A forgotten key that comes again begins at
    zero, so the count of a key may be too low: by `short_by` at most.
    """

    def __init__(self, most: int = MOST_KEYS) -> None:
        self._most = most
        self._rows: dict[str | None, dict[_What, int]] = {}
        self.short_by = 0

    def add(self, key: str | None, what: _What, times: int = 1) -> None:
        """Count `what` for this key."""
        row = self._rows.get(key)
        if row is None:
            if len(self._rows) >= self._most:
                self._forget()
            row = self._rows[key] = {}
        row[what] = row.get(what, 0) + times

    def __contains__(self, key: str | None) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[tuple[str | None, Mapping[_What, int]]]:
        return iter(self._rows.items())

    def _forget(self) -> None:
        ranked = sorted(self._rows.items(), key=lambda item: sum(item[1].values()), reverse=True)
        kept = self._most // 2
        self.short_by += sum(ranked[kept][1].values())
        self._rows = dict(ranked[:kept])


class Counts:
    """The counts over all reports so far, from a time on.

    `replaced` counts reports that a later attempt at the same input replaced, `unreadable` values that are not quality
    reports, `earlier` reports from before `since` (RFC 3339, as the worker writes it) or without a time, `promoted`
    reports that were promoted from a replay: a worker has reported on their inputs before.
    """

    def __init__(self, since: str | None = None) -> None:
        self._since = since
        self.reports = self.replaced = self.unreadable = self.earlier = self.promoted = 0
        self.endings: Counter[Ending] = Counter()
        self.hosts: Bounded[Ending] = Bounded()
        self.shapes: Bounded[str] = Bounded()
        self.languages: Bounded[str] = Bounded()
        self.rules: Bounded[str] = Bounded()
        self.stories: Bounded[str] = Bounded()
        self.titles: dict[str, str] = {}
        self.scores = [0] * SCORE_STEPS
        self.timeline = Timeline()

    def add(self, report: Report, written_at: str | None) -> None:
        """Count a report. `written_at` is when it was written, for a report that does not say when it was made."""
        if report.promoted_from is not None:
            self.promoted += 1
            return
        at = report.processed_at or written_at
        if self._since and (at is None or at < self._since):
            self.earlier += 1
            return
        outcome = report.outcome
        ending = (outcome, report.reason)
        self.reports += 1
        self.endings[ending] += 1
        self.hosts.add(report.host, ending)
        self.shapes.add(report.shape, outcome)
        self.languages.add(report.language, outcome)
        for rule, times in report.removed.items():
            self.rules.add(rule, "removals", times)
            self.rules.add(rule, "reports")
        if (score := report.score) is not None:
            self.scores[min(int(min(max(score, 0.0), 1.0) * SCORE_STEPS), SCORE_STEPS - 1)] += 1
        self._add_story(report)
        if at is not None:
            self.timeline.add(at, outcome)

    def _add_story(self, report: Report) -> None:
        """Count a report for its story. The first article of each is not counted: most stories have only that one."""
        duplicate = report.duplicate
        if duplicate is None or report.reason == DuplicateKind.NEW:
            return
        story = duplicate.cluster_id
        self.stories.add(story, duplicate.kind)
        if story not in self.titles:
            self.titles[story] = (report.title or "")[:MAX_TITLE_CHARS]
            if len(self.titles) > 2 * MOST_KEYS:
                self.titles = {known: title for known, title in self.titles.items() if known in self.stories}
