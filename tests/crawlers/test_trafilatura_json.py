"""trafilatura's JSON output."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from worker.messages import Article, Dead, Reason

MESSAGE: dict[str, Any] = {
    "title": "Library opens on Sundays",
    "author": "Nora Lind; Jonas Ek",
    "hostname": "stad.example.se",
    "date": "2026-03-01",
    "fingerprint": "9f3b5c1d2e4a6b70",
    "id": None,
    "license": None,
    "comments": "",
    "raw_text": "Library opens on Sundays From May on.",
    "text": "From May on the library opens on Sundays.\nEntry is free.",
    "language": "sv",
    "image": "https://stad.example.se/library.jpg",
    "pagetype": "article",
    "filedate": "2026-03-02",
    "source": "https://stad.example.se/library-sundays",
    "source-hostname": "Example Stad",
    "excerpt": "From May on.",
    "categories": "City;Culture",
    "tags": "library",
}


def test_source_is_the_url_and_the_author_string_is_split(article_of: Callable[..., Article]) -> None:
    taken = ("title", "author", "date", "text", "language", "source", "excerpt", "tags")
    assert article_of(MESSAGE) == Article(
        url="https://stad.example.se/library-sundays",
        text="From May on the library opens on Sundays.\nEntry is free.",
        title="Library opens on Sundays",
        authors=("Nora Lind", "Jonas Ek"),
        description="From May on.",
        tags=("library",),
        published_at=datetime(2026, 3, 1, tzinfo=UTC),
        published_at_precision="day",
        language="sv",
        shape="trafilatura_json",
        extra={key: value for key, value in MESSAGE.items() if key not in taken},
    )


@pytest.mark.parametrize(("field", "value"), [("source", 5), ("text", {"p": "x"})])
def test_a_wrong_type_is_a_violation(decode_message: Callable[..., Any], field: str, value: Any) -> None:
    ending = decode_message({**MESSAGE, field: value})
    assert isinstance(ending, Dead)
    assert ending.reason is Reason.SCHEMA_VIOLATION
    assert ending.detail.startswith(f"{field}: expected a string")


def test_the_shape_can_be_forced(article_of: Callable[..., Article]) -> None:
    assert article_of({"source": "https://e.org/", "text": "Body."}, "trafilatura_json").url == "https://e.org/"
