"""How the time of each stage grows with its input, on the families of `tests.fuzz.families`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.fuzz.families import Family

Prepare = Callable[[str], Callable[[], object] | None]
"""What is timed for an input, after all preceding work is done; None if the input never gets that far."""

MAX_GROWTH: Final = 2.6
"""The largest factor by which the time may grow when the input doubles."""

MAX_CHARS: Final = 1 << 18
_LEAST_CHARS: Final = 1 << 14
_LEAST_S: Final = 0.004  # shorter times are not measured well; what takes less for 2**18 characters cannot hurt
_SUSPECT: Final = 2.2  # measured by one run each; from here on by the best of three
_RUNS: Final = 3
_DOUBLINGS: Final = 4  # must all be superlinear, for a cost that a limit bounds shows in fewer; or up to
_ENOUGH_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the pipeline, and the families of inputs that it meets."""

    name: str
    families: Mapping[str, Family]
    prepare: Prepare


@dataclass(frozen=True, slots=True)
class Growth:
    """The seconds for an input of `chars` characters, and their growth from half the input; 1.0 if none was measured."""

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
    """Double the input until its time can be measured; what looks superlinear must look so again, and larger."""
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
    """Process time, the best of `runs` runs; one run is enough if it takes long."""
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
