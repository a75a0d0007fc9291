"""Reads a quality report: the parts that are counted, whatever version of the worker wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeVar

from pydantic import Field, NonNegativeInt, StringConstraints, TypeAdapter, ValidationError

from worker.identity.urls import host as host_of
from worker.messages import DuplicateKind

MOST_ATTEMPTS: Final = (1 << 63) - 1

_Word = Annotated[str, StringConstraints(max_length=100)]
_Host = Annotated[str, StringConstraints(max_length=253)]


@dataclass(slots=True)
class Place:
    """Where the input was read."""

    topic: str
    partition: int
    offset: int

    @property
    def place(self) -> str:
        """topic/partition/offset."""
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(slots=True)
class Story:
    """How an article is related to earlier ones."""

    kind: _Word
    cluster_id: _Word


@dataclass(slots=True, kw_only=True)
class Report:
    """The parts of a quality report that are counted. Those with a default were added later: see the schema."""

    name: Annotated[str, StringConstraints(pattern=r"^quality_report\.v\d{1,9}$"), Field(alias="schema")]
    source: Place
    outcome: Literal["published", "duplicate", "dropped", "dead"]
    reason: _Word
    url: str | None
    host: _Host | None = ""
    title: str | None = None
    shape: _Word | None
    language: _Word | None
    removed: dict[_Word, NonNegativeInt]
    duplicate: Story | None
    score: float | None
    processed_at: _Word | None = None
    attempt: Annotated[int, Field(ge=1, le=MOST_ATTEMPTS)] = 1
    promoted_from: str | None = None


_REPORT: Final = TypeAdapter(Report)
_NEW_IN_VERSION_1: Final = "unique"
_Kind = TypeVar("_Kind", bound=Report)


def read_report(value: bytes | None) -> Report | None:
    """The report; None if the value is not a quality report."""
    return read_report_as(_REPORT, value)


def read_report_as(kind: TypeAdapter[_Kind], value: bytes | None) -> _Kind | None:
    """The same, for a kind of report with more parts."""
    try:
        report = kind.validate_json(value or b"")
    except ValidationError:
        return None
    if report.reason == _NEW_IN_VERSION_1:
        report.reason = DuplicateKind.NEW
    if report.host == "":
        report.host = host_of(report.url)
    return report
