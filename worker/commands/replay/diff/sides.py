"""Which topics a comparison reads, and of which inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from worker.commands.moments import parse_moment
from worker.commands.replay.manifest import Manifest, existing
from worker.commands.replay.standing import Standing, ask
from worker.config.settings import Settings
from worker.errors import SettingsError

LIVE: Final = "live"

_CLOCKS: Final = timedelta(days=1)
"""How far the clocks of crawlers and workers may differ."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """The topics of the live worker or of a replay. None of the outputs that count was written before `since`.

    `standing` is how far the replay is; None for the live worker.
    """

    name: str
    clean_topic: str
    quality_topic: str
    since: datetime | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sets of outputs, and the inputs that are compared: ranges of offsets of the raw topic by partition."""

    topic: str
    ranges: Mapping[int, tuple[int, int]]
    before: Outputs
    after: Outputs


def compared(settings: Settings, name: str, against: str | None) -> Comparison:
    """The comparison of a replay with the live outputs, or with another replay.

    Raises:
        SettingsError: there is no such replay, or the two replays have no input in common.
        TransportError: no broker answers.
    """
    own, manifest = existing(settings, name)
    after = Outputs(name, own.clean_topic, own.quality_topic, standing=ask(manifest, own))
    ranges = {int(number): span for number, span in manifest.ranges.items()}
    if against is None:
        return Comparison(manifest.topic, ranges, _live(own, manifest, name), after)
    if against == name:
        raise SettingsError(f"--against {against}: give another replay than {name}")
    other_own, other = existing(settings, against)
    before = Outputs(against, other_own.clean_topic, other_own.quality_topic, standing=ask(other, other_own))
    ranges = common(ranges, {int(number): span for number, span in other.ranges.items()})
    if other.topic != manifest.topic or not ranges:
        raise SettingsError(
            f"the replays {against} and {name} have no records in common: the first covers {_range(other)}, "
            f"and the second {_range(manifest)}"
        )
    return Comparison(manifest.topic, ranges, before, after)


def _live(own: Settings, manifest: Manifest, name: str) -> Outputs:
    since = parse_moment(manifest.since, manifest.made_at)
    clean, quality = (topic.removesuffix(f".{name}") for topic in (own.clean_topic, own.quality_topic))
    return Outputs(LIVE, clean, quality, since and since - _CLOCKS)


def _range(manifest: Manifest) -> str:
    return f"{manifest.topic} from {manifest.since} to {manifest.until}"


def common(first: Mapping[int, tuple[int, int]], second: Mapping[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """The offsets that are in both ranges, by partition."""
    shared = {
        number: (max(first[number][0], second[number][0]), min(first[number][1], second[number][1]))
        for number in first.keys() & second.keys()
    }
    return {number: (start, end) for number, (start, end) in sorted(shared.items()) if start < end}
