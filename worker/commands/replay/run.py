"""`article-worker replay run`: processes a time range of the raw topic again, with topics and a state of its own."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from rich.console import Console

from worker.commands.moments import parse_moment
from worker.commands.progress import progress
from worker.commands.replay import directory, registry
from worker.commands.replay.manifest import Manifest, settings_of, settings_then
from worker.commands.replay.registry import Key
from worker.commands.replay.rules import Rules
from worker.commands.replay.standing import Standing, ask, followed, raw_topic_is_another
from worker.commands.replay.totals import read_totals
from worker.config.settings import Settings
from worker.errors import SettingsError
from worker.observe import logs
from worker.text.terminal import shown


def run_replay(
    settings: Settings, name: str, since: str | None, until: str | None, *, dry_run: bool, console: Console
) -> int:
    """Run a replay, or with `dry_run` print what it would cover. Return the exit code.

    Without `since` or `until`, the range of a new replay is not limited there.

    Raises:
        WorkerError: see worker.app.run_worker; or the name already belongs to a replay of another range.
    """
    from worker.commands import topics  # noqa: PLC0415 - importing kafka costs 0.3 s

    own, key = settings_of(settings, name), Key(settings.group_id, name)
    kept = _kept(own, key, since, until)
    manifest = kept or _planned(own, since, until)
    if dry_run:
        from worker.commands.replay.outlook import show  # noqa: PLC0415

        show(manifest, settings, own, console)
        return 0
    topics.create_outputs(settings, own)
    with directory.locked(own.resolved_state_dir):
        if kept is None:
            manifest = _begun(own, key, manifest, since, until)
        directory.join(own.resolved_state_dir, manifest, name)
    return _run(own, name, manifest, console)


def _begun(own: Settings, key: Key, planned: Manifest, since: str | None, until: str | None) -> Manifest:
    """Keep the manifest of a new replay. Return that of another process or machine if it was first."""
    registry.create(own)
    if kept := _kept(own, key, since, until):  # by another process of this machine, which had the lock
        return kept
    directory.take(own.resolved_state_dir, planned.id)  # first, or else a kill would lose what is its own
    manifest = registry.publish(own, key, planned)
    _refuse_another(manifest, own, key, since, until)
    return manifest


def _kept(own: Settings, key: Key, since: str | None, until: str | None) -> Manifest | None:
    """The manifest in the topic; None for a new replay."""
    found = registry.replays(own)
    manifest = found.manifest(key)
    if manifest is None:
        found.require_topics_for(key, own)
    else:
        _refuse_another(manifest, own, key, since, until)
    return manifest


def _planned(own: Settings, since: str | None, until: str | None) -> Manifest:
    since, until = since or "earliest", until or "latest"
    now = datetime.now(UTC)
    start, end = parse_moment(since, now), parse_moment(until, now)
    if since == "latest" or until == "earliest" or (start and end and start >= end):
        raise SettingsError(f"the range from {since} to {until} is empty")
    from worker.transport.kafka import admin, ranges  # noqa: PLC0415

    topic_id = admin.topic_id(own)  # before the offsets, so that they are never those of an earlier topic
    return Manifest(
        own.raw_topic, since, until, now, ranges.resolve(own, start, end), Rules.of(own),
        id=secrets.token_hex(8), topic_id=topic_id, begun_in=directory.described(own.resolved_state_dir),
    )  # fmt: skip


def _refuse_another(manifest: Manifest, own: Settings, key: Key, since: str | None, until: str | None) -> None:
    """Refuse to go on with a replay that is not the one that was asked for."""
    if manifest.removing:
        raise SettingsError(
            f"the replay {key.name} is being removed. First complete that: article-worker replay remove {key.name}"
        )
    _refuse_other_range(manifest, key.name, own.raw_topic, since, until)
    _refuse_other_rules(manifest, key.name, own)
    _refuse_other_topic(manifest, key.name, own)


def _refuse_other_range(manifest: Manifest, name: str, topic: str, since: str | None, until: str | None) -> None:
    given = (topic, since or manifest.since, until or manifest.until)
    if given != (manifest.topic, manifest.since, manifest.until):
        raise SettingsError(
            f"{name} is a replay of {manifest.topic} from {manifest.since} to {manifest.until}: leave out --from and "
            "--to to resume it, or choose another name"
        )


def _refuse_other_rules(manifest: Manifest, name: str, own: Settings) -> None:
    differences = manifest.rules.differences(Rules.of(own))
    if not differences:
        return
    if not ask(manifest, settings_then(own, manifest)).left:
        state, advice = f"the replay {name} has ended, and its rules were others than those of now.", ""
    else:
        state = f"the replay {name} began with other rules than those of now. Its topics would hold results of both."
        advice = "To resume it, use those of then. "
    raise SettingsError(
        f"{state} What differs:",
        *(f"  {line}" for line in differences),
        f"{advice}To replay the range with those of now, choose another name, or first remove this replay: "
        f"article-worker replay remove {name}",
    )


def _refuse_other_topic(manifest: Manifest, name: str, own: Settings) -> None:
    if raw_topic_is_another(manifest, own):
        raise SettingsError(
            f"{own.raw_topic} was deleted and created again after the replay {name} began, so other records have the "
            f"offsets of its range. Remove the replay: article-worker replay remove {name}"
        )


def _run(own: Settings, name: str, manifest: Manifest, console: Console) -> int:
    standing = ask(manifest, own)
    code = 0
    if standing.left:
        code = _process(own, manifest, standing, console)
        standing = ask(manifest, own)
    if standing.left:
        told = f"the replay {name} has stopped at {standing.share} records of its range; the same command resumes it"
    else:
        told = f"the replay {name} has ended: {read_totals(own, console).line()}"
    console.print(shown(told), soft_wrap=True)
    return code


def _process(own: Settings, manifest: Manifest, standing: Standing, console: Console) -> int:
    from worker.app import Run, run_worker  # noqa: PLC0415
    from worker.supervisor.run import run_processes  # noqa: PLC0415
    from worker.transport.kafka import ranges  # noqa: PLC0415

    limits = ranges.by_partition(manifest.ranges)

    with progress("replay", "records", manifest.records, console, done=standing.done) as advance:
        logs.configure(own.log_format, own.log_level)  # again: the progress display has replaced standard error
        with followed(manifest, own, standing, advance):
            if own.processes != 1:
                return run_processes(own, limits)
            run_worker(Run(own, limits))
    return 0
