"""Decides what a promotion does about an article, from what the topics of the worker and of the replay have of it.

It depends on nothing else, such as earlier promotions. So a promotion that was stopped or killed continues when it is
started again, and after one that is complete, there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from worker.messages import DuplicateKind, Outcome, Verdict


class Action(StrEnum):
    """What is done about an article. The summary shows the texts."""

    NEW = "new"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    REPAIRED = "repaired"
    UNCHANGED = "unchanged"
    NEWER = "newer live"
    KNOWN = "known story"
    ORIGINAL_MISSING = "original missing"


MEANINGS = {
    Action.NEW: "readers do not have the article yet",
    Action.CHANGED: "its text or metadata differs: it becomes the next version",
    Action.WITHDRAWN: "the replay does not publish it: it gets a tombstone",
    Action.REPAIRED: "a worker published a newer version during a promotion: it is published again",
    Action.UNCHANGED: "nothing to do",
    Action.NEWER: "left alone: readers have a version from after the range of the replay, or it was retried or deleted",
    Action.KNOWN: "left alone: the worker called it a duplicate of an article from outside the range",
    Action.ORIGINAL_MISSING: "left alone: the replay calls it a duplicate of an article that readers do not have",
}

TO_DO = (Action.NEW, Action.CHANGED, Action.WITHDRAWN, Action.REPAIRED)
"""The actions that publish something."""


class Kept(NamedTuple):
    """The last record of an article in a clean topic.

    `partition`, `offset` and `written_ms` are its own; the next four fields are those of its input. `facts` is a hash
    of the text and the metadata, `crawl` one of what differs between two crawls of an unchanged page.

    Of the worker's topic only: `is_retried` means that a retry of a dead letter published the record, `is_deleted` that
    someone other than a promotion wrote a tombstone. `covered_by` is the version of a promoted record that came after
    this one although this one is newer; 0 if there is none. `precision` is that of the time of publication, or empty.
    """

    partition: int
    offset: int
    written_ms: int
    topic: str
    source_partition: int
    source_offset: int
    source_ms: int | None
    version: int
    is_duplicate: bool
    cluster_id: str
    facts: bytes
    crawl: bytes
    is_retried: bool = False
    is_deleted: bool = False
    covered_by: int = 0
    precision: str = ""

    def has_other_facts(self, other: Kept) -> bool:
        """Whether the text or the metadata differ. A record from before precisions were published may have any."""
        differs = self.precision != other.precision and bool(self.precision and other.precision)
        return differs or self.facts != other.facts

    @property
    def source(self) -> tuple[str, int, int]:
        """The place of its input."""
        return self.topic, self.source_partition, self.source_offset


class Ending(NamedTuple):
    """How an input ended in the replay.

    `is_elsewhere` is whether readers have the story elsewhere. If the replay has the article, the worker called it a
    duplicate of one from outside the range. If not, the replay called it a duplicate, or gave it another id.
    """

    outcome: str
    is_elsewhere: bool


@dataclass(frozen=True, slots=True)
class Span:
    """The inputs of a replay: a range of offsets (end exclusive) of each partition of the raw topic."""

    topic: str
    ranges: Mapping[int, tuple[int, int]]

    def covers(self, source: tuple[str, int, int]) -> bool:
        """Whether the input at this place belongs to the replay."""
        topic, partition, offset = source
        start, end = self.ranges.get(partition, (0, 0))
        return topic == self.topic and start <= offset < end

    def is_newer(self, live: Kept, than_ms: int | None) -> bool:
        """Whether a record of the worker's topic must stay, because the replay has not seen its input.

        `than_ms` is the time of the replay's input, for an input in another topic or in a partition that was added.
        """
        if live.is_deleted:
            return True
        if live.topic == self.topic and live.source_partition in self.ranges:
            return live.source_offset >= self.ranges[live.source_partition][1]
        return live.source_ms is None or than_ms is None or live.source_ms > than_ms


def decide(live: Kept | None, replayed: Kept | None, ending: Ending | None, span: Span) -> Action | None:
    """What to do about an article that readers have as `live`, and the replay as `replayed`.

    `ending` is how the input of `replayed` ended in the replay, or else that of `live`. None means that the replay does
    not concern this article.
    """
    if live and live.covered_by:
        return Action.REPAIRED
    if replayed is None:
        return _without(live, ending, span)
    if live and span.is_newer(live, replayed.source_ms):
        return Action.NEWER
    if live and _is_same(live, replayed):
        return Action.UNCHANGED
    if live and live.is_duplicate <= replayed.is_duplicate:
        return Action.CHANGED
    return Action.KNOWN if ending and ending.is_elsewhere else Action.NEW


def _without(live: Kept | None, ending: Ending | None, span: Span) -> Action | None:
    """The decision on an article that the replay does not have."""
    if live is None or live.is_deleted or ending is None or not span.covers(live.source):
        return None
    if ending.outcome == Outcome.PUBLISHED and not ending.is_elsewhere:  # but its record is gone
        return None
    if ending.outcome == Outcome.DUPLICATE and not ending.is_elsewhere:
        return Action.ORIGINAL_MISSING
    return Action.NEWER if ending.outcome == Outcome.DEAD and live.is_retried else Action.WITHDRAWN


def _is_same(live: Kept, replayed: Kept) -> bool:
    if live.has_other_facts(replayed) or live.is_duplicate != replayed.is_duplicate:
        return False
    return live.crawl == replayed.crawl or live.source != replayed.source


def verdict_of(article_id: str, live: Kept | None, in_replay: Verdict) -> Verdict:
    """The verdict with which a promoted article is published. Its version is the least possible one.

    If readers have the article, it is an update in the story that they know. If not, the replay's own verdict stands.
    """
    version = live.version + 1 if live else 1
    if in_replay.is_duplicate:
        return replace(in_replay, version=version)
    if live and not live.is_duplicate:
        return Verdict(DuplicateKind.UPDATE, version, article_id, None, live.cluster_id)
    if in_replay.kind is DuplicateKind.UPDATE:  # of a version that readers never had
        return Verdict(DuplicateKind.NEW, version, None, None, in_replay.cluster_id)
    return replace(in_replay, version=version)
