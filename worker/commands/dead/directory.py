"""The directory of an export: a file for each value, and an index with a line for each dead letter.

A value is written before its line. So every file that the index names is complete, and an export that was killed
continues after the last line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import orjson

from worker.errors import SettingsError
from worker.store import own_files
from worker.text.terminal import json_text, printable

INDEX = "index.jsonl"

_REASON = re.compile(r"[a-z_]{1,40}")
_PLACE = re.compile(r"(.+)/([0-9]{1,9})/([0-9]{1,18})")


class Exported(NamedTuple):
    """A dead letter that the directory has already: its place, and the place of its input."""

    partition: int
    offset: int
    source: str


class Directory:
    """An export of one dead topic. No other process writes to it at the same time."""

    def __init__(self, path: Path, dead_topic: str, index: IO[bytes]) -> None:
        self._path, self._topic, self._index = path, dead_topic, index

    def exported(self) -> Iterator[Exported]:
        """What an earlier export has written. Read all of it before the first `add`: it removes an incomplete line.

        Raises:
            SettingsError: the index is that of another topic, or not of an export.
        """
        self._index.seek(0)
        complete = 0
        for line in iter(self._index.readline, b""):
            if not line.endswith(b"\n"):
                break
            yield self._exported(line)
            complete += len(line)
        self._index.truncate(complete)
        self._index.seek(complete)

    def _exported(self, line: bytes) -> Exported:
        try:
            entry = orjson.loads(line)
            place, source = _PLACE.fullmatch(entry["dead_letter"]), entry["source"]
            found = place and Exported(
                int(place[2]), int(place[3]), f"{source['topic']}/{source['partition']}/{source['offset']}"
            )
        except (ValueError, TypeError, KeyError):
            found = place = None
        if not found or not place:
            raise SettingsError(f"{self._shown}/{INDEX} is not the index of an export: choose another directory")
        if place[1] != self._topic:
            raise SettingsError(
                f"{self._shown} has an export of the topic {printable(place[1])}: choose another directory for "
                f"{self._topic}"
            )
        return found

    def add(self, place: str, reason: str, value: bytes | None, entry: dict[str, Any]) -> None:
        """Write the value, unless it is None, and the line of a dead letter at PARTITION:OFFSET.

        Raises:
            OSError: the disk is full, or a file cannot be written.
        """
        name = None if value is None else file_name(place, reason)
        if name is not None and value is not None:
            descriptor = own_files.open_file(self._path / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            with os.fdopen(descriptor, "wb") as file:
                file.write(value)
        self._index.write(json_text({"file": name, **entry}).encode() + b"\n")
        self._index.flush()

    @property
    def _shown(self) -> str:
        return printable(str(self._path))


def file_name(place: str, reason: str) -> str:
    """The name of the file with a value. A reason that the worker would not write becomes `other`."""
    return f"{place.replace(':', '-')}-{reason if _REASON.fullmatch(reason) else 'other'}.raw"


@contextmanager
def opened(path: Path, dead_topic: str) -> Iterator[Directory]:
    """Create the directory, or continue the export in it. Only this user can read it.

    Raises:
        SettingsError: it has other files, another export is running, or a file cannot be written.
    """
    shown = printable(str(path))
    try:
        path.mkdir(own_files.STATE_DIRECTORY_MODE, exist_ok=True)
        if not own_files.look(path / INDEX) and any(path.iterdir()):
            raise SettingsError(f"{shown} is not empty, and has no export to continue: choose another directory")
        with own_files.locked(path / INDEX, wait=False):
            descriptor = own_files.open_file(path / INDEX, os.O_RDWR)
            with os.fdopen(descriptor, "r+b") as index:
                yield Directory(path, dead_topic, index)
    except BlockingIOError as error:
        raise SettingsError(f"another export is writing to {shown}: wait until it ends") from error
    except FileExistsError as error:
        raise SettingsError(f"{shown} is not a directory: choose another name") from error
    except FileNotFoundError as error:
        raise SettingsError(f"there is no directory {printable(str(path.parent))}: create it first") from error
    except OSError as error:
        raise SettingsError(f"cannot write to {shown}: {error.strerror}") from error
