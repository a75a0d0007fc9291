"""Judges the lines of one article: which are boilerplate, of which class, and what they were known by."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
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
    """Why a line is boilerplate: its class, the language that it was read in, and the concepts of its words."""

    name: str
    language: str
    concepts: tuple[str, ...]


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
    likely = model.trees.probabilities(x)
    gone = {order[number]: number for number in np.flatnonzero(likely > _least(x, model.least)).tolist()}
    safe = _items(lines, gone) | _alike(lines, gone) if gone else set()
    readings = {at: reader.reading(lines[at].strip()) for at in gone if at not in safe}
    return {
        at: Verdict(name, reading.language, _told(reading.mask))
        for at, reading in readings.items()
        if not _lacks_what_it_needs(name := model.name(x[:, gone[at]]), reading)
    }


def _told(mask: int) -> tuple[str, ...]:
    """The concepts that a line was known by; all that it has if none of them tells anything."""
    return concepts_of(mask & ~WEAK or mask)


def _least(x: Floats, least: float) -> Floats:
    """How likely each line must be boilerplate: half as much near the end, for `The post … appeared first on …`."""
    is_reprint = (x[_REPRINT] > 0) & (x[_FROM_END] < _NEAR_END)
    return np.where(is_reprint, np.float32(least / 2), np.float32(least))


def _lacks_what_it_needs(name: str, reading: Reading) -> bool:
    """Whether a line tells nothing, or a stamp or a time has no number or date, or stands before a headline."""
    if not reading.mask & ~WEAK and not is_signature(reading.line):
        return True
    needs = _NEEDS.get(name)
    return needs is not None and (not reading.mask & needs or len(reading.rest) >= _HEADLINE_WORDS)


def _items(lines: Sequence[str], gone: Container[int]) -> set[int]:
    """The items of lists of which most items stay."""
    runs = groupby(range(len(lines)), lambda at: _ITEM.fullmatch(lines[at]) is not None)
    lists = [list(run) for is_item, run in runs if is_item]
    return {at for one in lists if _mostly_stay(one, gone) for at in one}


def _alike(lines: Sequence[str], gone: Container[int]) -> set[int]:
    """The lines that differ only in their numbers, if most of them stay: the time stamps of a live blog."""
    series: dict[str, dict[str, int]] = defaultdict(dict)
    for at, line in enumerate(lines):
        if len(line) <= _MAX_STAMP and (form := _NUMBERS.sub("0", line)) != line:
            series[form].setdefault(line, at)
    every = [list(distinct.values()) for distinct in series.values()]
    return {at for one in every if _mostly_stay(one, gone) for at in one}


def _mostly_stay(siblings: Sequence[int], gone: Container[int]) -> bool:
    return len(siblings) >= _LEAST_SIBLINGS and sum(at in gone for at in siblings) * 2 < len(siblings)
