"""What decides the results of a replay, and where they go. Neither changes during a replay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from worker.config.index_address import EMBEDDED, parse_address
from worker.config.settings import Settings
from worker.fingerprint import pipeline_info

PLACES = ("group_id", "clean_topic", "quality_topic", "dead_topic", "index_name")

Verdicts = Literal["fresh", "keep"]
"""Which verdicts the messages of a replay get: those of its own index, or those of the live worker."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The pipeline, the settings that are part of its fingerprint, the verdicts, and where the results go."""

    version: str
    fingerprint: str
    settings: Mapping[str, Any]
    places: Mapping[str, str]
    verdicts: Verdicts = "fresh"

    @classmethod
    def of(cls, own: Settings, verdicts: Verdicts = "fresh") -> Rules:
        """The rules by which a replay with these settings would run."""
        info = pipeline_info(own)
        index = own.index if own.index == EMBEDDED else str(parse_address(own.index))  # without a password
        places = {name: str(getattr(own, name)) for name in PLACES} | {"index": index}
        return cls(info.version, info.fingerprint, orjson.loads(orjson.dumps(own.deciding())), places, verdicts)

    def differences(self, now: Rules) -> list[str]:
        """What differs in `now`, one item per line. Empty if a replay may continue with `now`."""
        before, after = ({**rules.settings, **rules.places, "verdicts": rules.verdicts} for rules in (self, now))
        lines = [
            f"{name}: {_text(before.get(name))} then, {_text(after.get(name))} now"
            for name in sorted(before.keys() | after.keys())
            if before.get(name) != after.get(name)
        ]
        if self.fingerprint != now.fingerprint and self.settings == now.settings:
            lines.append(
                f"code or libraries: version {self.version} with fingerprint {self.fingerprint} then, "
                f"version {now.version} with {now.fingerprint} now"
            )
        return lines


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value)) or "nothing"
    return "nothing" if value is None else str(value)
