from __future__ import annotations

import io
from collections import Counter
from typing import Any

from rich.console import Console

from tests.commands.replay.manifests import MANIFEST
from tests.commands.report.reports import message
from worker.commands.replay import outlook
from worker.commands.replay.manifest import settings_of
from worker.commands.replay.outlook import Before
from worker.commands.replay.standing import Standing
from worker.commands.sources import Record
from worker.config.settings import Settings
from worker.transport.kafka.ranges import Contents

OWN = settings_of(Settings(), "v2")


def rows(sizes: dict[int, int]) -> list[list[str]]:
    console = Console(file=io.StringIO(), width=200, no_color=True)
    console.print(outlook.table(MANIFEST, Contents({0: 5, 1: 0, 10: 1000}, sizes)))
    text: Any = console.file
    found = [line.replace("│", " ").split() for line in text.getvalue().splitlines()]
    return [row for row in found if row and (row[0].isdigit() or row[0] == "all")]


def test_ranges_counts_bytes_and_expired_records_are_shown_in_partition_order() -> None:
    assert rows({0: 12_345, 1: 0, 10: 99}) == [
        ["0", "5", "25", "20", "12,345", "5"],
        ["1", "0", "0", "0", "0", "0"],
        ["10", "7", "8", "1", "99", "1,000"],
        ["all", "21", "12,444", "1,005"],
    ]


def test_unknown_bytes_are_a_question_mark() -> None:
    assert rows({})[-1] == ["all", "21", "?", "1,005"]


def said(left: int, before: Before, own: Settings = OWN) -> list[str]:
    return list(outlook.lines(MANIFEST, own, Standing(21, 21 - left), before))


def test_the_topics_the_group_and_the_rules_are_named() -> None:
    outputs, now, before = said(21, Before())
    assert outputs == (
        "outputs: articles.clean.v2, articles.quality.v2, articles.dead.v2; group: article-worker.replay.v2"
    )
    assert (
        now == f"rules now: version {MANIFEST.rules.version}, fingerprint {MANIFEST.rules.fingerprint}; verdicts: fresh"
    )
    assert before == "rules before: unknown, because no earlier report on these records was found"


def test_the_expected_time_follows_from_what_is_left_and_from_the_time_of_a_record_before() -> None:
    before = Before(Counter({("0.0.9", "f" * 16): 4}), spent_ms=40_000.0)
    lines = said(11, before, OWN.model_copy(update={"processes": 2}))
    assert lines[1] == "already done: 10; left: 11"
    assert lines[3] == "rules before: version 0.0.9, fingerprint ffffffffffffffff, 4 reports"
    assert lines[4] == (
        "expected time: at least 0:00:55 with 2 processes, if a record takes 10000.0 ms as before, plus the time to "
        "read and publish"
    )


def test_a_range_without_records_is_a_warning_instead_of_an_expected_time() -> None:
    before = Before(Counter({("v", "f"): 1}), 1000.0)
    lines = list(outlook.lines(MANIFEST, OWN, Standing(0, 0), before))
    assert lines[1] == "there is nothing to process: look at --from, --to and --only"
    assert not any("expected time" in line for line in lines)


def test_more_processes_than_partitions_do_not_help() -> None:
    lines = said(21, Before(Counter({("v", "f"): 1}), 1000.0), OWN.model_copy(update={"processes": 64}))
    assert lines[-1].startswith("expected time: at least 0:00:07 with 3 processes")


def test_with_a_limited_rate_the_expected_time_follows_from_the_rate() -> None:
    last = list(outlook.lines(MANIFEST, OWN, Standing(21, 1), Before(), max_rate=2))[-1]
    assert last == "with --max-rate 2: at least 0:00:10"


def test_a_report_with_an_impossible_time_does_not_count() -> None:
    """Anybody who may write to the topic can write such a report."""
    source = {"topic": MANIFEST.topic, "partition": 0, "offset": 5}
    reports = [
        Record(message(source=source, stage_ms={"decode": ms, "extract": ms}), 0.0, 1) for ms in (1e308, 1e12, -1.0)
    ]
    assert outlook.looked_at(reports, MANIFEST) == Before()


def test_only_reports_on_records_of_the_range_count() -> None:
    def report(topic: str, partition: int, offset: int) -> Record:
        source = {"topic": topic, "partition": partition, "offset": offset}
        return Record(message(source=source, stage_ms={"decode": 1.5, "extract": 2.5}), 0.0, 1)

    places = [("articles.raw", 0, 5), ("articles.raw", 0, 24), ("articles.raw", 0, 4), ("articles.raw", 0, 25)]
    others = [("other", 0, 5), ("articles.raw", 3, 5)]
    records = [report(*place) for place in [*places, *others]]
    before = outlook.looked_at([*records, Record(None, 0.0, 1), Record(b"[]", 0.0, 1)], MANIFEST)
    assert before.pipelines.total() == 2
    assert before.mean_ms == 4.0
