"""What a comparison finds, from the records of the four topics."""

from __future__ import annotations

import io
import os
import signal
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from tests.commands.replay.diff.outputs import (
    COMPARISON,
    REPLAY,
    Record,
    Topics,
    article,
    compared,
    judged,
    of,
    report,
    tombstone,
)
from worker.commands.replay.diff import run
from worker.commands.replay.diff.run import Result, compare
from worker.commands.replay.diff.sides import Comparison, Outputs
from worker.commands.replay.diff.tally import MOST, NO_TEXT, SAME_TEXT, SAME_WORDS
from worker.errors import InterruptedCommand, WorkerError

HUNDRED = " ".join(f"word{number}" for number in range(100))


def test_inputs_are_joined_by_their_source() -> None:
    tally = compared(quality=[report(1), report(2)], quality_v2=[report(2), report(3), report(4)]).tally
    assert (tally.both, tally.same, tally.only_before, tally.only_after) == (1, 1, 1, 2)


def test_only_inputs_of_the_range_count() -> None:
    far = [
        Record(b"k", report(1).value, of(0, 1000)),
        Record(b"k", report(1).value, of(1, 9)),
        Record(b"k", report(1).value, of(0, 1, "other")),
    ]
    assert compared(quality=far, quality_v2=[*far, report(7)]).tally.only_after == 1


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_reports_the_highest_attempt_counts(order: int) -> None:
    reports = [report(1, "dead", "timeout"), report(1, attempt=2)][::order]
    tally = compared(quality=reports, quality_v2=[report(1)]).tally
    assert (tally.both, tally.same) == (1, 1)


def test_of_several_reports_on_an_attempt_the_last_counts() -> None:
    reports = [report(1, "dropped", "too_short"), report(1)]
    assert compared(quality=reports, quality_v2=[report(1)]).tally.same == 1


def test_outcomes_and_reasons_are_counted_before_and_after() -> None:
    found = compared(
        quality=[report(1, "dead", "timeout"), report(2, "dead", "timeout"), report(3)],
        quality_v2=[report(1), report(2), report(3)],
    ).tally
    change = ("dead", "timeout"), ("published", "new")
    assert found.endings == {change: 2, (("published", "new"), ("published", "new")): 1}
    assert found.urls == {change: "https://a.example/1"}


@pytest.mark.parametrize(
    ("after", "size"),
    [
        (HUNDRED, SAME_TEXT),
        (HUNDRED + ".", SAME_WORDS),
        (HUNDRED.replace("word7 ", ""), "under 1 %"),
        (HUNDRED.replace("word7 ", "other "), "1 to 5 %"),
        (HUNDRED.replace("word7", "other"), "5 to 20 %"),
        ("something else", MOST),
    ],
)
def test_texts_are_counted_by_the_share_of_changed_words(after: str, size: str) -> None:
    found = compared(
        quality=[report(1)], clean=[article(1, HUNDRED)], quality_v2=[report(1)], clean_v2=[article(1, after)]
    )
    assert found.tally.sizes == {size: 1}
    assert found.tally.same == (size == SAME_TEXT)
    assert len(found.examples) == (size != SAME_TEXT)


def test_an_article_whose_text_is_gone_on_one_side_is_not_compared() -> None:
    found = compared(quality=[report(1)], quality_v2=[report(1)], clean_v2=[article(1)])
    assert found.tally.sizes == {NO_TEXT: 1}


def test_an_article_that_only_one_side_published_has_no_text_to_compare() -> None:
    dead = report(1, "dead", "timeout")
    assert compared(quality=[dead], quality_v2=[report(1)], clean_v2=[article(1)]).tally.sizes == {}
    assert compared(quality=[dead], quality_v2=[dead]).tally.sizes == {}


def test_tagged_duplicates_are_compared_too() -> None:
    topics: dict[str, Any] = {
        "quality": [report(1, "duplicate", "copy")],
        "quality_v2": [report(1, "duplicate", "copy")],
    }
    found = compared(clean=[article(1, "one")], clean_v2=[article(1, "two")], **topics)
    assert found.tally.sizes == {MOST: 1}


def test_the_last_article_of_an_input_counts() -> None:
    topics: dict[str, Any] = {
        "quality": [report(1)],
        "quality_v2": [report(1)],
        "clean_v2": [article(1, "one"), article(1, "two")],
    }
    same = compared(clean=[article(1, "one"), article(1, "two")], **topics)
    assert (same.tally.sizes, same.examples) == ({SAME_TEXT: 1}, [])
    other = compared(clean=[article(1, "two"), article(1, "three")], **topics)
    assert (other.tally.sizes, len(other.examples)) == ({MOST: 1}, 1)


