"""Clean articles can be read back: what `outputs.clean_article` writes, in this version and in version 1."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from worker import schema
from worker.identity.ids import hash_id
from worker.messages import Article, Change, DuplicateKind, Identity, PipelineInfo, RawRecord, Source, Verdict
from worker.pipeline import outputs
from worker.pipeline.published import ForeignRecordError, read_published
from worker.pipeline.trace import Trace
from worker.text.times import parse_time

URL = "https://paper.example.com/harbour"
OTHER = "b" * 32
CONTENT = bytes(range(32))
NEAR = {"order": 0.902, "overlap": 0.8, "likeness": 0.7, "numbers": 0.6, "gap": 0.1, "in_place": 0.5}
VERDICTS = [
    Verdict(DuplicateKind.NEW, 1, None, None, hash_id(URL)),
    Verdict(DuplicateKind.UPDATE, 7, OTHER, None, OTHER),
    Verdict(DuplicateKind.UPDATE, 7, OTHER, 0.902, OTHER, change=Change.MINOR),
    Verdict(DuplicateKind.SUPERSET, 1, OTHER, 0.902, OTHER, NEAR),
    Verdict(DuplicateKind.SUPERSET, 1, OTHER, 0.902, OTHER, NEAR, left_out=True),
    Verdict(DuplicateKind.RECRAWL, 2, OTHER, 1.0, OTHER),
    Verdict(DuplicateKind.POSSIBLE, 1, OTHER, 0.502, hash_id(URL), NEAR),
    Verdict(DuplicateKind.COPY, 1, OTHER, 0.902, OTHER, NEAR),
]
RECORD = RawRecord(Source("articles.raw", 3, 41, timestamp_ms=1_772_452_800_250), b'{"a": 1}')


def written(verdict: Verdict, url: str | None = URL, record: RawRecord = RECORD) -> bytes:
    """A clean article with this verdict, as the worker publishes it."""
    article_id = hash_id(url or CONTENT.hex())
    article = Article(
        url=f"{url}?utm_source=x", canonical_url=url, title="Harbour reopens", text="It reopened.\nOn Monday.",
        fetched_at=parse_time("2026-03-02T12:00:00Z"), identity=Identity(article_id, CONTENT, verdict),
    )  # fmt: skip
    return outputs.clean_article(Trace(record, article, article_id), PipelineInfo("1.2.3", "0" * 16))


def changed(**fields: Any) -> bytes:
    """A clean article with other values for these fields."""
    return orjson.dumps({**orjson.loads(written(VERDICTS[0])), **fields})


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda verdict: verdict.kind)
def test_what_the_worker_publishes_can_be_read_back(verdict: Verdict) -> None:
    found = read_published(written(verdict))
    assert found.identity == Identity(hash_id(URL), CONTENT, verdict)
    assert (found.source, found.message) == (RECORD.source, RECORD.message_id)
    assert found.article == Article(
        url=URL, title="Harbour reopens", text="It reopened.\nOn Monday.", fetched_at=parse_time("2026-03-02T12:00:00Z")
    )


def test_an_article_without_a_url_and_a_record_without_a_time_can_be_read_back() -> None:
    record = replace(RECORD, source=Source("crawl.jsonl", 0, 5))
    found = read_published(written(replace(VERDICTS[1], cluster_id=OTHER), None, record))
    assert (found.article.url, found.identity.article_id) == (None, hash_id(CONTENT.hex()))
    assert (found.source.timestamp_ms, found.message) == (None, record.message_id)


def test_an_article_from_before_the_hash_of_the_value_has_no_message() -> None:
    source = RECORD.source.described()
    assert read_published(changed(source=source)).message is None


def test_an_article_that_was_promoted_from_a_replay_has_no_message() -> None:
    assert read_published(changed(promoted_from="v2")).message is None


def test_in_version_1_a_new_article_is_unique() -> None:
    for example in orjson.loads(schema.text("clean_article.v1"))["examples"]:
        example["article_id"] = hash_id(example["canonical_url"] or example["content_hash"].removeprefix("sha256:"))
        kind = example["duplicate"]["kind"]
        found = read_published(orjson.dumps(example))
        assert found.identity.verdict.kind == {"unique": "new"}.get(kind, kind)


def test_the_examples_of_the_schema_can_be_read() -> None:
    for example in orjson.loads(schema.text("clean_article"))["examples"]:
        example["article_id"] = hash_id(example["canonical_url"] or example["content_hash"].removeprefix("sha256:"))
        assert read_published(orjson.dumps(example)).article.text == example["text"]


def test_fields_of_later_versions_are_ignored() -> None:
    assert read_published(changed(mood="calm")).article.url == URL


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b'{"schema": "clean_article.v2"}',
        changed(schema="clean_article.v9"),
        changed(article_id=OTHER),
        changed(article_id="../../etc/passwd"),
        changed(version=0),
        changed(version=1 << 32),
        changed(text=None),
        changed(text=""),
        changed(content_hash="sha256:00"),
        changed(fetched_at="yesterday"),
        changed(duplicate={"kind": "new", "of": OTHER, "similarity": None, "cluster_id": OTHER, "evidence": None}),
        changed(duplicate={"kind": "copy", "of": None, "similarity": 1, "cluster_id": OTHER, "evidence": None}),
        changed(duplicate={"kind": "odd", "of": OTHER, "similarity": 1, "cluster_id": OTHER, "evidence": None}),
        changed(duplicate={"kind": "copy", "of": OTHER, "similarity": 2, "cluster_id": OTHER, "evidence": None}),
        changed(source={"topic": "t", "partition": 0, "offset": -1, "timestamp": None}),
        changed(source={"topic": "t", "partition": 0, "offset": 1, "timestamp": None, "value_hash": "00"}),
    ],
)
def test_anything_else_is_foreign(value: bytes) -> None:
    with pytest.raises(ForeignRecordError):
        read_published(value)
