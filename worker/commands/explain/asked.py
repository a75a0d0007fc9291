"""What a user asks `explain` about: a file, a page, or the place of a message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from worker.commands.sources import STDIO
from worker.errors import SettingsError
from worker.identity.ids import hash_id
from worker.identity.urls import canonicalise

_URL: Final = re.compile(r"https?:", re.IGNORECASE)
_ARTICLE_ID: Final = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
# Logs and headers write a place with slashes.
_PLACE: Final = re.compile(r"(?:([A-Za-z0-9._-]{1,249})([:/]))?([0-9]{1,9})[:/]([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class File:
    """A file, or `-` for standard input."""

    path: str


@dataclass(frozen=True, slots=True)
class Page:
    """All messages about one page. `url` is canonical; None if only the id is known."""

    article_id: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One message. The topic None stands for the raw topic."""

    topic: str | None
    partition: int
    offset: int


Asked = File | Page | Place


def parse(text: str) -> Asked:
    """What the text means. If there is a file of that name, it means the file.

    Raises:
        SettingsError: it is none of these.
    """
    if text == STDIO or (text and _exists(text)):
        return File(text)
    if _URL.match(text):
        if (url := canonicalise(text)) is None:
            raise SettingsError(f"{text!r} is not the URL of a page: give a full URL, such as https://paper.example/1")
        return Page(hash_id(url), url)
    if place := _PLACE.fullmatch(text):
        return Place(place[1], int(place[3]), int(place[4]))
    if _ARTICLE_ID.fullmatch(text):
        return Page(text.lower())
    raise SettingsError(
        f"there is no file {text!r}. If you mean a message: a URL begins with http:// or https://, a place is "
        "TOPIC:PARTITION:OFFSET, and an article_id has 32 hexadecimal digits"
    )


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # its name is too long, a directory is closed to us, or it has a null byte
        return False
