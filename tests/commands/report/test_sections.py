from __future__ import annotations

from typing import Any

from tests.commands.report.reports import counted, in_story, message, mixed
from worker.commands.report.counts import Bounded, Counts
from worker.commands.report.sections import BROKEN_DOWN, Section, sections


def made(counts: Counts, name: str, most_rows: int = 10) -> Section:
    return next(each for each in sections(counts, BROKEN_DOWN, most_rows) if each.name == name)


def rows(counts: Counts, name: str) -> list[dict[str, Any]]:
    return made(counts, name).as_json()


def test_the_outcomes_add_up_and_every_one_is_shown() -> None:
    found = {row["outcome"]: (row["reports"], row["share"]) for row in rows(mixed(), "outcomes")}
    assert found == {"published": (10, 0.625), "duplicate": (2, 0.125), "dropped": (2, 0.125), "dead": (2, 0.125)}
    assert [row["share"] for row in rows(Counts(), "outcomes")] == [0, 0, 0, 0]


def test_reasons_are_in_the_order_of_outcomes_and_then_of_their_counts() -> None:
    found = [(row["outcome"], row["reason"], row["reports"]) for row in rows(mixed(), "reasons")]
    assert found == [
        ("published", "new", 9),
        ("published", "update", 1),
        ("duplicate", "copy", 1),
        ("duplicate", "recrawl", 1),
        ("dropped", "http_error", 2),
        ("dead", "no_content", 1),
        ("dead", "timeout", 1),
    ]


def test_the_host_with_most_failures_comes_first_with_its_main_reason() -> None:
    bad, good, _ = rows(mixed(), "by_host")
    assert bad == {
        "host": "bad.example", "reports": 3, "published": 0, "duplicate": 0, "dropped": 2, "dead": 1,
        "failed_share": 1.0, "main_reason": "http_error",
    }  # fmt: skip
    assert (good["host"], good["reports"], good["failed_share"]) == ("good.example", 12, 0.0833)


def test_every_reason_of_failures_names_its_worst_host() -> None:
    found = [
        (row["reason"], row["reports"], row["worst_host"], row["at_worst_host"]) for row in rows(mixed(), "by_reason")
    ]
    assert found == [
        ("http_error", 2, "bad.example", 2),
        ("no_content", 1, "bad.example", 1),
        ("timeout", 1, "good.example", 1),
    ]


def test_the_other_dimensions_are_broken_down_in_the_same_way() -> None:
    counts = counted(message(shape="native", language="en"), message("dead", "timeout", shape="nutch", language=None))
    assert [row["shape"] for row in rows(counts, "by_shape")] == ["nutch", "native"]
    assert [(row["language"], row["failed_share"]) for row in rows(counts, "by_language")] == [(None, 1), ("en", 0)]


def test_rules_are_ordered_by_what_they_removed() -> None:
    counts = counted(message(removed={"ad_label": 2, "interface": 9}), message(removed={"ad_label": 1}))
    found = [(row["rule"], row["removals"], row["reports"], row["share"]) for row in rows(counts, "by_rule")]
    assert found == [("interface", 9, 1, 0.5), ("ad_label", 3, 2, 1.0)]


def test_the_scores_are_a_distribution_over_the_articles_that_have_one() -> None:
    section = made(counted(message(score=0.05), message(score=1), message("dead", "timeout")), "scores")
    assert [row[:2] for row in section.rows if row[1]] == [("0.0 to 0.1", 1), ("0.9 to 1.0", 1)]
    assert len(section.rows) == 10
    assert sum(float(str(share)) for share in section.column("share")) == 1
    assert section.note == "Reports without a score: 1."


def test_duplicates_are_counted_by_kind_without_new_articles() -> None:
    counts = counted(
        message(), message("published", "update"), message("duplicate", "update"), message("duplicate", "copy")
    )
    found = [(row["kind"], row["published"], row["duplicate"], row["share"]) for row in rows(counts, "kinds")]
    assert found == [("update", 1, 1, 0.5), ("copy", 0, 1, 0.25)]


def test_the_largest_clusters_come_first_with_a_title() -> None:
    counts = counted(in_story("s1", title="One"), in_story("s2", title="Two"), in_story("s2"), in_story("s2", "copy"))
    found = [
        (row["title"], row["later_articles"], row["mostly"], row["cluster_id"]) for row in rows(counts, "clusters")
    ]
    assert found == [("Two", 3, "recrawl", "s2"), ("One", 1, "recrawl", "s1")]


def test_time_is_a_section_with_a_row_for_each_step() -> None:
    section = made(mixed(), "over_time")
    assert sum(int(str(count)) for name in section.series for count in section.column(name)) == 16


def test_only_the_wanted_dimensions_are_shown() -> None:
    names = [each.name for each in sections(mixed(), ["rule"], 10)]
    assert names == ["outcomes", "reasons", "over_time", "by_rule", "scores", "kinds", "clusters"]


def test_a_table_that_was_cut_says_so() -> None:
    section = made(counted(*(message(host=f"{n}.example") for n in range(12))), "by_host")
    assert (len(section.rows), section.note) == (10, "The first 10 of 12.")


def test_a_table_of_counts_that_may_be_too_low_says_by_how_much() -> None:
    counts = counted()
    counts.languages = Bounded(2)
    for language in "aaabc":
        counts.languages.add(language, "published")
    assert made(counts, "by_language", most_rows=1).note == (
        "The first 1 of at least 2. There were too many to count them all: a count may be too low by up to 1."
    )
