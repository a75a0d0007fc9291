"""What a promotion knows of every article: gathered from the topics of the worker and of the replay.

It is a temporary database on disk, so that a million articles take little memory. It has hashes, but no texts.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import orjson

from worker.commands import scratch
from worker.commands.only import read_report
from worker.commands.replay.promote.plan import TO_DO, Action, Ending, Kept, Span, decide
from worker.commands.replay.promote.records import article_id_of, deleted, kept, promoted_from, source_of
from worker.messages import Headers, Outcome
from worker.transport.kafka.published import Fetched

_QUICK: Final = 1  # the level of zlib
_MOST_ATTEMPTS: Final = 1 << 30

_KEPT: Final = ", ".join(Kept._fields)
_LIVE: Final = ", ".join(f"live.{name}" for name in Kept._fields)
_REPLAYED: Final = ", ".join(f"replayed.{name}" for name in Kept._fields)
_WIDTH: Final = len(Kept._fields)
_VALUES: Final = ", ".join("?" * (_WIDTH + 1))

_SCHEMA: Final = f"""
CREATE TABLE live (article_id TEXT PRIMARY KEY, {_KEPT}) WITHOUT ROWID;
CREATE TABLE replayed (article_id TEXT PRIMARY KEY, {_KEPT}) WITHOUT ROWID;
CREATE TABLE reports (
    source_partition INTEGER, source_offset INTEGER, outcome TEXT, its_id TEXT, of TEXT, key BLOB, headers BLOB,
    value BLOB,
    PRIMARY KEY (source_partition, source_offset)
) WITHOUT ROWID;
CREATE TABLE known (
    source_partition, source_offset, of, attempt, PRIMARY KEY (source_partition, source_offset)
) WITHOUT ROWID;
CREATE INDEX live_by_source ON live (source_partition, source_offset);
CREATE INDEX replayed_by_source ON replayed (source_partition, source_offset);
CREATE INDEX live_covered ON live (covered_by) WHERE covered_by;
"""
_IS_ELSEWHERE: Final = """
CASE reports.outcome WHEN 'published' THEN reports.its_id != live.article_id
ELSE reports.of != live.article_id AND (
    EXISTS (SELECT 1 FROM live AS other WHERE other.article_id = reports.of AND NOT is_duplicate AND NOT is_deleted)
    OR EXISTS (
        SELECT 1 FROM replayed AS other JOIN reports AS its USING (source_partition, source_offset)
        WHERE other.article_id = reports.of AND NOT is_duplicate)) END
"""
_IS_KNOWN: Final = """
EXISTS (
    SELECT 1 FROM known JOIN live AS other ON other.article_id = known.of
    WHERE known.source_partition = replayed.source_partition AND known.source_offset = replayed.source_offset
        AND other.article_id != replayed.article_id AND NOT other.is_duplicate AND NOT other.is_deleted
        AND NOT is_covered(other.topic, other.source_partition, other.source_offset))
"""
_ATTEMPT: Final = """
coalesce((SELECT attempt FROM known WHERE known.source_partition = reports.source_partition
    AND known.source_offset = reports.source_offset), 1)
