"""What both sides made of each input. A temporary database on disk holds it, so a million inputs take little memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple

import orjson
import zstandard

from worker.commands import scratch
from worker.commands.replay.diff.facts import AFTER, BEFORE, Article, Facts, Place, Side

_CACHE_KIB: Final = 16 << 10

_SCHEMA: Final = """
CREATE TABLE reports (
    partition INTEGER, offset INTEGER, side INTEGER, attempt INTEGER, outcome TEXT, reason TEXT, host TEXT,
    language TEXT, words INTEGER, score REAL, removed TEXT, kind TEXT, of TEXT, cluster_id TEXT, article_id TEXT,
    url TEXT, digest BLOB, changed_share REAL, is_wanted INTEGER,
    PRIMARY KEY (partition, offset, side)
) WITHOUT ROWID;
CREATE TABLE differing (id INTEGER PRIMARY KEY, partition INTEGER, offset INTEGER, article BLOB,
    UNIQUE (partition, offset));
"""
_SUPERSEDE: Final = "DELETE FROM reports WHERE partition = ? AND offset = ? AND side = ? AND attempt <= ?"
_ADD: Final = "INSERT OR IGNORE INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?)"
_LEAVE_OUT: Final = """
DELETE FROM reports WHERE NOT EXISTS (SELECT 1 FROM reports AS either WHERE either.is_wanted
    AND either.partition = reports.partition AND either.offset = reports.offset)
"""
_SET_DIGEST: Final = "UPDATE reports SET digest = ? WHERE partition = ? AND offset = ? AND side = ?"
_SET_CHANGE: Final = "UPDATE reports SET changed_share = ? WHERE partition = ? AND offset = ? AND side = ?"
_DIGEST: Final = "SELECT digest FROM reports WHERE partition = ? AND offset = ? AND side = ?"
_OF_ARTICLE: Final = "SELECT partition, offset FROM reports WHERE article_id = ? AND side = ?"
_PAIRS: Final = "SELECT * FROM reports ORDER BY partition, offset, side"
_PAIR: Final = "SELECT * FROM reports WHERE partition = ? AND offset = ? ORDER BY side"
_INPUTS: Final = "SELECT count(*) FROM (SELECT DISTINCT partition, offset FROM reports)"
_PAIRED: Final = """
CREATE TEMP TABLE paired AS SELECT old.cluster_id AS old, new.cluster_id AS new, count(*) AS records
FROM reports AS old JOIN reports AS new ON new.partition = old.partition AND new.offset = old.offset AND new.side = 1
WHERE old.side = 0 AND old.cluster_id IS NOT NULL AND new.cluster_id IS NOT NULL GROUP BY 1, 2
"""
_CLUSTERS: Final = """
WITH split AS (SELECT old FROM paired GROUP BY old HAVING count(*) > 1),
    merged AS (SELECT new FROM paired GROUP BY new HAVING count(*) > 1)
SELECT (SELECT count(*) FROM split), (SELECT count(*) FROM merged),
    (SELECT coalesce(sum(records), 0) FROM paired WHERE old IN split OR new IN merged)
