"""Which topics a comparison reads, and which inputs it covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from worker.commands.moments import earliest_output, parse_moment
from worker.commands.only import OF_A_REPORT, Only, parse_only
from worker.commands.replay.manifest import Manifest, refuse_removed
from worker.commands.replay.registry import existing
from worker.commands.replay.standing import Standing, ask
from worker.config.settings import Settings
from worker.errors import SettingsError

LIVE: Final = "live"

Span = tuple[int, int]
"""A first offset, and the offset after the last."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """The topics of the live worker or of a replay. No output that counts was written before `since`.

    `standing` is the progress of the replay; None for the live worker.
    """

    name: str
    clean_topic: str
    quality_topic: str
    since: datetime | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sets of outputs, and the inputs that are compared: ranges of offsets of the raw topic by partition.

    `only` selects inputs by the report of either side.
    """

    topic: str
    ranges: Mapping[int, Span]
    before: Outputs
    after: Outputs
    only: Only = field(default_factory=dict)


def compared(settings: Settings, name: str, against: str | None, only: Sequence[str] = ()) -> Comparison:
    """The comparison of a replay with the live outputs, or with another replay, of selected inputs.

    Raises:
        SettingsError: there is no such replay, or it is being removed; the two replays have no input in common; or the
            selection is wrong.
        TransportError: no broker answers.
    """
    own, manifest = _existing(settings, name)
    selection = parse_only(only, OF_A_REPORT, manifest.rules.fingerprint) or _selected(manifest)
    after = Outputs(name, own.clean_topic, own.quality_topic, standing=ask(manifest, own))
    if against is None:
        return Comparison(manifest.topic, _ranges(manifest), _live(own, manifest, name), after, selection)
    if against == name:
        raise SettingsError(f"--against {against}: give a replay other than {name} itself")
    other_own, other = _existing(settings, against)
    is_same_topic = (other.topic, other.topic_id) == (manifest.topic, manifest.topic_id)
    ranges = common(_ranges(manifest), _ranges(other)) if is_same_topic else {}
    if not ranges:
        raise SettingsError(
            f"the replays {against} and {name} have no records in common: the first covers {_covered(other)}, "
            f"and the second {_covered(manifest)}"
        )
    before = Outputs(against, other_own.clean_topic, other_own.quality_topic, standing=ask(other, other_own))
    return Comparison(manifest.topic, ranges, before, after, selection)


def _existing(settings: Settings, name: str) -> tuple[Settings, Manifest]:
    own, manifest = existing(settings, name)
    refuse_removed(manifest, name)
    return own, manifest


def _live(own: Settings, manifest: Manifest, name: str) -> Outputs:
    since = earliest_output(parse_moment(manifest.since, manifest.made_at))
    clean, quality = (topic.removesuffix(f".{name}") for topic in (own.clean_topic, own.quality_topic))
    return Outputs(LIVE, clean, quality, since)


def _selected(manifest: Manifest) -> Only:
    """What a replay with `--only` selected. All other records would only count as missing."""
    return manifest.selection.only if manifest.selection else {}


def _ranges(manifest: Manifest) -> dict[int, Span]:
    return {int(number): span for number, span in manifest.ranges.items()}


def _covered(manifest: Manifest) -> str:
    return f"{manifest.topic} from {manifest.since} to {manifest.until}"


def common(first: Mapping[int, Span], second: Mapping[int, Span]) -> dict[int, Span]:
    """The offsets that are in both ranges, by partition."""
    shared = {
        number: (max(first[number][0], second[number][0]), min(first[number][1], second[number][1]))
        for number in first.keys() & second.keys()
    }
    return {number: (start, end) for number, (start, end) in sorted(shared.items()) if start < end}
