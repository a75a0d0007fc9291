from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from rich.console import Console

from tests.commands.report.reports import message
from worker.commands.replay import totals as module
from worker.commands.replay.totals import RECENT_S, Totals, read_totals
from worker.commands.sources import Record, Source
from worker.config.settings import Settings


def test_the_line_names_every_outcome_and_the_reasons_that_occurred() -> None:
    endings = Counter({("published", "update"): 3, ("published", "new"): 1030, ("dropped", "too_short"): 2})
    assert (
        Totals(endings).line() == "published 1,033 (new 1,030, update 3); duplicate 0; dropped 2 (too_short 2); dead 0"
    )


def test_offsets_without_a_report_are_pointed_out() -> None:
    """Otherwise a range that has expired would look as if it had been processed."""
    totals = Totals(Counter({("published", "new"): 1030}))
    assert totals.missing(1030) == ""
    assert totals.missing(2040) == "; 1,010 offsets had no record (expired, compacted, or markers of transactions)"


def test_every_report_of_the_quality_topic_is_counted_and_anything_else_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago_s = time.time() - 10 * RECENT_S
    values = [(message(), long_ago_s), (message("dead", "timeout"), time.time()), (None, time.time()), (b"{", 0.0)]

    @contextmanager
    def topic(name: str, since: datetime | None, settings: Settings) -> Iterator[Source]:
        assert (name, since, settings.quality_topic) == ("q.v2", None, "q.v2")
        yield Source((Record(value, written_s, 1) for value, written_s in values), "records", len(values))

    monkeypatch.setattr(module, "published_topic", topic)
    totals = read_totals(Settings(quality_topic="q.v2"), Console(file=io.StringIO()))
    assert totals.endings == {("published", "new"): 1, ("dead", "timeout"): 1}
    assert totals.per_s == 1 / RECENT_S


def test_the_speed_of_a_replay_that_has_just_begun_counts_from_its_first_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s = 1_800_000_000.0

    @contextmanager
    def topic(*_: object) -> Iterator[Source]:
        yield Source((Record(message(), now_s - 10 + n, 1) for n in range(5)), "records", 5)

    monkeypatch.setattr(module, "published_topic", topic)
    monkeypatch.setattr("time.time", lambda: now_s)
    assert read_totals(Settings(), Console(file=io.StringIO())).per_s == 0.5
