"""Topics in memory, filled by the worker's own pipeline and index, for the tests of `explain`."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console

from worker.commands.explain.account import Account, Teller
from worker.commands.explain.asked import Page, Place, parse
from worker.commands.explain.finding import Finder
from worker.config.settings import Settings
from worker.fingerprint import pipeline_info
from worker.memories import open_index, open_memory
from worker.messages import DeadLetter, Headers, Output, RawRecord, Retry, Source
from worker.pipeline.pipeline import Pipeline
from worker.stages.identify import Dedup
from worker.stages.order import build_stages
from worker.transport import dead_letters
from worker.transport.kafka.lookup import Missing
from worker.transport.kafka.published import Fetched

DAY_MS = 86_400_000
NOW_MS = 20_000 * DAY_MS
STORY = "\n".join(
    f"The bridge over the river {name} reopened on Monday after eleven years of work, the mayor said to those who came."
    for name in ("Alba", "Bera", "Cora", "Dera")
)


def message(number: int = 1, **fields: Any) -> bytes:
    """A message of one article."""
    return orjson.dumps({"url": f"https://paper.example/{number}", "title": "Bridge reopened", "text": STORY} | fields)


@dataclass(slots=True)
class Stretch:
    """See worker.transport.kafka.lookup.Stretch."""

    records: Sequence[Fetched]

    @property
    def offsets(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Fetched]:
        return iter(self.records)


@dataclass(slots=True)
class World:
    """Implements worker.transport.kafka.lookup.Topics. `read` has what was read: the topic, since when, before when."""

    state_dir: Path
    settings: Settings
    topics: dict[str, list[Fetched]] = field(default_factory=dict)
    expired: int = 0  # offsets of the raw topic before this one
    read: list[tuple[str, datetime | None, datetime | None]] = field(default_factory=list)

    @contextmanager
    def between(self, topic: str, since: datetime | None, until: datetime | None) -> Iterator[Stretch]:
        """See Topics."""
        self.read.append((topic, since, until))
        first = since.timestamp() * 1000 if since else 0
        last = until.timestamp() * 1000 if until else 1 << 62
        yield Stretch([each for each in self.topics.get(topic, ()) if first <= each.written_ms < last])

    def at(self, topic: str, partition: int, offset: int) -> Fetched | Missing:
        """See Topics."""
        records = self.topics.get(topic, [])
        begin = self.expired if topic == self.settings.raw_topic else 0
        if partition or not begin <= offset < len(records):
            oldest = records[begin].written_ms if offset < begin < len(records) else None
            return Missing(offset, begin, len(records), oldest)
        return records[offset]

    def send(
        self, value: bytes | None, written_ms: int = NOW_MS, headers: Headers = (), key: bytes | None = None
    ) -> int:
        """Write a record to the raw topic, and return its offset."""
        return self._append(self.settings.raw_topic, value, written_ms, key, headers)

    def process(self, *offsets: int, later_ms: int = 1000, attempt: int = 1, **changes: Any) -> None:
        """Process records of the raw topic, as a worker with other settings does."""
        settings = self.settings.model_copy(update=changes)
        memory = open_memory(settings, self.state_dir)
        stages = build_stages(settings, dedup=Dedup(open_index(settings, memory)))
        retry = Retry("t/0/0", attempt, is_last=False) if attempt > 1 else None
        pipeline = Pipeline(stages, pipeline_info(settings), now_s=lambda: NOW_MS / 1000)
        raw = self.topics[settings.raw_topic]
        for offset in offsets:
            each = raw[offset]
            source = Source(settings.raw_topic, 0, offset, each.written_ms)
            record = RawRecord(source, each.value, each.key, each.headers, retry=retry)
            (result,) = pipeline.process([record])
            for output in result.outputs:
                self._publish(output, each.written_ms + later_ms)
        memory.close()

    def _publish(self, output: Output, written_ms: int) -> None:
        topic: str = getattr(self.settings, f"{output.channel}_topic")
        value, headers = output.value, output.headers
        if isinstance(value, DeadLetter):
            headers = (*headers, *dead_letters.headers(value))
            value = dead_letters.value(value, 1 << 20) or b""
        self._append(topic, value, written_ms, output.key, headers)

    def _append(self, topic: str, value: bytes | None, written_ms: int, key: bytes | None, headers: Headers) -> int:
        records = self.topics.setdefault(topic, [])
        records.append(Fetched(value, written_ms, 1, 0, len(records), key, headers))
        return len(records) - 1

    @property
    def finder(self) -> Finder:
        """Looks things up in these topics."""
        return Finder(self, self.settings, Console(file=io.StringIO()), lambda: None)

    def explain(self, what: str, since: datetime | None = None, **changes: Any) -> Account:
        """What is known of a message, with these settings changed."""
        settings = self.settings.model_copy(update=changes)
        finder = Finder(self, settings, Console(file=io.StringIO()), lambda: None)
        asked = parse(what)
        teller = Teller(finder, settings, pipeline_info(settings).fingerprint, since)
        if isinstance(asked, Page):
            return teller.about_page(asked)
        assert isinstance(asked, Place)
        return teller.about_place(asked)
