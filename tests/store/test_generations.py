from __future__ import annotations

import struct
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from worker.store.damage import DamagedError
from worker.store.generations import Generations

HOUR_S = 3600
WINDOW = timedelta(hours=30)
START_S = 1_000_000 * HOUR_S


class Ring:
    """Generations of one hour, and the events in their slots, by hour."""

    def __init__(self, window: timedelta = WINDOW, in_window: int = 30, slots: int = 64) -> None:
        self.slots: dict[int, list[float]] = {}
        self.forgotten: list[int] = []
        self.generations = Generations(
            window, in_window=in_window, slots=slots, forget=self._forget, clock=lambda: START_S
        )

    def _forget(self, slot: int) -> None:
        self.forgotten.append(slot)
        del self.slots[slot]

    def put(self, hour: float) -> tuple[float, float]:
        """Add an event. Return the first and the last hour of its generation."""
        start_s, end_s, slot = self._at(hour)
        self.slots.setdefault(slot, []).append(hour)
        return (start_s - START_S) / HOUR_S, (end_s - START_S) / HOUR_S

    def _at(self, hour: float) -> tuple[int, int, int]:
        generation = self.generations.at(START_S + hour * HOUR_S)
        assert generation in self.generations.live
        return generation.start_s, generation.end_s, generation.slot

    @property
    def remembered(self) -> list[float]:
        return sorted(hour for hours in self.slots.values() for hour in hours)


@pytest.fixture
def ring() -> Ring:
    return Ring()


def test_an_event_falls_into_the_generation_of_its_hour(ring: Ring) -> None:
    assert ring.put(5.5) == ring.put(5.99) == (5, 6)
    assert ring.put(6) == (6, 7)
    assert len(ring.generations.live) == 2


