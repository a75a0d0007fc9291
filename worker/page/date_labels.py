"""Which dates near a headline are not those of its article: dates in sentences, of events, deadlines, printing."""

from __future__ import annotations

import re
from typing import Final

from worker.page.byline_lines import other_words
from worker.page.date_texts import tells_publication
from worker.text.scripts import IDEOGRAPHIC_CLASS

_BULLET: Final = re.compile(r"\s?[•·|]\s?")
_IDEOGRAPHIC: Final = re.compile(f"[{IDEOGRAPHIC_CLASS}]")
_BRACKETS: Final = re.compile(r"\([^()]{1,30}\)")
_SENTENCE: Final = re.compile(r"[.!?।。۔…][”\"»’)]?\Z")
_LABEL: Final = re.compile(r"[^\W\d_]\s?[:：]\s")  # a time has digits around its colon
_MOST_WORDS: Final = 3  # beside a date: a name, a place, a section
_LONGEST: Final = 6  # signs of a word in a script without spaces
_MOST_NAMES: Final = 6  # words with capital letters
_DATE_WORD_LIST: Final = "date datum data fecha dato dátum tarih dată tanggal дата день ημερομηνία doi"
_DATE_WORDS: Final = frozenset(_DATE_WORD_LIST.split())


def is_of_another(line: str, label: str, language: str | None) -> bool:
    """Whether the date in the line is not the publication's: something else in the line, or before it, is dated.

    A publication date stands alone, or beside names, places and sections. `label` is the short line before.
    """
    if label.endswith((":", "：")) and _others(label, language) and not tells_publication(label):
        return True
    parts = [part for part in _BULLET.split(_BRACKETS.sub("", line)) if any(map(str.isdigit, part))]
    words = [word for part in parts for word in _others(part, language)]
    if not words:
        return False
    if any(len(word) > _LONGEST and _IDEOGRAPHIC.match(word) for word in words):
        return True
    if tells_publication(line):
        return len(words) > _MOST_WORDS and _SENTENCE.search(line) is not None
    in_sentence = _SENTENCE.search(line) is not None or any(word[0].islower() for word in words)
    most = _MOST_NAMES if all(word[0].isupper() for word in words) else _MOST_WORDS
    return in_sentence or len(words) > most or any(map(_LABEL.search, parts))


def labels_publication(line: str, label: str, language: str | None) -> bool:
    """Whether a line with a date, or the short line before it, says that the date is the publication's."""
    if tells_publication(line):
        return not is_of_another(line, label, language)
    return tells_publication(label) and len(_others(label, language)) <= 1


def _others(text: str, language: str | None) -> list[str]:
    words = other_words(text, language)
    return [word for word in words if len(word) > 1 and word.casefold() not in _DATE_WORDS]
