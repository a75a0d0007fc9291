"""The project's own message, validated against `schemas/raw_article.v1.json`."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson

from worker import schema
from worker.crawlers.base import Shape
from worker.crawlers.fields import Message, table

NAME = "native"
_SCHEMA = "raw_article"
_LONGEST_MESSAGE = 200
_LATER = frozenset({"description", "tags", "section"})
"""Fields that were added to the schema when senders already had them in `extra`: there, they fill the field too."""


def _fits(message: Message) -> bool:
    """Whether it names the schema (an unknown version is a violation), or has only fields that the schema knows."""
    name = message.get("schema")
    if isinstance(name, str):
        return name.startswith(_SCHEMA)
    # An array of paragraphs is not in the schema, so such a message is not the project's own.
    return message.keys() <= _known_fields() and not isinstance(message.get("text"), list)


def _reserved() -> frozenset[str]:
    return _known_fields() - _LATER


@cache
def _known_fields() -> frozenset[str]:
    return frozenset(orjson.loads(schema.text(_SCHEMA))["properties"])


def _violation(message: Message) -> str | None:
    """The first violation, as `path: what is wrong`. Missing html and text are not a violation but no_content."""
    if schema.validator(_SCHEMA).is_valid(message):
        return None
    try:
        return _first_violation(message)
    except ValueError:  # the validator stops at 255 levels
        deep = (name for name in sorted(_known_fields() & message.keys()) if _is_too_deep({name: message[name]}))
        return f"{next(deep, 'a field')}: is nested too deeply"


def _first_violation(message: Message) -> str | None:
    """The first violation only: collecting a million of them takes minutes.

    Raises:
        ValueError: the message is nested too deeply.
    """
    import jsonschema_rs  # noqa: PLC0415 - takes 30 ms to import, and only some commands validate

    try:
        _validator_of_fields().validate(message)
    except jsonschema_rs.ValidationError as error:
        return f"{_path(error)}: {error.message}"[:_LONGEST_MESSAGE]
    return None


@cache
def _validator_of_fields() -> Any:
    import jsonschema_rs  # noqa: PLC0415 - as above

    return jsonschema_rs.Draft202012Validator(orjson.loads(schema.text(_SCHEMA)) | {"anyOf": [{}]}, mask="the value")


def _path(error: Any) -> str:
    return ".".join(map(str, error.instance_path))


def _is_too_deep(message: Message) -> bool:
    try:
        _first_violation(message)
    except ValueError:
        return True
    return False


def _prepare(message: Message) -> Message:
    """Merge `extra` into the message. Its keys can neither fill nor replace a field, except for those in `_LATER`."""
    extra = message.get("extra")
    if not isinstance(extra, dict):
        return message
    own = {key: value for key, value in message.items() if key != "extra"}
    return {**{key: value for key, value in extra.items() if key not in own and key not in _reserved()}, **own}


SHAPE = Shape(
    NAME,
    _fits,
    aliases=table(
        url="url", final_url="final_url", canonical_url="canonical_url", html="html", text="text", title="title",
        authors="authors", description="description", tags="tags", section="section", published_at="published_at",
        fetched_at="fetched_at", language="language", status="status",
        encoding="encoding", headers="headers",
    ),
    fallback={},
    prepare=_prepare,
    violation=_violation,
)  # fmt: skip
