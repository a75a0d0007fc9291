from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import lmdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from worker.dedup.embedded import runs
from worker.dedup.embedded.runs import FAN, LARGEST, SMALLEST, Postings, SortedRun
from worker.store.damage import Damage

ALWAYS = (0, 100)
HIGHEST = 0xFFFF_FFFF


def all_live(postings: Postings) -> NDArray[np.bool_]:
    return np.ones(len(postings), bool)


class Runs:
    """Runs in their own environment."""

    def __init__(self, env: lmdb.Environment) -> None:
        self.env = env
        self.db = env.open_db(b"postings")

    def add(
        self,
        new: Iterable[tuple[int, int]],
        span: tuple[int, int] = ALWAYS,
        live: Callable[[Postings], NDArray[np.bool_]] = all_live,
    ) -> None:
        """Add a batch of (key, number)."""
        with self.env.begin(write=True) as txn:
            runs.add(
                txn, self.db, np.array([key << 32 | number for key, number in new], np.uint64), span, live, Damage()
            )

    def found(self, wanted: Collection[int]) -> dict[int, list[int]]:
        with self.env.begin(buffers=True) as txn:
            return {
                key: sorted(numbers) for key, numbers in runs.found(txn, self.db, wanted, all_live, Damage()).items()
            }

    def listed(self) -> list[SortedRun]:
        with self.env.begin() as txn:
            return runs.listed(txn, self.db)

    def postings(self) -> int:
        return sum(run.length for run in self.listed())

    def stored_bytes(self) -> int:
        """All values except the list: a run that is not in the list must be gone."""
        with self.env.begin() as txn:
            cursor: Any = txn.cursor(db=self.db)
            return sum(len(value) for key, value in cursor if key != b"runs")


@contextmanager
def opened() -> Iterator[Runs]:
    with TemporaryDirectory() as path, lmdb.Environment(path, map_size=1 << 28, max_dbs=1, sync=False) as env:
        yield Runs(env)


@pytest.fixture
def kept() -> Iterator[Runs]:
    with opened() as fresh:
        yield fresh


def test_nothing_is_found_in_an_empty_table(kept: Runs) -> None:
    assert kept.found([1, 2]) == {}
    assert kept.found([]) == {}
    kept.add([])
    assert kept.found([1]) == {}
    assert kept.listed() == []


def test_all_holders_of_a_key_are_found_whichever_batch_added_them(kept: Runs) -> None:
    kept.add([(7, 1), (7, 2), (8, 2)])
    kept.add([(9, 3)])
    kept.add([(7, 4)])
    assert kept.found([7, 8, 9, 10]) == {7: [1, 2, 4], 8: [2], 9: [3]}
    assert kept.found([8]) == {8: [2]}
    assert kept.found(range(100)) == {7: [1, 2, 4], 8: [2], 9: [3]}


@pytest.mark.parametrize("key", [0, 1, 0x7FFF_FFFF, 0x8000_0000, HIGHEST])
@pytest.mark.parametrize("number", [0, HIGHEST])
def test_the_smallest_and_largest_32_bit_values_are_valid_keys_and_numbers(kept: Runs, key: int, number: int) -> None:
    kept.add([(key, number)])
    assert kept.found([0, 1, 0x7FFF_FFFF, 0x8000_0000, HIGHEST]) == {key: [number]}


_KEYS = st.integers(0, 40) | st.sampled_from([0, HIGHEST])
_BATCHES = st.lists(st.lists(st.tuples(_KEYS, st.integers(0, HIGHEST)), max_size=30, unique=True), max_size=25)


@given(batches=_BATCHES)
def test_the_runs_return_what_a_dictionary_returns(batches: list[list[tuple[int, int]]]) -> None:
    model: defaultdict[int, list[int]] = defaultdict(list)
    with opened() as kept:
        for batch in batches:
            kept.add(batch)
            for key, number in batch:
                model[key].append(number)
            assert kept.found([*range(42), HIGHEST]) == {key: sorted(numbers) for key, numbers in model.items()}


def test_the_runs_equal_a_dictionary_after_many_batches_of_many_sizes(kept: Runs) -> None:
    rng = random.Random(5)
    model: defaultdict[int, list[int]] = defaultdict(list)
    for batch in range(150):
        size = rng.choice((0, 1, 50, 700, 3000))
        new = [(rng.randrange(1 << 12) << 20, batch << 16 | place) for place in range(size)]
        kept.add(new)
        for key, number in new:
            model[key].append(number)
        asked = {rng.randrange(1 << 12) << 20 for _ in range(200)}
        assert kept.found(asked) == {key: sorted(model[key]) for key in asked if key in model}
    assert kept.postings() == sum(map(len, model.values()))


# -- merging ---------------------------------------------------------------------------------------------------------


