"""The JSON Schemas that ship with the worker: their names, texts and validators."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    import jsonschema_rs

_HERE = Path(__file__).resolve().parent
_FOLDERS = (_HERE / "schemas", _HERE.parent / "schemas")  # in an installed wheel, in a checkout


def names() -> list[str]:
    """The full names (`raw_article.v1`) in alphabetical order; versions of one name from old to new."""
    return sorted(_paths(), key=lambda name: (_base(name), _version(name)))


def text(name: str) -> str:
    """The text of a schema, exactly as it ships.

    Args:
        name: `raw_article.v1`, or `raw_article` for the newest version.

    Raises:
        LookupError: there is no such schema; the message lists the schemas that exist.
    """
    return _paths()[_full(name)].read_text(encoding="utf-8")


def validator(name: str) -> jsonschema_rs.Draft202012Validator:
    """The compiled schema, built once. Its messages never quote the value, which may be a page of several megabytes.

    Raises:
        LookupError: there is no such schema; the message lists the schemas that exist.
    """
    return _compiled(_full(name))


@cache
def _compiled(full_name: str) -> jsonschema_rs.Draft202012Validator:
    import jsonschema_rs  # noqa: PLC0415 - takes 30 ms to import, and only some commands need it

    return jsonschema_rs.Draft202012Validator(orjson.loads(text(full_name)), mask="the value")


@cache
def _paths() -> dict[str, Path]:
    folder = next((folder for folder in _FOLDERS if folder.is_dir()), _FOLDERS[0])
    return {path.stem: path for path in folder.glob("*.v*.json")}


@cache  # asked for each message
def _full(name: str) -> str:
    versions = [known for known in names() if name in (known, _base(known))]
    if not versions:
        raise LookupError(f"unknown schema {name!r}; known: {', '.join(names())}")
    return versions[-1]


def _base(full_name: str) -> str:
    return full_name.rpartition(".v")[0]


def _version(full_name: str) -> int:
    number = full_name.rpartition(".v")[2]
    return int(number) if number.isdecimal() else 0
