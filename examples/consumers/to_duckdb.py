"""Keeps a DuckDB table equal to `articles.clean`.

    python -m consumers.to_duckdb --database articles.duckdb

DuckDB rather than Parquet files: one transaction stores the articles and the offsets, and a row can be replaced or
deleted. Parquet files can do neither, but one statement exports them (see README.md).

Needs `duckdb`, `kafka-python[crc32c,lz4]` and `orjson`. It can be stopped or killed at any time.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from typing import Any

import duckdb

from .reading import Batch, arguments, batches

# The columns, and the fields that fill them. Times are UTC.
FIELDS = {
    "article_id": "VARCHAR", "version": "BIGINT", "url": "VARCHAR", "host": "VARCHAR", "title": "VARCHAR",
    "authors": "VARCHAR[]", "description": "VARCHAR", "tags": "VARCHAR[]", "section": "VARCHAR",
    "published_at": "TIMESTAMP", "published_at_precision": "VARCHAR", "fetched_at": "TIMESTAMP",
    "processed_at": "TIMESTAMP", "language": "VARCHAR", "text": "VARCHAR", "markdown": "VARCHAR",
    "word_count": "BIGINT", "score": "DOUBLE", "extra": "JSON",
}  # fmt: skip
DUPLICATE = {"kind": "VARCHAR", "cluster_id": "VARCHAR", "replaces": "VARCHAR"}

TABLES = """
CREATE TABLE IF NOT EXISTS articles (article_id VARCHAR PRIMARY KEY);
CREATE TABLE IF NOT EXISTS offsets (topic VARCHAR, partition INTEGER, next BIGINT, PRIMARY KEY (topic, partition));
""" + "".join(  # a database that an earlier version made gets the columns that it lacks
    f"ALTER TABLE articles ADD COLUMN IF NOT EXISTS {name} {kind};\n" for name, kind in (FIELDS | DUPLICATE).items()
)

# A field of the wrong type becomes NULL: from_json, unlike from_json_strict, never fails.
ARTICLE = json.dumps(
    {name: [kind[:-2]] if kind.endswith("[]") else kind for name, kind in FIELDS.items()} | {"duplicate": DUPLICATE}
)

# One statement for a batch is thirty times as fast as one for each row.
SET = f"""
INSERT OR REPLACE INTO articles BY NAME
SELECT article.* EXCLUDE (duplicate), unnest(article.duplicate)
FROM (SELECT from_json(unnest(?::VARCHAR[]), '{ARTICLE}') AS article)
"""  # noqa: S608 - no part of it comes from outside

DELETE = "DELETE FROM articles WHERE article_id IN (SELECT unnest(?::VARCHAR[]))"


class Sink:
    """The database. DuckDB locks the file, so a second process cannot write to it."""

    def __init__(self, path: str, topic: str) -> None:
        self.topic = topic
        self.db = duckdb.connect(path)
        self.db.execute(TABLES)

    def offsets(self) -> dict[int, int]:
        """Where to read on in each partition."""
        found: list[Any] = self.db.execute(
            "SELECT partition, next FROM offsets WHERE topic = ?", [self.topic]
        ).fetchall()
        return dict(found)

    def write(self, batch: Batch) -> None:
        """Store a batch and its offsets in one transaction. After an error, the database is as it was before."""
        last = {change.article_id: change.article for change in batch.changes}
        self.db.begin()
        self.db.execute(DELETE, [[article_id for article_id, article in last.items() if article is None]])
        self.db.execute(SET, [[article.decode() for article in last.values() if article is not None]])
        for partition, offset in batch.next_offsets.items():
            self.db.execute("INSERT OR REPLACE INTO offsets VALUES (?, ?, ?)", [self.topic, partition, offset])
        self.db.commit()


def main() -> None:
    """Copy the topic into the database until Ctrl-C, or until the end with --stop-at-end."""
    parser = arguments("Keep a DuckDB table equal to a topic of clean articles.")
    parser.add_argument("--database", default="articles.duckdb")
    flags = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    sink = Sink(flags.database, flags.topic)
    with suppress(KeyboardInterrupt):
        for batch in batches(flags.bootstrap_servers, flags.topic, sink.offsets(), stop_at_end=flags.stop_at_end):
            sink.write(batch)


if __name__ == "__main__":
    main()