def test_a_tombstone_takes_the_earlier_versions_of_an_article_and_no_later_one() -> None:
    topics: dict[str, Any] = {"quality": [report(1)], "quality_v2": [report(1)], "clean_v2": [article(1, "one")]}
    gone = compared(clean=[article(1, "two"), tombstone(1)], **topics)
    assert (gone.tally.sizes, gone.examples) == ({NO_TEXT: 1}, [])
    assert compared(clean=[article(1, "two"), tombstone(2)], **topics).tally.sizes == {MOST: 1}
    assert compared(clean=[tombstone(1), article(1, "one")], **topics).tally.sizes == {SAME_TEXT: 1}
    of_replay = topics | {"clean_v2": [article(1, "one"), tombstone(1)]}
    assert compared(clean=[article(1, "two")], **of_replay).tally.sizes == {NO_TEXT: 1}


def test_if_only_a_field_changed_the_text_counts_as_the_same() -> None:
    found = compared(
        quality=[report(1)], quality_v2=[report(1)], clean=[article(1, title="A")], clean_v2=[article(1, title="B")]
    )
    assert (found.tally.sizes, found.tally.same, found.examples) == ({SAME_TEXT: 1}, 0, [])


def test_records_that_the_worker_did_not_write_are_ignored() -> None:
    odd = [
        Record(None, b"\xff", of(0, 1)),
        Record(b"\xff", None, ()),
        Record(None, b"{}", of(0, 1)),
        Record(b"", b"", ()),
    ]
    found = compared(
        quality=[report(1), *odd],
        quality_v2=[*odd, report(1)],
        clean=[article(1, "one"), *odd],
        clean_v2=[*odd, article(1)],
    )
    assert (found.tally.both, found.tally.sizes) == (1, {MOST: 1})


def test_the_replay_is_read_again_only_if_texts_differ() -> None:
    for text, times in (("one", 1), ("two", 2)):
        topics = Topics(
            {
                "quality": [report(1)],
                "quality.v2": [report(1)],
                "clean": [article(1, "one")],
                "clean.v2": [article(1, text)],
            }
        )
        compare(COMPARISON, topics.open, 5, Console(file=io.StringIO()))
        assert [name for name, _ in topics.opened].count("clean.v2") == times


def test_the_live_topics_are_read_from_the_beginning_of_the_range() -> None:
    since = datetime(2026, 3, 1, tzinfo=UTC)
    topics = Topics({})
    live = Outputs("live", "clean", "quality", since)
    compare(Comparison("articles.raw", {}, live, REPLAY), topics.open, 5, Console(file=io.StringIO()))
    assert dict(topics.opened) == {"quality": since, "quality.v2": None, "clean.v2": None, "clean": since}


def test_hosts_languages_and_rules_are_counted_before_and_after() -> None:
    tally = compared(
        quality=[report(1, removed={"ad_label": 3}), report(2, removed={"ad_label": 1})],
        clean=[article(1, "one"), article(2, "one")],
        quality_v2=[report(1, removed={"glue": 1}), report(2, removed={"ad_label": 1})],
        clean_v2=[article(1, "two"), article(2, "one")],
    ).tally
    assert dict(tally.hosts) == {"a.example": {MOST: 1, SAME_TEXT: 1, "words_before": 108, "words_after": 108}}
    assert dict(tally.rules) == {
        "ad_label": {"before": 4, "after": 1, "records": 1},
        "glue": {"before": 0, "after": 1, "records": 1},
    }


def test_scores_and_words_are_summed_on_both_sides() -> None:
    measures = {"words": 10}
    tally = compared(quality=[report(1, score=0.25)], quality_v2=[report(1, score=0.75, measures=measures)]).tally
    assert (tally.before.mean_score, tally.after.mean_score) == (0.25, 0.75)
    assert (tally.before.mean_words, tally.after.mean_words) == (54, 10)
    assert (tally.before.scores[2], tally.after.scores[7]) == (1, 1)