def test_the_newest_comes_first_and_is_that_of_the_watermark(ring: Ring) -> None:
    for hour in (3, 10, 1):
        ring.put(hour)
    assert [generation.start_s // HOUR_S - 1_000_000 for generation in ring.generations.live] == [10, 3, 1]
    assert ring.generations.newest == ring.generations.live[0]


def test_a_generation_is_forgotten_as_a_whole_once_it_lies_before_the_window(ring: Ring) -> None:
    for hour in (0, 0.99, 30.99):
        ring.put(hour)
    assert ring.remembered == [0, 0.99, 30.99]
    ring.put(31)
    assert ring.remembered == [30.99, 31]
    assert len(ring.forgotten) == 1


def test_the_slot_of_an_expired_generation_is_used_again_in_its_turn(ring: Ring) -> None:
    ring.put(0)
    ring.put(100)
    assert ring.forgotten == [0]
    assert list(ring.slots) == [1]
    for turn in range(2, 66):
        ring.put(100 * turn)
        assert list(ring.slots) == [turn % 64]


def test_the_packed_state_of_an_older_version_is_restored() -> None:
    ring = Generations(timedelta(hours=30), in_window=30, slots=64, forget=lambda _: None)
    ring.at(3600.0)
    live, watermark = ring.pack()
    ring.load(live, watermark[:8])
    assert ring.pack()[1][:8] == watermark[:8]
    assert ring.at(3600.0) == ring.newest


def test_the_watermark_never_moves_back(ring: Ring) -> None:
    for hour in (0, 40, 20):
        ring.put(hour)
    assert ring.remembered == [20, 40]


def test_an_event_from_before_the_window_belongs_to_the_oldest_live_generation(ring: Ring) -> None:
    ring.put(100.5)
    assert ring.put(0) == ring.put(-1e6) == (70, 71)
    ring.put(101)
    assert ring.remembered == [100.5, 101]


@pytest.mark.parametrize(("in_window", "most"), [(30, 32), (4, 6), (1, 3)])
def test_a_window_needs_two_more_generations_than_it_spans(in_window: int, most: int) -> None:
    ring = Ring(in_window=in_window, slots=most)
    for hour in range(200):
        ring.put(hour)
        assert len(ring.generations.live) <= most
    assert set(range(169, 200)) <= set(ring.remembered) <= set(range(169 - 30 // in_window, 200))


def test_restored_generations_continue_where_they_stopped(ring: Ring) -> None:
    for hour in (0, 2, 20):
        ring.put(hour)
    again = Ring()
    again.slots = ring.slots
    again.generations.load(*ring.generations.pack())
    assert again.generations.live == ring.generations.live
    again.put(-5)
    assert again.remembered == [-5, 0, 2, 20]
    again.put(31)
    assert again.remembered == [2, 20, 31]
    assert again.generations.pack() != ring.generations.pack()


def test_a_store_that_was_never_used_packs_an_empty_state() -> None:
    empty = Ring().generations
    empty.load(b"", b"")
    assert empty.live == []
    assert empty.pack() == Ring().generations.pack()


def test_a_longer_window_keeps_the_entries_and_a_shorter_one_forgets_them() -> None:
    ring = Ring()
    ring.put(0)
    for hours, hour, remembered in ((90, 50, [0, 50]), (90, 95, [50, 95]), (3, 96, [95, 96])):
        changed = Ring(timedelta(hours=hours))
        changed.slots = ring.slots
        changed.generations.load(*ring.generations.pack())
        changed.put(hour)
        assert changed.remembered == remembered
        ring = changed


@pytest.mark.parametrize("seconds", [0.001, 1, 2])
def test_a_tiny_window_works(seconds: float) -> None:
    ring = Ring(timedelta(seconds=seconds))
    ring.put(0)
    ring.put(1)
    assert ring.remembered == [1]


def test_an_event_of_unknown_time_gets_the_newest_time_and_does_not_move_the_watermark(ring: Ring) -> None:
    ring.put(5)
    assert ring.generations.at(None) == ring.generations.newest
    ring.put(20)
    before = ring.generations.pack()
    assert ring.generations.at(None) == ring.generations.newest
    assert ring.generations.pack() == before
    assert ring.forgotten == []


def test_a_first_event_of_unknown_time_gets_the_current_time() -> None:
    """Older events that come later still find it: they belong to the oldest generation."""
    ring = Ring()
    now = ring.generations.at(None)
    ring.slots[now.slot] = []
    assert now.start_s == START_S
    for hour in (-90_000, -50_000, -80_000):
        ring.put(hour)
    assert ring.remembered == [-90_000, -80_000, -50_000]


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (range(100), []),
        ([0, 2, 30, 31, 33], []),
        ([0, 1, 2, 500], [(498, 3)]),
        ([-1, 0, 2.9, 3, 33], [(30, 3)]),
        ([0, 500, 1000], [(500, 1), (500, 1)]),
        ([500, 0], []),
        ([0, 29], []),
        ([0, 29, 32], []),  # a tenth of the window
        ([0, 28.75, 32], [(3.25, 1)]),
    ],
)
def test_a_jump_that_forgets_is_logged_with_the_setting_and_ageing_is_not(
    ring: Ring, hours: list[float], told: list[tuple[int, int]]
) -> None:
    with capture_logs() as logs:
        for hour in hours:
            ring.put(hour)
            ring.generations.tell_jump("the store")
            ring.generations.tell_jump("the store")
    assert [(log["jumped_s"] / HOUR_S, log["generations_forgotten"]) for log in logs] == told
    assert {(log["event"], log["setting"], log["store"]) for log in logs} <= {
        ("window_jumped", "dedup_window", "the store")
    }


def test_a_jump_that_was_not_stored_is_not_logged(ring: Ring) -> None:
    """Its batch failed and is repeated: the jump is logged then."""
    ring.put(0)
    kept = ring.generations.pack()
    with capture_logs() as logs:
        ring.put(500)
        ring.generations.load(*kept)
        ring.generations.tell_jump("the store")
    assert logs == []


@given(hours=st.lists(st.integers(0, 60), max_size=40), slots=st.integers(1, 8))
@example(hours=[0, 20, 45], slots=1)
def test_with_too_few_slots_generations_expire_later_but_never_earlier(hours: list[int], slots: int) -> None:
    """After many changes of the window, old generations may hold all slots."""
    ring = Ring(slots=slots)
    for hour in hours:
        ring.put(hour)
        assert hour in ring.remembered
    watermark = max(hours, default=0)
    assert {hour for hour in hours if hour >= watermark - 30} <= set(ring.remembered)


@given(times=st.lists(st.floats(-1e12, 1e12), max_size=50), in_window=st.integers(1, 40))
def test_generations_never_overlap_whatever_the_order_of_events(times: list[float], in_window: int) -> None:
    ring = Ring(in_window=in_window)
    for time_s in times:
        generation = ring.generations.at(time_s)
        ring.slots.setdefault(generation.slot, [])
        live = ring.generations.live
        assert len({each.slot for each in live}) == len(live) <= in_window + 2
        assert all(later.start_s >= earlier.end_s for later, earlier in pairwise(live))


# -- damage ----------------------------------------------------------------------------------------------------------


@given(
    runs=st.lists(
        st.tuples(st.sampled_from([1, 5, 30, 200]), st.lists(st.floats(-10, 3000) | st.none(), max_size=10)), max_size=6
    ),
    slots=st.integers(1, 8),
)
def test_no_packed_state_counts_as_damaged(runs: list[tuple[int, list[float | None]]], slots: int) -> None:
    """Late and early events, events without a time, and a window that changes."""
    packed = (b"", b"")
    for window_hours, hours in runs:
        generations = Ring(timedelta(hours=window_hours), slots=slots).generations
        generations.load(*packed)
        generations._forget = lambda _slot: None
        for hour in hours:
            generations.at(None if hour is None else START_S + hour * HOUR_S)
        packed = generations.pack()
    Ring(slots=slots).generations.load(*packed)


def packed_generations(
    *generations: tuple[int, int, int], watermark: float = 0.0, last: int = 0
) -> tuple[bytes, bytes]:
    return b"".join(struct.pack("<HQQ", *each) for each in generations), struct.pack("<dh", watermark, last)


GOOD = packed_generations((1, 10, 20), (0, 0, 10), watermark=15.0)


@pytest.mark.parametrize(
    "packed",
    [
        (GOOD[0][:-1], GOOD[1]),
        (GOOD[0] + b"x", GOOD[1]),
        (GOOD[0], GOOD[1][:-1]),
        (GOOD[0], GOOD[1] + b"x"),
        (GOOD[0], b""),
        (b"", GOOD[1]),
        packed_generations((1, 10, 20), (1, 0, 10), watermark=15.0),
        packed_generations((0, 0, 10), (1, 10, 20), watermark=15.0),
        packed_generations((64, 10, 20), watermark=15.0),
        packed_generations((1, 20, 10), watermark=15.0),
        packed_generations((1, 10, 20), (0, 5, 5), watermark=15.0),
        packed_generations((1, 10, (1 << 53) + 1), watermark=15.0),
        packed_generations((1, 10, 20), watermark=float("nan")),
        packed_generations((1, 10, 20), watermark=float("inf")),
        packed_generations((1, 10, 20), watermark=25.0),
        packed_generations((1, 10, 20), watermark=5.0),
        packed_generations((1, 10, 20), watermark=15.0, last=64),
        packed_generations((1, 10, 20), watermark=15.0, last=-2),
    ],
)
def test_bytes_that_cannot_have_been_packed_are_damaged(packed: tuple[bytes, bytes]) -> None:
    Ring().generations.load(*GOOD)
    with pytest.raises(DamagedError):
        Ring().generations.load(*packed)
