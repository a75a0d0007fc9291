"""The project's own message, validated against its schema."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from worker import schema
from worker.messages import Article, Dead, Dropped, Reason

MESSAGE: dict[str, Any] = {
    "schema": "raw_article.v1",
    "url": "https://news.example.org/2026/03/harbour-bridge?utm_source=feed",
    "final_url": "https://news.example.org/2026/03/harbour-bridge",
    "canonical_url": "https://news.example.org/harbour-bridge",
    "html": "<html><body><p>The harbour bridge reopened on Monday.</p></body></html>",
    "text": "The harbour bridge reopened on Monday.",
    "title": "Harbour bridge reopens",
    "authors": ["Ada Moreno", "Tom Okafor"],
    "published_at": "2026-03-02T06:00:00+01:00",
    "fetched_at": "2026-03-02T07:15:30Z",
    "language": "en-GB",
    "status": 200,
    "encoding": "utf-8",
    "headers": {"content-type": "text/html; charset=utf-8", "set-cookie": ["a=1", "b=2"]},
    "description": "After <b>eleven</b> months &amp; a day.",
    "tags": ["bridge", "Harbour", "harbour", {"name": "repairs"}, 5],
    "extra": {"section": "Local", "depth": 3},
}


def test_every_field_reaches_the_article(article_of: Callable[..., Article]) -> None:
    article = article_of(MESSAGE)
    assert article == Article(
        url=MESSAGE["url"],
        final_url=MESSAGE["final_url"],
        canonical_url=MESSAGE["canonical_url"],
        html=MESSAGE["html"],
        text=MESSAGE["text"],
        title="Harbour bridge reopens",
        authors=("Ada Moreno", "Tom Okafor"),
        description="After eleven months & a day.",
        tags=("bridge", "Harbour", "repairs", "5"),
        section="Local",
        published_at=datetime(2026, 3, 2, 5, tzinfo=UTC),
        published_at_precision="second",
        fetched_at=datetime(2026, 3, 2, 7, 15, 30, tzinfo=UTC),
        language="en",
        status=200,
        shape="native",
        extra={
            "schema": "raw_article.v1",
            "encoding": "utf-8",
            "headers": MESSAGE["headers"],
            "depth": 3,
        },
    )


@pytest.mark.parametrize("number", range(3))
def test_the_examples_of_the_schema_are_native_messages(article_of: Callable[..., Article], number: int) -> None:
    example = orjson.loads(schema.text("raw_article"))["examples"][number]
    assert article_of(example).shape == "native"


def test_a_message_without_schema_is_native_if_the_schema_knows_all_its_fields(
    article_of: Callable[..., Article],
) -> None:
    assert article_of({"url": "https://e.org/", "text": "Body."}).shape == "native"
    assert article_of({"url": "https://e.org/", "text": "Body.", "spider": "e"}).shape == "scrapy"


def test_unknown_fields_beside_a_schema_are_kept_and_are_not_aliases(article_of: Callable[..., Article]) -> None:
    article = article_of({"schema": "raw_article.v1", "text": "Body.", "maintext": "Other.", "score": 4})
    assert article.text == "Body."
    assert article.extra == {"schema": "raw_article.v1", "maintext": "Other.", "score": 4}


def test_a_schema_field_of_another_project_does_not_make_it_native(article_of: Callable[..., Article]) -> None:
    assert article_of({"schema": "NewsItem", "text": "Body."}).shape == "scrapy"


@pytest.mark.parametrize(
    ("field", "value", "detail"),
    [
        ("url", ["https://e.org/"], 'url: the value is not of types "null", "string"'),
        ("html", 5, 'html: the value is not of types "null", "string"'),
        ("authors", [1], 'authors.0: the value is not of type "string"'),
        ("status", "200", 'status: the value is not of types "null", "integer"'),
        ("status", 1000, "status: the value is greater than the maximum of 999"),
        ("headers", [["a"]], "headers.0: the value has less than 2 items"),
        ("schema", "raw_article.v2", 'schema: "raw_article.v1" was expected'),
    ],
)
def test_a_violation_names_the_path_and_never_quotes_the_value(
    decode_message: Callable[..., Any], field: str, value: Any, detail: str
) -> None:
    assert decode_message({**MESSAGE, field: value}) == Dead(Reason.SCHEMA_VIOLATION, detail)


DEEP = {"lists": b"[" * 1000 + b"]" * 1000, "objects": b'{"name": ' * 1000 + b"1" + b"}" * 1000}


FREE = {"extra", "description", "tags", "section"}
"""The fields that may have any form."""


@pytest.mark.parametrize("value", DEEP.values(), ids=DEEP)
@pytest.mark.parametrize("field", sorted(orjson.loads(schema.text("raw_article"))["properties"].keys() - FREE))
def test_a_field_that_nests_too_deep_for_the_validator_is_a_violation(
    decode_message: Callable[..., Any], field: str, value: bytes
) -> None:
    message = b'{"text": "Body.", "%s": %s}' % (field.encode(), value)
    assert decode_message(message, "native") == Dead(Reason.SCHEMA_VIOLATION, f"{field}: is nested too deeply")


def test_a_deep_field_that_the_schema_does_not_know_leads_to_no_content(decode_message: Callable[..., Any]) -> None:
    message = b'{"schema": "raw_article.v1", "more": %s}' % DEEP["lists"]
    assert decode_message(message).reason is Reason.NO_CONTENT


@pytest.mark.parametrize("field", ["extra", "more"])
def test_a_deep_field_that_the_schema_leaves_open_is_left_out_if_there_is_content(
    article_of: Callable[..., Article], field: str
) -> None:
    message = b'{"schema": "raw_article.v1", "text": "Body.", "%s": %s}' % (field.encode(), DEEP["objects"])
    assert article_of(message).extra == {"schema": "raw_article.v1"}


@pytest.mark.timeout(20)
def test_only_the_first_of_a_million_violations_is_collected(decode_message: Callable[..., Any]) -> None:
    """Collecting all of them takes a minute."""
    many = {"schema": "raw_article.v1", "text": "Words.", "authors": [1] * 500_000}
    assert decode_message(many) == Dead(Reason.SCHEMA_VIOLATION, 'authors.0: the value is not of type "string"')


def test_native_can_be_forced_on_any_object(decode_message: Callable[..., Any]) -> None:
    message = {"spider": "e", "status": "200", "text": "Body."}
    assert isinstance(decode_message(message), Article)
    assert decode_message(message, "native").reason is Reason.SCHEMA_VIOLATION


def test_a_message_without_html_and_text_is_no_content_and_not_a_violation(decode_message: Callable[..., Any]) -> None:
    assert decode_message({"url": "https://e.org/", "html": " \n"}) == Dead(
        Reason.NO_CONTENT, "neither html nor text; other fields: html (blank)"
    )


def test_an_error_page_needs_no_content(decode_message: Callable[..., Any]) -> None:
    assert decode_message({"url": "https://e.org/", "status": 404}) == Dropped(Reason.HTTP_ERROR, "status 404")


def test_keys_under_extra_can_neither_fill_nor_replace_a_field(article_of: Callable[..., Article]) -> None:
    article = article_of({"text": "Body.", "extra": {"title": "No", "text": "No", "url": "no", "note": "yes"}})
    assert (article.text, article.title, article.url) == ("Body.", None, None)
    assert article.extra == {"note": "yes"}
