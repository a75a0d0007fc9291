from __future__ import annotations

import inspect
import math
import re
import statistics
from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.messages import Outcome, RawRecord, Reason, Result, Source
from worker.observe.metrics import Histogram, Metrics, MetricsLine

PUBLISHED = (Outcome.PUBLISHED, Reason.NEW)
DUPLICATE = (Outcome.DUPLICATE, Reason.EXACT)
SHORT = (Outcome.DROPPED, Reason.TOO_SHORT)
HTTP_ERROR = (Outcome.DROPPED, Reason.HTTP_ERROR)
BAD_JSON = (Outcome.DEAD, Reason.BAD_JSON)


class Clock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def metrics(clock: Clock) -> Metrics:
    return Metrics(clock)


def result(
    ending: tuple[Outcome, Reason] = PUBLISHED, size: int = 1000, stage_ms: Mapping[str, float] | None = None
) -> Result:
    record = RawRecord(Source("articles.raw", 0, 0), b"", size_bytes=size)
    return Result(record, *ending, (), stage_ms if stage_ms is not None else {"extract": 1.0})


# -- the histogram -------------------------------------------------------------------------------------------------


@given(
    st.lists(st.floats(min_value=0.1, max_value=1e6), min_size=1, max_size=300),
    st.sampled_from([0.5, 0.9, 0.95, 0.99, 1.0]),
)
def test_a_percentile_is_accurate_to_five_percent(values: list[float], share: float) -> None:
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    exact = sorted(values)[math.ceil(share * len(values)) - 1]
    assert histogram.percentile(share) == pytest.approx(exact, rel=0.05)


def test_the_median_of_many_values_agrees_with_the_statistics_module() -> None:
    histogram = Histogram()
    values = [1.01**n for n in range(1001)]
    for value in values:
        histogram.add(value)
    assert histogram.percentile(0.5) == pytest.approx(statistics.median(values), rel=0.05)


def test_a_histogram_without_values_has_no_percentile() -> None:
    assert Histogram().percentile(0.5) is None


@pytest.mark.parametrize("value", [0.0, -1.0, 1e-9])
def test_a_time_too_short_to_measure_is_counted_as_very_short(value: float) -> None:
    histogram = Histogram()
    histogram.add(value)
    assert histogram.percentile(0.5) == pytest.approx(0.001, abs=0.0005)


def test_a_histogram_stays_small_however_long_the_run() -> None:
    histogram = Histogram()
    for number in range(100_000):
        histogram.add(0.01 + number)
    assert len(histogram._buckets) < 400


# -- counting ------------------------------------------------------------------------------------------------------


def test_records_are_counted_by_outcome_and_reason_the_most_frequent_first(metrics: Metrics) -> None:
    endings = [PUBLISHED, SHORT, PUBLISHED, DUPLICATE, HTTP_ERROR, BAD_JSON, HTTP_ERROR]
    metrics.add([result(ending) for ending in endings])
    line = metrics.line(lag=None)
    assert (line["articles_in"], line["published"], line["duplicate"]) == (7, 2, 1)
    assert list(line["kinds"].items()) == [("new", 2), ("exact", 1)]
    assert list(line["dropped"].items()) == [("http_error", 2), ("too_short", 1)]
    assert line["dead"] == {"bad_json": 1}


@given(st.lists(st.sampled_from([PUBLISHED, DUPLICATE, SHORT, HTTP_ERROR, BAD_JSON]), max_size=60))
def test_articles_in_is_the_sum_of_all_outcomes(endings: list[tuple[Outcome, Reason]]) -> None:
    metrics = Metrics(lambda: 0.0)
    metrics.add([result(ending) for ending in endings])
    line = metrics.line(lag=0)
    out = line["published"] + line["duplicate"] + sum(line["dropped"].values()) + sum(line["dead"].values())
    assert line["articles_in"] == len(endings) == out
    assert sum(line["kinds"].values()) == line["published"] + line["duplicate"]


