"""Counts what changed, over all inputs that have a report. Takes the same memory for any number of inputs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from worker.commands.replay.diff.facts import FIELDS, PRECISION, parts_of
from worker.commands.replay.diff.ledger import Pair, Row
from worker.commands.report.counts import SCORE_STEPS, Bounded, Ending

SAME_TEXT, SAME_WORDS = "same text", "same words"
STEPS: Final = ((0.01, "under 1 %"), (0.05, "1 to 5 %"), (0.2, "5 to 20 %"))
MOST: Final = "over 20 %"
SIZES: Final = (SAME_TEXT, SAME_WORDS, *(name for _, name in STEPS), MOST)
"""How much a text changed: the share of its words."""

NO_TEXT: Final = "no text"
"""An article whose text is known on one side only, or on none."""

CHANGED, ADDED, LOST = "changed", "added", "lost"


@dataclass(slots=True)
class Sums:
    """The sums of one side: the published articles, and the words and scores of all records that have them."""

    published: int = 0
    measured: int = 0
    words: int = 0
    scored: int = 0
    score: float = 0.0
    scores: list[int] = field(default_factory=lambda: [0] * SCORE_STEPS)

    def add(self, row: Row) -> None:
        """Count the report of an input."""
        self.published += row.outcome == "published"
        if row.words is not None:
            self.measured += 1
            self.words += row.words
        if row.score is not None:
            self.scored += 1
            self.score += row.score
            self.scores[min(int(row.score * SCORE_STEPS), SCORE_STEPS - 1)] += 1

    @property
    def mean_words(self) -> float:
        """The mean number of words."""
        return self.words / self.measured if self.measured else 0.0

    @property
    def mean_score(self) -> float:
        """The mean score (0..1)."""
        return self.score / self.scored if self.scored else 0.0


@dataclass(slots=True)
class Verdicts:
    """How many inputs have another verdict on duplicates, among those that both sides have judged."""

    judged: int = 0
    kind: int = 0
    of: int = 0

    def add(self, before: Row, after: Row) -> None:
        """Compare two verdicts."""
        if before.kind is not None and after.kind is not None:
            self.judged += 1
            self.kind += before.kind != after.kind
            self.of += before.of != after.of


@dataclass(slots=True)
class Tally:
    """The counts so far."""

    both: int = 0
    only_before: int = 0
    only_after: int = 0
    same: int = 0
    """Inputs that did not change in any respect that is compared."""

    endings: Counter[tuple[Ending, Ending]] = field(default_factory=Counter)
    urls: dict[tuple[Ending, Ending], str | None] = field(default_factory=dict)
    """The URL of the first input with each change of the outcome or the reason."""

    sizes: Counter[str] = field(default_factory=Counter)
    hosts: Bounded[str] = field(default_factory=Bounded)
    languages: Bounded[str] = field(default_factory=Bounded)
    rules: Bounded[str] = field(default_factory=Bounded)
    fields: Counter[tuple[str, str]] = field(default_factory=Counter)
    before: Sums = field(default_factory=Sums)
    after: Sums = field(default_factory=Sums)
    verdicts: Verdicts = field(default_factory=Verdicts)

    def add(self, pair: Pair) -> None:
        """Count an input."""
        before, after = pair
        if before is None or after is None:
            self.only_before += after is None
            self.only_after += before is None
            return
        self.both += 1
        self.same += _is_same(before, after)
        self.before.add(before)
        self.after.add(after)
        self.verdicts.add(before, after)
        self._add_endings(before, after)
        self._add_text(before, after)
        self._add_rules(before.removed, after.removed)

    def _add_endings(self, before: Row, after: Row) -> None:
        endings = (before.outcome, before.reason), (after.outcome, after.reason)
        self.endings[endings] += 1
        if endings[0] != endings[1] and endings not in self.urls:
            self.urls[endings] = after.url or before.url

    def _add_text(self, before: Row, after: Row) -> None:
        size = size_of(before, after)
        if size is None:
            return
        self.sizes[size] += 1
        if size == NO_TEXT:
            return
        for counts, key in ((self.hosts, after.host), (self.languages, after.language)):
            counts.add(key, size)
            counts.add(key, "words_before", before.words or 0)
            counts.add(key, "words_after", after.words or 0)
        for name, how in changed_fields(before, after):
            self.fields[name, how] += 1

    def _add_rules(self, before: dict[str, int], after: dict[str, int]) -> None:
        for rule in before.keys() | after.keys():
            old, new = before.get(rule, 0), after.get(rule, 0)
            self.rules.add(rule, "before", old)
            self.rules.add(rule, "after", new)
            self.rules.add(rule, "records", old != new)


def _is_same(before: Row, after: Row) -> bool:
    """Whether everything compared is equal. The ids of clusters do not count, because they depend on the range."""
    return (
        (before.outcome, before.reason, before.kind, before.of, before.score, before.removed_json, before.digest)
        == (after.outcome, after.reason, after.kind, after.of, after.score, after.removed_json, after.digest)
    )  # fmt: skip


def size_of(before: Row, after: Row) -> str | None:
    """How much a text changed, one of `SIZES` or `NO_TEXT`; None if the two sides did not both publish an article."""
    if before.digest is None or after.digest is None:
        return NO_TEXT if before.outcome == after.outcome == "published" else None
    if parts_of(before.digest)[0] == parts_of(after.digest)[0]:
        return SAME_TEXT
    share = after.changed_share
    if share is None:
        return NO_TEXT
    return SAME_WORDS if not share else next((name for most, name in STEPS if share < most), MOST)


def changed_fields(before: Row, after: Row) -> list[tuple[str, str]]:
    """The fields whose values differ, and how each differs."""
    if before.digest is None or after.digest is None:
        return []
    return changed_between(before.digest, after.digest)


def changed_between(before: bytes, after: bytes) -> list[tuple[str, str]]:
    """As `changed_fields`, of two digests of articles."""
    pairs = zip(FIELDS, parts_of(before)[1:], parts_of(after)[1:], strict=True)
    differ = {name: CHANGED if old and new else ADDED if new else LOST for name, old, new in pairs if old != new}
    if "published_at" not in differ and differ.get(PRECISION) != CHANGED:  # one side is from before precisions
        differ.pop(PRECISION, None)
    return [*differ.items()]
