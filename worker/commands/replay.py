"""Processes a time range of the raw topic again, with its own group, state and output topics. The range is fixed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
from pydantic import NonNegativeInt, StringConstraints, TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from worker.config.settings import Settings
from worker.config.units import parse_duration
from worker.errors import IndexStoreError, SettingsError
from worker.observe import logs
from worker.store import own_files
from worker.text.terminal import shown

PLAN_FILE = "replay.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a replay covers. It is kept in the state directory of the replay, so a restart covers the same range.

    `ranges` maps a partition to its first offset and the offset after its last.
    """

    topic: str
    since: str
    until: str
    made_at: str
    ranges: dict[Annotated[str, StringConstraints(pattern="^[0-9]{1,9}$")], tuple[NonNegativeInt, NonNegativeInt]]

    @property
    def records(self) -> int:
        """How many offsets are in the range. Transaction markers and compacted records count, too."""
        return sum(end - start for start, end in self.ranges.values())


def parse_bound(text: str, now: datetime) -> datetime | None:
    """The time that a text means: RFC 3339 (UTC if it has no zone) or `-7d`. None for `earliest` and `latest`.

    Raises:
        SettingsError: it is none of these.
    """
    if text in ("earliest", "latest"):
        return None
    try:
        if text.startswith("-"):
            return now - parse_duration(text[1:])
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise SettingsError(f"{text!r} is not a time: write 2026-11-24T10:00:00Z, -7d, earliest or latest") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def replay_settings(settings: Settings, suffix: str) -> Settings:
    """The same settings, with a group, an index, a state directory and output topics that no live worker uses.

    Raises:
        SettingsError: the suffix is empty, cannot be part of a topic's name, or results in the name of a live topic.
    """
    if not re.fullmatch(r"[a-zA-Z0-9._-]+", suffix):
        raise SettingsError("--suffix must consist of letters, digits, '.', '_' and '-', and must not be empty")
    names = {name: getattr(settings, name) + suffix for name in ("clean_topic", "quality_topic", "dead_topic")}
    live = {settings.raw_topic, settings.clean_topic, settings.quality_topic, settings.dead_topic}
    if taken := live & set(names.values()):
        raise SettingsError(f"--suffix {suffix} results in {', '.join(taken)}, which is a live topic: choose another")
    settings = settings.model_copy(update={"files": None})  # a replay reads a topic, whatever the environment says
    return settings.model_copy(
        update={
            **names,
            "group_id": f"{settings.group_id}.replay{suffix}",
            "index_name": f"{settings.index_name}.replay{suffix}",
            "state_dir": settings.resolved_state_dir / f"replay{suffix}",
        }
    )


def run_replay(settings: Settings, since: str, until: str, suffix: str, *, dry_run: bool, console: Console) -> int:
    """Run a replay, or with `dry_run` print what it would cover. Return the exit code.

    Raises:
        WorkerError: see worker.app.run_worker; or the suffix already belongs to a replay of another range.
    """
    from worker.commands import topics  # noqa: PLC0415 - importing kafka costs 0.3 s

    own = replay_settings(settings, suffix)
    plan, sizes = _plan(own, since, until)
    if dry_run:
        _show(plan, sizes, own, console)
        return 0
    topics.create_outputs(settings, own)
    return _run(own, plan, console)


def _plan(own: Settings, since: str, until: str) -> tuple[Plan, Mapping[int, int] | None]:
    """The kept plan of this suffix, or a new one; and the bytes of each partition's range, if known."""
    path = own.resolved_state_dir / PLAN_FILE
    plan = _kept(path)
    if plan is not None:
        if (plan.topic, plan.since, plan.until) != (own.raw_topic, since, until):
            raise SettingsError(
                f"this suffix belongs to a replay of {plan.topic} from {plan.since} to {plan.until}: "
                "give the same --from and --to to resume it, or another --suffix"
            )
        return plan, None
    now = datetime.now(UTC)
    start, end = parse_bound(since, now), parse_bound(until, now)
    if since == "latest" or until == "earliest" or (start and end and start >= end):
        raise SettingsError(f"the range from {since} to {until} is empty")
    from worker.transport.kafka import ranges  # noqa: PLC0415

    found, sizes = ranges.resolve(own, start, end)
    return Plan(own.raw_topic, since, until, now.isoformat(), found), sizes


def _kept(path: Path) -> Plan | None:
    try:
        return TypeAdapter(Plan).validate_json(own_files.read(path))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise IndexStoreError(f"{path} cannot be read ({error.strerror}): choose another --suffix") from error
    except ValidationError as error:
        what = error.errors(include_url=False)[0]["msg"]
        raise IndexStoreError(f"{path} cannot be read ({what}): choose another --suffix") from error


def _keep(plan: Plan, state_dir: Path) -> None:
    try:
        own_files.make_directory(state_dir)
        with own_files.replacing(state_dir / PLAN_FILE) as file:  # another process may begin the same replay
            own_files.write(file, orjson.dumps(asdict(plan), option=orjson.OPT_INDENT_2))
    except OSError as error:
        raise IndexStoreError.unwritable(state_dir, error) from error


def _run(own: Settings, plan: Plan, console: Console) -> int:
    from worker.app import Run, run_worker  # noqa: PLC0415
    from worker.transport.kafka import ranges  # noqa: PLC0415

    _keep(plan, own.resolved_state_dir)
    done = ranges.committed(own, plan.ranges)
    columns = (
        TextColumn("replay"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        logs.configure(own.log_format, own.log_level)  # again: the progress display has replaced standard error
        task = progress.add_task("replay", total=plan.records, completed=done, rate="")

        def advance(count: int) -> None:
            speed = progress.tasks[0].finished_speed or progress.tasks[0].speed or 0
            progress.update(task, advance=count, rate=f"{speed:.0f}/s")

        run_worker(Run(own, ranges.by_partition(plan.ranges), advance))
    return 0


def _show(plan: Plan, sizes: Mapping[int, int] | None, own: Settings, console: Console) -> None:
    table = Table(
        "partition", "from offset", "to offset", "records", "bytes (about)", title=shown(f"replay of {plan.topic}")
    )
    for number, (start, end) in sorted(plan.ranges.items(), key=lambda item: int(item[0])):
        size = f"{sizes[int(number)]:,}" if sizes and int(number) in sizes else "?"
        table.add_row(shown(number), str(start), str(end), f"{end - start:,}", size)
    total = f"{sum(sizes.values()):,}" if sizes else "?"
    table.add_row("all", "", "", f"{plan.records:,}", total, style="bold")
    console.print(table)
    topics = f"{own.clean_topic}, {own.quality_topic}, {own.dead_topic}"
    console.print(shown(f"outputs: {topics}; group: {own.group_id}"))
