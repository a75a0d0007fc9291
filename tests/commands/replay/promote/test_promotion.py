"""Promotions between topics in memory: what readers have afterwards, whatever happens meanwhile."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.commands.replay.promote.world import NAME, SPAN, Made, World, id_of
from worker.errors import CommitFailed, InterruptedCommand, OutcomeUnknown
from worker.messages import Output, Reason

OLD, BETTER, NEWER = "The old text. Share this.", "The old text.", "What happened since."


def example() -> World:
    """A worker and a replay that disagree about most pages."""
    world = World()
    world.live(
        Made(1, 7, OLD),  # before the range
        Made(10, 0, OLD),
        Made(11, 1, OLD),
        Made(12, 2, OLD),
        Made(13, 3, BETTER),
        Made(14, 4, OLD, Reason.TOO_SHORT),
        Made(15, 5, OLD),
        Made(16, 6, OLD),
        Made(17, 7, OLD, Reason.RECRAWL, 7),
        Made(25, 6, NEWER, Reason.UPDATE, 6, version=2),  # after the range
    )
    world.replay(
        Made(10, 0, BETTER),
        Made(11, 1, OLD, Reason.TOO_SHORT),
        Made(12, 2, OLD, Reason.COPY, 0),
        Made(13, 3, BETTER),
        Made(14, 4, BETTER),
        Made(15, 5, OLD, Reason.COPY, 8),  # of an article that readers do not have
        Made(16, 6, BETTER),
        Made(17, 7, BETTER),
    )
    return world


def test_readers_have_what_the_replay_has_and_what_is_newer() -> None:
    world = example()
    expected = {"new": 1, "changed": 2, "withdrawn": 2, "unchanged": 1, "newer live": 1, "original missing": 1}
    assert world.counts() == expected
    assert world.promote() == {"new": 1, "changed": 2, "withdrawn": 2}
    assert world.texts() == {0: BETTER, 3: BETTER, 4: BETTER, 5: OLD, 6: NEWER, 7: BETTER}
    records = len(world.clean.records), len(world.quality.records)
    assert world.promote() == {}
    assert (len(world.clean.records), len(world.quality.records)) == records


def test_a_changed_article_is_the_next_version_in_the_story_that_readers_know() -> None:
    world = example()
    world.promote()
    article = world.clean.latest()[id_of(0)]
    assert (article["version"], article["promoted_from"]) == (2, NAME)
    assert (article["source"]["offset"], article["duplicate"]["kind"]) == (10, "update")
    assert article["duplicate"] == article["duplicate"] | {"of": id_of(0), "cluster_id": id_of(0), "change": None}
    assert world.clean.latest()[id_of(4)]["duplicate"]["kind"] == "new"
    promoted = [record for record in world.clean.records if ("promoted-from", b"v2") in record.headers]
    assert len(promoted) == 5
    assert [record.key for record in promoted if record.value is None] == sorted(
        id_of(page).encode() for page in (1, 2)
    )


def test_each_promoted_input_has_another_report_which_says_what_is_true_now() -> None:
    world = example()
    before = len(world.quality.records)
    world.promote()
    reports = [orjson.loads(record.value or b"") for record in world.quality.records]
    newest = {report["source"]["offset"]: report for report in sorted(reports, key=lambda each: each["processed_at"])}
    assert len(newest) == before
    said = {
        offset: (report["outcome"], report["reason"]) for offset, report in newest.items() if report["promoted_from"]
    }
    assert said == {
        10: ("published", "update"), 11: ("dropped", "too_short"), 12: ("duplicate", "copy"), 14: ("published", "new"),
        17: ("published", "update"),
    }  # fmt: skip


def test_only_the_selected_articles_are_promoted() -> None:
    world = example()
    assert world.promote(lambda report: report["outcome"] == "dropped") == {"withdrawn": 1}
    assert world.promote(lambda report: report["article_id"] == id_of(2)) == {"withdrawn": 1}
    assert world.promote() == {"new": 1, "changed": 2}


def test_an_article_that_has_another_id_now_takes_the_place_of_the_old_one() -> None:
    world = World()
    world.live(Made(10, 0, OLD))
    world.replay(Made(10, 1, OLD))
    assert world.promote() == {"new": 1, "withdrawn": 1}
    assert world.texts() == {1: OLD}
    assert len(world.quality.records) == 2
    assert world.promote() == {}


def test_a_duplicate_of_an_article_from_before_the_range_is_not_published_again() -> None:
    """The index of the replay was empty at the beginning of the range, so everything in it was new."""
    world = World()
    world.live(
        Made(5, 0, OLD), Made(11, 1, OLD, Reason.EXACT, 0),
        Made(12, 2, NEWER), Made(13, 3, NEWER, Reason.EXACT, 2),
    )  # fmt: skip
    world.replay(Made(11, 1, OLD), Made(12, 2, NEWER, Reason.EXACT, 3), Made(13, 3, NEWER))
    assert world.counts() == {"known story": 1, "new": 1, "withdrawn": 1}
    world.promote()
    assert world.texts() == {0: OLD, 3: NEWER}
    assert world.counts() == {"known story": 1, "unchanged": 1}


def test_an_article_that_was_deleted_by_hand_stays_deleted() -> None:
    world = example()
    world.clean.put(Output("clean", id_of(0).encode(), None))
    assert world.counts()["newer live"] == 2
    world.promote()
    assert 0 not in world.texts()


def test_an_article_that_was_retried_stays_if_it_died_in_the_replay() -> None:
    world = World()
    made = Made(10, 0, OLD)
    (_, article) = made.outputs()
    world.clean.put(Output("clean", article.key, article.value, (*article.headers, ("retry-of", b"articles.dead/0/1"))))
    report = orjson.loads(Made(10, 0, OLD, Reason.TOO_SHORT).outputs()[0].value)  # type: ignore[arg-type]
    dead = orjson.dumps(report | {"outcome": "dead", "reason": "timeout"})
    world.reports.put(Output("quality", article.key, dead, article.headers))
    assert world.counts() == {"newer live": 1}


def test_the_report_has_the_last_attempt_of_the_worker_so_that_it_counts() -> None:
    world = World()
    world.replay(Made(10, 0, OLD))
    (report,) = Made(10, 0, OLD, Reason.TOO_SHORT).outputs()
    for attempt in (1, 2):
        value = orjson.loads(report.value) | {"outcome": "dead", "attempt": attempt}  # type: ignore[arg-type]
        world.quality.put(Output("quality", report.key, orjson.dumps(value), report.headers))
    world.promote()
    assert orjson.loads(world.quality.records[-1].value or b"")["attempt"] == 2


def test_with_tagged_duplicates_a_new_duplicate_is_tagged() -> None:
    world = World()
    world.live(Made(10, 0, OLD), Made(11, 1, OLD), Made(12, 1, OLD, Reason.RECRAWL, 1), tagged=True)
    world.replay(Made(10, 0, OLD), Made(11, 1, OLD, Reason.EXACT, 0), Made(12, 1, OLD, Reason.EXACT, 0), tagged=True)
    world.promote()
    assert world.clean.latest()[id_of(1)]["duplicate"]["is_duplicate"]
    assert world.promote() == {}


def test_two_crawls_of_an_unchanged_page_are_unchanged_but_a_change_of_one_crawl_is_published() -> None:
    world = World()
    world.live(Made(5, 0, OLD), Made(11, 1, OLD))
    world.replay(Made(10, 0, OLD), Made(11, 1, OLD))
    assert world.counts() == {"unchanged": 2}
    for number, record in enumerate(world.replayed.records):
        value = orjson.loads(record.value or b"") | {"fetched_at": "2026-03-04T05:06:07.000Z"}
        world.replayed.records[number] = record._replace(value=orjson.dumps(value))
    assert world.counts() == {"unchanged": 1, "changed": 1}


def test_what_another_promotion_has_withdrawn_can_be_published_again() -> None:
    world = example()
    world.clean.put(Output("clean", id_of(0).encode(), None, (("promoted-from", b"v1"),)))
    assert world.promote() == {"new": 2, "changed": 1, "withdrawn": 2}
    assert world.texts()[0] == BETTER
    assert world.clean.latest()[id_of(0)]["version"] == 2


class Killed(BaseException):
    """The process died."""


def final(world: World) -> tuple[Any, ...]:
    reports = {
        (each["source"]["offset"], each["outcome"], each["reason"], each["promoted_from"])
        for each in (orjson.loads(record.value or b"") for record in world.quality.records)
    }
    return world.clean.latest(), world.index.pages, reports, len(world.clean.records), len(world.quality.records)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("transaction", range(3))
def test_a_promotion_that_is_killed_continues_with_the_same_result(transaction: int, after: bool) -> None:
    whole = example()
    whole.promote()
    world = example()

    def kill() -> None:
        if world.transactions == transaction + after:
            raise Killed

    if after:
        world.after_commit = kill
    else:
        world.before_commit = kill
    with pytest.raises(Killed):
        world.promote()
    world.before_commit = world.after_commit = lambda: None
    world.promote()
    assert final(world) == final(whole)


def test_a_signal_ends_the_promotion_after_a_transaction() -> None:
    world = example()

    def stop() -> None:
        raise InterruptedCommand("stopped")

    with world.promotion(check=stop) as promotion, pytest.raises(InterruptedCommand):
        promotion.run()
    assert world.transactions == 1
    world.promote()
    assert world.texts() == {0: BETTER, 3: BETTER, 4: BETTER, 5: OLD, 6: NEWER, 7: BETTER}


@pytest.mark.parametrize("after", [False, True])
def test_a_transaction_that_failed_or_whose_answer_was_lost_is_made_up_for(after: bool) -> None:
    world = example()
    lost = [OutcomeUnknown("lost") if after else CommitFailed("failed")]

    def fail() -> None:
        if lost:
            raise lost.pop()

    if after:
        world.after_commit = fail
    else:
        world.before_commit = fail
    world.promote()
    assert world.texts() == {0: BETTER, 3: BETTER, 4: BETTER, 5: OLD, 6: NEWER, 7: BETTER}
    assert world.promote() == {}


def test_a_promotion_of_which_every_transaction_failed_at_first_is_complete_in_the_end() -> None:
    world = World()
    world.live(Made(10, 0, OLD))
    world.replay(Made(10, 0, BETTER))
    lost = [CommitFailed("failed"), CommitFailed("failed")]

    def fail() -> None:
        if lost:
            raise lost.pop()

    world.before_commit = fail
    assert world.promote() == {"changed": 1}


@pytest.mark.parametrize("killed", [False, True])
def test_a_newer_article_that_a_worker_publishes_at_the_last_moment_is_published_once_more(killed: bool) -> None:
    """In place of the one that is changed in the first transaction, and the one that is withdrawn in the third."""
    world = example()
    pages = {0: 0, 2: 1}

    def interfere() -> None:
        if (page := pages.pop(world.transactions, None)) is not None:
            world.live(Made(30 + page, page, NEWER, Reason.UPDATE, page, version=3))

    def kill() -> None:
        if killed and not pages:
            world.after_commit = lambda: None
            raise Killed

    world.before_commit, world.after_commit = interfere, kill
    if killed:
        with pytest.raises(Killed):
            world.promote()
    assert world.promote()["repaired"] == 2
    assert world.texts() == {0: NEWER, 1: NEWER, 3: BETTER, 4: BETTER, 5: OLD, 6: NEWER, 7: BETTER}
    article = world.clean.latest()[id_of(0)]
    assert (article["source"]["offset"], article["version"], article["promoted_from"]) == (30, 4, None)
    assert world.promote() == {}


def test_a_newer_article_that_comes_during_the_promotion_is_left_alone() -> None:
    world = example()
    with world.promotion() as promotion:
        world.live(Made(30, 0, NEWER, Reason.UPDATE, 0, version=2), Made(31, 1, NEWER, Reason.UPDATE, 1, version=2))
        promotion.run()
    assert world.texts()[0] == world.texts()[1] == NEWER
    assert len([record for record in world.clean.records if record.key == id_of(0).encode()]) == 2


def test_a_newer_article_that_comes_while_the_index_learns_of_the_old_one_is_left_alone() -> None:
    world = example()
    pages = [0]

    def interfere() -> None:
        if pages:
            page = pages.pop()
            world.live(Made(30, page, NEWER, Reason.UPDATE, page, version=2))

    world.index.before_adopt = interfere
    assert world.promote() == {"new": 1, "changed": 1, "withdrawn": 2}
    assert world.texts()[0] == NEWER
    assert len([record for record in world.clean.records if record.key == id_of(0).encode()]) == 2


TEXTS = st.sampled_from([OLD, BETTER, NEWER])
PAGES = st.integers(0, 4)
LIVE = st.lists(st.tuples(st.integers(0, 29), PAGES, TEXTS, st.sampled_from([Reason.NEW, Reason.TOO_SHORT])))
REPLAYED = st.dictionaries(
    st.integers(10, 19),
    st.tuples(PAGES, TEXTS, st.sampled_from([Reason.NEW, Reason.NEW, Reason.TOO_SHORT, Reason.EXACT]), PAGES),
)


@given(live=LIVE, replayed=REPLAYED)
def test_after_any_promotion_both_agree_and_another_one_does_nothing(
    live: list[tuple[int, int, str, Reason]], replayed: dict[int, tuple[int, str, Reason, int]]
) -> None:
    world = World()
    ordered = {offset: rest for offset, *rest in sorted(live, key=lambda each: each[0])}
    world.live(*(Made(offset, *rest) for offset, rest in ordered.items()))  # type: ignore[arg-type]
    world.replay(
        *(
            Made(offset, page, text, reason, of if reason is Reason.EXACT else None)
            for offset, (page, text, reason, of) in sorted(replayed.items())
        )
    )
    before, wanted = world.clean.latest(), world.replayed.latest()
    world.promote()
    after = world.clean.latest()
    for article_id in before.keys() | wanted.keys() | after.keys():
        old, new, now = before.get(article_id), wanted.get(article_id), after.get(article_id)
        if old and old["source"]["offset"] >= SPAN.ranges[0][1]:
            assert now == old
        elif new:
            assert now is not None
            assert now["text"] == new["text"]
            assert now["version"] >= (old["version"] if old else 1)
        elif now:
            assert now == old
    assert world.promote() == {}
    assert not {"new", "changed", "withdrawn", "repaired"} & world.counts().keys()
