"""`article-worker replay run`: processes a time range of the raw topic again, with topics and a state of its own."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from rich.console import Console

from worker.commands.index_memory import patience
from worker.commands.moments import parse_moment
from worker.commands.only import OF_A_REPORT, parse_only, text_of
from worker.commands.progress import progress
from worker.commands.replay import directory, registry
from worker.commands.replay.manifest import Manifest, Selection, refuse_removed, settings_of, settings_then
from worker.commands.replay.registry import Key
from worker.commands.replay.rules import Rules, Verdicts
from worker.commands.replay.selection import ranges_of
from worker.commands.replay.selection_file import found_or_select
from worker.commands.replay.standing import Ranges, Standing, ask, ask_about, followed, raw_topic_is_another
from worker.commands.replay.totals import read_totals
from worker.config.settings import Settings
from worker.dedup.memory import SEED_BYTES
from worker.errors import SettingsError
from worker.memories import lines_of, verdicts_of
from worker.observe import logs
from worker.store.damage import Damage
from worker.supervisor.names import process_count
from worker.text.terminal import shown

if TYPE_CHECKING:
    from worker.app import Replay

NOT_FIXED = "each process reads its partitions at its own pace, so another replay may give other verdicts on duplicates"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for. Without `since` or `until`, the range of a new replay has no limit on that side.

    `max_rate` is the most records a second, of all processes together. Without `only` or `verdicts`, a resumed replay
    has those of its first start.
    """

    since: str | None = None
    until: str | None = None
    only: Sequence[str] = ()
    max_rate: int | None = None
    verdicts: Verdicts | None = None


def run_replay(settings: Settings, name: str, asked: Asked, *, dry_run: bool, console: Console) -> int:
    """Run a replay, or with `dry_run` print what it would cover. Return the exit code.

    Raises:
        WorkerError: see worker.app.run_worker; or the name already belongs to a replay of other records.
    """
    from worker.commands import topics  # noqa: PLC0415 - importing kafka costs 0.3 s

    own, key = settings_of(settings, name), Key(settings.group_id, name)
    _require_enough(asked.max_rate, own)
    kept = _kept(own, key, asked)
    manifest = kept or _planned(settings, own, asked)
    if manifest.rules.verdicts == "keep":
        _require_verdicts_of(settings)
    if dry_run:
        from worker.commands.replay.outlook import show  # noqa: PLC0415

        show(manifest, settings, own, console, asked.max_rate)
        return 0
    topics.create_outputs(settings, own)
    with directory.locked(own.resolved_state_dir):
        if kept is None:
            manifest = _begun(own, key, manifest, asked)
        directory.join(own.resolved_state_dir, manifest, name)
    return _run(settings, own, name, manifest, console, asked.max_rate)


def _require_verdicts_of(live: Settings) -> None:
    """Raise an error if the decisions of the live worker cannot be read, before anything is created."""
    for entries_of in (verdicts_of, lines_of) if live.site_lines else (verdicts_of,):
        entries_of(live.model_copy(update={"files": None}), patience(live), Damage()).close()


def _begun(own: Settings, key: Key, planned: Manifest, asked: Asked) -> Manifest:
    """Store the manifest of a new replay. If another process or machine was first, return its manifest."""
    registry.create(own)
    if kept := _kept(own, key, asked):  # by another process of this machine, which had the lock
        return kept
    directory.take(own.resolved_state_dir, planned.id)  # before publishing, or a kill in between would lose the claim
    manifest = registry.publish(own, key, planned)
    _refuse_another(manifest, own, key, asked)
    return manifest


def _kept(own: Settings, key: Key, asked: Asked) -> Manifest | None:
    """The manifest in the topic; None for a new replay."""
    found = registry.replays(own)
    manifest = found.manifest(key)
    if manifest is None:
        found.require_topics_for(key, own)
    else:
        _refuse_another(manifest, own, key, asked)
    return manifest


def _planned(live: Settings, own: Settings, asked: Asked) -> Manifest:
    rules = Rules.of(own, asked.verdicts or "fresh")
    only = parse_only(asked.only, OF_A_REPORT, rules.fingerprint)
    since, until = asked.since or "earliest", asked.until or "latest"
    now = datetime.now(UTC)
    start, end = parse_moment(since, now), parse_moment(until, now)
    if since == "latest" or until == "earliest" or (start and end and start >= end):
        raise SettingsError(f"the range from {since} to {until} is empty")
    from worker.transport.kafka import admin, ranges  # noqa: PLC0415

    topic_id = admin.topic_id(own)  # before the offsets, so that they are never those of an earlier topic
    covered = ranges.resolve(own, start, end)
    selection = None
    if only:
        reports = ranges.resolve(live.model_copy(update={"raw_topic": live.quality_topic}), None, None)
        selection = Selection(only, {number: last for number, (_, last) in reports.items()})
    return Manifest(
        own.raw_topic, since, until, now, covered, rules, id=secrets.token_hex(8), topic_id=topic_id,
        begun_in=directory.described(own.resolved_state_dir), selection=selection,
    )  # fmt: skip


def _refuse_another(manifest: Manifest, own: Settings, key: Key, asked: Asked) -> None:
    """Refuse to continue a replay that is not the one that was asked for."""
    refuse_removed(manifest, key.name)
    _refuse_other_range(manifest, key.name, own.raw_topic, asked)
    _refuse_other_rules(manifest, key.name, own, asked.verdicts)
    _refuse_other_selection(manifest, key.name, asked)
    _refuse_other_topic(manifest, key.name, own)