def test_rates_cover_the_interval_and_counts_cover_the_run(metrics: Metrics, clock: Clock) -> None:
    clock.now += 10
    metrics.add([result(size=500_000) for _ in range(20)])
    first = metrics.line(lag=5)
    assert (first["interval_s"], first["articles_per_s"], first["mb_per_s"], first["lag"]) == (10.0, 2.0, 1.0, 5)
    clock.now += 5
    metrics.add([result(size=100_000) for _ in range(5)])
    second = metrics.line(lag=0)
    assert (second["interval_s"], second["articles_per_s"], second["mb_per_s"], second["lag"]) == (5.0, 1.0, 0.1, 0)
    assert second["articles_in"] == 25


def test_the_final_line_covers_the_whole_run(metrics: Metrics, clock: Clock) -> None:
    clock.now += 10
    metrics.add([result(stage_ms={"extract": 100.0}) for _ in range(20)])
    metrics.line(lag=5)
    clock.now += 10
    final = metrics.line(lag=0, final=True)
    assert (final["final"], final["interval_s"], final["articles_per_s"]) == (True, 20.0, 1.0)
    assert final["article_ms"]["p50"] == pytest.approx(100, rel=0.05)
    assert final["time_share"] == {"extract": 0.1}


def test_an_interval_without_articles_has_rates_of_zero_and_no_percentiles(metrics: Metrics, clock: Clock) -> None:
    metrics.add([result()])
    metrics.line(lag=0)
    clock.now += 10
    line = metrics.line(lag=0)
    assert (line["articles_per_s"], line["mb_per_s"], line["time_share"]) == (0.0, 0.0, {})
    assert line["article_ms"] == {"p50": None, "p95": None, "p99": None}
    assert line["articles_in"] == 1


def test_a_line_at_the_very_start_does_not_divide_by_zero(metrics: Metrics) -> None:
    assert metrics.line(lag=None)["articles_per_s"] == 0.0


def test_the_latency_of_an_article_is_the_sum_of_its_stages(metrics: Metrics) -> None:
    metrics.add([result(stage_ms={"decode": 1.0, "extract": 20.0, "quality": 4.0})] * 90)
    metrics.add([result(stage_ms={"extract": 400.0})] * 10)
    percentiles = metrics.line(lag=None)["article_ms"]
    assert percentiles == {
        "p50": pytest.approx(25, rel=0.05),
        "p95": pytest.approx(400, rel=0.05),
        "p99": pytest.approx(400, rel=0.05),
    }


def test_time_shares_of_poll_stages_and_commit_come_largest_first(metrics: Metrics, clock: Clock) -> None:
    with metrics.phase("poll"):
        clock.now += 1
    with metrics.phase("commit"):
        clock.now += 2
    metrics.add([result(stage_ms={"extract": 4000.0, "quality": 500.0}), result(stage_ms={"extract": 1000.0})])
    clock.now += 7
    shares = metrics.line(lag=None)["time_share"]
    assert list(shares.items()) == [("extract", 0.5), ("commit", 0.2), ("poll", 0.1), ("quality", 0.05)]


def test_the_time_of_a_phase_that_fails_counts(metrics: Metrics, clock: Clock) -> None:
    def fail() -> None:
        clock.now += 3
        raise RuntimeError

    with pytest.raises(RuntimeError), metrics.phase("commit"):
        fail()
    assert metrics.total.seconds == {"commit": 3.0}


# -- the line ------------------------------------------------------------------------------------------------------


def test_the_line_has_exactly_the_keys_that_are_documented(metrics: Metrics) -> None:
    assert list(metrics.line(lag=None)) == list(MetricsLine.__annotations__)


def test_every_key_of_the_line_has_a_comment() -> None:
    source = inspect.getsource(MetricsLine)
    for key in MetricsLine.__annotations__:
        assert re.search(rf"^    {key}: .+  # \S.+$", source, re.MULTILINE), key


def test_the_line_is_json_with_plain_values(metrics: Metrics, clock: Clock) -> None:
    clock.now += 3
    metrics.add([result(ending) for ending in (PUBLISHED, SHORT, BAD_JSON)])
    line: dict[str, Any] = dict(metrics.line(lag=3))
    assert orjson.loads(orjson.dumps(line)) == line