"""


class Row(NamedTuple):
    """What one side made of an input. `digest` is None if the article is unknown.

    `changed_share` is the share of the text that changed, and only on the side `AFTER`; None if the text is the same or
    was not compared.
    """

    partition: int
    offset: int
    side: Side
    attempt: int
    outcome: str
    reason: str
    host: str | None
    language: str | None
    words: int | None
    score: float | None
    removed_json: str | None
    kind: str | None
    of: str | None
    cluster_id: str | None
    article_id: str
    url: str | None
    digest: bytes | None
    changed_share: float | None
    is_wanted: bool

    @property
    def removed(self) -> dict[str, int]:
        """How often each rule removed something."""
        found: dict[str, int] = orjson.loads(self.removed_json) if self.removed_json else {}
        return found


Pair = tuple[Row | None, Row | None]
"""What each side made of an input; None if it has no report."""


class Clusters(NamedTuple):
    """How the clusters differ as sets of articles, regardless of their ids."""

    split: int
    merged: int
    records: int


class Ledger:
    """Add the reports of both sides, then the articles of `AFTER`, and then those of `BEFORE`.

    It keeps digests of the articles, and the articles of `BEFORE` that differ. To compare those, read the articles of
    `AFTER` again.
    """

    def __init__(self) -> None:
        self._database = scratch.database(_SCHEMA, cache_kib=_CACHE_KIB)
        self._has_index = False
        self._packer, self._unpacker = zstandard.ZstdCompressor(level=1), zstandard.ZstdDecompressor()

    def add_report(self, side: Side, place: Place, facts: Facts, *, is_wanted: bool = True) -> None:
        """Note a report. Of several reports on an input, the one with the highest attempt counts, or else the last."""
        judged = facts.duplicate
        self._database.execute(_SUPERSEDE, (*place, side, facts.attempt))
        self._database.execute(_ADD, (
            *place, side, facts.attempt, facts.outcome, facts.reason, facts.host, facts.language,
            facts.measures and facts.measures.words, facts.score,
            orjson.dumps(facts.removed, option=orjson.OPT_SORT_KEYS).decode() if facts.removed else None,
            judged and judged.kind, judged and judged.of, judged and judged.cluster_id, facts.article_id, facts.url,
            is_wanted,
        ))  # fmt: skip

    def leave_out_unwanted(self) -> None:
        """Leave out each input for which neither side has a wanted report."""
        self._database.execute(_LEAVE_OUT)

    def add_article(self, side: Side, place: Place, article: Article) -> None:
        """Note an article. It replaces an earlier one of the same input, and is ignored if the input has no report."""
        digest = article.digest()
        known = self._database.execute(_SET_DIGEST, (digest, *place, side)).rowcount
        if side == BEFORE and known:
            other = self._digest(place, AFTER)
            if other is not None and other != digest:
                self._keep(place, article)
            else:
                self._drop(place)

    def forget(self, side: Side, article_id: str) -> None:
        """Note a tombstone: the versions of an article that were added before are gone."""
        if not self._has_index:  # few topics have tombstones
            self._database.execute("CREATE INDEX by_article ON reports (article_id, side)")
            self._has_index = True
        for place in map(Place._make, self._database.execute(_OF_ARTICLE, (article_id, side)).fetchall()):
            self._database.execute(_SET_DIGEST, (None, *place, side))
            self._drop(place)

    def differing(self) -> int:
        """How many articles differ in their text or in a field."""
        count: int = self._database.execute("SELECT count(*) FROM differing").fetchone()[0]
        return count

    def before(self, place: Place) -> Article | None:
        """The article of `BEFORE`, if that of `AFTER` differs."""
        query = "SELECT article FROM differing WHERE partition = ? AND offset = ?"
        row = self._database.execute(query, place).fetchone()
        return None if row is None else self.unpacked(row[0])

    def is_current(self, place: Place, article: Article) -> bool:
        """Whether this is the article that was added last for this place of `AFTER`."""
        return self._digest(place, AFTER) == article.digest()

    def note_change(self, place: Place, share: float) -> None:
        """Note how much of the text changed (0..1)."""
        self._database.execute(_SET_CHANGE, (share, *place, AFTER))

    # -- what the comparison asks --------------------------------------------------------------------------------

    def inputs(self) -> int:
        """How many inputs have a report."""
        count: int = self._database.execute(_INPUTS).fetchone()[0]
        return count

    def pairs(self) -> Iterator[Pair]:
        """Every input that has a report, in the order of the raw topic."""
        return self._pairs(_PAIRS)

    def pair(self, place: Place) -> Pair:
        """What both sides made of the input at this place."""
        return next(self._pairs(_PAIR, *place), (None, None))

    def _pairs(self, query: str, *values: int) -> Iterator[Pair]:
        rows: Iterator[Row] = map(Row._make, self._database.execute(query, values))
        for _, group in groupby(rows, lambda row: (row.partition, row.offset)):
            sides: dict[int, Row] = {row.side: row for row in group}
            yield sides.get(BEFORE), sides.get(AFTER)

    def clusters(self) -> Clusters:
        """Compare the clusters of the inputs that both sides have judged."""
        self._database.execute("DROP TABLE IF EXISTS paired")
        self._database.execute(_PAIRED)
        return Clusters(*self._database.execute(_CLUSTERS).fetchone())

    def packed(self, article: Article) -> bytes:
        """The article, compressed."""
        return self._packer.compress(orjson.dumps((article.text, *article.values)))

    def unpacked(self, data: bytes) -> Article:
        """The article that was packed."""
        text, *values = orjson.loads(self._unpacker.decompress(data))
        return Article(text, tuple(values))

    def close(self) -> None:
        """Delete the database."""
        self._database.close()

    def _digest(self, place: Place, side: Side) -> bytes | None:
        row = self._database.execute(_DIGEST, (*place, side)).fetchone()
        return None if row is None else row[0]

    def _keep(self, place: Place, article: Article) -> None:
        query = "INSERT OR REPLACE INTO differing (partition, offset, article) VALUES (?, ?, ?)"
        self._database.execute(query, (*place, self.packed(article)))

    def _drop(self, place: Place) -> None:
        self._database.execute("DELETE FROM differing WHERE partition = ? AND offset = ?", place)