def _refuse_other_range(manifest: Manifest, name: str, topic: str, asked: Asked) -> None:
    given = (topic, asked.since or manifest.since, asked.until or manifest.until)
    if given != (manifest.topic, manifest.since, manifest.until):
        raise SettingsError(
            f"{name} is a replay of {manifest.topic} from {manifest.since} to {manifest.until}: leave out --from and "
            "--to to resume it, or choose another name"
        )


def _refuse_other_rules(manifest: Manifest, name: str, own: Settings, verdicts: Verdicts | None) -> None:
    differences = manifest.rules.differences(Rules.of(own, verdicts or manifest.rules.verdicts))
    if not differences:
        return
    if not ask(manifest, settings_then(own, manifest)).left:
        state, advice = f"the replay {name} has ended, and its rules differ from the current ones.", ""
    else:
        state = (
            f"the replay {name} began with other rules than the current ones. Its topics would hold results of both."
        )
        advice = "To resume it, use the rules that it began with. "
    raise SettingsError(
        f"{state} What differs:",
        *(f"  {line}" for line in differences),
        f"{advice}To replay the range with the current rules, choose another name, or first remove this replay: "
        f"article-worker replay remove {name}",
    )


def _refuse_other_selection(manifest: Manifest, name: str, asked: Asked) -> None:
    only = parse_only(asked.only, OF_A_REPORT, manifest.rules.fingerprint)
    then = text_of(manifest.selection.only) if manifest.selection else ""
    if only and text_of(only) != then:
        raise SettingsError(
            f"{name} is a replay of {f'--only {then}' if then else 'all records of its range'}: leave out --only to "
            "resume it, or choose another name"
        )


def _refuse_other_topic(manifest: Manifest, name: str, own: Settings) -> None:
    if raw_topic_is_another(manifest, own):
        raise SettingsError(
            f"{own.raw_topic} was deleted and created again after the replay {name} began, so other records have the "
            f"offsets of its range. Remove the replay: article-worker replay remove {name}"
        )


def _run(live: Settings, own: Settings, name: str, manifest: Manifest, console: Console, max_rate: int | None) -> int:
    found = found_or_select(manifest, live, own.resolved_state_dir, console) if manifest.selection else None
    if found:
        console.print(shown(found.line()), soft_wrap=True)
    ranges = ranges_of(manifest, found)
    standing = ask_about(ranges, own)
    replay = _replay(live, own, manifest, ranges, max_rate)
    code = 0
    if standing.left:
        code = _process(own, replay, standing, console)
        standing = ask_about(ranges, own)
    told = _ending(name, standing, own, console)
    console.print(shown(told), soft_wrap=True)
    if found and not standing.left:
        console.print(shown(f"read {found.share}"), soft_wrap=True)
    return code


def _ending(name: str, standing: Standing, own: Settings, console: Console) -> str:
    """The last line of a run."""
    if standing.left:
        return f"the replay {name} has stopped at {standing.share} records; run the same command again to resume it"
    if not standing.records:
        return (
            f"the replay {name} has no record to process: check --from, --to and --only, and replay under another name"
        )
    totals = read_totals(own, console)
    return f"the replay {name} has ended: {totals.line()}{totals.missing(standing.done)}"


def _replay(live: Settings, own: Settings, manifest: Manifest, ranges: Ranges, max_rate: int | None) -> Replay:
    """What each process of the replay needs to know."""
    from worker.app import Replay  # noqa: PLC0415 - importing all stages takes a while

    kept_of = live.model_copy(update={"files": None}) if manifest.rules.verdicts == "keep" else None
    return Replay(ranges, _seed_of(manifest.topic_id or own.raw_topic), kept_of, _share(max_rate, own, ranges))


def _process(own: Settings, replay: Replay, standing: Standing, console: Console) -> int:
    from worker.app import Run, run_worker  # noqa: PLC0415
    from worker.supervisor.run import run_processes  # noqa: PLC0415

    with progress("replay", "records", standing.records, console, done=standing.done) as advance:
        logs.configure(own.log_format, own.log_level)  # again: the progress display has replaced standard error
        with followed(replay.ranges, own, standing, advance):
            if own.processes != 1:
                console.print(NOT_FIXED, soft_wrap=True)
                return run_processes(own, replay)
            run_worker(Run(own, replay))
    return 0


def _require_enough(max_rate: int | None, own: Settings) -> None:
    count = process_count(own)
    if max_rate is not None and max_rate < count:
        raise SettingsError(f"--max-rate {max_rate} is too low for {count} processes: each needs one record a second")


def _share(max_rate: int | None, own: Settings, ranges: Ranges) -> float | None:
    """The records a second of one process. At most as many work as there are partitions with something to do."""
    busy = sum(each.count(0, each.end) > 0 for each in ranges.values())
    return None if max_rate is None else max_rate / max(1, min(process_count(own), busy))


def _seed_of(topic_id: str) -> int:
    """The seed of the index: equal in all replays of a topic, and unknown to the authors of pages."""
    return int.from_bytes(blake2b(topic_id.encode(), digest_size=SEED_BYTES).digest(), "big")
