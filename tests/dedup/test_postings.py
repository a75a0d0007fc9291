from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dedup.prose import prose
from tests.implementations import BOTH, one_of_both
from worker.dedup.memory import MAX_HOLDERS
from worker.dedup.postings import CANDIDATES, LEAST_SHARE, LEAST_WORTH, best
from worker.dedup.word_codes import words_of


@pytest.fixture(scope="module", params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """All tests of this module run with the Python code and with the compiled part."""
    yield from one_of_both(request)


def of(held: Mapping[int, Sequence[int]]) -> Callable[[Collection[int]], Iterable[tuple[int, ...]]]:
    return lambda keys: [tuple(held.get(key, ())) for key in keys]


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


def test_of_equal_records_the_one_with_the_lower_number_comes_first() -> None:
    """So two workers choose the same, whatever order their memories keep the holders in."""
    assert best([1, 2], of({1: [40, 30, 20, 10], 2: [10, 20, 30, 40]})) == [10, 20, 30, 40][:CANDIDATES]
    assert best([1, 2], of({1: [20], 2: [10]})) == best([1, 2], of({1: [10], 2: [20]})) == [10, 20]


def test_one_key_of_many_records_is_not_enough() -> None:
    assert best([1], of({1: [10, 20]})) == [10, 20]
    assert best([1], of({1: [10, 20, 30]})) == []
    assert best([1, 2], of({1: [10, 20, 30], 2: [20, 30, 40]})) == [20, 30]


def test_a_record_that_is_worth_much_less_than_the_best_one_is_left_out() -> None:
    rare = {key: [10] for key in range(10)}
    assert best([*rare, 50], of({**rare, 50: [20]})) == [10]
    assert best([*rare, 50, 51], of({**rare, 50: [20], 51: [20]})) == [10, 20]


@given(held=st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 20), max_size=8, unique=True)))
def test_the_best_records_are_those_with_the_highest_sums(held: dict[int, list[int]]) -> None:
    sums = {number: sum(len(numbers) ** -0.5 for numbers in held.values() if number in numbers) for number in range(21)}
    found = best(held, of(held))
    least = max(LEAST_WORTH, LEAST_SHARE * max(sums.values()))
    assert len(found) == min(CANDIDATES, sum(score >= least - 1e-9 for score in sums.values()))
    assert len(set(found)) == len(found)
    scores = [sums[number] for number in found]
    assert all(first >= second - 1e-9 for first, second in pairwise(scores))
    assert all(sums[number] <= min(scores) + 1e-9 for number in sums if found and number not in found)


@pytest.mark.parametrize(("guess", "is_found"), [(3, True), (4, True), (7, False)])
def test_who_does_not_know_the_seed_cannot_hide_a_story_behind_decoys(guess: int, is_found: bool) -> None:
    """Each decoy has a few pairs of words that would be keys of the story with the guessed seed. The right seed is 7."""
    words = prose("story", 400)
    wanted = set(words_of(" ".join(words), seed=guess).keys)
    content = [word for word in words if len(word) > 3 or word.isdecimal()]
    figures = [word for word in words if word.isdecimal()]
    pairs = [" ".join(pair) for pair in (*pairwise(content), *pairwise(figures))]
    chosen = [pair for pair in pairs if wanted & set(words_of(pair, seed=guess).keys)]
    texts = [" ".join(chosen[at : at + 2]) for at in range(0, len(chosen), 2) for _ in range(MAX_HOLDERS)]
    held: dict[int, list[int]] = {}
    for number, text in enumerate([*texts, " ".join(words)]):
        for key in words_of(text, seed=7).keys:
            if len(held.setdefault(key, [])) < MAX_HOLDERS:
                held[key].append(number)
    copy = words_of(" ".join(words[20:]), seed=7)
    assert (len(texts) in best(copy.keys, of(held))) is is_found
