"""Reads what is compared: the facts of a quality report, and the text and the fields of a clean article."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, NamedTuple

import orjson
from pydantic import Field, StringConstraints, TypeAdapter

from worker.commands.only import OF_A_REPORT
from worker.commands.report.records import Report, Story, read_report_as
from worker.messages import SOURCE_HEADERS, Headers

BEFORE: Final = 0
AFTER: Final = 1
Side = Literal[0, 1]
"""Which of the two sets of outputs a record belongs to."""

PRECISION: Final = "published_at_precision"
FIELDS: Final = (
    "title", "authors", "description", "tags", "section", "published_at", PRECISION, "fetched_at",
    "language", "url", "canonical_url", "site_name", "image", "paywalled", "markdown", "extra",
)  # fmt: skip
"""The fields of a clean article that are compared, besides its text."""

_MOST_DIGITS: Final = 18  # of a number that fits into 63 bits
_DIGEST: Final = struct.Struct(f"{1 + len(FIELDS)}q")
_Count = Annotated[int, Field(ge=0, lt=1 << 53)]
_Id = Annotated[str, StringConstraints(max_length=100)]


class Place(NamedTuple):
    """Where a record is in the raw topic."""

    partition: int
    offset: int


@dataclass(slots=True)
class _Judgement(Story):
    of: _Id | None


@dataclass(slots=True)
class _Measures:
    words: _Count


@dataclass(slots=True)
class _Pipeline:
    fingerprint: _Id


@dataclass(slots=True, kw_only=True)
class Facts(Report):
    """The parts of a quality report that are compared."""

    article_id: _Id
    removed: dict[_Id, _Count]
    duplicate: _Judgement | None
    score: Annotated[float, Field(ge=0, le=1)] | None
    measures: _Measures | None
    pipeline: _Pipeline
    attempt: _Count = 1

    def values(self) -> dict[str, str | None]:
        """The values by which `--only` selects."""
        values: dict[str, str | None] = {name: getattr(self, name, None) for name in OF_A_REPORT}
        return values | {"fingerprint": self.pipeline.fingerprint}


_FACTS: Final = TypeAdapter(Facts)


def read_facts(value: bytes | None) -> Facts | None:
    """The facts of a report; None if the value is not a quality report."""
    return read_report_as(_FACTS, value)


class Article(NamedTuple):
    """The text of a clean article, and the values of `FIELDS` as JSON; None for a field that is empty."""

    text: str
    values: tuple[str | None, ...]

    def digest(self) -> bytes:
        """Eight bytes each for the text and for every field; zeros for a field that is empty.

        They are Python's own hashes, which are keyed and fast. They mean nothing outside this process.
        """
        return _DIGEST.pack(hash(self.text), *(0 if each is None else hash(each) for each in self.values))


def parts_of(digest: bytes) -> tuple[int, ...]:
    """The hash of the text, and that of each field; 0 for a field that is empty."""
    return _DIGEST.unpack(digest)


def read_article(value: bytes) -> Article | None:
    """The article; None if the value is not a clean article."""
    try:
        message = orjson.loads(value)
        if not isinstance(message, dict) or not isinstance(message.get("text"), str):
            return None
        return Article(message["text"], tuple(_packed(message.get(name)) for name in FIELDS))
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # the latter if it is nested too deeply
        return None


def _packed(value: Any) -> str | None:
    return None if value is None or value in ([], {}) else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def source_of(headers: Headers, topic: str, ranges: Mapping[int, tuple[int, int]]) -> Place | None:
    """The place of the input that an output was made from; None if it is not in these ranges of the topic."""
    named = dict(headers)
    of, partition, offset = (named.get(name, b"") for name in SOURCE_HEADERS)
    if of.decode(errors="replace") != topic or not (_is_number(partition) and _is_number(offset)):
        return None
    place = Place(int(partition), int(offset))
    start, end = ranges.get(place.partition, (0, 0))
    return place if start <= place.offset < end else None


def _is_number(digits: bytes) -> bool:
    return digits.isdigit() and len(digits) <= _MOST_DIGITS
