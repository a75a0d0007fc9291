"""Counts outcomes over time, without knowing beforehand how long the time is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

MOST_BUCKETS: Final = 20_000  # two weeks of minutes

# How much of a time in RFC 3339 names the bucket: its minute, its hour, or its day.
_WIDTHS: Final = (16, 13, 10)
_TIME: Final = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d")  # of this century: a bounded number of days
_REST: Final = "2000-01-01T00:00"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_MINUTES: Final = 1440
_STEPS: Final = (
    *(1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720),
    *(days * _DAY_MINUTES for days in (1, 2, 7, 14, 28, 91, 182, 364, 3640)),
)
"""The lengths of a step, in minutes."""


class Step(NamedTuple):
    """A stretch of time, and the records in it by outcome."""

    begin: datetime
    counts: Mapping[str, int]


class Timeline:
    """The records of each minute; of each hour or day, if there are too many minutes."""

    def __init__(self) -> None:
        self._width = 0  # index into _WIDTHS
        self._buckets: dict[str, dict[str, int]] = {}

    def add(self, at: str, outcome: str) -> None:
        """Count a record that ended at this time: RFC 3339, UTC. Other texts are not counted."""
        name = at[: _WIDTHS[self._width]]
        bucket = self._buckets.get(name)
        if bucket is None:
            if len(at) < len(_REST) or _minute(at[: len(_REST)]) is None:
                return
            while len(self._buckets) >= MOST_BUCKETS and self._width < len(_WIDTHS) - 1:
                self._coarsen()
                name = at[: _WIDTHS[self._width]]
            bucket = self._buckets.setdefault(name, {})
        bucket[outcome] = bucket.get(outcome, 0) + 1

    def _coarsen(self) -> None:
        self._width += 1
        finer, self._buckets = self._buckets, {}
        for name, counts in finer.items():
            bucket = self._buckets.setdefault(name[: _WIDTHS[self._width]], {})
            for outcome, count in counts.items():
                bucket[outcome] = bucket.get(outcome, 0) + count

    def steps(self, most: int) -> list[Step]:
        """The time from the first record to the last, in at most `most` steps of equal length. Steps may be empty."""
        minutes = {minute: counts for name, counts in self._buckets.items() if (minute := _minute(name)) is not None}
        if not minutes:
            return []
        first, last = min(minutes), max(minutes)
        finest = (1, 60, _DAY_MINUTES)[self._width]
        length = next(each for each in _STEPS if each >= finest and last // each - first // each < most)
        counted: dict[int, dict[str, int]] = {at: {} for at in range(first // length, last // length + 1)}
        for minute, counts in minutes.items():
            step = counted[minute // length]
            for outcome, count in counts.items():
                step[outcome] = step.get(outcome, 0) + count
        return [Step(_EPOCH + timedelta(minutes=at * length), counts) for at, counts in counted.items()]


def _minute(name: str) -> int | None:
    """The minute since 1970 that a bucket begins with; None if its name is no time."""
    text = name + _REST[len(name) :]
    if not _TIME.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(f"{text}+00:00")
    except ValueError:
        return None
    return int((moment - _EPOCH).total_seconds()) // 60
