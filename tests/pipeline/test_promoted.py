"""What a promotion publishes is valid by the schemas, and says where it came from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from worker import schema
from worker.messages import DuplicateKind, Verdict
from worker.pipeline import promoted

AT = datetime(2026, 3, 5, 12, tzinfo=UTC)
OF = "b" * 32
UPDATE = Verdict(DuplicateKind.UPDATE, 4, OF, None, OF)
COPY = Verdict(DuplicateKind.COPY, 4, OF, 0.9, OF)


def examples(name: str) -> list[bytes]:
    return [orjson.dumps(example) for example in orjson.loads(schema.text(name))["examples"]]


def valid(name: str, value: bytes) -> dict[str, Any]:
    message: dict[str, Any] = orjson.loads(value)
    assert [error.message for error in schema.validator(name).iter_errors(message)] == []
    return message


@pytest.mark.parametrize("value", examples("clean_article"))
def test_only_the_version_the_verdict_and_the_origin_of_an_article_change(value: bytes) -> None:
    made = valid("clean_article", promoted.article(value, UPDATE, "v2"))
    assert (made["version"], made["duplicate"]["kind"], made["promoted_from"]) == (4, "update", "v2")
    changed = {name for name, field in orjson.loads(value).items() if made[name] != field}
    assert changed <= {"version", "duplicate", "promoted_from"}


@pytest.mark.parametrize("value", examples("clean_article"))
def test_of_an_article_that_is_published_once_more_only_the_version_changes(value: bytes) -> None:
    assert valid("clean_article", promoted.renumbered(value, UPDATE)) == orjson.loads(value) | {"version": 4}


@pytest.mark.parametrize("value", examples("quality_report"))
@pytest.mark.parametrize(
    ("verdict", "ending"), [(UPDATE, ("published", "update")), (COPY, ("duplicate", "copy")), (None, None)]
)
def test_a_report_has_the_time_of_the_promotion_and_the_verdict_on_the_promoted_article(
    value: bytes, verdict: Verdict | None, ending: tuple[str, str] | None
) -> None:
    before = orjson.loads(value)
    made = valid("quality_report", promoted.report(value, verdict, "v2", AT, 3))
    assert (made["processed_at"], made["promoted_from"]) == ("2026-03-05T12:00:00.000Z", "v2")
    assert made["attempt"] == 3
    assert (made["outcome"], made["reason"]) == (ending or (before["outcome"], before["reason"]))
    assert made["source"] == before["source"]


def test_the_header_names_the_newest_replay_only() -> None:
    headers = (("traceparent", b"00-1"), ("promoted-from", b"v1"), ("source-offset", b"7"))
    assert promoted.headers(headers, "v2") == (
        ("traceparent", b"00-1"), ("source-offset", b"7"), ("promoted-from", b"v2"),
    )  # fmt: skip
