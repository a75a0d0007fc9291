"""Which offsets `--only` selects: those whose report in the live quality topic matches."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console
from rich.filesize import decimal

from worker.commands.moments import earliest_output, parse_moment
from worker.commands.only import Only, read_report, selects, sets_of, values_of
from worker.commands.progress import watched
from worker.commands.replay.manifest import Manifest
from worker.config.settings import Settings
from worker.transport.kafka.bounds import Range
from worker.transport.kafka.offsets import Offsets

_SELECTED: Final = 0x80
_RUN: Final = re.compile(rb"[\x80-\xff]+")
_MOST_ATTEMPTS: Final = 0x7F


@dataclass(frozen=True, slots=True)
class Found:
    """The selected offsets of each partition, and what they save.

    `records` of the `reported` records are selected. Their values have `value_bytes` of `reported_bytes`. `unreported`
    offsets of the range have no report.
    """

    offsets: Mapping[int, Offsets]
    records: int
    reported: int
    unreported: int
    value_bytes: int
    reported_bytes: int

    @property
    def share(self) -> str:
        """How much of the range is selected, such as `5 of 100 records, 1.2 MB of 20 MB`."""
        total = self.reported + self.unreported
        return f"{self.records:,} of {total:,} records, {decimal(self.value_bytes)} of {decimal(self.reported_bytes)}"

    def line(self) -> str:
        """What is selected, and why other records are not, in one line."""
        missing = f"; {self.unreported:,} have no report, so they are not selected" if self.unreported else ""
        return f"--only selects {self.share}{missing}"


class Selecting:
    """Gathers what the reports on a range say. It takes one byte of memory for each offset of the range."""

    def __init__(self, topic: str, ranges: Mapping[str, tuple[int, int]], only: Only) -> None:
        self._topic, self._only = topic, sets_of(only)
        self._starts = {int(number): start for number, (start, _) in ranges.items()}
        # For each offset: 0 without a report, or else the newest attempt, and whether its report matches.
        self._states = {int(number): bytearray(max(0, end - start)) for number, (start, end) in ranges.items()}
        self._value_bytes = self._reported_bytes = 0

    def note(self, value: bytes | None) -> None:
        """Note a record of the quality topic. The report with the highest attempt counts, and among those the last."""
        report = read_report(value)
        at = None if report is None else self._place(report.get("source"))
        if report is None or at is None:
            return
        states, index = at
        before, attempt = states[index], min(_whole(report.get("attempt"), 1), _MOST_ATTEMPTS)
        if attempt < before & ~_SELECTED:
            return
        is_selected, size = selects(self._only, values_of(report)), _whole(report.get("value_bytes"), 0)
        states[index] = attempt | (_SELECTED if is_selected else 0)
        self._reported_bytes += 0 if before else size
        self._value_bytes += size * (is_selected - bool(before & _SELECTED))

    def _place(self, source: Any) -> tuple[bytearray, int] | None:
        """Where the state of this source is; None if it is not in the range."""
        if not isinstance(source, dict) or source.get("topic") != self._topic:
            return None
        partition = _whole(source.get("partition"), -1)
        states = self._states.get(partition)
        if states is None:
            return None
        index = _whole(source.get("offset"), -1) - self._starts[partition]
        return (states, index) if 0 <= index < len(states) else None

    def found(self) -> Found:
        """What is selected."""
        offsets, records = {}, 0
        for partition, states in self._states.items():
            start = self._starts[partition]
            runs = [run.span() for run in _RUN.finditer(states)]
            offsets[partition] = Offsets((start + begin for begin, _ in runs), (start + end for _, end in runs))
            records += sum(end - begin for begin, end in runs)
        unreported = sum(states.count(0) for states in self._states.values())
        reported = sum(map(len, self._states.values())) - unreported
        return Found(offsets, records, reported, unreported, self._value_bytes, self._reported_bytes)


def _whole(value: Any, default: int) -> int:
    """A whole number that is not negative."""
    return value if type(value) is int and value >= 0 else default


def select(manifest: Manifest, live: Settings, console: Console) -> Found:
    """Read the live quality topic once, up to the end that the manifest names. The console shows the progress.

    Raises:
        TransportError: the topic cannot be read.
    """
    from worker.transport.kafka import published  # noqa: PLC0415 - importing kafka costs 0.3 s

    assert manifest.selection is not None
    selecting = Selecting(manifest.topic, manifest.ranges, manifest.selection.only)
    since = earliest_output(parse_moment(manifest.since, manifest.made_at))
    ends = manifest.selection.quality_ends
    with published.opened(live, live.quality_topic, since, ends=ends) as reports:
        for each in watched("selection", "reports", reports.offsets, reports, console):
            selecting.note(each.value)
    return selecting.found()


def ranges_of(manifest: Manifest, found: Found | None) -> dict[int, Range]:
    """What a replay has to process. Without `found`, everything in its range."""
    only: Mapping[int, Offsets] = {} if found is None else found.offsets
    return {int(number): Range(*pair, only.get(int(number))) for number, pair in manifest.ranges.items()}
