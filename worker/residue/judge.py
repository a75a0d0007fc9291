"""Judges the lines of one article: which are boilerplate, of which class, and what they were known by."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from worker.residue.bits import BIT, WEAK, concepts_of, mask_of
from worker.residue.candidates import MAX_LINE_CHARS, candidates, language_of
from worker.residue.classes import date_stamp, read_time
from worker.residue.forms import is_signature
from worker.residue.lexicon import lexicons
from worker.residue.model import line_model
from worker.residue.place import ITEM, kind_of, places
from worker.residue.reading import Reader, Reading
from worker.residue.rows import CLASSES, Floats
from worker.residue.shape import NAMES, read

CLASS_NAMES: Final = frozenset(one.NAME for one in CLASSES)
"""The names of the classes."""

_NEEDS: Final = {one.NAME: one.NEEDS for one in (date_stamp, read_time)}
_AGENCY: Final = BIT["agency"]
_CREDIT: Final = mask_of("agency by source function")
_REPRINT, _FROM_END, _HAS_AGENCY, _UNKNOWN, _IS_ITEM, _ITEMS_NEAR = map(
    NAMES.index, ("form reprint", "from end", "has agency", "unknown", "item", "items near")
)
_NEAR_END: Final = 3  # lines
_HEADLINE_WORDS: Final = 5
_LEAST_SIBLINGS: Final = 3
_NEAR_ITEMS: Final = 20  # the last ones of a list tell what kind of list it is
_NAME_WORDS: Final = 4
_MAX_STAMP: Final = 60  # characters
_NUMBERS: Final = re.compile(r"\d++")
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
    found = read(reader, [lines[at].strip() for at in order], places(lines, order))
    gone = {order[number]: number for number in _gone(model.trees.probabilities(found.x), found.x, model.least)}
    if not gone:
        return {}
    safe = {*_items(lines, gone, reader), *_alike(lines, gone)}
    judged = [(at, number) for at, number in gone.items() if at not in safe]
    names = model.names_of(found.x, [number for _, number in judged])
    return {
        at: Verdict(name, lexicons().languages[found.languages[number]], mask)
        for (at, number), name in zip(judged, names, strict=True)
        if not _lacks_what_it_needs(name, lines[at], mask := found.mask(number), found.rests[number])
    }


def _gone(likely: Floats, x: Floats, least: float) -> list[int]:
    """The lines that are likely enough to be boilerplate.

    Half the probability is enough for lines of a form that stories hardly ever have.
    """
    enough = np.float32(least)
    return [
        at
        for at in np.flatnonzero(likely > np.float32(least / 2)).tolist()
        if likely[at] > enough or _is_reprint(x[:, at]) or _is_sign_off(x[:, at])
    ]


def _is_reprint(line: Floats) -> bool:
    """Whether it is `The post … appeared first on …`, near the end."""
    return bool(line[_REPRINT] > 0 and line[_FROM_END] < _NEAR_END)


def _is_sign_off(line: Floats) -> bool:
    """Whether it is an agency after a dash (`- AFP`), but not among the items of a list."""
    return bool(line[_HAS_AGENCY] and line[_IS_ITEM] and not line[_UNKNOWN] and not line[_ITEMS_NEAR])


def _lacks_what_it_needs(name: str, line: str, mask: int, rest: int) -> bool:
    """Whether a line tells nothing, or a stamp or a time has no number or date, or stands before a headline."""
    if not mask & ~WEAK and not is_signature(line.strip()):
        return True
    needs = _NEEDS.get(name)
    return needs is not None and (not mask & needs or rest >= _HEADLINE_WORDS)


def _items(lines: Sequence[str], gone: Collection[int], reader: Reader) -> Iterator[int]:
    """The items of the lists from which a line would go, if most of their items stay. `gone` is in order."""
    end = 0
    for at in gone:
        if at < end or kind_of(lines[at]) != ITEM:
            continue
        begin, end = at, at + 1
        while begin and kind_of(lines[begin - 1]) == ITEM:
            begin -= 1
        while end < len(lines) and kind_of(lines[end]) == ITEM:
            end += 1
        if _mostly_stay(range(begin, end), gone):
            is_end = all(after in gone or not lines[after].strip() for after in range(end - 1, len(lines)))
            yield from range(begin, end - (is_end and _ends_with_credit(lines[begin:end], reader)))


def _ends_with_credit(items: Sequence[str], reader: Reader) -> bool:
    """Whether the last item of a list names the agency that wrote the text.

    In a list of agencies, or of nothing but names, it may be one more of them.
    """
    *others, last = (reader.read(item[:MAX_LINE_CHARS].strip()) for item in items[-_NEAR_ITEMS:])
    if not last or last.rest or not last.mask & _AGENCY or not all(mask & _CREDIT for mask in last.masks):
        return False
    found = list(filter(None, others))
    return not all(map(_is_name, found)) and not any(_begins_with_agency(one) for one in found)


def _begins_with_agency(reading: Reading) -> bool:
    """Whether the first word names an agency, or the second, as in `The Associated Press`."""
    return any(mask & _AGENCY for mask in reading.masks[:2])


def _is_name(reading: Reading) -> bool:
    """Whether a line may be a name: a few words, and small letters only in those that mean something, such as `of`."""
    words = [*zip(reading.words, reading.masks, strict=True), *reading.rest]
    return len(words) <= _NAME_WORDS and not any(word.is_small and not mask for word, mask in words)


def _alike(lines: Sequence[str], gone: Collection[int]) -> Iterator[int]:
    """The lines that differ only in numbers from one that would go, if most stay: time stamps of a live blog."""
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
