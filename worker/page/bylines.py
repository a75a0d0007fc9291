"""Names from bylines, without "By", addresses and roles. A byline is split only if each part is certainly a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from worker.text.cleaning import clean_line, unescaped

MAX_NAMES: Final = 20
_MAX_CHARS: Final = 100

_MARKUP: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
_PREFIX: Final = re.compile(
    r"\A(?:(?:written|posted|published|words|text|story) by|by|authors?|autor(?:in|es)?|auteur|text)[:\s]\s*",
    re.IGNORECASE,
)
# These words also begin names ("Von Miller"), so they are removed only before two or more words.
_WORD_PREFIX: Final = re.compile(r"\A(?:von|par|por|door|av|af|przez)\s+(?=\S+\s+\S)", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"://|^www\.|@|\.(?:com|org|net|html?|php)\b|^/", re.IGNORECASE)
_SEPARATORS: Final = re.compile(  # for a line with single spaces
    r" ?, ?(?:and|und|et|y|e|en|och|og|i) | ?[,/|] ?| (?:&|and|und|et|y|e|en|och|og|i) ", re.IGNORECASE
)
_PARTICLES: Final = (
    r"(?:(?:d[aeiou]s?|del|della|der|den|la|le|van|von|ter|ten|zu|zum|al|el|bin|ibn|y|e|af|av)\s+|d[’'])"
)
_FULL_NAME: Final = re.compile(rf"[^\W\d_a-z][.’'\-\w]*+(?:\s+{_PARTICLES}*[^\W\d_a-zß-ÿ][.’'\-\w]*+){{1,4}}")
_INVERTED: Final = re.compile(r"([^,\s]++(?:\s[^,\s]++)?),\s*+([^,\s]++(?:\s++[^,\s]++){0,2})")
_ROLE: Final = re.compile(
    r"^(?:the|der|die|das|les?|la|el|los|las|il)\s|"
    r"\b(?:editors?|reporters?|correspondents?|writers?|staff|columnists?|contributors?|bureau|team|desk|newsroom|news|"
    r"redaktion|redakteur(?:in)?|korrespondent(?:in)?|rédaction|redacción|redazione|press|agency|magazine|media)\b",
    re.IGNORECASE,
)
_NO_NAMES: Final = """
admin administrator author autor editor user guest gast none null undefined unknown anonymous staff webmaster root test
n/a default
"""
_NOBODY: Final = frozenset(_NO_NAMES.split())


def clean_names(bylines: Iterable[str], *, inverted: bool = False) -> tuple[str, ...]:
    """The names in these bylines, without repeats, at most 20.

    `inverted` means that "Doe, Jane" stands for Jane Doe, as in library tags.
    """
    names: dict[str, str] = {}
    for byline in bylines:
        for name in _names(byline, inverted):
            names.setdefault(name.casefold(), name)
            if len(names) >= MAX_NAMES:
                return tuple(names.values())
    return tuple(names.values())


def is_full_name(name: str) -> bool:
    """Whether the text looks like a given name and a surname: two to five words, each with a capital letter."""
    return _FULL_NAME.fullmatch(name) is not None and not _ROLE.search(name)


def _names(byline: str, inverted: bool) -> Iterator[str]:
    line = clean_line(unescaped(_MARKUP.sub(" ", byline[: MAX_NAMES * _MAX_CHARS])))
    for part in line.split(";"):
        name = _WORD_PREFIX.sub("", _PREFIX.sub("", part.strip())).strip(" ,|-–—·")
        if inverted and (match := _INVERTED.fullmatch(name)):
            name = f"{match[2]} {match[1]}"
        for single in _split(name):
            if _is_name(single):
                yield single


def _split(name: str) -> list[str]:
    """The parts of "Jane Doe and John Roe" or "Jane Doe, Senior Editor"; otherwise the name unchanged."""
    parts = [part for part in _SEPARATORS.split(name) if part]
    people = [part for part in parts if not _ROLE.search(part)]
    return people if len(parts) > 1 and people and all(map(_FULL_NAME.fullmatch, people)) else [name]


def _is_name(name: str) -> bool:
    return (
        1 < len(name) <= _MAX_CHARS
        and any(map(str.isalpha, name))
        and name.casefold() not in _NOBODY
        and not _ADDRESS.search(name)
    )
