from __future__ import annotations

import random
from collections import Counter
from functools import partialmethod

import pytest

from tests.commands.report.reports import counted, in_story, message
from worker.commands.report import counts as counts_module
from worker.commands.report.counts import Bounded


def test_reports_are_counted_by_ending_host_shape_language_rule_and_score() -> None:
    counts = counted(
        message(host="a.example", removed={"ad_label": 2, "interface": 1}, score=0.55),
        message(host="a.example", removed={"ad_label": 5}, score=1.0),
        message("dropped", "http_error", host="b.example", shape="nutch", language=None),
    )
    assert counts.reports == 3
    assert counts.endings == {("published", "new"): 2, ("dropped", "http_error"): 1}
    assert dict(counts.hosts) == {"a.example": {("published", "new"): 2}, "b.example": {("dropped", "http_error"): 1}}
    assert dict(counts.shapes) == {"native": {"published": 2}, "nutch": {"dropped": 1}}
    assert dict(counts.languages) == {"en": {"published": 2}, None: {"dropped": 1}}
    assert dict(counts.rules) == {"ad_label": {"removals": 7, "reports": 2}, "interface": {"removals": 1, "reports": 1}}
    assert counts.scores == [0, 0, 0, 0, 0, 1, 0, 0, 0, 1]


@pytest.mark.parametrize("score", [-1e300, -0.1, 1.5, 1e300])
def test_a_score_outside_its_range_is_counted_at_the_end_of_it(score: float) -> None:
    assert sum(counted(message(score=score)).scores) == 1


def test_reports_from_before_the_time_or_without_a_time_are_left_out() -> None:
    old, new = (message(processed_at=f"2026-03-0{day}T00:00:00.000Z") for day in (1, 3))
    counts = counted(old, new, since="2026-03-02T00:00:00.000Z")
    assert (counts.reports, counts.earlier) == (1, 1)


def test_a_report_that_was_promoted_from_a_replay_is_not_another_input() -> None:
    counts = counted(message("dropped", "too_short"), message(promoted_from="v2"))
    assert (counts.reports, counts.promoted, counts.endings) == (1, 1, {("dropped", "too_short"): 1})


def test_a_report_without_a_time_has_the_time_at_which_it_was_written() -> None:
    untimed = message().replace(b'"processed_at"', b'"no_time"')
    for written_at, reports in ((None, 0), ("2026-03-01T00:00:00.000Z", 0), ("2026-03-03T00:00:00.000Z", 1)):
        counts = counted(untimed, since="2026-03-02T00:00:00.000Z", written_at=written_at)
        assert counts.reports == reports


def test_a_story_is_counted_by_its_later_articles_and_has_the_first_title() -> None:
    counts = counted(
        message(), in_story("s1", title="First"), in_story("s1", "copy", title="Second"), in_story("s2", title=None)
    )
    assert dict(counts.stories) == {"s1": {"recrawl": 1, "copy": 1}, "s2": {"recrawl": 1}}
    assert counts.titles == {"s1": "First", "s2": ""}


def test_the_titles_of_forgotten_stories_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts_module, "MOST_KEYS", 10)
    monkeypatch.setattr(Bounded, "__init__", partialmethod(Bounded.__init__, 10))
    counts = counted(*(in_story(f"s{number}") for number in range(1000)))
    assert len(dict(counts.stories)) <= 10
    assert len(counts.titles) <= 20
    assert {story for story, _ in counts.stories} <= counts.titles.keys()


def test_a_bounded_count_is_exact_as_long_as_there_are_few_keys() -> None:
    bounded: Bounded[str] = Bounded(3)
    for key in "abcabca":
        bounded.add(key, "x")
    assert (dict(bounded), bounded.short_by) == ({"a": {"x": 3}, "b": {"x": 2}, "c": {"x": 2}}, 0)


@pytest.mark.parametrize("seed", range(5))
def test_a_bounded_count_holds_few_keys_and_says_how_far_it_may_be_off(seed: int) -> None:
    randomness = random.Random(seed)
    bounded: Bounded[str] = Bounded(100)
    exact: Counter[str] = Counter()
    for _ in range(20_000):
        key = str(int(randomness.expovariate(1 / 200)))
        exact[key] += 1
        bounded.add(key, "x")
        assert len(dict(bounded)) <= 100
    assert bounded.short_by > 0
    for found, counts in bounded:
        assert exact[str(found)] - bounded.short_by <= counts["x"] <= exact[str(found)]
    missing = [times for key, times in exact.items() if key not in bounded]
    assert max(missing) <= bounded.short_by
