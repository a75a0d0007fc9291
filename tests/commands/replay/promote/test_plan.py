"""Which of two articles is newer, and as what a promoted article is published."""

from __future__ import annotations

from dataclasses import replace

import pytest

from worker.commands.replay.promote.plan import Action, Ending, Kept, Span, decide, verdict_of
from worker.messages import DuplicateKind, Verdict

SPAN = Span("articles.raw", {0: (10, 20), 1: (0, 0), 2: (5, 5)})
KEPT = Kept(0, 7, 1000, "articles.raw", 0, 12, 5000, 3, False, "c" * 32, b"facts", b"crawl")  # noqa: FBT003
ID, OTHER = "a" * 32, "b" * 32
NEW = Verdict(DuplicateKind.NEW, 1, None, None, ID)
UPDATE = Verdict(DuplicateKind.UPDATE, 2, ID, 0.5, "d" * 32)
COPY = Verdict(DuplicateKind.COPY, 1, OTHER, 0.9, OTHER, {"order": 0.9})


def at(partition: int, offset: int, topic: str = "articles.raw", ms: int | None = 5000) -> Kept:
    return KEPT._replace(topic=topic, source_partition=partition, source_offset=offset, source_ms=ms)


@pytest.mark.parametrize(
    ("live", "than_ms", "is_newer"),
    [
        (at(0, 9), 5000, False), (at(0, 10), 5000, False), (at(0, 19), 5000, False), (at(0, 20), 5000, True),
        (at(1, 0), 5000, True), (at(2, 4), 5000, False), (at(2, 5), 5000, True),
        # partitions that were added, and other topics: by the times of the inputs
        (at(3, 1, ms=4000), 5000, False), (at(3, 1, ms=6000), 5000, True), (at(0, 12, "earlier", 4000), 5000, False),
        (at(0, 12, "earlier", 6000), 5000, True), (at(3, 1, ms=None), 5000, True), (at(3, 1), None, True),
        (KEPT._replace(is_deleted=True), 5000, True),
    ],
)  # fmt: skip
def test_what_came_after_the_range_is_newer(live: Kept, than_ms: int | None, is_newer: bool) -> None:
    assert SPAN.is_newer(live, than_ms) is is_newer


@pytest.mark.parametrize(
    ("live", "ending", "action"),
    [
        (KEPT, Ending("dropped", is_elsewhere=False), Action.WITHDRAWN),
        (KEPT, Ending("dead", is_elsewhere=False), Action.WITHDRAWN),
        (KEPT._replace(is_retried=True), Ending("dead", is_elsewhere=False), Action.NEWER),
        (KEPT._replace(is_retried=True), Ending("dropped", is_elsewhere=False), Action.WITHDRAWN),
        (KEPT, Ending("duplicate", is_elsewhere=True), Action.WITHDRAWN),
        (KEPT, Ending("duplicate", is_elsewhere=False), Action.ORIGINAL_MISSING),
        (KEPT, Ending("published", is_elsewhere=True), Action.WITHDRAWN),
        (KEPT, Ending("published", is_elsewhere=False), None),
        (KEPT, None, None),
        (at(0, 9), Ending("dropped", is_elsewhere=False), None),
        (at(0, 20), Ending("dropped", is_elsewhere=False), None),
        (KEPT._replace(is_deleted=True), Ending("dropped", is_elsewhere=False), None),
    ],
)
def test_an_article_is_withdrawn_only_if_the_replay_has_judged_its_input(
    live: Kept, ending: Ending | None, action: Action | None
) -> None:
    assert decide(live, None, ending, SPAN) is action


@pytest.mark.parametrize(
    ("live", "action"),
    [(None, Action.KNOWN), (KEPT._replace(is_duplicate=True), Action.KNOWN), (KEPT, Action.UNCHANGED),
     (KEPT._replace(facts=b"other"), Action.CHANGED)],
)  # fmt: skip
def test_only_an_article_that_readers_do_not_have_can_be_a_known_story(live: Kept | None, action: Action) -> None:
    assert decide(live, KEPT, Ending("published", is_elsewhere=True), SPAN) is action


def test_an_article_that_a_promotion_has_covered_is_repaired_first() -> None:
    assert decide(KEPT._replace(covered_by=4), KEPT, None, SPAN) is Action.REPAIRED


@pytest.mark.parametrize(
    ("live", "in_replay", "published"),
    [
        (KEPT, NEW, Verdict(DuplicateKind.UPDATE, 4, ID, None, "c" * 32)),
        (KEPT, UPDATE, Verdict(DuplicateKind.UPDATE, 4, ID, None, "c" * 32)),
        (KEPT, COPY, replace(COPY, version=4)),
        (None, NEW, NEW),
        (None, UPDATE, Verdict(DuplicateKind.NEW, 1, None, None, "d" * 32)),
        (None, COPY, COPY),
        (KEPT._replace(is_duplicate=True), NEW, replace(NEW, version=4)),
    ],
)
def test_what_readers_have_becomes_an_update_and_anything_else_keeps_the_verdict_of_the_replay(
    live: Kept | None, in_replay: Verdict, published: Verdict
) -> None:
    assert verdict_of(ID, live, in_replay) == published


@pytest.mark.parametrize(
    ("live", "replayed", "differs"), [("", "day", False), ("day", "day", False), ("day", "second", True)]
)
def test_a_precision_is_a_change_only_if_both_records_have_one(live: str, replayed: str, differs: bool) -> None:
    assert KEPT._replace(precision=live).has_other_facts(KEPT._replace(precision=replayed)) is differs
