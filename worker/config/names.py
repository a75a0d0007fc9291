"""The settings that name something: topics, servers, languages, shapes, fields. Each type checks its values."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from worker.config import http_address
from worker.config.units import split_entries, split_words
from worker.errors import SettingsError


def _plain_server(server: str) -> str:
    if "@" in server or "/" in server:
        raise ValueError("must be HOST:PORT, without a scheme or a login: use security_protocol and the sasl settings")
    return server


def _matching(pattern: str, rule: str) -> AfterValidator:
    """A check whose error states the rule, not the pattern."""
    check = re.compile(pattern, re.ASCII)

    def matched(text: str) -> str:
        if not check.fullmatch(text):
            raise ValueError(rule)
        return text

    return AfterValidator(matched)


_CHARACTERS = "letters, digits, dots, underscores and hyphens"

Name = Annotated[str, StringConstraints(min_length=1)]
IndexName = Annotated[str, _matching(r"[\w.-]{1,200}", f"must have 1 to 200 {_CHARACTERS}")]
Topic = Annotated[str, _matching(r"[\w.-]{1,249}", f"must have 1 to 249 {_CHARACTERS}")]
_Server = Annotated[str, AfterValidator(_plain_server)]
Servers = Annotated[tuple[_Server, ...], BeforeValidator(split_words)]
ListenAddress = Annotated[str, AfterValidator(http_address.checked)]
_Language = Annotated[
    str,
    StringConstraints(to_lower=True),
    _matching("[a-z]{2,3}", "must be codes of two or three letters, such as en,de"),
]
Languages = Annotated[tuple[_Language, ...], BeforeValidator(split_words)]


def _known_shape(name: str) -> str:
    if name != "auto":
        from worker.crawlers import registry  # noqa: PLC0415 - most runs name no shape, and start faster without this

        try:
            registry.find(name)
        except SettingsError as error:
            raise ValueError(str(error)) from error
    return name


ShapeName = Annotated[str, AfterValidator(_known_shape)]


def _known_fields(entries: tuple[str, ...]) -> tuple[str, ...]:
    if not entries:
        return entries
    from worker.crawlers import field_map  # noqa: PLC0415 - as above

    try:
        return field_map.FieldMap(entries).entries
    except SettingsError as error:
        raise ValueError(str(error)) from error


FieldMap = Annotated[tuple[str, ...], BeforeValidator(split_entries), AfterValidator(_known_fields)]