def test_fields_are_counted_by_how_they_changed() -> None:
    tally = compared(
        quality=[report(1), report(2)], quality_v2=[report(1), report(2)],
        clean=[article(1, title="A", authors=[], image="i"), article(2, title="A")],
        clean_v2=[article(1, title="B", authors=["X"], image=None), article(2, title="A")],
    ).tally  # fmt: skip
    assert (
        tally.fields[("title", "changed")] == tally.fields[("authors", "added")] == tally.fields[("image", "lost")] == 1
    )
    assert tally.fields.total() == 3


def test_verdicts_are_compared_by_kind_and_by_original() -> None:
    tally = compared(
        quality=[judged(1, cluster=1), judged(2, "update", cluster=1, original=1), report(3, "dropped", "too_short")],
        quality_v2=[judged(1, cluster=1), judged(2, "possible", cluster=2, original=3), report(3)],
    ).tally
    assert (tally.verdicts.judged, tally.verdicts.kind, tally.verdicts.of) == (2, 1, 1)


def clusters(before: dict[int, int], after: dict[int, int]) -> tuple[int, int, int]:
    return compared(
        quality=[judged(number, cluster=cluster) for number, cluster in before.items()],
        quality_v2=[judged(number, cluster=cluster) for number, cluster in after.items()],
    ).clusters


def test_clusters_are_compared_by_their_articles_not_by_their_ids() -> None:
    assert clusters({1: 1, 2: 1, 3: 3}, {1: 2, 2: 2, 3: 9}) == (0, 0, 0)


def test_a_cluster_can_be_split_and_merged() -> None:
    assert clusters({1: 1, 2: 1, 3: 3}, {1: 1, 2: 2, 3: 3}) == (1, 0, 2)
    assert clusters({1: 1, 2: 2, 3: 3}, {1: 1, 2: 1, 3: 3}) == (0, 1, 2)
    assert clusters({1: 1, 2: 1, 3: 3}, {1: 1, 2: 3, 3: 3}) == (1, 1, 3)


def test_an_article_that_one_side_did_not_judge_belongs_to_no_cluster() -> None:
    assert clusters({1: 1, 2: 1}, {1: 1}) == (0, 0, 0)


def test_the_most_changed_texts_are_the_examples() -> None:
    texts = {1: HUNDRED, 2: HUNDRED.replace("word1 ", "x "), 3: "none of it", 4: HUNDRED[:400]}
    found = compared(
        2,
        quality=[report(number) for number in texts], quality_v2=[report(number) for number in texts],
        clean=[article(number, HUNDRED) for number in texts], clean_v2=[article(number, text) for number, text in texts.items()],
    ).examples  # fmt: skip
    assert [each.place for each in found] == ["articles.raw:0:3", "articles.raw:0:4"]
    assert compared(0, quality=[report(1)]).examples == []


def test_a_signal_ends_the_reading() -> None:
    class Interrupting(Topics):
        def open(self, topic: str, since: datetime | None) -> Any:
            os.kill(os.getpid(), signal.SIGINT)
            return super().open(topic, since)

    topics = Interrupting({"quality": [report(1)]})
    with pytest.raises(InterruptedCommand, match="Nothing was compared"):
        compare(COMPARISON, topics.open, 5, Console(file=io.StringIO()))


def test_a_full_disk_is_an_error_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(run, "Ledger", full)
    with pytest.raises(WorkerError, match=r"disk is full\. Set SQLITE_TMPDIR to a directory with more free space"):
        compared()


def selected(only: dict[str, list[str]], **topics: list[Record]) -> Result:
    named = Topics({name.replace("_", "."): records for name, records in topics.items()})
    return compare(replace(COMPARISON, only=only), named.open, 5, Console(file=io.StringIO()))


def test_a_selection_leaves_out_inputs_that_match_on_neither_side() -> None:
    found = selected(
        {"outcome": ["dead"]},
        quality=[report(1, "dead", "timeout"), report(2), report(3), report(4)],
        quality_v2=[report(1), report(2, "dead", "timeout"), report(3), report(5, "dead", "crash")],
        clean=[article(2), article(3)], clean_v2=[article(1), article(3, "another")],
    )  # fmt: skip
    assert (found.tally.both, found.tally.only_before, found.tally.only_after) == (2, 0, 1)
    assert found.tally.sizes == {}
    assert found.examples == []


def test_inputs_can_be_selected_by_their_earlier_fingerprint() -> None:
    then = [report(1, pipeline={"version": "0", "fingerprint": "0" * 16}), report(2)]
    only = {"fingerprint": ["0" * 16], "host": ["a.example"]}
    assert selected(only, quality=then, quality_v2=[report(1), report(2)]).tally.both == 1