"""
_REPORT: Final = f"reports.outcome, reports.of, reports.key, reports.headers, reports.value, {_ATTEMPT}"
_PUBLISHED: Final = f"""
SELECT article_id, {_LIVE}, {_REPLAYED}, {_REPORT}, {_IS_KNOWN}
FROM replayed JOIN reports USING (source_partition, source_offset) LEFT JOIN live USING (article_id)
"""  # noqa: S608 - names of columns
_NOT_PUBLISHED: Final = f"""
SELECT article_id, {_LIVE}, {", ".join(["NULL"] * _WIDTH)}, {_REPORT}, coalesce({_IS_ELSEWHERE}, 0)
FROM live JOIN reports USING (source_partition, source_offset)
WHERE live.topic = :topic AND NOT EXISTS (SELECT 1 FROM replayed WHERE replayed.article_id = live.article_id)
"""  # noqa: S608
_OF_SOURCE: Final = f"""
SELECT article_id, {_LIVE}, {_REPLAYED} FROM replayed LEFT JOIN live USING (article_id)
WHERE replayed.source_partition = :partition AND replayed.source_offset = :offset
"""  # noqa: S608
_CANDIDATES: Final = """
SELECT article_id FROM live JOIN reports USING (source_partition, source_offset)
WHERE live.topic = :topic AND article_id > :after ORDER BY article_id LIMIT 1000
"""
_LOST: Final = """
SELECT 1 FROM live WHERE source_partition = :partition AND source_offset = :offset AND topic = :topic
AND NOT EXISTS (SELECT 1 FROM replayed WHERE replayed.article_id = live.article_id)
"""


class Report(NamedTuple):
    """The report of the replay on an input. `of` is what the input duplicates. `value` is None if it is not needed.

    `attempt` is the last attempt at the input that the worker has reported.
    """

    outcome: str
    of: str | None
    key: bytes
    headers: Headers
    value: bytes | None
    attempt: int


class Due(NamedTuple):
    """An article for which there is something to do. `live` and `replayed` are None if the topic does not have it."""

    article_id: str
    action: Action
    live: Kept | None
    replayed: Kept | None
    report: Report


class Ledger:
    """The articles of one replay, named `name`.

    Add the worker's clean topic, then the replay's, then the reports of both. More records of the worker's clean topic
    may be added at any time. `selects` says from a report of the replay whether its article is wanted.
    """

    def __init__(self, name: str, span: Span, selects: Callable[[Mapping[str, Any]], bool]) -> None:
        self._name, self._span, self._selects = name, span, selects
        self._database = scratch.database(_SCHEMA)
        self._database.create_function("is_covered", 3, lambda *source: span.covers(source), deterministic=True)

    def add_live(self, record: Fetched) -> None:
        """Note a record of the worker's clean topic."""
        article_id = article_id_of(record)
        if article_id is None:
            return
        promoted = promoted_from(record.headers)
        if promoted == self._name and self._covers(article_id, record):
            return
        if record.value is None and promoted:
            self._database.execute("DELETE FROM live WHERE article_id = ?", (article_id,))
        elif found := kept(record) if record.value else deleted(record):
            self._put("live", article_id, found)

    def _covers(self, article_id: str, record: Fetched) -> bool:
        """Whether this promoted record came after one that is newer, and must not count. If so, note it."""
        row = self._one(f"SELECT {_KEPT} FROM live WHERE article_id = ?", article_id)  # noqa: S608
        source = source_of(record.headers)
        if row is None or source is None or not self._span.covers(source):
            return False
        known, later = Kept(*row), kept(record)
        if known.is_deleted or not self._span.is_newer(known, later.source_ms if later else None):
            return False
        version = max(known.version, known.covered_by, later.version if later else 0)
        self._put("live", article_id, known._replace(covered_by=version))
        return True

    def add_replayed(self, record: Fetched) -> None:
        """Note a record of the replay's clean topic."""
        article_id, found = article_id_of(record), kept(record)
        if article_id and found:
            self._put("replayed", article_id, found)

    def add_report(self, record: Fetched) -> None:
        """Note a record of the replay's quality topic, if it is wanted and concerns an article in a clean topic."""
        source, report = source_of(record.headers), read_report(record.value)
        if source is None or report is None or not self._span.covers(source) or not self._selects(report):
            return
        outcome, of, needed = str(report.get("outcome")), _original(report), self._is_needed(source)
        if needed is not None:
            value = zlib.compress(record.value or b"", _QUICK) if needed else None
            headers = orjson.dumps([[name, text.hex()] for name, text in record.headers])
            article_id = report.get("article_id")
            row = (*source[1:], outcome, article_id, of, record.key, headers if needed else None, value)
            self._database.execute("INSERT OR REPLACE INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def add_live_report(self, record: Fetched) -> None:
        """Note a record of the worker's quality topic: whether the article is a duplicate, and the attempt."""
        source = source_of(record.headers)
        if source is None or not self._span.covers(source):
            return
        if not self._one("SELECT 1 FROM reports WHERE source_partition = ? AND source_offset = ?", *source[1:]):
            return
        if report := read_report(record.value):
            of = _original(report) if report["outcome"] == Outcome.DUPLICATE else None
            attempt = report.get("attempt")
            attempt = max(1, min(attempt, _MOST_ATTEMPTS)) if isinstance(attempt, int) else 1
            self._database.execute("INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?)", (*source[1:], of, attempt))

    def _is_needed(self, source: tuple[str, int, int]) -> bool | None:
        """Whether the report on this input may have to be published. None if no article in a clean topic is of it."""
        place = {"topic": source[0], "partition": source[1], "offset": source[2]}
        if self._database.execute(_LOST, place).fetchone():
            return True
        row = self._database.execute(_OF_SOURCE, place).fetchone()
        if row is None:
            return None
        live, replayed = _kept(row[1 : 1 + _WIDTH]), _kept(row[1 + _WIDTH :])
        return decide(live, replayed, None, self._span) in TO_DO

    def _put(self, table: str, article_id: str, found: Kept) -> None:
        self._database.execute(f"INSERT OR REPLACE INTO {table} VALUES ({_VALUES})", (article_id, *found))  # noqa: S608

    # -- what is to be done --------------------------------------------------------------------------------------

    def counts(self) -> Counter[Action]:
        """The number of selected articles by what is to be done about them."""
        topic = {"topic": self._span.topic}
        counts = Counter(due.action for query in (_PUBLISHED, _NOT_PUBLISHED) for due in self._all(query, topic))
        repairs = self._one("SELECT count(*) FROM live WHERE covered_by") or (0,)
        counts[Action.REPAIRED] = repairs[0]
        return counts

    def to_publish(self, record: Fetched) -> Due | None:
        """The article of this record of the replay's clean topic, if it has to be published now."""
        query = f"{_PUBLISHED} WHERE article_id = :id AND replayed.partition = :partition AND replayed.offset = :offset"
        place = {"id": article_id_of(record), "partition": record.partition, "offset": record.offset}
        due = next(self._all(query, place), None)
        return due if due and due.action in (Action.NEW, Action.CHANGED) and due.report.value else None

    def to_withdraw(self) -> Iterator[Due]:
        """The articles to withdraw. Records may be added while they are read."""
        after: str | None = ""
        while after is not None:
            place = {"topic": self._span.topic, "after": after}
            page = [row[0] for row in self._database.execute(_CANDIDATES, place)]
            after = page[-1] if page else None
            yield from (due for article_id in page if (due := self.withdrawal(article_id)))

    def withdrawal(self, article_id: str) -> Due | None:
        """The article with this id, if it has to be withdrawn now."""
        query = f"{_NOT_PUBLISHED} AND article_id = :id"
        due = next(self._all(query, {"topic": self._span.topic, "id": article_id}), None)
        return due if due and due.action is Action.WITHDRAWN and due.report.value else None

    def to_repair(self) -> dict[tuple[int, int], Kept]:
        """The articles to repair, by the partition and offset of the newest record in the worker's topic."""
        rows = self._database.execute(f"SELECT {_KEPT} FROM live WHERE covered_by")  # noqa: S608
        return {(live.partition, live.offset): live for live in map(_kept, rows) if live}

    def _all(self, query: str, values: Mapping[str, Any]) -> Iterator[Due]:
        for row in self._database.execute(query, values):
            live, replayed = _kept(row[1 : 1 + _WIDTH]), _kept(row[1 + _WIDTH : 1 + 2 * _WIDTH])
            *of_report, is_elsewhere = row[1 + 2 * _WIDTH :]
            action = decide(live, replayed, Ending(of_report[0], bool(is_elsewhere)), self._span)
            if action and action is not Action.REPAIRED:
                yield Due(row[0], action, live, replayed, _report(*of_report))

    def _one(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._database.execute(query, values).fetchone()
        return row

    def close(self) -> None:
        """Delete the database."""
        self._database.close()


def _kept(row: tuple[Any, ...]) -> Kept | None:
    return None if row[0] is None else Kept(*row)


def _original(report: Mapping[str, Any]) -> str | None:
    duplicate = report.get("duplicate")
    of = duplicate.get("of") if isinstance(duplicate, dict) else None
    return of if isinstance(of, str) else None


def _report(*row: Any) -> Report:
    outcome, of, key, headers, value, attempt = row
    named = tuple((name, bytes.fromhex(text)) for name, text in orjson.loads(headers)) if headers else ()
    return Report(outcome, of, key, named, zlib.decompress(value) if value else None, attempt)
