"""What is known about every dead letter, gathered from the dead topic and the quality topic.

It is a temporary database on disk, so that any number of dead letters takes little memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

from worker.commands import scratch
from worker.commands.only import Only, read_report, selects
from worker.messages import PROMOTED_FROM, RETRY_ATTEMPT, RETRY_OF, SOURCE_HEADERS, Headers, Outcome, Source
from worker.transport.dead_letters import KeptLetter

OPEN, RESOLVED, GAVE_UP, CUT, UNKNOWN, AGAIN = "open", "resolved", "gave_up", "cut", "unknown", "again"

STATES: Final = (OPEN, RESOLVED, GAVE_UP, CUT, UNKNOWN)
"""What has become of an input: it can be retried; a retry or a replay succeeded; its last attempt failed; its value is
not whole.

A letter is published in one transaction with its report. If that report is missing, those of retries may be missing,
too: the state is `unknown`. A letter whose input died again has the state `again` and does not count: only the newest
letter of an input counts.
"""

GROUPS: Final = ("reason", "host", "stage", "shape")
"""The names by which letters can be counted and selected."""

_DEAD = b'"outcome":"dead"'

_SCHEMA = """
CREATE TABLE letters (
    partition INTEGER, offset INTEGER, written_ms INTEGER, source TEXT, attempt INTEGER, reason TEXT, detail TEXT,
    stage TEXT, value_length INTEGER, sha256 TEXT, is_whole INTEGER, gave_up INTEGER,
    has_report INTEGER DEFAULT 0, url TEXT, host TEXT, shape TEXT, article_id TEXT, source_ms INTEGER,
    retried TEXT, is_wanted INTEGER DEFAULT 0,
    PRIMARY KEY (partition, offset), UNIQUE (source, attempt, sha256)
) WITHOUT ROWID;
CREATE VIEW known AS SELECT *, CASE
    WHEN retried = 'dead' THEN 'again' WHEN retried IS NOT NULL THEN 'resolved'
    WHEN NOT has_report THEN 'unknown' WHEN gave_up THEN 'gave_up'
    WHEN is_whole THEN 'open' ELSE 'cut' END AS state FROM letters;
CREATE VIEW rows AS SELECT partition, offset, written_ms, source, attempt, reason, detail, stage, value_length,
    is_whole, url, host, shape, article_id, source_ms, state, is_wanted FROM known;
"""
_STATES = (
    "SELECT state, count(*) FROM known WHERE state != 'again' AND is_selected(reason, host, stage, shape) GROUP BY 1"
)
_COUNTS = """
SELECT CASE ? WHEN 'reason' THEN reason WHEN 'host' THEN host WHEN 'stage' THEN stage WHEN 'shape' THEN shape END,
    sum(state = 'open'), sum(state = 'resolved'), sum(state = 'gave_up'), sum(state = 'cut'), sum(state = 'unknown')
