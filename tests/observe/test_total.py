"""Adding up the statuses of several workers."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.observe.statuses import status
from worker.observe.status import State
from worker.observe.total import STATES, since, total

REASONS = st.dictionaries(st.sampled_from(["new", "copy", "too_short", "bad_json"]), st.integers(1, 100))


def summed(*running: Any) -> Any:
    return total(running, None, "all", 1.0)


def test_counts_are_added_and_the_most_frequent_reason_comes_first() -> None:
    one = status(articles_in=3, dropped={"too_short": 2, "http_error": 1})
    other = status(articles_in=5, dropped={"http_error": 4, "no_article": 1})
    both = summed(one, other)
    assert both["articles_in"] == 8
    assert list(both["dropped"].items()) == [("http_error", 5), ("too_short", 2), ("no_article", 1)]


def test_processes_that_have_ended_still_count_but_do_not_lag_or_use_memory() -> None:
    running = status(articles_in=1, lag=2, memory_bytes=10)
    ended = status(articles_in=7, lag=50, memory_bytes=90)
    both = total([running], ended, "all", 1.0)
    assert (both["articles_in"], both["lag"], both["memory_bytes"]) == (8, 2, 10)


def test_the_lag_is_the_sum_its_age_the_greatest_and_each_partition_counts_once() -> None:
    both = summed(
        status(lag=3, lag_s=4.0, lag_by_partition={"10": 1, "2": 2}),
        status(lag=5, lag_s=9.0, lag_by_partition={"2": 5}),
    )
    assert (both["lag"], both["lag_s"]) == (8, 9.0)
    assert list(both["lag_by_partition"].items()) == [("2", 5), ("10", 1)]
    assert (summed(status(lag=None), status(lag=5))["lag"], summed(status(lag=None))["lag"]) == (5, None)


@pytest.mark.parametrize(
    ("states", "of_all"),
    [
        (("waiting for input", "working"), "working"),
        (("waiting for input", "waiting for the index server"), "waiting for the index server"),
        (("starting", "waiting for input"), "starting"),
        (("stopped", "waiting for input"), "waiting for input"),
    ],
)
def test_the_state_is_the_one_that_matters_most(states: tuple[str, str], of_all: str) -> None:
    assert summed(*(status(state=state) for state in states))["state"] == of_all


def test_a_percentile_that_only_one_worker_reports_is_that_of_all() -> None:
    both = summed(status(article_ms={"p50": 3.0, "p99": 9.0}), status(article_ms={"p50": 5.0}))
    assert both["article_ms"] == {"p50": 5.0, "p99": 9.0}


def test_every_state_has_its_place() -> None:
    assert sorted(STATES) == sorted(get_args(State))


def test_a_host_that_fails_in_two_processes_is_one_host() -> None:
    def seen(host: str, records: int, dead: int) -> dict[str, Any]:
        return {"host": host, "articles_in": records, "dropped": 0, "dead": dead}

    both = summed(
        status(worst_hosts=[seen("a.example", 10, 9), seen("b.example", 10, 1)]),
        status(worst_hosts=[seen("b.example", 10, 10)]),
    )
    assert both["worst_hosts"] == [seen("a.example", 10, 9), seen("b.example", 20, 11)]


def test_the_buckets_of_histograms_are_added_place_by_place() -> None:
    one, other = (status(stage_seconds={"extract": {"counts": counts, "sum_s": 1.5}}) for counts in ([1, 0], [2, 5]))
    assert summed(one, other)["stage_seconds"] == {"extract": {"counts": [3, 5], "sum_s": 3.0}}


@given(before=REASONS, more=REASONS)
def test_what_was_counted_since_is_the_difference(before: dict[str, int], more: dict[str, int]) -> None:
    one, other = (
        status(kinds=before, articles_in=sum(before.values())),
        status(kinds=more, articles_in=sum(more.values())),
    )
    grown = since(summed(one, other), one)
    assert grown["kinds"] == more
    assert grown["articles_in"] == sum(more.values())
