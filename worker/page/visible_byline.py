"""The authors in the text of a page near its headline, for pages that neither declare nor mark them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import Final

from worker.page.byline_lines import beyond_byline
from worker.page.byline_words import ROLE
from worker.page.bylines import is_credited, is_labelled, names_in_lines
from worker.page.date_texts import dates_in
from worker.page.native_names import native_names
from worker.text.labels import letters

_MAX_LINES: Final = 3000  # of a page
_MAX_PLACES: Final = 2  # a title may also stand in a path of links or a list
_AFTER, _BEFORE = 14, 6  # lines after and before the headline
_LINE_CHARS: Final = 120  # a longer line is a sentence of the article
_DATED_CHARS: Final = 60  # of a line that is nothing but names and a date
_SHORTEST_HEADLINE: Final = 6  # letters
_MORE_CHARS: Final = 6  # of a line with the letters of the title: quotation marks, spaces
_NAME_WORDS: Final = 3  # of a name that nothing introduces
_ACRONYM_CHARS: Final = 3
_PARTS: Final = 5  # lines of one byline: "By", "Jane Doe", "and", "John Roe", "May 3"

_DIGIT: Final = re.compile(r"\d")
_DATE: Final = re.compile(r"\b\d{1,2}[./:]\d\d|\b(?:19|20)\d\d\b")
_AGO: Final = re.compile(
    r"(?<!\d)\d{1,3} ?[^\W\d]{1,10} (?:ago|geleden|fa|atrás|önce|sedan|siden|sitten|temu|назад|тому)\b|"
    r"\b(?:vor|il y a|hace|há|acum|před|пре) \d{1,3} ?[^\W\d]",
    re.IGNORECASE,
)
_LIFE: Final = re.compile(
    r"(?:,|\s\(.{1,20}\))?\s(?:is an?|is the|was an?|has (?:been|written|worked)|writes|works|covers|lives|"
    r"ist|arbeitet|schreibt|lebt|est|es|è|é)\s"
)
_TOPIC: Final = re.compile(r"\s(?:in|on behalf of)\s.++\Z")  # "Jane Doe in Politics"
_BULLET: Final = re.compile(r"\s?[•·|]\s?")
_SENTENCE: Final = re.compile(r"[^\W_]{3}[.!?।。…]+[”\"»’)]?\Z|\s[!?]\Z")
_OPEN_LABEL: Final = re.compile(
    r"(?:this (?:post|article|story)|written|posted|published|©|copyright)\b", re.IGNORECASE
)
_AFTER_DATE: Final = re.compile(r"\d\W*\s(?:by|von|par|por)[:\s]\s*(?=\S)", re.IGNORECASE)
_SIGNED: Final = re.compile(r"(?:this post was |post )?(?:posted|written|published) by\b", re.IGNORECASE)
_SIGNED_INITIALS: Final = "PpTtWw"  # tested first, which takes a tenth of the time


def find_byline(lines: Sequence[str], title: str | None, language: str | None = None) -> tuple[str, ...]:
    """The names in the byline nearest after the headline, just before it, or below the article; may be empty.

    `lines` are the lines of the page in order, without those of comments. A line is a byline if it begins with "By" or
    the like and is no sentence, or if it is nothing but names and the date of a day. `language` helps to read the date.
    """
    lines = lines[:_MAX_LINES]
    places = _headlines(lines, title or "")
    near = [
        number
        for place in places
        for number in (*range(place + 1, place + 1 + _AFTER), *range(place - 1, place - 1 - _BEFORE, -1))
        if 0 <= number < len(lines)
    ]
    for number in near:
        if names := _labelled(lines, number):
            return names
    last = {line[: line.find(" ") + 2]: number for number, line in enumerate(lines)} if near else {}
    for number in near:
        if names := _dated(lines, number, last, language):
            return names
    signed = (
        names_in_lines([line])
        for line in lines
        if line[:1] in _SIGNED_INITIALS and len(line) <= _LINE_CHARS and _SIGNED.match(line)
    )
    return next(filter(None, signed), ())


def _headlines(lines: Sequence[str], title: str) -> list[int]:
    key = letters(title)
    if len(key) < _SHORTEST_HEADLINE:
        return []
    least, most = len(title) - _MORE_CHARS, len(title) + _MORE_CHARS
    as_long = [number for number, line in enumerate(lines) if least <= len(line) <= most]  # few lines are
    return list(islice((number for number in as_long if letters(lines[number]) == key), _MAX_PLACES))


def _labelled(lines: Sequence[str], number: int) -> tuple[str, ...]:
    line = lines[number]
    if len(line) > _LINE_CHARS:
        return ()
    if names := native_names(line):
        return names
    if is_labelled(line):
        names = names_in_lines(lines[number : number + _PARTS])
        return () if names and _is_sentence(line, names) else names
    after = _AFTER_DATE.search(line)
    return names_in_lines([line[after.end() :]]) if after else ()


def _is_sentence(line: str, names: Sequence[str]) -> bool:
    """Whether a line with a label is the start of an article, such as "Por San Isidro, Madrid baila."."""
    if not _SENTENCE.search(line) or _OPEN_LABEL.match(line):
        return False
    return not names[0][0].isupper() or beyond_byline(line, names)


def _dated(lines: Sequence[str], number: int, last: dict[str, int], language: str | None) -> tuple[str, ...]:
    """The names in a line that has nothing else but a date, or in one whose name begins a biography further below.

    `last` is the last line that begins with a word and a letter: looking for names takes far longer.
    """
    line = lines[number]
    if len(line) > _DATED_CHARS or " " not in line:
        return ()
    may_be_dated, credited = _may_be_dated(line), is_credited(line)
    begins = (f"{word} {following[0]}" for word, following in pairwise(line.split()))
    if not may_be_dated and not credited and all(last.get(begin, 0) <= number for begin in begins):
        return ()
    names = () if _SENTENCE.search(line) else names_in_lines(_BULLET.split(line))
    if not names or any(len(name.split()) > _NAME_WORDS or not name[0].isupper() for name in names):
        return ()  # in a script without capitals, any words look like a name
    is_byline = credited or (may_be_dated and _is_names_and_day(line, names, language))
    return names if is_byline or _has_biography(names[0], lines[number + 1 :]) else ()


def _may_be_dated(line: str) -> bool:
    if not _DIGIT.search(line):  # few lines have one
        return False
    return _DATE.search(line) is not None or _AGO.search(line) is not None


def _is_names_and_day(line: str, names: Sequence[str], language: str | None) -> bool:
    """Whether a line has the date of one day, and nothing else but these names. A year alone dates a caption."""
    days = dates_in(line, language, day_first=True) or dates_in(line, language, day_first=False)
    if len(set(days)) != 1 and not _AGO.search(line):
        return False
    parts = _BULLET.split(line)
    if len(parts) == 1:
        return not beyond_byline(line, names, language)
    parts = [_TOPIC.sub("", part) if part.startswith(names[0]) else part for part in parts if not ROLE.search(part)]
    return not any(beyond_byline(part, names, language) for part in parts)


def _has_biography(name: str, lines: Sequence[str]) -> bool:
    if any(len(word) >= _ACRONYM_CHARS and word.isupper() for word in name.split()):
        return False  # what is described is a product or a company
    return any(line.startswith(name) and _LIFE.match(line, len(name)) for line in lines)
