"""What the worker would publish of an article beside its text, and which of it the crawler sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from worker.messages import Article, rfc3339

_NAMES: Final = ("authors", "published_at", "section", "tags", "language", "description")
_MOST_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Metadata:
    """Fields of the clean article, under its names and in its forms.

    `sent` names those that the crawler sent, and perhaps the title: the worker has cleaned them, but not chosen them.
    """

    authors: tuple[str, ...]
    published_at: str | None
    published_at_precision: str | None
    section: str | None
    tags: tuple[str, ...]
    language: str | None
    description: str | None
    sent: tuple[str, ...]


def metadata_of(article: Article, decoded: Article) -> Metadata:
    """The metadata of an article. `decoded` is the article as the crawler sent it."""
    return Metadata(
        authors=article.authors,
        published_at=rfc3339(article.published_at),
        published_at_precision=article.published_at_precision if article.published_at else None,
        section=article.section,
        tags=article.tags,
        language=article.language,
        description=article.description,
        sent=tuple(name for name in ("title", *_NAMES) if getattr(decoded, name) and getattr(article, name)),
    )


def told(
    fields: Mapping[str, Any], sent: Collection[str] = (), *, with_missing: bool = True
) -> Iterator[tuple[str, str]]:
    """The name and the text of each of these fields of a clean article; at the end, which ones it lacks."""
    for name in _NAMES:
        if value := fields.get(name):
            text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            precision = fields.get("published_at_precision") if name == "published_at" else None
            notes = [f"precision: {precision}"] if precision else []
            yield name, with_notes(_short(text), *notes, *sender(name, sent))
    missing = [name for name in _NAMES if not fields.get(name)]
    if with_missing and missing:
        yield "not found", ", ".join(missing)


def sender(name: str, sent: Collection[str]) -> list[str]:
    """A note that the crawler sent a field, if it did."""
    return ["from the message"] if name in sent else []


def with_notes(text: str, *notes: str) -> str:
    """The text, and notes on it in parentheses."""
    return f"{text} ({', '.join(notes)})" if notes else text


def _short(text: str) -> str:
    return text if len(text) <= _MOST_CHARS else f"{text[: _MOST_CHARS - 1]}…"
