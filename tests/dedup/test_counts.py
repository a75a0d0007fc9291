from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.dedup.sketches import DAY_S, NOW_S, Opener
from worker.dedup.counts import COUNTS_WANTED, HALVED_AT, PAIRS, READ_AT, WRITE_AT, Counts, OwnCounts, SharedCounts
from worker.dedup.memory import Memory, Table, Wanted
from worker.store.damage import Damage, DamagedError

ARTICLES = st.lists(st.lists(st.integers(0, PAIRS - 1), max_size=20, unique=True), max_size=10)


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


# -- sharing them ----------------------------------------------------------------------------------------------------


@given(ARTICLES, ARTICLES)
def test_a_copy_has_the_shared_counts_and_its_own(shared: list[list[int]], own: list[list[int]]) -> None:
    first, copy, together = Counts(), OwnCounts(), Counts()
    for article in shared:
        first.add(pairs(*article))
        together.add(pairs(*article))
    for article in own:
        copy.add(pairs(*article))
        together.add(pairs(*article))
    copy.read(first, ever=first.total)
    assert copy.packed == together.packed
    assert copy.own == sum(map(len, own))
    copy.written()
    assert (copy.own, copy.ever) == (0, together.total)


def test_a_copy_of_a_copy_is_independent() -> None:
    counts = OwnCounts()
    counts.add(pairs(1, 2))
    copied = counts.copy()
    copied.add(pairs(3))
    assert (counts.own, copied.own) == (2, 3)
    assert worth(counts, 3) == 1
    copied.read(Counts(), 7)
    assert [worth(copied, pair) < 1 for pair in (1, 2, 3, 4)] == [True, True, True, False]


class Worker:
    """A worker that counts articles of ten pairs, none of which occurs twice, each in its own batch."""

    def __init__(self, memory: Memory, *, in_each_batch: bool = False) -> None:
        self.damage = Damage()
        self.memory = memory
        self.found: list[bytes] = []
        self._shared = SharedCounts(memory, self.damage, in_each_batch=in_each_batch)
        self._next = 0

    def count(self, articles: int, *, at_s: float = NOW_S, in_batch: int = 1) -> Counts:
        counts = Counts()
        for _ in range(articles // in_batch):
            counts = self.memory.atomically(Wanted({Table.COUNTS: COUNTS_WANTED}), lambda: self._body(at_s, in_batch))
            self._shared.settle()
        return counts

    def nothing(self, at_s: float) -> None:
        self.memory.atomically(Wanted(), lambda: self._body(at_s, 0))
        self._shared.settle()

    def fail(self) -> None:
        def body() -> None:
            self._body(NOW_S, 5)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            self.memory.atomically(Wanted(), body)

    def _body(self, at_s: float, articles: int) -> Counts:
        counts = self._shared.begin()
        self.memory.at(at_s)
        for _ in range(articles):
            counts.add(np.arange(self._next, self._next + 10, dtype=np.uint16))
            self._next = (self._next + 10) % 60_000
        self._shared.finish()
        return counts


def stored(memory: Memory) -> int:
    """The sum of the shared counts."""

    def body() -> int:
        memory.at(NOW_S)
        found = memory.find(Table.COUNTS, b"pairs")
        return Counts(found.value).total if found else 0

    return memory.atomically(Wanted(), body)


def test_a_worker_writes_what_it_counted_once_that_is_a_small_part_of_all(memory: Memory) -> None:
    worker = Worker(memory)
    assert worker.count(1000, in_batch=1000).total == stored(memory) == 10_000
    due = int(10_000 * WRITE_AT / (1 - WRITE_AT)) // 10
    assert worker.count(due).total == 10_000 + 10 * due
    assert stored(memory) == 10_000
    assert worker.count(1).total == stored(memory) == 10_010 + 10 * due


def test_a_worker_begins_with_the_shared_counts(memory: Memory) -> None:
    Worker(memory).count(50)
    assert Worker(memory).count(1).total == stored(memory) + 10


def test_a_worker_reads_the_counts_again_once_it_lacks_a_quarter(memory: Memory) -> None:
    one, other = Worker(memory), Worker(memory)
    one.count(1000, in_batch=1000)
    assert other.count(1).total == 10_010
    one.count(int(1000 * READ_AT), in_batch=int(1000 * READ_AT))
    assert stored(memory) == 12_500
    assert other.count(1).total == 10_020
    one.count(100, in_batch=100)
    assert other.count(1).total == 13_530


def test_workers_that_write_in_turn_lose_nothing(memory: Memory) -> None:
    workers = [Worker(memory) for _ in range(3)]
    for turn in range(60):
        workers[turn % 3].count(20, in_batch=20)
    assert 12_000 * (1 - 3 * WRITE_AT) <= stored(memory) <= 12_000


def test_counts_are_written_again_before_they_expire(memory: Memory) -> None:
    worker = Worker(memory)
    worker.count(10_000, in_batch=10_000)
    for day in range(0, 120, 5):
        assert worker.count(1, at_s=NOW_S + day * DAY_S).total > 100_000


def test_what_a_failed_batch_counted_does_not_count(memory: Memory) -> None:
    worker = Worker(memory)
    worker.count(50)
    worker.fail()
    assert worker.count(1).total == 510


def test_a_worker_decides_with_the_same_counts_as_if_it_wrote_them_each_time(memory: Memory) -> None:
    worker, counts = Worker(memory), Counts()
    for turn in range(12):
        found = worker.count(40_000, in_batch=40_000)
        for article in range(turn * 40_000, (turn + 1) * 40_000):
            start = article * 10 % 60_000
            counts.add(np.arange(start, start + 10, dtype=np.uint16))
        assert found.packed == counts.packed


def test_counts_of_each_batch_survive_a_worker_that_dies_and_a_leap_over_the_window(memory: Memory) -> None:
    Worker(memory, in_each_batch=True).count(100, in_batch=50)
    worker = Worker(memory, in_each_batch=True)
    assert worker.count(1).total == 1010
    assert worker.count(1, at_s=NOW_S + 100 * DAY_S).total == 1020
    assert Worker(memory, in_each_batch=True).count(1, at_s=NOW_S + 100 * DAY_S).total == 1030


def test_counts_of_each_batch_are_kept_by_a_batch_that_counts_nothing(memory: Memory) -> None:
    worker = Worker(memory, in_each_batch=True)
    worker.count(10)
    worker.nothing(NOW_S + 100 * DAY_S)
    assert worker.count(1, at_s=NOW_S + 100 * DAY_S).total == 110


def test_damaged_counts_count_as_none(memory: Memory) -> None:
    worker = Worker(memory)
    worker.count(100)
    memory.atomically(Wanted(), lambda: memory.put(Table.COUNTS, b"ever", b"\xff" * 8, memory.at(NOW_S)))
    assert worker.count(1).total > 0
    assert worker.damage.counts["counts"]
    memory.atomically(Wanted(), lambda: memory.put(Table.COUNTS, b"pairs", b"x", memory.at(NOW_S)))
    late = Worker(memory)
    assert late.count(1).total == 10
    assert late.damage.counts["counts"]


def test_two_memories_give_two_workers_the_same_counts(opener: Opener, back_end: str, tmp_path: Path) -> None:
    if back_end == "embedded":
        pytest.skip("a process opens a directory only once")
    one, other = Worker(opener(tmp_path)), Worker(opener(tmp_path))
    for _ in range(20):
        one.count(10, in_batch=10)
        other.count(10, in_batch=10)
    assert one.count(1).total == pytest.approx(other.count(1).total, rel=READ_AT)
    one.memory.close()
    other.memory.close()
