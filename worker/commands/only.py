"""Selections on the command line: `--only reason=timeout,host!=example.org`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import orjson

from worker.errors import SettingsError
from worker.identity.urls import host as host_of
from worker.messages import Outcome, Reason

Only = Mapping[str, Sequence[str]]
"""What is selected: for each name, the wanted values. After `name!`, the values that are not wanted.

The conditions of all names must hold. A name that does not occur limits nothing.
"""

OF_A_REPORT: Final = ("host", "outcome", "reason", "shape", "language", "fingerprint")
"""The names by which records are selected through their quality reports."""

CURRENT: Final = "current"
"""Stands for the fingerprint of the current settings."""

_CLOSED: Final[Mapping[str, Sequence[str]]] = {"outcome": list(Outcome), "reason": list(Reason)}
_REASONS_OF_EARLIER_VERSIONS: Final = {"unique": str(Reason.NEW)}
_FINGERPRINT: Final = re.compile("[0-9a-f]{16}")


def parse_only(texts: Sequence[str], names: Sequence[str], fingerprint: str = "") -> dict[str, list[str]]:
    """What `reason=timeout,host!=example.org` selects. A name that occurs again adds a value.

    `fingerprint` is the one that `current` stands for.

    Raises:
        SettingsError: an entry is not NAME=VALUE or NAME!=VALUE, or its name or value is unknown.
    """
    only: dict[str, list[str]] = {}
    for entry in (each.strip() for text in texts for each in text.split(",")):
        name, equals, value = entry.partition("=")
        bare = name.removesuffix("!")
        if bare not in names or not equals:
            raise SettingsError(
                f"--only {entry!r}: give NAME=VALUE or NAME!=VALUE, where NAME is one of {', '.join(names)}"
            )
        values = only.setdefault(name, [])
        values.append(_checked(bare, value, fingerprint))
    return only


def _checked(name: str, value: str, fingerprint: str) -> str:
    known = _CLOSED.get(name)
    if known is not None and value not in known:
        close = difflib.get_close_matches(value, known, n=1)
        raise SettingsError(f"--only: there is no {name} {value!r}" + (f" (did you mean {close[0]}?)" if close else ""))
    if name == "host":
        if "/" in value:
            raise SettingsError(f"--only: {value!r} is not a host: give a name such as www.example.org")
        return host_of(f"https://{value}/") or value  # as in reports: without www.
    if name == "fingerprint":
        if value == CURRENT:
            return fingerprint
        if not _FINGERPRINT.fullmatch(value):
            raise SettingsError(f"--only: {value!r} is not a fingerprint: give {CURRENT}, or 16 hex digits")
    return value


def text_of(only: Only) -> str:
    """The selection as the flag takes it. Equal selections have equal texts."""
    return ",".join(f"{name}={value}" for name in sorted(only) for value in sorted({*only[name]}))


def sets_of(only: Only) -> dict[str, frozenset[str]]:
    """The same selection for many calls of `selects`: thousands of values then cost no more than one."""
    return {name: frozenset(values) for name, values in only.items()}


def selects(only: Mapping[str, Collection[str]], values: Mapping[str, str | None]) -> bool:
    """Whether something with these values is selected. None is a missing value."""
    return all((values.get(name.removesuffix("!")) in wanted) != name.endswith("!") for name, wanted in only.items())


def read_report(value: bytes | None) -> dict[str, Any] | None:
    """The quality report in a record; None if the record holds something else."""
    try:
        report = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return None
    return report if isinstance(report, dict) and isinstance(report.get("outcome"), str) else None


def values_of(report: Mapping[str, Any]) -> dict[str, str | None]:
    """The values of a quality report by which it is selected: see `OF_A_REPORT`."""
    pipeline = report.get("pipeline")
    values = {name: _text(report.get(name)) for name in OF_A_REPORT}
    values["fingerprint"] = _text(pipeline.get("fingerprint")) if isinstance(pipeline, dict) else None
    values["reason"] = _REASONS_OF_EARLIER_VERSIONS.get(values["reason"] or "", values["reason"])
    if "host" not in report:  # the worker of an earlier version wrote it
        values["host"] = host_of(_text(report.get("url")))
    return values


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