def test_runs_of_one_size_are_merged_once_there_are_enough(kept: Runs) -> None:
    for batch in range(FAN - 1):
        kept.add([(batch, batch)])
    assert len(kept.listed()) == FAN - 1
    kept.add([(HIGHEST, 0)])
    assert [run.length for run in kept.listed()] == [FAN]
    assert kept.found(range(FAN)) == {batch: [batch] for batch in range(FAN - 1)}


def test_there_are_few_runs_even_after_many_batches(kept: Runs) -> None:
    """A look-up searches each run, so their number must not grow with the stream."""
    most, batch_size = 0, SMALLEST // 2
    for batch in range(400):
        kept.add([(batch * batch_size + place, batch) for place in range(batch_size)])
        most = max(most, len(kept.listed()))
    sizes = 1 + max(run.size for run in kept.listed())
    assert most <= sizes * (FAN - 1)
    assert sizes <= 5
    assert kept.postings() == 400 * batch_size
    assert kept.stored_bytes() == 8 * kept.postings()


@pytest.mark.parametrize(
    ("length", "size"),
    [(1, 0), (SMALLEST, 0), (SMALLEST + 1, 1), (SMALLEST * FAN, 1), (SMALLEST * FAN + 1, 2), (SMALLEST * FAN**2, 2)],
)
def test_runs_of_similar_length_are_of_one_size(length: int, size: int) -> None:
    assert SortedRun(0, length, 0).size == size


def test_the_largest_runs_are_never_merged(kept: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "LARGEST", SMALLEST)
    for batch in range(3 * FAN):
        kept.add([(place, batch) for place in range(SMALLEST)])
    assert [run.length for run in kept.listed()] == [SMALLEST] * 3 * FAN
    assert len(kept.found([17])[17]) == 3 * FAN
    assert LARGEST > SMALLEST * FAN**4


# -- forgetting ------------------------------------------------------------------------------------------------------


def test_a_run_is_dropped_once_all_its_records_are_forgotten(kept: Runs) -> None:
    kept.add([(1, 1)], span=(0, 10))
    kept.add([(1, 2)], span=(5, 20))
    kept.add([], span=(10, 20))
    assert kept.found([1]) == {1: [1, 2]}
    kept.add([(1, 3)], span=(11, 30))
    assert kept.found([1]) == {1: [2, 3]}
    kept.add([], span=(1000, 1000))
    assert kept.listed() == []
    assert kept.stored_bytes() == 0


def test_a_merged_run_lives_as_long_as_the_newest_of_its_parts(kept: Runs) -> None:
    for batch in range(FAN):
        kept.add([(1, batch)], span=(0, 10 * (batch + 1)))
    assert [run.until_s for run in kept.listed()] == [10 * FAN]
    kept.add([], span=(10 * FAN, 10 * FAN))
    assert len(kept.found([1])[1]) == FAN
    kept.add([], span=(10 * FAN + 1, 10 * FAN + 1))
    assert kept.listed() == []


def test_merging_drops_postings_of_forgotten_records(kept: Runs) -> None:
    def odd(postings: Postings) -> NDArray[np.bool_]:
        return np.equal(postings % 2, 1)

    for number in range(FAN):
        kept.add([(1, number), (2, 2 * number)], live=odd)
    assert kept.found([1, 2]) == {1: list(range(1, FAN, 2))}
    assert kept.postings() == FAN // 2


def test_runs_of_forgotten_records_merge_into_nothing(kept: Runs) -> None:
    for number in range(FAN):
        kept.add([(1, number)], live=lambda postings: np.zeros(len(postings), bool))
    assert kept.listed() == []
    assert kept.stored_bytes() == 0


def test_the_name_of_a_dropped_run_is_used_again(kept: Runs) -> None:
    for batch in range(200):
        kept.add([(batch, batch)], span=(batch, batch + 3))
    assert max(run.name for run in kept.listed()) < 2 * FAN


# -- transactions ----------------------------------------------------------------------------------------------------


def test_an_aborted_transaction_stores_nothing(kept: Runs) -> None:
    kept.add([(1, 1)])
    before = kept.listed(), kept.found([1, 2])
    with kept.env.begin(write=True) as txn:
        runs.add(txn, kept.db, np.array([2 << 32 | 2], np.uint64), ALWAYS, all_live, Damage())
        txn.abort()
    assert (kept.listed(), kept.found([1, 2])) == before


def test_runs_are_read_back_from_disk(tmp_path: Path) -> None:
    for batch in range(2 * FAN):
        with lmdb.Environment(str(tmp_path), map_size=1 << 20, max_dbs=1) as env:
            reopened = Runs(env)
            reopened.add([(1, batch)])
            assert reopened.found([1]) == {1: list(range(batch + 1))}
