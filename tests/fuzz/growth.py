"""Measures how the time of each stage grows with its input, on the families of `tests.fuzz.families`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.fuzz.families import Family

Prepare = Callable[[str], Callable[[], object] | None]
"""The step to time for an input, with all earlier steps done; None if the input never reaches the step."""

MAX_GROWTH: Final = 2.6
"""The maximum factor by which the time may grow if the input doubles."""

MAX_CHARS: Final = 1 << 18
_LEAST_CHARS: Final = 1 << 14
_LEAST_S: Final = 0.004  # shorter times are inaccurate; a step that takes less for 2**18 characters is harmless
_SUSPECT: Final = 2.2  # a larger growth is measured again, as the best of three runs
_RUNS: Final = 3
_DOUBLINGS: Final = 4  # all must be superlinear, because a cost that a limit bounds is superlinear in fewer doublings
_ENOUGH_S: Final = 1.0  # a superlinear time above this needs no more doublings


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the pipeline, and the families of inputs that reach it."""

    name: str
    families: Mapping[str, Family]
    prepare: Prepare


@dataclass(frozen=True, slots=True)
class Growth:
    """The seconds for an input of `chars` characters, and the growth from half the input; 1.0 if none was measured."""

    family: str
    chars: int
    seconds: float
    factor: float

    @property
    def is_superlinear(self) -> bool:
        return self.factor > MAX_GROWTH


def measured(stage: Stage) -> Iterator[Growth]:
    """The growth of the stage's time for each of its families."""
    for name, family in stage.families.items():
        yield _growth(stage.prepare, name, family)


def _growth(prepare: Prepare, name: str, family: Family) -> Growth:
    """Double the input until its time can be measured. If it looks superlinear, keep doubling to confirm it."""
    chars, before, doubts = _LEAST_CHARS, 0.0, 0
    while chars <= MAX_CHARS << doubts:
        seconds = _seconds(prepare, family(chars), 1)
        if seconds is None:  # over a limit: a longer input costs no more
            break
        if before >= _LEAST_S / 2 and seconds >= _LEAST_S:
            if seconds > _SUSPECT * before:
                before = min(before, _seconds(prepare, family(chars // 2), _RUNS) or before)
                seconds = min(seconds, _seconds(prepare, family(chars), _RUNS) or seconds)
            growth = Growth(name, chars, seconds, seconds / before)
            doubts += 1
            if not growth.is_superlinear or doubts == _DOUBLINGS or seconds > _ENOUGH_S:
                return growth
        chars, before = 2 * chars, seconds
    return Growth(name, 0, 0.0, 1.0)


def _seconds(prepare: Prepare, text: str, runs: int) -> float | None:
    """Process time, the best of `runs` runs; only one run if it takes long."""
    best: float | None = None
    for _ in range(runs):
        run = prepare(text)
        if run is None:
            return None
        begin = time.process_time()
        run()
        seconds = time.process_time() - begin
        best = seconds if best is None else min(best, seconds)
        if seconds > _ENOUGH_S:
            break
    return best
