from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from worker.dedup.postings import CANDIDATES, best


def of(held: Mapping[int, Sequence[int]]) -> Callable[[int], Sequence[int]]:
    return lambda key: held.get(key, ())


def test_the_record_that_shares_more_keys_comes_first() -> None:
    held = of({1: [10, 20], 2: [10, 20], 3: [20, 30]})
    assert best([1, 2, 3], held)[:2] == [20, 10]
    assert best([2, 3, 1], held)[:2] == [20, 10]


def test_a_rare_key_counts_more_than_one_with_many_holders() -> None:
    assert best([1, 2], of({1: [10, 20, 30, 40, 50], 2: [50, 60]}))[:2] == [50, 60]
    many = list(range(100, 124))
    assert best([1, 2, 3, 4], of({1: many, 2: many, 3: many, 4: [7]}))[0] == 7


def test_keys_without_holders_lead_nowhere() -> None:
    assert best([], of({1: [10]})) == []
    assert best([1, 2], of({3: [10]})) == []


def test_of_equal_records_the_first_holder_comes_first() -> None:
    """So two workers choose the same."""
    assert best([1], of({1: [10, 20, 30]})) == [10, 20, 30][:CANDIDATES]
    assert best([1, 2], of({1: [20], 2: [10]})) == [20, 10]


@given(held=st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 20), max_size=8, unique=True)))
def test_the_best_records_are_those_with_the_highest_sums(held: dict[int, list[int]]) -> None:
    sums = {number: sum(len(numbers) ** -0.5 for numbers in held.values() if number in numbers) for number in range(21)}
    found = best(held, of(held))
    assert len(found) == min(CANDIDATES, sum(score > 0 for score in sums.values()))
    assert len(set(found)) == len(found)
    scores = [sums[number] for number in found]
    assert all(score > 0 for score in scores)
    assert all(first >= second - 1e-9 for first, second in pairwise(scores))
    assert all(sums[number] <= min(scores) + 1e-9 for number in sums if found and number not in found)
