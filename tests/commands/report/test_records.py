from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.commands.report.reports import EXAMPLE, message
from worker import schema
from worker.commands.report.records import read_report

EXAMPLES = [
    example
    for version in ("v1", "v2")
    for example in orjson.loads(schema.text(f"quality_report.{version}"))["examples"]
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_schemas_is_a_report(example: dict[str, Any]) -> None:
    report = read_report(orjson.dumps(example))
    assert report is not None
    assert (report.outcome, report.score) == (example["outcome"], example["score"])


def test_a_report_of_version_1_calls_a_new_article_new() -> None:
    report = read_report(orjson.dumps({**EXAMPLE, "schema": "quality_report.v1", "reason": "unique"}))
    assert report is not None
    assert report.reason == "new"


def test_a_report_from_before_it_named_the_host_has_the_host_of_its_url() -> None:
    earlier = {
        name: value for name, value in EXAMPLE.items() if name not in ("host", "title", "status", "processed_at")
    }
    report = read_report(orjson.dumps(earlier))
    assert report is not None
    assert report.host == "news.example.org"


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"not json",
        b"[]",
        b'{"schema": "clean_article.v2"}',
        message(outcome="odd"),
        message(removed={"rule": -1}),
        message(host=["a"]),
        message(reason="x" * 101),
        message(schema="dead_letter.v1"),
        b"[" * 100_000,
    ],
)
def test_anything_else_is_no_report(value: bytes | None) -> None:
    assert read_report(value) is None


@given(st.binary())
def test_any_bytes_can_be_read(value: bytes) -> None:
    assert read_report(value) is None
