"""Finds what the topics know about a message: its reports, its bytes, its clean article."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson
from rich.console import Console

from worker.commands.dead.reading import moment
from worker.commands.explain.asked import Page
from worker.commands.explain.reports import History, Key, Sighting, read_sighting, source_headers
from worker.commands.progress import watched
from worker.config.settings import Settings
from worker.identity.urls import canonicalise
from worker.messages import Outcome, RawRecord, Source, rfc3339
from worker.transport import dead_letters
from worker.transport.kafka.lookup import Missing, Topics
from worker.transport.kafka.published import Fetched

_CLOCKS = timedelta(minutes=1)  # how far the clock of a producer may be ahead in the common case
_SOON = timedelta(hours=1)  # most messages are processed within this time
_DAY = timedelta(days=1)

Span = tuple[datetime | None, datetime | None]
"""A stretch of time: since when, and before when. None means without this limit."""


class Message(NamedTuple):
    """A message, if it is still available. Without a record, `note` says why; with one, where it is from."""

    record: RawRecord | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Finder:
    """Looks things up in the topics of the settings. `check` raises what ends a long reading.

    Methods raise TransportError if a topic cannot be read.
    """

    topics: Topics
    settings: Settings
    console: Console
    check: Callable[[], None]

    def history(self, page: Page, since: datetime | None) -> History:
        """The messages of a page whose reports were written since a time."""
        found = History()
        for each in self._reports("reports", (since, None), lambda record: _is_about(record, page)):
            found.add(each)
        return found

    def report_on(self, key: Key, written_ms: int | None, since: datetime | None) -> Sighting | None:
        """The report on the last attempt at a message. `written_ms` is when the message was written, if known."""
        headers, found = {*source_headers(key)}, History()
        for span in _after(written_ms, since):
            reports = self._reports("reports", span, lambda record: headers.issubset(record.headers))
            with closing(reports):
                for each in reports:
                    found.add(each)
                    if each.report.outcome != Outcome.DEAD:  # a dead letter may have been retried later
                        return found.newest_first[0]
        return next(iter(found.newest_first), None)

    def reports_of(self, articles: Sequence[str], near_ms: int | None, since: datetime | None) -> Iterator[Sighting]:
        """A report on each of these articles, as far as there is one. Reads the time before `near_ms` first."""
        wanted = {each.encode() for each in articles}
        for span in _around(near_ms, since):
            reports = self._reports("candidates", span, lambda record: record.key in wanted)
            with closing(reports):
                while wanted and (each := next(reports, None)):
                    if each.report.article_id.encode() in wanted:
                        wanted.discard(each.report.article_id.encode())
                        yield each

    def message(self, key: Key, sighting: Sighting | None) -> Message:
        """The message at a place: from its topic, or from its dead letter if the topic no longer has it."""
        found = self.topics.at(*key)
        if isinstance(found, Fetched) and (sighting is None or _is_same(found, sighting)):
            return Message(_record(key, found))
        note = _gone(key, found) if isinstance(found, Missing) else (
            f"there is another message at {key} now: the topic was deleted and created again since the report"
        )  # fmt: skip
        if sighting is None or sighting.report.outcome != Outcome.DEAD:
            return Message(None, note)
        return self._from_letter(sighting, note)

    def _from_letter(self, sighting: Sighting, note: str) -> Message:
        for each in self._with_report(self.settings.dead_topic, sighting):
            letter = dead_letters.read(each.key, each.value, each.headers)
            if letter and letter.attempt == sighting.report.attempt:
                if not letter.is_whole:
                    return Message(None, f"{note}, and its dead letter has only a part of it")
                source = _source(sighting.key, sighting.report.source.timestamp)
                record = RawRecord(source, letter.value, letter.key, letter.headers)
                return Message(record, f"{note}; the bytes shown are those of its dead letter")
        return Message(None, f"{note}, and its dead letter was not found")

    def clean_article(self, sighting: Sighting) -> dict[str, Any] | None:
        """The article that was published together with a report; None if the clean topic no longer has it.

        If the message was processed twice in a short time, that is the last one not written after the report.
        """
        found: dict[str, Any] | None = None
        for each in self._with_report(self.settings.clean_topic, sighting):
            read = _object(each.value)
            is_of_report = read.get("promoted_from") == sighting.whole.get("promoted_from")
            if isinstance(read.get("text"), str) and is_of_report:
                if found and each.written_ms > sighting.written_ms:
                    break
                found = read
        return found

    def _with_report(self, topic: str, sighting: Sighting) -> Iterator[Fetched]:
        """The outputs that are in the same transaction as a report."""
        written = moment(sighting.written_ms)
        assert written is not None, "a report that was read has a time"
        longest = self.settings.transaction_timeout
        headers = {*source_headers(sighting.key)}
        with self.topics.between(topic, _moved(written, -longest), _moved(written, longest)) as records:
            for each in records:
                self.check()
                if headers.issubset(each.headers):
                    yield each

    def _reports(self, what: str, span: Span, is_wanted: Callable[[Fetched], bool]) -> Generator[Sighting, None, None]:
        with self.topics.between(self.settings.quality_topic, *span) as records:
            reading = watched(what, "records", records.offsets, records, self.console, self.check)
            with closing(reading):
                for each in reading:
                    if is_wanted(each) and (found := read_sighting(each.value, each.written_ms)):
                        yield found


def _is_about(record: Fetched, page: Page) -> bool:
    """Whether a report is about this page. Its key is the article_id, which follows from the canonical URL."""
    if record.key == page.article_id.encode():
        return True
    url = _object(record.value).get("url") if page.url else None
    return isinstance(url, str) and canonicalise(url) == page.url


def _object(value: bytes | None) -> dict[str, Any]:
    try:
        read = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return {}
    return read if isinstance(read, dict) else {}


def _after(written_ms: int | None, since: datetime | None) -> list[Span]:
    """Where to look for the report on a message: first right after it, last before it, in case a clock was wrong."""
    written = moment(written_ms) if written_ms and written_ms > 0 else None
    if written is None:
        return [(since, None)]
    begin, soon = _moved(written, -_CLOCKS), _moved(written, _SOON)
    return [(begin, soon), (soon, None), (since, begin)]


def _around(near_ms: int | None, since: datetime | None) -> list[Span]:
    """Where to look for articles that a message may repeat: first shortly before it, and last after it."""
    near = moment(near_ms)
    if near is None:
        return [(since, None)]
    end, hour, day = _moved(near, _CLOCKS), _moved(near, -_SOON), _moved(near, -_DAY)
    return [(hour, end), (day, hour), (since, day), (end, None)]


def _moved(time: datetime, by: timedelta) -> datetime:
    """The time, moved. A producer may set a time at the end of what a calendar holds."""
    try:
        return time + by
    except OverflowError:
        return time


def _is_same(found: Fetched, sighting: Sighting) -> bool:
    """Whether the record at the message's place is that message."""
    report = sighting.report
    same_size = report.value_bytes in (None, len(found.value or b""))
    written = Source("", 0, 0, found.written_ms).described()["timestamp"]
    return same_size and written == rfc3339(report.source.timestamp)


def _gone(key: Key, missing: Missing) -> str:
    if missing.is_expired:
        oldest = rfc3339(moment(missing.oldest_ms))
        since = f", which now begins at {oldest}" if oldest else ", which is now empty"
        return f"the message {key} has expired from its partition{since}"
    if missing.offset >= missing.end:
        return f"there is no message {key} yet: the partition ends before offset {missing.end}"
    return f"there is no message {key}: the offset belongs to a transaction marker, or its record was compacted away"


def _record(key: Key, found: Fetched) -> RawRecord:
    return RawRecord(Source(*key, found.written_ms), found.value, found.key, found.headers)


def _source(key: Key, written: datetime | None) -> Source:
    return Source(*key, None if written is None else round(written.timestamp() * 1000))
