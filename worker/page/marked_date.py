"""The date in elements that are marked as one, such as `class="post-date"`, anywhere on a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from worker.page.date_labels import is_of_another
from worker.page.date_texts import tells_change
from worker.text.cleaning import unescaped

_MARKS: Final = ("<time", "date", "Date", "publi", "posted", "timestamp")
_MOST_MARKS: Final = 100  # of each kind
_TAG_CHARS: Final = 400
_TEXT_CHARS: Final = 300  # of markup after the element's start
_LINES: Final = 3
_LINE_CHARS: Final = 60
_YEAR: Final = re.compile("(?:19|20)[0-9][0-9]")
_OTHER_YEAR: Final = re.compile(r"(?:14|19|20|25)[0-9][0-9]|(?![0-9])\d\d")  # of other calendars, in other digits
_OTHER_YEARS: Final = frozenset({"ar", "bn", "fa", "hi", "mr", "my", "ne", "th", "ur"})
_TAG: Final = re.compile(r"<[^>]*+>?")
# What else is dated, in the tag itself or shortly before it.
_OTHERS: Final = (
    "comment", "pingback", "reference", "modif", "update", "event", "summary", "related", "teaser", "sidebar",
    "widget", "recent", "popular", "reply", "card", "copyright", "birth", "expir", "footer", "most-", "latest",
    "list", "weather", "calendar", "current",
)  # fmt: skip
_BEFORE_CHARS: Final = 300
_LABEL_CHARS: Final = 80


def marked_dates(html: str, language: str | None, read: Callable[[str], list[date]]) -> set[date]:
    """The dates that are marked as the article's, as `read` finds them in a line. They are certain if it is one."""
    return {
        day
        for line in _lines(html, _OTHER_YEAR if language in _OTHER_YEARS else _YEAR)
        for day in read(line)[:1]
        if not is_of_another(line, "", language)
    }


def _lines(html: str, year: re.Pattern[str]) -> Iterator[str]:
    """The first short texts in each marked element."""
    for start in sorted(set(_starts(html))):
        end = html.find(">", start, start + _TAG_CHARS)
        if end < 0 or not year.search(html, end, end + _TEXT_CHARS):
            continue
        around = html[max(0, start - _BEFORE_CHARS) : end].lower()
        if any(word in around for word in _OTHERS):  # a pattern that ignores case takes ten times as long
            continue
        if tells_change(html[max(0, start - _LABEL_CHARS) : end + _LABEL_CHARS]):
            continue
        texts = (" ".join(unescaped(text).split()) for text in _TAG.split(html[end + 1 : end + _TEXT_CHARS]))
        yield from [text for text in texts if 0 < len(text) <= _LINE_CHARS][:_LINES]


def _starts(html: str) -> Iterator[int]:
    """Where the marked tags begin."""
    for mark in _MARKS:
        at = html.find(mark)
        for _ in range(_MOST_MARKS):
            if at < 0:
                break
            start = html.rfind("<", max(0, at - _TAG_CHARS), at + 1)
            if start >= 0 and html.find(">", start, at) < 0 and html[start + 1 : start + 2].isalpha():
                yield start
            at = html.find(mark, at + 1)
