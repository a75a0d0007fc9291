from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.commands.report import timeline as timeline_module
from worker.commands.report.timeline import Step, Timeline
from worker.messages import rfc3339

BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(moment: datetime) -> str:
    written = rfc3339(moment)
    assert written is not None
    return written


def filled(*moments: datetime) -> Timeline:
    made = Timeline()
    for moment in moments:
        made.add(at(moment), "published")
    return made


def test_steps_without_records_are_there_too() -> None:
    made = filled(NOON, NOON + timedelta(seconds=59), NOON + timedelta(minutes=3))
    made.add(at(NOON), "dead")
    counts = [{"published": 2, "dead": 1}, {}, {}, {"published": 1}]
    assert made.steps(48) == [Step(NOON + timedelta(minutes=n), found) for n, found in enumerate(counts)]


def test_without_records_there_are_no_steps() -> None:
    assert Timeline().steps(48) == []


@pytest.mark.parametrize(
    ("length", "step"),
    [
        (timedelta(hours=3), timedelta(minutes=5)),
        (timedelta(hours=24), timedelta(hours=1)),
        (timedelta(days=7), timedelta(hours=6)),
        (timedelta(days=30), timedelta(days=1)),
    ],
)
def test_the_longer_the_time_the_longer_a_step(length: timedelta, step: timedelta) -> None:
    steps = filled(NOON, NOON + length).steps(48)
    assert steps[1].begin - steps[0].begin == step


@given(st.lists(st.integers(0, 36_500 * 24 * 60).map(lambda n: BEGIN + timedelta(minutes=n)), min_size=1))
def test_every_time_of_the_century_is_in_one_step(moments: list[datetime]) -> None:
    steps = filled(*moments).steps(48)
    assert len(steps) <= 48
    assert sum(step.counts.get("published", 0) for step in steps) == len(moments)
    assert steps[0].begin <= min(moments)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-13-01T00:00:00.000Z",
        "0001-01-01T00:00:00.000Z",
        "9999-12-31T00:00:00.000Z",
        "２026-03-02T12:00",
    ],
)
def test_a_text_that_is_no_time_of_the_century_is_not_counted(text: str) -> None:
    made = Timeline()
    made.add(text, "published")
    assert made.steps(48) == []


def test_too_many_minutes_become_hours_and_then_days_and_no_record_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline_module, "MOST_BUCKETS", 50)
    made = filled(*(NOON + timedelta(minutes=37 * n) for n in range(2000)))
    assert len(made._buckets) <= 53
    steps = made.steps(10)
    assert sum(step.counts["published"] for step in steps) == 2000
    assert steps[1].begin - steps[0].begin == timedelta(days=7)
