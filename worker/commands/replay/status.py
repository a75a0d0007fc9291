"""`article-worker replay list` and `replay status`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from worker.commands.only import text_of
from worker.commands.replay.manifest import Manifest, settings_of
from worker.commands.replay.registry import Key, Replays, existing, replays
from worker.commands.replay.rules import Rules
from worker.commands.replay.standing import Standing, ask, raw_topic_is_another
from worker.commands.replay.totals import Totals, read_totals
from worker.config.settings import Settings
from worker.errors import WorkerError
from worker.messages import rfc3339
from worker.text.terminal import json_text, shown


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that is known about a replay."""

    name: str
    own: Settings
    manifest: Manifest
    standing: Standing
    totals: Totals

    @property
    def left_s(self) -> int | None:
        """The seconds left at the speed of the last minute; None if nothing was done in that minute."""
        return round(self.standing.left / self.totals.per_s) if self.totals.recent else None

    @property
    def state(self) -> str:
        """What the replay does now."""
        return _state(self.manifest, self.standing)

    @property
    def only(self) -> str | None:
        """What `--only` selects; None if all records of the range are processed."""
        return text_of(self.manifest.selection.only) if self.manifest.selection else None

    def as_json(self) -> dict[str, Any]:
        """All of it as plain values."""
        manifest, standing, rules = self.manifest, self.standing, self.manifest.rules
        return {
            "name": self.name,
            "state": self.state,
            "topic": manifest.topic,
            "from": manifest.since,
            "to": manifest.until,
            "made_at": rfc3339(manifest.made_at),
            "only": self.only,
            "records": standing.records,
            "done": standing.done,
            "left": standing.left,
            "workers": standing.workers,
            "per_s": round(self.totals.per_s, 1),
            "left_s": self.left_s,
            "version": rules.version,
            "fingerprint": rules.fingerprint,
            "verdicts": rules.verdicts,
            "clean_topic": self.own.clean_topic,
            "quality_topic": self.own.quality_topic,
            "dead_topic": self.own.dead_topic,
            "group_id": self.own.group_id,
            "index": rules.places["index"],
            "begun_in": manifest.begun_in,
            "totals": self.totals.by_outcome(),
        }


def run_status(settings: Settings, name: str, console: Console, progress_console: Console, *, as_json: bool) -> None:
    """Print the progress of a replay, and the outcomes so far.

    Raises:
        SettingsError: there is no replay of this name.
        TransportError: the brokers do not answer, or the topics of the replay are gone.
    """
    own, manifest = existing(settings, name)
    standing = ask(manifest, own)
    totals = Totals() if manifest.removing else read_totals(own, progress_console)  # its topic may be gone
    known = Known(name, own, manifest, standing, totals)
    if as_json:
        console.print(shown(json_text(known.as_json())), soft_wrap=True)
        return
    now = Rules.of(settings_of(settings, name)).fingerprint
    if raw_topic_is_another(manifest, own):
        warning = f"{manifest.topic} was deleted and created again, so this replay cannot be resumed. Remove it"
        progress_console.print(shown(warning), soft_wrap=True)
    for label, text in _rows(known, now):
        console.print(shown(f"{label:<9}  {text}".rstrip()), soft_wrap=True)


def _rows(known: Known, fingerprint_now: str) -> Iterator[tuple[str, str]]:
    manifest, standing, own = known.manifest, known.standing, known.own
    yield "replay", f"{known.name}: {known.state}"
    yield "range", f"{manifest.topic} from {manifest.since} to {manifest.until}, fixed at {rfc3339(manifest.made_at)}"
    if known.only:
        yield "only", known.only
    # This machine may not know what --only has selected.
    missing = "" if known.only or known.state != "ended" else known.totals.missing(standing.done)
    yield "records", f"{standing.share} done{missing}"
    if standing.state != "ended":
        gone = ". A worker that was stopped or killed may count until --session-timeout has passed"
        yield "workers", f"{standing.workers}{gone if standing.workers else ''}"
        left = "" if known.left_s is None else f"; {timedelta(seconds=known.left_s)} left"
        yield "speed", f"{known.totals.per_s:.1f} records/s in the last minute{left}"
    rules = manifest.rules
    now = "the same" if rules.fingerprint == fingerprint_now else fingerprint_now
    yield "rules", f"version {rules.version}, fingerprint {rules.fingerprint} (with the current settings: {now})"
    yield "verdicts", rules.verdicts
    yield "topics", f"{own.clean_topic}, {own.quality_topic}, {own.dead_topic}"
    yield "group", own.group_id
    yield "index", f"{rules.places['index']}{f', in {manifest.begun_in}' if manifest.index_is_embedded else ''}"
    for outcome, reasons in known.totals.by_outcome().items():
        yield outcome, f"{sum(reasons.values()):,}  " + ", ".join(f"{name} {n:,}" for name, n in reasons.items())


def _state(manifest: Manifest, standing: Standing) -> str:
    return "removing" if manifest.removing else standing.state


def run_list(settings: Settings, console: Console) -> None:
    """Print a line for each replay of the cluster.

    Raises:
        TransportError: the brokers do not answer.
    """
    found = replays(settings)
    table = Table("name", "state", "records done", "from", "to", "fingerprint", "group", box=None, pad_edge=False)
    for key in found.keys:
        table.add_row(*map(shown, (key.name, *_cells(found, key), key.group)))
    if table.row_count:
        console.print(table)
    else:
        console.print("there are no replays")


def _cells(found: Replays, key: Key) -> tuple[str, ...]:
    try:
        own, manifest = found.opened(key)
    except WorkerError as error:
        return "?", str(error), "", "", ""
    standing = ask(manifest, own)
    state = _state(manifest, standing)
    return state, standing.share, manifest.since, manifest.until, manifest.rules.fingerprint
