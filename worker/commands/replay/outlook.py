"""`article-worker replay run --dry-run`: what a replay would cover, what it may change, and how long it would take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field, TypeAdapter, ValidationError
from rich import box
from rich.console import Console
from rich.table import Table

from worker.commands.moments import parse_moment
from worker.commands.replay.manifest import Manifest
from worker.commands.replay.selection import ranges_of, select
from worker.commands.replay.selection_file import kept
from worker.commands.replay.standing import Standing, ask_about
from worker.commands.sources import Record, published_topic
from worker.config.settings import Settings
from worker.errors import TopicMissing
from worker.supervisor.names import process_count
from worker.text.terminal import shown

if TYPE_CHECKING:
    from worker.transport.kafka.ranges import Contents

SAMPLE: Final = 1000
"""How many reports on earlier processing are examined."""


_Milliseconds = Annotated[float, Field(ge=0, lt=1e7)]
"""A sum of these is finite, whatever stands in the topic. No stage takes hours."""


@dataclass(slots=True)
class _Place:
    topic: str
    partition: int
    offset: int


@dataclass(slots=True)
class _Pipeline:
    version: str
    fingerprint: str


@dataclass(slots=True)
class _Report:
    """The parts of a quality report that are examined."""

    source: _Place
    pipeline: _Pipeline
    stage_ms: dict[str, _Milliseconds]


_REPORT: Final = TypeAdapter(_Report)


@dataclass(slots=True)
class Before:
    """How records of the range were processed before: the pipelines, and the time that each record took."""

    pipelines: Counter[tuple[str, str]] = field(default_factory=Counter)
    spent_ms: float = 0.0

    @property
    def mean_ms(self) -> float | None:
        """The mean time for a record; None if it is unknown."""
        return self.spent_ms / self.pipelines.total() if self.pipelines else None


def show(manifest: Manifest, live: Settings, own: Settings, console: Console, max_rate: int | None) -> None:
    """Print what a replay would cover. `own` are its settings, `live` those of the worker.

    Raises:
        TransportError: no broker answers.
    """
    from worker.transport.kafka import ranges  # noqa: PLC0415 - importing kafka costs 0.3 s

    found = None
    if manifest.selection:
        found = kept(manifest, own.resolved_state_dir) or select(manifest, live, console)
    console.print(table(manifest, ranges.contents(own, manifest.ranges)))
    if found:
        console.print(shown(found.line()), soft_wrap=True)
    standing = ask_about(ranges_of(manifest, found), own)
    for line in lines(manifest, own, standing, _before(manifest, live), max_rate):
        console.print(shown(line), soft_wrap=True)


def table(manifest: Manifest, found: Contents) -> Table:
    """The ranges by partition."""
    columns = ("partition", "from offset", "to offset", "records", "bytes (about)", "expired (at most)")
    made = Table(
        box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False,
        title=shown(f"Replay of {manifest.topic}"), title_justify="left", title_style="bold",
    )  # fmt: skip
    for column in columns:
        made.add_column(column, justify="right" if column != "partition" else "left")
    for number, (start, end) in sorted(manifest.ranges.items(), key=lambda item: int(item[0])):
        partition = int(number)
        size = f"{found.sizes[partition]:,}" if partition in found.sizes else "?"
        made.add_row(number, str(start), str(end), f"{end - start:,}", size, f"{found.expired[partition]:,}")
    total = f"{sum(found.sizes.values()):,}" if found.sizes else "?"
    made.add_row("all", "", "", f"{manifest.records:,}", total, f"{sum(found.expired.values()):,}", style="bold")
    return made


def lines(
    manifest: Manifest, own: Settings, standing: Standing, before: Before, max_rate: int | None = None
) -> Iterator[str]:
    """The lines below the table."""
    yield f"outputs: {own.clean_topic}, {own.quality_topic}, {own.dead_topic}; group: {own.group_id}"
    if not standing.records:
        yield "there is nothing to process: look at --from, --to and --only"
    if standing.done:
        yield f"already done: {standing.done:,}; left: {standing.left:,}"
    now = _pipeline(manifest.rules.version, manifest.rules.fingerprint)
    yield f"rules now: {now}; verdicts: {manifest.rules.verdicts}"
    then = [f"{_pipeline(*pipeline)}, {count:,} reports" for pipeline, count in before.pipelines.most_common(3)]
    yield f"rules before: {'; '.join(then) or 'unknown, because no earlier report on these records was found'}"
    if before.mean_ms is not None and standing.records:
        workers = min(process_count(own), len(manifest.ranges)) or 1
        took = timedelta(seconds=round(standing.left * before.mean_ms / 1000 / workers))
        processes = "1 process" if workers == 1 else f"{workers} processes"
        yield (
            f"expected time: at least {took} with {processes}, if a record takes {before.mean_ms:.1f} ms as before, "
            "plus the time to read and publish"
        )
    if max_rate:
        yield f"with --max-rate {max_rate}: at least {timedelta(seconds=round(standing.left / max_rate))}"


def _pipeline(version: str, fingerprint: str) -> str:
    return f"version {version}, fingerprint {fingerprint}"


def _before(manifest: Manifest, live: Settings) -> Before:
    """What the worker's quality topic says about the first records of the range. Reads at most `SAMPLE` reports."""
    since = parse_moment(manifest.since, manifest.made_at)
    with suppress(TopicMissing), published_topic(live.quality_topic, since, live) as source:
        return looked_at(islice(source.records, SAMPLE), manifest)
    return Before()


def looked_at(records: Iterable[Record], manifest: Manifest) -> Before:
    """What these quality reports say about the range."""
    before = Before()
    for record in records:
        try:
            report = _REPORT.validate_json(record.value or b"")
        except ValidationError:
            continue
        if _covers(manifest.ranges, manifest.topic, report.source):
            before.pipelines[report.pipeline.version, report.pipeline.fingerprint] += 1
            before.spent_ms += sum(report.stage_ms.values())
    return before


def _covers(ranges: Mapping[str, tuple[int, int]], topic: str, place: _Place) -> bool:
    start, end = ranges.get(str(place.partition), (0, 0))
    return place.topic == topic and start <= place.offset < end
