"""Reads quality reports of one article, and keeps the newest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final, NamedTuple

import orjson
from pydantic import AwareDatetime, Field, NonNegativeInt, PositiveInt, StringConstraints, TypeAdapter, ValidationError

from worker.messages import SOURCE_HEADERS, Headers, Outcome

MOST_LISTED: Final = 20
"""How many messages of one page are kept."""

_Id = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
_Word = Annotated[str, StringConstraints(max_length=100)]


class Key(NamedTuple):
    """The place of a message."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}:{self.partition}:{self.offset}"


@dataclass(slots=True)
class _Source:
    topic: str
    partition: NonNegativeInt
    offset: NonNegativeInt
    timestamp: AwareDatetime | None


@dataclass(slots=True)
class _Pipeline:
    version: str
    fingerprint: str


@dataclass(slots=True)
class Duplicate:
    """The verdict of the index, as a report has it."""

    kind: _Word
    of: _Id | None
    similarity: float | None
    cluster_id: _Id
    evidence: dict[_Word, float] | None = None
    is_duplicate: bool | None = None
    change: _Word | None = None


@dataclass(slots=True, kw_only=True)
class Report:
    """The parts of a quality report that `explain` uses. Those with a default were added later: see the schema."""

    name: Annotated[str, StringConstraints(pattern=r"^quality_report\.v\d{1,9}$"), Field(alias="schema")]
    article_id: _Id
    source: _Source
    url: str | None
    title: str | None = None
    outcome: Outcome
    reason: _Word
    duplicate: Duplicate | None
    value_bytes: NonNegativeInt | None = None
    attempt: PositiveInt = 1
    processed_at: _Word | None = None
    pipeline: _Pipeline


_REPORT: Final = TypeAdapter(Report)


class Sighting(NamedTuple):
    """A quality report: the parts that `explain` uses, the whole report, and when it was written (ms since 1970)."""

    report: Report
    whole: dict[str, Any]
    written_ms: int

    @property
    def key(self) -> Key:
        """The place of the message."""
        source = self.report.source
        return Key(source.topic, source.partition, source.offset)


def read_sighting(value: bytes | None, written_ms: int) -> Sighting | None:
    """The report; None if the value is not a quality report."""
    try:
        return Sighting(_REPORT.validate_json(value or b""), orjson.loads(value or b""), written_ms)
    except (ValidationError, orjson.JSONDecodeError):
        return None


def source_headers(key: Key) -> Headers:
    """The headers with which an output names the place of its input."""
    return tuple((name, str(part).encode()) for name, part in zip(SOURCE_HEADERS, key, strict=True))


class History:
    """The newest messages of a page, each with the report of its last attempt. `left_out` counts the older ones."""

    def __init__(self) -> None:
        self._sightings: dict[Key, Sighting] = {}
        self.left_out = 0

    def add(self, sighting: Sighting) -> None:
        """Note a report. Reports must come in the order of time."""
        before = self._sightings.pop(sighting.key, None)
        later = before if before and before.report.attempt > sighting.report.attempt else sighting
        self._sightings[sighting.key] = later
        if len(self._sightings) > MOST_LISTED:
            del self._sightings[next(iter(self._sightings))]
            self.left_out += 1

    @property
    def newest_first(self) -> list[Sighting]:
        """The messages that are kept."""
        return list(self._sightings.values())[::-1]
