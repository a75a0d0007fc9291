"""Topics of a live worker and of a replay, for the tests of `article-worker replay diff`."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from rich.console import Console

from tests.commands.report.reports import message
from worker import schema
from worker.commands.replay.diff.run import Result, compare
from worker.commands.replay.diff.sides import Comparison, Outputs
from worker.messages import Headers

CLEAN: dict[str, Any] = orjson.loads(schema.text("clean_article"))["examples"][0]
LIVE = Outputs("live", "clean", "quality")
REPLAY = Outputs("v2", "clean.v2", "quality.v2")
COMPARISON = Comparison("articles.raw", {0: (0, 1000), 1: (10, 20)}, LIVE, REPLAY)


class Record(NamedTuple):
    """A record of a topic."""

    key: bytes | None
    value: bytes | None
    headers: Headers
    passed: int = 1


def of(partition: int, offset: int, topic: str = "articles.raw") -> Headers:
    """The headers of an output that was made from the input at this place."""
    places = topic.encode(), b"%d" % partition, b"%d" % offset
    names = "source-topic", "source-partition", "source-offset"
    return (("traceparent", b"00-1"), *zip(names, places, strict=True))


def report(number: int, outcome: str = "published", reason: str = "new", **fields: Any) -> Record:
    """The report on the input at offset `number` of partition 0."""
    article_id = f"{number:032x}"
    given = {"article_id": article_id, "url": f"https://a.example/{number}", "host": "a.example", **fields}
    return Record(article_id.encode(), message(outcome, reason, **given), of(0, number))


def judged(number: int, reason: str = "new", *, cluster: int, original: int | None = None) -> Record:
    """The report on an article with this verdict; `cluster` and `original` are numbers of articles."""
    said = {"kind": reason, "is_duplicate": False, "of": None if original is None else f"{original:032x}"}
    duplicate = {**CLEAN["duplicate"], **said, "cluster_id": f"{cluster:032x}"}
    return report(number, "published", reason, duplicate=duplicate)


def article(number: int, text: str = "one two three", **fields: Any) -> Record:
    """The clean article of that input."""
    article_id = f"{number:032x}"
    return Record(
        article_id.encode(), orjson.dumps({**CLEAN, "article_id": article_id, "text": text, **fields}), of(0, number)
    )


def tombstone(number: int) -> Record:
    """What deletes that article."""
    return Record(f"{number:032x}".encode(), None, ())


@dataclass
class Opened:
    """A topic that is read."""

    records: Sequence[Record]

    @property
    def offsets(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)


class Topics:
    """The topics by name, and which of them were opened."""

    def __init__(self, topics: Mapping[str, Sequence[Record]]) -> None:
        self._topics = topics
        self.opened: list[tuple[str, datetime | None]] = []

    @contextmanager
    def open(self, topic: str, since: datetime | None) -> Iterator[Opened]:
        self.opened.append((topic, since))
        yield Opened(self._topics.get(topic, ()))


def compared(examples: int = 5, **topics: Sequence[Record]) -> Result:
    """What a comparison of these topics finds: `quality`, `clean`, and `quality_v2`, `clean_v2` of the replay."""
    named = Topics({name.replace("_", "."): records for name, records in topics.items()})
    return compare(COMPARISON, named.open, examples, Console(file=io.StringIO()))
