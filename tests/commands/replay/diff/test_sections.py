from __future__ import annotations

from typing import Any

from tests.commands.replay.diff.outputs import article, compared, judged, report
from worker.commands.replay.diff.run import Result
from worker.commands.replay.diff.sections import sections
from worker.commands.report.sections import Section


def tables(found: Result, most_rows: int = 10) -> dict[str, Section]:
    return {section.name: section for section in sections(found.tally, found.clusters, most_rows)}


def mixed() -> Result:
    """Five inputs: one with the same outcome, three with another, and one that only the replay reported."""
    return compared(
        quality=[report(1), report(2, "dead", "timeout"), report(3, "dead", "timeout"), report(4)],
        quality_v2=[report(1), report(2), report(3), report(4, "dropped", "too_short"), report(5)],
        clean=[article(1, "one two", title="A"), article(4)],
        clean_v2=[article(1, "one three", title="B"), article(2), article(3), article(5)],
    )


def test_the_records_come_first_and_those_on_one_side_only_are_counted() -> None:
    section = next(iter(tables(mixed()).values()))
    assert [row[1] for row in section.rows] == [0, 4, 0, 1]


def test_the_matrix_has_a_row_for_each_outcome_before_and_a_column_for_each_after() -> None:
    rows = {row["before"]: row for row in tables(mixed())["outcomes"].as_json()}
    assert rows["dead"] == {"before": "dead", "published": 2, "duplicate": 0, "dropped": 0, "dead": 0}
    assert (rows["published"]["published"], rows["published"]["dropped"]) == (1, 1)


def test_only_reasons_that_changed_are_listed_and_the_others_are_summed_up() -> None:
    section = tables(mixed())["reasons"]
    assert section.as_json() == [
        {
            "before": "dead timeout",
            "after": "published new",
            "records": 2,
            "share": 0.5,
            "such_as": "https://a.example/2",
        },
        {
            "before": "published new",
            "after": "dropped too_short",
            "records": 1,
            "share": 0.25,
            "such_as": "https://a.example/4",
        },
    ]
    assert section.note == "Records with the same outcome and reason: 1."
    assert tables(mixed(), 1)["reasons"].note == "Records with the same outcome and reason: 1. The first 1 of 2."


def test_texts_are_shown_by_the_size_of_the_change_and_by_group() -> None:
    made = tables(mixed())
    assert [row for row in made["texts"].rows if row[1]] == [("over 20 %", 1, 1.0)]
    assert made["by_host"].rows == [("a.example", 1, 1, 1.0, 1, 54, 54)]
    assert made["by_language"].rows[0][0] == "en"
    assert made["fields"].rows == [("title", 1, 0, 0)]


def test_a_text_that_is_gone_is_named_below_the_table() -> None:
    found = tables(compared(quality=[report(1)], quality_v2=[report(1)], clean=[article(1)]))
    assert found["texts"].note == "Published on both sides, but without a text to compare: 1."


def test_the_rules_with_most_changed_records_come_first() -> None:
    found = tables(
        compared(
            quality=[report(1, removed={"glue": 2, "ad_label": 1})],
            quality_v2=[report(1, removed={"glue": 2, "ad_label": 4})],
        )
    )
    assert found["by_rule"].rows == [("ad_label", 1, 4, 3, 1), ("glue", 2, 2, 0, 0)]


def test_verdicts_and_clusters_are_shown_together() -> None:
    found = compared(
        quality=[judged(1, cluster=1), judged(2, cluster=1)], quality_v2=[judged(1, cluster=1), judged(2, cluster=2)]
    )
    assert [row[1] for row in tables(found)["duplicates"].rows] == [0, 0, 2, 1, 0]


def test_a_comparison_of_nothing_has_every_table() -> None:
    empty: dict[str, Any] = {name: section.as_json() for name, section in tables(compared()).items()}
    assert (empty["reasons"], empty["by_host"], empty["fields"]) == ([], [], [])
    assert {row["after"] for row in empty["measures"]} == {0}
