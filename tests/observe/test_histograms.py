from __future__ import annotations

import math
import statistics
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.observe.histograms import ARTICLE_BOUNDS_S, BATCH_BOUNDS_S, Histogram, fine_bucket, percentile


@pytest.mark.parametrize("bounds_s", [ARTICLE_BOUNDS_S, BATCH_BOUNDS_S])
def test_the_bounds_of_a_histogram_grow(bounds_s: tuple[float, ...]) -> None:
    assert list(bounds_s) == sorted(set(bounds_s))


def test_a_duration_counts_in_the_first_bucket_whose_bound_it_does_not_exceed() -> None:
    histogram = Histogram((1.0, 2.0))
    for duration_s in (0.0, 1.0, 1.5, 2.0, 2.1, 99.0):
        histogram.add(duration_s)
    assert histogram.buckets == {"counts": [2, 2, 2], "sum_s": 105.6}


def test_buckets_that_were_handed_out_do_not_change() -> None:
    histogram = Histogram((1.0,))
    before = histogram.buckets
    histogram.add(0.5)
    assert before == {"counts": [0, 0], "sum_s": 0.0}


@given(
    st.lists(st.floats(min_value=0.1, max_value=1e6), min_size=1, max_size=300),
    st.sampled_from([0.5, 0.9, 0.95, 0.99, 1.0]),
)
def test_a_percentile_is_accurate_to_five_percent(values: list[float], share: float) -> None:
    counts = Counter[int]()
    for value in values:
        counts[fine_bucket(value)] += 1
    exact = sorted(values)[math.ceil(share * len(values)) - 1]
    assert percentile(counts, share) == pytest.approx(exact, rel=0.05)


def test_the_median_of_many_values_agrees_with_the_statistics_module() -> None:
    counts = Counter[int]()
    values = [1.01**n for n in range(1001)]
    for value in values:
        counts[fine_bucket(value)] += 1
    assert percentile(counts, 0.5) == pytest.approx(statistics.median(values), rel=0.05)


def test_a_histogram_without_values_has_no_percentile() -> None:
    assert percentile(Counter(), 0.5) is None


@pytest.mark.parametrize("value", [0.0, -1.0, 1e-9])
def test_a_time_too_short_to_measure_is_counted_as_very_short(value: float) -> None:
    counts = Counter[int]()
    counts[fine_bucket(value)] += 1
    assert percentile(counts, 0.5) == pytest.approx(0.001, abs=0.0005)


def test_a_histogram_stays_small_however_long_the_run() -> None:
    counts = Counter[int]()
    for number in range(100_000):
        counts[fine_bucket(0.01 + number)] += 1
    assert len(counts) < 400
