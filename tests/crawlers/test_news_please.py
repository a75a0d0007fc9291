"""news-please's articles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from worker.messages import Article, Dead, Reason

MESSAGE: dict[str, Any] = {
    "authors": ["Lena Vogt", "Ravi Menon"],
    "date_download": "2026-03-02 07:15:30",
    "date_modify": "None",
    "date_publish": "2026-03-01 22:00:00",
    "description": "Rain is expected all week.",
    "filename": "https%3A%2F%2Fwetter.example.de%2Fregen.json",
    "image_url": "https://wetter.example.de/regen.jpg",
    "language": "de",
    "localpath": None,
    "maintext": "Am Montag beginnt der Regen.\nEr bleibt die ganze Woche.",
    "source_domain": "wetter.example.de",
    "text": "Am Montag beginnt der Regen. Werbung",
    "title": "Regen die ganze Woche",
    "title_page": "Regen die ganze Woche - Wetter",
    "title_rss": None,
    "url": "https://wetter.example.de/regen",
}


def test_the_main_text_becomes_the_text(article_of: Callable[..., Article]) -> None:
    taken = ("authors", "description", "date_download", "date_publish", "language", "maintext", "title", "url")
    assert article_of(MESSAGE) == Article(
        url="https://wetter.example.de/regen",
        text="Am Montag beginnt der Regen.\nEr bleibt die ganze Woche.",
        title="Regen die ganze Woche",
        authors=("Lena Vogt", "Ravi Menon"),
        description="Rain is expected all week.",
        published_at=datetime(2026, 3, 1, 22, tzinfo=UTC),
        published_at_precision="second",
        fetched_at=datetime(2026, 3, 2, 7, 15, 30, tzinfo=UTC),
        language="de",
        shape="news_please",
        extra={key: value for key, value in MESSAGE.items() if key not in taken},
    )


def test_the_string_none_is_neither_a_date_nor_a_title(article_of: Callable[..., Article]) -> None:
    article = article_of({**MESSAGE, "date_publish": "None", "title": "None"})
    assert article.published_at is None
    assert article.title == "Regen die ganze Woche - Wetter"


def test_without_main_text_the_plain_text_is_used(article_of: Callable[..., Article]) -> None:
    assert article_of({**MESSAGE, "maintext": None}).text == "Am Montag beginnt der Regen. Werbung"


def test_a_main_text_with_a_wrong_type_is_a_violation(decode_message: Callable[..., Any]) -> None:
    assert decode_message({**MESSAGE, "maintext": {"de": "Am Montag"}}) == Dead(
        Reason.SCHEMA_VIOLATION, "maintext: expected a string or an array of strings, got an object"
    )


def test_the_shape_can_be_forced(article_of: Callable[..., Article]) -> None:
    assert article_of({"url": "https://e.org/", "maintext": "Body."}, "news_please").shape == "news_please"
