"""The types of settings that need more than a type of Python: what a value must look like, and how to say so."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from worker.config import http_address
from worker.config.units import split_entries, split_words
from worker.errors import SettingsError
from worker.text.language import normalise_language


def _matching(pattern: str, rule: str) -> AfterValidator:
    """A check whose error states the rule, not the pattern."""
    check = re.compile(pattern, re.ASCII)

    def matched(text: str) -> str:
        if not check.fullmatch(text):
            raise ValueError(rule)
        return text

    return AfterValidator(matched)


def _plain_server(server: str) -> str:
    if "@" in server or "/" in server:
        raise ValueError("must be HOST:PORT, without a scheme or a login: use security_protocol and the sasl settings")
    return server


def _known_language(code: str) -> str:
    """Any other code would drop every article whose language is known."""
    meant = normalise_language(code)
    if meant == code:
        return code
    hint = f" (did you mean {meant}?)" if meant else ""
    raise ValueError(f"{code!r} is not a code of ISO 639-1{hint}; write two letters for each language, such as en,de")


def _known_shape(name: str) -> str:
    if name != "auto":
        from worker.crawlers import registry  # noqa: PLC0415 - most runs name no shape, and start faster without this

        try:
            registry.find(name)
        except SettingsError as error:
            raise ValueError(str(error)) from error
    return name


def _known_fields(entries: tuple[str, ...]) -> tuple[str, ...]:
    if not entries:
        return entries
    from worker.crawlers import field_map  # noqa: PLC0415 - as above

    try:
        return field_map.FieldMap(entries).entries
    except SettingsError as error:
        raise ValueError(str(error)) from error


_CHARACTERS = "letters, digits, dots, underscores and hyphens"
_Language = Annotated[str, StringConstraints(to_lower=True), AfterValidator(_known_language)]
_Server = Annotated[str, AfterValidator(_plain_server)]
_Option = Annotated[str, _matching(r"(?s)\s*[\w.]+\s*=.*", "must be NAME=VALUE, such as client_rack=eu-1")]

Name = Annotated[str, StringConstraints(min_length=1)]
IndexName = Annotated[str, _matching(r"[\w.-]{1,200}", f"must have 1 to 200 {_CHARACTERS}")]
Topic = Annotated[str, _matching(r"[\w.-]{1,249}", f"must have 1 to 249 {_CHARACTERS}")]
ShapeName = Annotated[str, AfterValidator(_known_shape)]
TokenUrl = Annotated[
    str,
    _matching(r"https?://[^\s@/?#]+(/[^\s@#]*)?", "must be an https:// address, without a login: use sasl_username"),
]
Languages = Annotated[tuple[_Language, ...], BeforeValidator(split_words)]
Options = Annotated[tuple[_Option, ...], BeforeValidator(split_words)]
Servers = Annotated[tuple[_Server, ...], BeforeValidator(split_words)]
ListenAddress = Annotated[str, AfterValidator(http_address.checked)]
FieldMap = Annotated[tuple[str, ...], BeforeValidator(split_entries), AfterValidator(_known_fields)]
