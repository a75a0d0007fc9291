"""Recognises the legal pages of a site: its terms, its privacy policy, its legal notice."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from worker.page import notice_words as say
from worker.page.kind_words import says
from worker.page.reader_words import READER, REPORTED, sentences, unquoted
from worker.text.words import count_words

_BEGINNING_CHARS: Final = 4000
_NOTIONS: Final = 2
_MANY_NOTIONS: Final = 4
_FEW_CHARS: Final = 150  # a text that is too short to tell
_LEAST_CHARS: Final = 800  # a shorter text in which somebody says something is a story
_OWN: Final = ("firm", "clause")  # groups of notions that only a legal text has
_LEGAL_SHARE: Final = 0.45  # of the text in sentences that speak to the reader, or of law
_CLAUSES: Final = 3
_HEADINGS: Final = 2
_HEADING_WORDS: Final = 8
_CLAUSE: Final = re.compile(
    r"(?:§|art(?:icle|ikel|icolo|ículo|igo)?\b\.?|第|제)?\s?(\d{1,2})\s?(?:[.):]|条|條|조)", re.IGNORECASE
)
_SENTENCE_END: Final = re.compile(r"[.!?。！？।؟:][\"”»)]?$")


def is_legal(lines: list[str], path: str, body: str, *, declared_article: bool, dated: bool) -> bool:
    """Whether the page's title or address is that of a legal page, and its text reads like one.

    A story may have such a title, and be about such a page. `declared_article` says that the page declares an article,
    `dated` that it has an author or a date of publication.
    """
    placed = say.LEGAL_PATH.fullmatch(path) is not None
    if declared_article and not placed:
        return False
    titled = says(say.LEGAL, [line.lower() for line in lines])
    if not titled and not placed:
        return False
    beginning = unquoted(body[:_BEGINNING_CHARS])
    notions = len({match.lastgroup for match in say.LEGAL_NOTIONS.finditer(beginning.lower())})
    least = _NOTIONS if titled else _MANY_NOTIONS
    reports = len(body) < _LEAST_CHARS and not placed and REPORTED.search(beginning) is not None
    if reports or (declared_article and not (titled and placed)):
        return False
    if len(body) < _FEW_CHARS and titled:
        return True
    if titled and notions and not dated and _has_form(beginning, lines, spoken=notions >= _NOTIONS):
        return True
    return (notions >= least or (titled and placed)) and _reads_legal(beginning)


def _reads_legal(text: str) -> bool:
    """Whether most of the text speaks to the reader or of law. A story about law names no firm and no clause."""
    parts, lowered = sentences(text), text.lower()
    notions = {match.lastgroup for match in say.LEGAL_NOTIONS.finditer(lowered)}
    spoken = READER.search(text) or len(notions) > _NOTIONS or not notions.isdisjoint(_OWN)
    legal = sum(len(one) for one in parts if READER.search(one) or say.LEGAL_NOTIONS.search(one.lower()))
    return bool(spoken) and legal >= _LEGAL_SHARE * sum(map(len, parts))


def _has_form(text: str, titles: list[str], *, spoken: bool) -> bool:
    """Whether the text is numbered 1, 2, 3, or has several short headings. If `spoken`, a word to the reader is enough.

    `titles` are no headings of the text.
    """
    lines = [line for line in text.split("\n") if line not in titles]
    numbers = [int(match[1]) for line in lines if (match := _CLAUSE.match(line))]
    if numbers[:_CLAUSES] == list(range(1, _CLAUSES + 1)):
        return True
    headings = sum(
        not _SENTENCE_END.search(line) and count_words(line) <= _HEADING_WORDS and bool(_SENTENCE_END.search(after))
        for line, after in pairwise(lines)
    )
    return headings >= _HEADINGS or (spoken and len(lines) >= _CLAUSES and READER.search(text) is not None)
