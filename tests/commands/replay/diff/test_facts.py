from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.commands.replay.diff.outputs import CLEAN, of
from tests.commands.report.reports import message
from worker.commands.replay.diff.facts import FIELDS, Place, parts_of, read_article, read_facts, source_of
from worker.messages import Headers

RANGES = {0: (5, 10)}


def test_the_facts_of_a_report_are_those_that_are_compared() -> None:
    facts = read_facts(message("duplicate", "copy", attempt=3))
    assert facts is not None
    assert facts.duplicate is not None
    assert facts.measures is not None
    assert (facts.outcome, facts.reason, facts.attempt, facts.duplicate.kind) == ("duplicate", "copy", 3, "copy")
    assert facts.measures.words == 54


@pytest.mark.parametrize(
    "value",
    [None, b"", b"{", b"[]", b"{}", message(attempt=-1), message(attempt=1 << 60), message(score=7),
     message(removed={"rule": 1 << 60}), message(measures={"words": 1 << 60}), message(article_id="x" * 101)],
)  # fmt: skip
def test_a_value_that_is_no_report_has_no_facts(value: bytes | None) -> None:
    assert read_facts(value) is None


def test_an_earlier_report_without_an_attempt_is_the_first() -> None:
    fields = orjson.loads(message())
    del fields["attempt"]
    facts = read_facts(orjson.dumps(fields))
    assert facts is not None
    assert facts.attempt == 1


@pytest.mark.parametrize(
    "value", [b"", b"{", b"[]", b"{}", b'{"text": 3}', b'{"text":"x","extra":' + b"[" * 400 + b"]" * 400 + b"}"]
)
def test_a_value_that_is_no_article_is_none(value: bytes) -> None:
    assert read_article(value) is None


def digest(**fields: Any) -> tuple[int, ...]:
    found = read_article(orjson.dumps({**CLEAN, **fields}))
    assert found is not None
    return parts_of(found.digest())


@pytest.mark.parametrize(
    ("fields", "part"),
    [({"text": "other"}, "text"), ({"authors": ["A"]}, "authors"), ({"paywalled": True}, "paywalled"),
     ({"extra": {"a": 1}}, "extra"), ({"title": None}, "title")],
)  # fmt: skip
def test_the_digest_says_which_part_differs(fields: dict[str, Any], part: str) -> None:
    pairs = zip(("text", *FIELDS), digest(), digest(**fields), strict=True)
    assert [name for name, old, new in pairs if old != new] == [part]


def test_an_empty_field_is_zero_and_the_order_of_keys_does_not_count() -> None:
    empty = dict(zip(("text", *FIELDS), digest(authors=[], extra={}, title=None), strict=True))
    assert (empty["authors"], empty["extra"], empty["title"]) == (0, 0, 0)
    assert digest(extra={"a": 1, "b": 2}) == digest(extra={"b": 2, "a": 1})


@pytest.mark.parametrize(
    ("headers", "place"),
    [
        (of(0, 5), Place(0, 5)),
        (of(0, 9), Place(0, 9)),
        (of(0, 4), None),
        (of(0, 10), None),
        (of(1, 5), None),
        (of(0, 5, "other"), None),
        ((), None),
        ((("source-topic", b"articles.raw"), ("source-partition", b"0"), ("source-offset", b"\xff")), None),
        ((("source-topic", b"articles.raw"), ("source-partition", b"0"), ("source-offset", b"9" * 5000)), None),
    ],
)
def test_the_input_is_named_by_the_headers_and_counts_only_within_the_range(
    headers: Headers, place: Place | None
) -> None:
    assert source_of(headers, "articles.raw", RANGES) == place
