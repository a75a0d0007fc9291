"""Which reports count if an input has several."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import closing

import pytest

from tests.commands.report.reports import EXAMPLE, message
from worker.commands.report.attempts import Attempts
from worker.commands.report.records import MOST_ATTEMPTS, read_report


@pytest.fixture
def attempts() -> Iterator[Attempts]:
    with closing(Attempts()) as made:
        yield made


def of(offset: int, attempt: int = 1, outcome: str = "dead") -> bytes:
    reason = {"dead": "no_content", "published": "new"}[outcome]
    return message(outcome, reason, attempt=attempt, source={**EXAMPLE["source"], "offset": offset})


def held(attempts: Attempts, *values: bytes) -> list[bool]:
    found = map(read_report, values)
    return [attempts.hold(report, value, None) for report, value in zip(found, values, strict=True) if report]


def last(attempts: Attempts) -> Sequence[bytes]:
    return sorted(value for value, _ in attempts.last())


def test_a_first_report_of_an_input_that_did_not_die_is_final(attempts: Attempts) -> None:
    assert held(attempts, of(1, outcome="published"), of(2), of(3, 2, "published")) == [False, True, True]


@pytest.mark.parametrize("seed", range(3))
def test_the_last_attempt_counts_in_whatever_order_the_reports_are_read(attempts: Attempts, seed: int) -> None:
    reports = [of(1), of(1, 2), of(1, 3, "published"), of(2), of(3), of(3, 2, "published")]
    random.Random(seed).shuffle(reports)
    held(attempts, *reports)
    assert last(attempts) == sorted([of(1, 3, "published"), of(2), of(3, 2, "published")])
    assert attempts.replaced == 3


def test_inputs_at_the_same_place_of_topics_of_the_same_name_all_count(attempts: Attempts) -> None:
    held(attempts, of(1), of(1))
    assert last(attempts) == [of(1), of(1)]


def test_an_attempt_of_any_size_is_held(attempts: Attempts) -> None:
    assert held(attempts, of(1, MOST_ATTEMPTS)) == [True]
    assert read_report(of(1, MOST_ATTEMPTS + 1)) is None