FROM known WHERE state != 'again' AND is_selected(reason, host, stage, shape)
GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?
"""
_NEWEST = """
SELECT * FROM rows WHERE state != 'again' AND is_selected(reason, host, stage, shape)
ORDER BY written_ms DESC, partition, offset DESC LIMIT ?
"""
_LEFT = "retried IS NULL AND is_selected(reason, host, stage, shape)"
_CHOOSE = f"UPDATE letters SET is_wanted = 1 WHERE {_LEFT} AND has_report AND attempt < ?"  # noqa: S608 - constant
_CHOOSE_ALL = f"UPDATE letters SET is_wanted = 1 WHERE {_LEFT}"  # noqa: S608
_USED_UP = f"SELECT count(*) FROM letters WHERE {_LEFT} AND has_report AND attempt >= ?"  # noqa: S608


class Row(NamedTuple):
    """A dead letter. The fields that come from its report are None if there is no report."""

    partition: int
    offset: int
    written_ms: int
    source: str
    attempt: int
    reason: str
    detail: str
    stage: str
    value_length: int
    is_whole: int
    url: str | None
    host: str | None
    shape: str | None
    article_id: str | None
    source_ms: int | None
    state: str

    @property
    def place(self) -> str:
        """PARTITION:OFFSET, as the commands name it."""
        return f"{self.partition}:{self.offset}"

    @property
    def input_ms(self) -> int:
        """When the input was written, or else the letter, in milliseconds since 1970."""
        return self.written_ms if self.source_ms is None else self.source_ms


class Ledger:
    """The dead letters of one topic. Add all letters first, then all reports. Its counts cover those in `only`."""

    def __init__(self, dead_topic: str, only: Only) -> None:
        self._topic = dead_topic
        self._database = scratch.database(_SCHEMA)
        self._database.create_function("is_selected", len(GROUPS), partial(_is_selected, only), deterministic=True)
        self.foreign = 0  # records that the worker did not write

    def add(self, partition: int, offset: int, written_ms: int, letter: KeptLetter | None) -> None:
        """Note a record of the dead topic. A second letter of the same attempt is a copy, and counts as foreign."""
        if letter is None:
            self.foreign += 1
            return
        added = self._database.execute(
            "INSERT OR IGNORE INTO letters (partition, offset, written_ms, source, attempt, reason, detail, stage, "
            "value_length, sha256, is_whole, gave_up) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (partition, offset, written_ms, letter.source.place, letter.attempt, letter.reason, letter.detail,
             letter.stage, letter.value_length, letter.value_sha256, letter.is_whole, letter.gave_up),
        )  # fmt: skip
        self.foreign += 1 - added.rowcount

    def note(self, headers: Headers, value: bytes | None) -> None:
        """Note a record of the quality topic: which letter was retried, and what the report says about a letter."""
        named = dict(headers)
        if PROMOTED_FROM in named:
            self._note_promotion(named, read_report(value))
        elif (retried := named.get(RETRY_OF)) is not None or _DEAD in (value or b""):
            report = read_report(value)
            if report is None:
                return
            if retried is not None:
                self._note_retry(retried.decode(errors="replace"), named, report)
            if report["outcome"] == Outcome.DEAD:
                self._note_facts(named, report)

    def _note_retry(self, place: str, named: Mapping[str, bytes], report: dict[str, Any]) -> None:
        """Only a retry of the same input counts: the dead topic may have been created again since."""
        topic, _, position = place.partition("/")
        partition, _, offset = position.partition("/")
        if topic == self._topic and partition.isdecimal() and offset.isdecimal() and len(position) < _MOST_DIGITS:
            self._database.execute(
                "UPDATE letters SET retried = ? WHERE partition = ? AND offset = ? AND source = ?",
                (report["outcome"], int(partition), int(offset), _source(named)),
            )

    def _note_promotion(self, named: Mapping[str, bytes], report: dict[str, Any] | None) -> None:
        """A replay has published what died. If it died in the replay as well, the letter stays as it is."""
        if report and report["outcome"] != Outcome.DEAD:
            row = str(report["outcome"]), _source(named)
            self._database.execute("UPDATE letters SET retried = ? WHERE source = ?", row)

    def _note_facts(self, named: Mapping[str, bytes], report: dict[str, Any]) -> None:
        said = named.get(RETRY_ATTEMPT, b"")
        attempt = int(said) if said.isdigit() and len(said) < _MOST_DIGITS else 1
        facts = [_text(report.get(name)) for name in ("url", "host", "shape", "article_id")]
        self._database.execute(
            "UPDATE letters SET has_report = 1, url = ?, host = ?, shape = ?, article_id = ?, source_ms = ? "
            "WHERE source = ? AND attempt = ?",
            (*facts, _written_ms(report), _source(named), attempt),
        )

    # -- what the commands ask -----------------------------------------------------------------------------------

    @property
    def oldest_ms(self) -> int | None:
        """When the oldest letter was written, in milliseconds since 1970; None if there is no letter."""
        return self._one("SELECT min(written_ms) FROM letters")

    def states(self) -> dict[str, int]:
        """How many inputs are in each of `STATES`."""
        return dict.fromkeys(STATES, 0) | dict(self._database.execute(_STATES))

    def counts(self, name: str, most: int) -> list[tuple[str | None, dict[str, int]]]:
        """The inputs by state for each value of `name`, one of `GROUPS`; the most frequent first."""
        rows = self._database.execute(_COUNTS, (name, most))
        return [(value, dict(zip(STATES, counts, strict=True))) for value, *counts in rows]

    def newest(self, most: int) -> list[Row]:
        """The letters that were written last, the newest first."""
        return [Row(*row[:-1]) for row in self._database.execute(_NEWEST, (most,))]

    def at(self, partition: int, offset: int) -> Row | None:
        """The letter at this place of the dead topic."""
        return self._row("SELECT * FROM rows WHERE partition = ? AND offset = ?", partition, offset)

    def of_article(self, article_id: str) -> Row | None:
        """The newest letter whose report has this article_id."""
        return self._row("SELECT * FROM rows WHERE article_id = ? ORDER BY written_ms DESC LIMIT 1", article_id)

    def choose(self, max_attempts: int) -> int:
        """Choose the letters to retry, and return their number."""
        return self._database.execute(_CHOOSE, (max_attempts,)).rowcount

    def choose_all(self) -> int:
        """Choose the newest letter of each input that is not resolved, and return their number."""
        return self._database.execute(_CHOOSE_ALL).rowcount

    def choose_at(self, partition: int, offset: int) -> None:
        """Choose the letter at this place."""
        self._set_wanted("partition = ? AND offset = ?", partition, offset)

    def leave_out(self, partition: int, offset: int, source: str) -> None:
        """Do not choose the letter of this input at this place."""
        self._set_wanted("partition = ? AND offset = ? AND source = ?", partition, offset, source, is_wanted=False)

    @property
    def count_chosen(self) -> int:
        """How many letters are chosen."""
        return self._one("SELECT count(*) FROM letters WHERE is_wanted") or 0

    def used_up(self, max_attempts: int) -> int:
        """How many inputs a retry skips because they died in this many attempts."""
        return self._one(_USED_UP, max_attempts) or 0

    @property
    def oldest_chosen_ms(self) -> int | None:
        """When the oldest chosen letter was written, in milliseconds since 1970; None if none is chosen."""
        return self._one("SELECT min(written_ms) FROM letters WHERE is_wanted")

    @property
    def count_cut(self) -> int:
        """How many of the chosen letters have only a part of the value."""
        return self._one("SELECT count(*) FROM letters WHERE is_wanted AND NOT is_whole") or 0

    def chosen(self) -> list[tuple[str, int]]:
        """The reasons of the chosen letters, and how often each occurs."""
        rows = "SELECT reason, count(*) FROM letters WHERE is_wanted GROUP BY reason ORDER BY 2 DESC, 1"
        return list(self._database.execute(rows))

    def chosen_at(self, partition: int, offset: int) -> Row | None:
        """The letter at this place if it is chosen."""
        return self._row("SELECT * FROM rows WHERE partition = ? AND offset = ? AND is_wanted", partition, offset)

    def close(self) -> None:
        """Delete the database."""
        self._database.close()

    def _one(self, query: str, *values: int) -> int | None:
        found: int | None = self._database.execute(query, values).fetchone()[0]
        return found

    def _set_wanted(self, which: str, *values: int | str, is_wanted: bool = True) -> None:
        self._database.execute(f"UPDATE letters SET is_wanted = ? WHERE {which}", (is_wanted, *values))  # noqa: S608

    def _row(self, query: str, *values: int | str) -> Row | None:
        row = self._database.execute(query, values).fetchone()
        return None if row is None else Row(*row[:-1])


_MOST_DIGITS = 18  # together, of numbers that fit into 63 bits


def _is_selected(only: Only, *values: str | None) -> bool:
    """Whether a letter with these values of `GROUPS` is wanted."""
    return selects(only, dict(zip(GROUPS, values, strict=True)))


def _source(named: Mapping[str, bytes]) -> str:
    return "/".join(named.get(name, b"").decode(errors="replace") for name in SOURCE_HEADERS)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _written_ms(report: dict[str, Any]) -> int | None:
    """When the input was written."""
    source = report.get("source")
    try:
        return round(datetime.fromisoformat(source["timestamp"]).timestamp() * 1000) if source else None
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def place_of(topic: str, row: Row) -> str:
    """The place of a dead letter, as the header `retry-of` names it."""
    return Source(topic, row.partition, row.offset).place
