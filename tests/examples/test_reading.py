from __future__ import annotations

import logging
from typing import Any

import orjson
import pytest

from examples.consumers.reading import Change, batch, change_of
from tests.examples.records import ARTICLE, IDS, article, bad, poll, record, wrong_types


def test_a_record_with_an_article_sets_it() -> None:
    change = change_of(record(article(1), IDS[1], offset=7, partition=2))
    assert change
    assert (change.article_id, change.partition, change.offset) == (IDS[1], 2, 7)
    assert orjson.loads(change.article or b"") == article(1)


def test_a_tombstone_deletes_the_article() -> None:
    assert change_of(record(None, IDS[1])) == Change(IDS[1], None, 0, 0)


@pytest.mark.parametrize(
    "duplicate",
    [{"kind": "copy", "is_duplicate": True}, {"kind": "recrawl"}, {"kind": "update", "is_duplicate": True}],
    ids=str,
)
def test_a_duplicate_does_not_replace_the_article(duplicate: dict[str, Any]) -> None:
    assert change_of(record(article(1, duplicate=duplicate), IDS[1])) is None


@pytest.mark.parametrize("duplicate", [{"kind": "superset", "is_duplicate": False}, {"kind": "unique"}, {}], ids=str)
def test_any_other_kind_is_an_article(duplicate: dict[str, Any]) -> None:
    assert change_of(record(article(1, duplicate=duplicate), IDS[1]))


@pytest.mark.parametrize(("key", "value"), bad())
def test_a_bad_record_is_skipped_and_a_warning_says_where_it_is(
    key: bytes | None, value: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert change_of(record(value, key, offset=9)) is None
    [warning] = caplog.messages
    assert warning.startswith("skipped articles.clean[0] offset 9: ")
    assert warning.isprintable()
    assert len(warning) < 200


def test_the_json_of_an_article_is_on_one_line_and_its_duplicate_names_are_gone() -> None:
    change = change_of(
        record(b'{\n"article_id":"%b",\n"text":"a\\nb","text":"c","duplicate":{}}' % IDS[0].encode(), IDS[0])
    )
    assert change
    assert change.article == b'{"article_id":"%b","text":"c","duplicate":{}}' % IDS[0].encode()


def test_fields_of_the_wrong_type_are_left_to_the_sink() -> None:
    assert all(change_of(record(each, IDS[0])) for each in wrong_types())


def test_the_offsets_of_a_batch_come_after_its_last_records_even_if_they_were_skipped() -> None:
    polled = poll(record(article(1), IDS[1], 4), record(b"bad", IDS[1], 5), record(b"bad", IDS[1], 8, partition=3))
    made = batch(polled)
    assert [change.article_id for change in made.changes] == [IDS[1]]
    assert made.next_offsets == {0: 6, 3: 9}


def test_the_example_of_the_schema_is_an_article() -> None:
    assert change_of(record(ARTICLE, ARTICLE["article_id"]))
