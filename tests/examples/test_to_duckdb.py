from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from examples.consumers.reading import batch
from tests.examples.records import IDS, TOPIC, article, history, poll, record, versions, wrong_types

duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")

from examples.consumers.to_duckdb import DUPLICATE, FIELDS, Sink  # noqa: E402 - it needs duckdb

MAPPING = Path(__file__).parents[2] / "examples" / "consumers" / "articles.index.json"
README = Path(__file__).parents[2] / "examples" / "README.md"

Open = Callable[[], Sink]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Opens the same database again and again."""
    return lambda: Sink(str(tmp_path / "articles.duckdb"), TOPIC)


def rows(sink: Sink, columns: str = "article_id, version") -> list[Any]:
    return sink.db.execute(f"SELECT {columns} FROM articles ORDER BY article_id").fetchall()  # noqa: S608


def test_an_article_becomes_a_row(opened: Open) -> None:
    sink = opened()
    sink.write(batch(poll(record(article(1), IDS[1]))))
    [row] = rows(sink, "article_id, version, host, authors, published_at::VARCHAR, kind, replaces, extra->>'depth'")
    authors, published = ["Ada Moreno", "Tom Okafor"], "2026-03-02 06:00:00"
    assert row == (IDS[1], 1, "news.example.org", authors, published, "new", None, "2")
    assert rows(sink, "text") == [(article(1)["text"],)]


def test_the_row_has_what_the_worker_found_out(opened: Open) -> None:
    found = article(1, tags=["bridges", "harbours"], section="Local", description="In short.", markdown="# Bridge",
                    word_count=54, score=0.3, published_at_precision="day", processed_at="2026-03-02T07:00:00Z")  # fmt: skip
    sink = opened()
    sink.write(batch(poll(record(found, IDS[1]))))
    columns = "tags, section, description, markdown, word_count, score, published_at_precision, processed_at::VARCHAR"
    values = ("Local", "In short.", "# Bridge", 54, 0.3, "day", "2026-03-02 07:00:00")
    assert rows(sink, columns) == [(["bridges", "harbours"], *values)]


def test_the_table_and_the_search_index_have_the_same_fields() -> None:
    mapped = orjson.loads(MAPPING.read_bytes())["mappings"]["properties"]
    assert mapped.pop("duplicate")["properties"].keys() == DUPLICATE.keys()
    assert mapped.keys() == FIELDS.keys() - {"extra"}


def test_a_database_of_an_earlier_version_gets_the_new_columns(tmp_path: Path, opened: Open) -> None:
    with duckdb.connect(str(tmp_path / "articles.duckdb")) as old:
        old.execute("CREATE TABLE articles (article_id VARCHAR PRIMARY KEY, text VARCHAR)")
        old.execute("INSERT INTO articles VALUES (?, 'Old.')", [IDS[2]])
    sink = opened()
    sink.write(batch(poll(record(article(1, score=0.5), IDS[1]))))
    assert rows(sink, "article_id, score") == [(IDS[1], 0.5), (IDS[2], None)]


def test_an_update_replaces_the_row_and_a_tombstone_deletes_it(opened: Open) -> None:
    sink = opened()
    sink.write(batch(poll(record(article(1), IDS[1], 0), record(article(2), IDS[2], 1))))
    sink.write(batch(poll(record(article(1, version=2), IDS[1], 2), record(None, IDS[2], 3), record(None, IDS[3], 4))))
    assert rows(sink) == [(IDS[1], 2)]


def test_within_a_batch_the_last_record_wins(opened: Open) -> None:
    sink = opened()
    one, two = (article(1, version=version) for version in (1, 2))
    sink.write(batch(poll(record(one, IDS[1], 0), record(None, IDS[1], 1), record(two, IDS[1], 2))))
    assert rows(sink) == [(IDS[1], 2)]
    sink.write(batch(poll(record(one, IDS[1], 3), record(None, IDS[1], 4))))
    assert rows(sink) == []


def test_a_field_of_the_wrong_type_becomes_null_or_text_and_the_others_stay(opened: Open) -> None:
    sink = opened()
    for each in wrong_types():
        sink.write(batch(poll(record(each, IDS[0]))))
        assert rows(sink, "text, kind") == [(each["text"], "new")]


def test_a_batch_is_stored_whole_or_not_at_all(opened: Open) -> None:
    sink = opened()
    sink.write(batch(poll(record(article(1), IDS[1], 0))))
    broken = batch(poll(record(article(2), IDS[2], 1)))
    broken.next_offsets[0] = 1 << 70  # does not fit into the column
    with pytest.raises(duckdb.Error):
        sink.write(broken)
    sink.db.close()
    again = opened()
    assert (rows(again), again.offsets()) == ([(IDS[1], 1)], {0: 1})


@pytest.mark.parametrize("seed", range(5))
def test_after_any_crashes_the_table_equals_the_topic(opened: Open, seed: int) -> None:
    """Each process reads on from the stored offsets, in batches of other sizes, and is killed before or after a commit."""
    rng = Random(seed)
    topic = history(rng)
    sink = opened()
    while any(records[-1].offset >= sink.offsets().get(number, 0) for number, records in enumerate(topic)):
        if rng.random() < 0.2:
            sink.db.close()
            sink = opened()
        held = sink.offsets()
        rest = [
            [each for each in records if each.offset >= held.get(number, 0)] for number, records in enumerate(topic)
        ]
        made = batch(poll(*(each for records in rest for each in records[: rng.randrange(1, 15)])))
        if rng.random() < 0.2:
            made.next_offsets[9] = 1 << 70
            with pytest.raises(duckdb.Error):
                sink.write(made)
            sink.db.close()
            sink = opened()
        else:
            sink.write(made)
    assert dict(rows(sink)) == versions(topic)


def test_the_offsets_of_another_topic_are_apart(opened: Open, tmp_path: Path) -> None:
    sink = opened()
    sink.write(batch(poll(record(article(1), IDS[1], 0))))
    sink.db.close()
    assert Sink(str(tmp_path / "articles.duckdb"), "articles.clean.v2").offsets() == {}


def test_the_statement_in_the_readme_exports_the_articles_that_no_longer_one_replaces(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [statement] = re.findall(r"```sql\n(.*?)```", README.read_text(), re.DOTALL)
    longer = article(2, duplicate={"kind": "superset", "is_duplicate": False, "replaces": IDS[1]})
    sink = opened()
    sink.write(batch(poll(*(record(each, each["article_id"]) for each in (article(1), longer, article(3))))))
    monkeypatch.chdir(tmp_path)
    sink.db.execute(statement)
    found = sink.db.execute("SELECT article_id FROM 'articles.parquet' ORDER BY article_id").fetchall()
    assert found == [(IDS[2],), (IDS[3],)]
