"""Holds back the reports that a later attempt at the same input may replace, in a temporary database on disk.

Only an input that died is tried again, so all other first reports are final. Of the rest, the report on the last
attempt counts, in whatever order they are read.
"""

from __future__ import annotations

from collections.abc import Iterator

from worker.commands import scratch
from worker.commands.report.records import Report
from worker.messages import Outcome

_SCHEMA = """
CREATE TABLE held (source TEXT, attempt INTEGER, value BLOB, written_at TEXT);
CREATE INDEX by_source ON held (source, attempt);
"""
_IS_LAST = "attempt = (SELECT max(attempt) FROM held AS other WHERE other.source = held.source)"


class Attempts:
    """The reports that are not final. Takes the same memory for any number of them."""

    def __init__(self) -> None:
        self._database = scratch.database(_SCHEMA)

    def hold(self, report: Report, value: bytes, written_at: str | None) -> bool:
        """Keep a report unless it is final. Return whether it was kept. `value` and `written_at` are given back."""
        if report.attempt == 1 and Outcome(report.outcome) is not Outcome.DEAD:
            return False
        row = (report.source.place, report.attempt, value, written_at)
        self._database.execute("INSERT INTO held VALUES (?, ?, ?, ?)", row)
        return True

    def last(self) -> Iterator[tuple[bytes, str | None]]:
        """The value and the time of each report that no later attempt replaced."""
        yield from self._database.execute(f"SELECT value, written_at FROM held WHERE {_IS_LAST}")  # noqa: S608 - constant

    @property
    def replaced(self) -> int:
        """How many reports a later attempt replaced."""
        count: int = self._database.execute(f"SELECT count(*) FROM held WHERE NOT {_IS_LAST}").fetchone()[0]  # noqa: S608
        return count

    def close(self) -> None:
        """Delete the database."""
        self._database.close()
