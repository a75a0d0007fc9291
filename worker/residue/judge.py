"""Judges the lines of one article: which are boilerplate, of which class, and what they were known by."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from worker.residue.bits import WEAK, concepts_of
from worker.residue.candidates import candidates, language_of
from worker.residue.classes import date_stamp, read_time
from worker.residue.forms import is_signature
from worker.residue.model import line_model
from worker.residue.place import places
from worker.residue.reading import Reader, Reading
from worker.residue.rows import CLASSES, Floats
from worker.residue.shape import NAMES, features

CLASS_NAMES: Final = frozenset(one.NAME for one in CLASSES)
"""The names of the classes."""

_NEEDS: Final = {one.NAME: one.NEEDS for one in (date_stamp, read_time)}
_REPRINT, _FROM_END = NAMES.index("form reprint"), NAMES.index("from end")
_NEAR_END: Final = 3  # lines
_HEADLINE_WORDS: Final = 5
_LEAST_SIBLINGS: Final = 3
_MAX_STAMP: Final = 60  # characters
_NUMBERS: Final = re.compile(r"\d++")
_ITEM: Final = re.compile(r"\s*+(?:[-*•·▪–—]|\d{1,3}[.)]|[a-z][.)])\s.*[^\s*–—-]\s*+")
_MAX_CANDIDATES: Final = 400  # of an article, each 50 µs; no story has that many


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a line is boilerplate: its class, the language that it was read in, and the mask of its words' concepts."""

    name: str
    language: str
    mask: int

    @property
    def concepts(self) -> tuple[str, ...]:
        """The concepts that the line was known by; all that it has if none of them tells anything."""
        return concepts_of(self.mask & ~WEAK or self.mask)


def verdicts(lines: Sequence[str], language: str | None) -> Mapping[int, Verdict]:
    """The verdicts on the lines that are boilerplate, by index. `language` is the article's (ISO 639-1), if known.

    A text of one line has none: its place tells nothing.
    """
    if len(lines) < 2:
        return {}
    model = line_model()
    own = language_of(lines, language)
    order = candidates(lines, model.votes(own), model.terms, _MAX_CANDIDATES)
    if not order:
        return {}
    reader = Reader(own)
    x = features(reader, [lines[at].strip() for at in order], places(lines, order))
    gone = {order[at]: at for at in _gone(model.trees.probabilities(x), x, model.least)}
    if not gone:
        return {}
    safe = {*_items(lines, gone), *_alike(lines, gone)}
    readings = {at: reader.reading(lines[at].strip()) for at in gone if at not in safe}
    names = model.names_of(x[:, [gone[at] for at in readings]])
    return {
        at: Verdict(name, reading.language, reading.mask)
        for (at, reading), name in zip(readings.items(), names, strict=True)
        if not _lacks_what_it_needs(name, reading)
    }


def _gone(likely: Floats, x: Floats, least: float) -> list[int]:
    """The lines that are likely enough boilerplate: half as much near the end for `The post … appeared first on …`."""
    enough = np.float32(least)
    return [
        at
        for at in np.flatnonzero(likely > np.float32(least / 2)).tolist()
        if likely[at] > enough or (x[_REPRINT, at] > 0 and x[_FROM_END, at] < _NEAR_END)
    ]


def _lacks_what_it_needs(name: str, reading: Reading) -> bool:
    """Whether a line tells nothing, or a stamp or a time has no number or date, or stands before a headline."""
    if not reading.mask & ~WEAK and not is_signature(reading.line):
        return True
    needs = _NEEDS.get(name)
    return needs is not None and (not reading.mask & needs or len(reading.rest) >= _HEADLINE_WORDS)


def _items(lines: Sequence[str], gone: Collection[int]) -> Iterator[int]:
    """The items of the lists from which a line would go, if most of their items stay."""
    end = 0
    for at in gone:
        if at < end or not _is_item(lines[at]):
            continue
        begin, end = at, at + 1
        while begin and _is_item(lines[begin - 1]):
            begin -= 1
        while end < len(lines) and _is_item(lines[end]):
            end += 1
        if _mostly_stay(range(begin, end), gone):
            yield from range(begin, end)


def _is_item(line: str) -> bool:
    return _ITEM.fullmatch(line) is not None


def _alike(lines: Sequence[str], gone: Collection[int]) -> Iterator[int]:
    """The lines that differ from one that would go only in their numbers, if most stay: time stamps of a live blog."""
    forms = {form for at in gone if (form := _stamp(lines[at]))}
    series: dict[str, dict[str, int]] = {form: {} for form in forms}
    begins = {form[0] for form in forms}
    for at, line in enumerate(lines) if forms else ():
        if (line[:1] in begins or line[:1].isdecimal()) and (form := _stamp(line)) in forms:
            series[form].setdefault(line, at)
    for distinct in series.values():
        if _mostly_stay(distinct.values(), gone):
            yield from distinct.values()


def _stamp(line: str) -> str:
    """A short line with 0 in the place of each number; nothing if it has none."""
    form = _NUMBERS.sub("0", line) if len(line) <= _MAX_STAMP else line
    return form if form != line else ""


def _mostly_stay(siblings: Collection[int], gone: Container[int]) -> bool:
    return len(siblings) >= _LEAST_SIBLINGS and sum(at in gone for at in siblings) * 2 < len(siblings)
