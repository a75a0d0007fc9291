"""No stage's time grows faster than its input, whatever the input contains.

`python -m benchmarks.growth` prints the measurements.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.fuzz.families import repeated
from tests.fuzz.growth import Stage, measured
from tests.fuzz.stages import STAGES


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_twice_the_input_takes_about_twice_the_time(stage: Stage) -> None:
    assert [growth for growth in measured(stage) if growth.is_superlinear] == []


def _quadratic(text: str) -> Callable[[], object]:
    return lambda: [text.count("#") for _ in range(len(text) // 100)]


def test_a_quadratic_stage_is_detected() -> None:
    (growth,) = measured(Stage("quadratic", {"w": repeated("w")}, _quadratic))
    assert growth.is_superlinear


def test_a_quadratic_cost_that_a_limit_bounds_does_not_count() -> None:
    bounded = Stage("bounded", {"w": repeated("w")}, lambda text: _quadratic(text) if len(text) < 100_000 else None)
    (growth,) = measured(bounded)
    assert not growth.is_superlinear
