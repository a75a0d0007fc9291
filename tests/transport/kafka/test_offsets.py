"""A set of offsets, against a Python set."""

from __future__ import annotations

import sys

from hypothesis import given
from hypothesis import strategies as st

from tests.transport.kafka.scene import offsets
from worker.transport.kafka.offsets import Offsets

SETS = st.sets(st.integers(0, 40))


@given(SETS, st.integers(0, 42))
def test_a_set_knows_the_next_offset_and_how_many_come_before(wanted: set[int], offset: int) -> None:
    made = offsets(wanted)
    assert made.at_or_after(offset) == min((each for each in wanted if each >= offset), default=None)
    assert made.before(offset) == sum(each < offset for each in wanted)


def test_a_million_offsets_take_few_bytes() -> None:
    million = range(1_000_000)
    scattered = Offsets((3 * each for each in million), (3 * each + 1 for each in million))
    parts = (scattered.starts, scattered.ends, scattered._before)
    assert sum(map(sys.getsizeof, parts)) < 30_000_000
    assert scattered.at_or_after(2_999_998) is None
    assert scattered.before(3_000_000) == 1_000_000
