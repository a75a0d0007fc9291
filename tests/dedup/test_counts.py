from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from worker.dedup.counts import HALVED_AT, PAIRS, Counts
from worker.store.damage import DamagedError

ARTICLES = st.lists(st.lists(st.integers(0, PAIRS - 1), max_size=20), max_size=10)


def pairs(*numbers: int) -> NDArray[np.uint16]:
    return np.array(numbers, np.uint16)


def worth(counts: Counts, pair: int) -> float:
    return float(counts.worth(pairs(pair))[0])


def test_an_unseen_pair_has_the_greatest_weight() -> None:
    assert Counts().worth(pairs(0, 17, PAIRS - 1)).tolist() == [1, 1, 1]


def test_the_more_articles_have_a_pair_the_smaller_its_weight() -> None:
    counts, last = Counts(), 1.0
    for articles in range(1, 50):
        counts.add(pairs(7, 8))
        assert worth(counts, 7) == pytest.approx((1 + articles) ** -0.5)
        assert worth(counts, 7) < last
        last = worth(counts, 7)
    assert worth(counts, 9) == 1


def test_a_repeated_pair_counts_once() -> None:
    once, twice = Counts(), Counts()
    once.add(pairs(1, 2))
    twice.add(pairs(1, 2, 1, 1))
    assert once.packed == twice.packed


def test_an_article_without_pairs_changes_nothing() -> None:
    counts = Counts()
    counts.add(pairs())
    assert counts.packed == Counts().packed
    assert counts.worth(pairs()).tolist() == []


@given(ARTICLES)
def test_packed_counts_are_restored_unchanged(articles: list[list[int]]) -> None:
    counts = Counts()
    for article in articles:
        counts.add(pairs(*article))
    again = Counts(counts.packed)
    assert again.packed == counts.packed
    for copy in (counts, again):
        copy.add(pairs(1, 2, 3))
    assert again.packed == counts.packed
    assert len(counts.packed) == 128 << 10


def test_changing_restored_counts_does_not_change_the_packed_bytes() -> None:
    packed = Counts().packed
    Counts(packed).add(pairs(1))
    assert packed == bytes(128 << 10)


def test_all_counts_are_halved_when_their_sum_grows_too_large() -> None:
    """So recent articles count most, and no count overflows."""
    counts, each = Counts(), np.arange(PAIRS, dtype=np.uint16)
    full = HALVED_AT // PAIRS
    for _ in range(full):
        counts.add(each)
    counts.add(pairs(5))
    assert worth(counts, 5) == pytest.approx((2 + full) ** -0.5)
    counts.add(each)
    assert worth(counts, 5) == pytest.approx((1 + (2 + full) // 2) ** -0.5)
    assert worth(counts, 6) == pytest.approx((1 + (1 + full) // 2) ** -0.5)
    assert HALVED_AT * 0.45 < np.frombuffer(counts.packed, "<u2").sum(dtype=np.int64) < HALVED_AT * 0.55


def test_counting_continues_after_a_halving() -> None:
    counts, each = Counts(), np.arange(PAIRS, dtype=np.uint16)
    for _ in range(3 * HALVED_AT // PAIRS):
        counts.add(each)
        assert np.frombuffer(counts.packed, "<u2").sum(dtype=np.int64) <= HALVED_AT
    assert worth(counts, 5) > (1 + HALVED_AT // PAIRS) ** -0.5


@pytest.mark.parametrize("packed", [b"\x00", bytes((128 << 10) - 2), bytes((128 << 10) + 2), b"\xff" * (128 << 10)])
def test_bytes_that_cannot_have_been_packed_are_damaged(packed: bytes) -> None:
    with pytest.raises(DamagedError):
        Counts(packed)
