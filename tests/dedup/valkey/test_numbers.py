from __future__ import annotations

from worker.dedup.valkey.names import COUNT_BITS, COUNT_MASK
from worker.dedup.valkey.numbers import BLOCK, Numbers


class Reservations:
    """A server that reserves blocks, and counts them."""

    def __init__(self, first: int = 0) -> None:
        self.end = first
        self.count = 0

    def __call__(self, _slot: int) -> int:
        self.count += 1
        self.end += BLOCK
        return self.end


def test_numbers_are_taken_from_blocks_in_order() -> None:
    reserve = Reservations()
    numbers = Numbers(reserve)
    assert [numbers.take(3) for _ in range(BLOCK + 1)] == [3 << COUNT_BITS | count for count in range(BLOCK + 1)]
    assert reserve.count == 2


def test_slots_have_their_own_numbers() -> None:
    numbers = Numbers(Reservations())
    taken = [numbers.take(slot) for slot in (1, 2, 1)]
    assert [number >> COUNT_BITS for number in taken] == [1, 2, 1]
    assert taken[2] == taken[0] + 1


def test_a_forgotten_block_is_not_used() -> None:
    numbers = Numbers(Reservations())
    first = numbers.take(0)
    numbers.forget()
    assert numbers.take(0) == first + BLOCK


def test_the_first_number_follows_the_last_one() -> None:
    numbers = Numbers(Reservations(COUNT_MASK + 1 - BLOCK // 2))
    taken = [numbers.take(15) & COUNT_MASK for _ in range(BLOCK)]
    assert taken[BLOCK // 2 - 1 :][:2] == [COUNT_MASK, 0]
    assert len(set(taken)) == BLOCK
