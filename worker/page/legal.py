"""Recognises the legal pages of a site: its terms, its privacy policy, its legal notice."""

from __future__ import annotations

from typing import Final

from worker.page import notice_words as say
from worker.page.kind_words import says
from worker.page.reader_words import READER, sentences, unquoted

_BEGINNING_CHARS: Final = 4000
_NOTIONS: Final = 2
_MANY_NOTIONS: Final = 4
_FEW_CHARS: Final = 150  # a text that is too short to tell
_OWN: Final = ("firm", "clause")  # groups of notions that only a legal text has
_LEGAL_SHARE: Final = 0.45  # of the text in sentences that speak to the reader, or of law


def is_legal(lines: list[str], path: str, body: str, *, declared_article: bool) -> bool:
    """Whether the page's title or address is that of a legal page, and its text reads like one.

    A story may have such a title, and be about such a page. `declared_article` says that the page declares an article.
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
    if declared_article and not (titled and placed):
        return False
    return (len(body) < _FEW_CHARS and titled) or (
        (notions >= least or (titled and placed)) and _reads_legal(beginning)
    )


def _reads_legal(text: str) -> bool:
    """Whether most of the text speaks to the reader or of law. A story about law names no firm and no clause."""
    parts, lowered = sentences(text), text.lower()
    notions = {match.lastgroup for match in say.LEGAL_NOTIONS.finditer(lowered)}
    spoken = READER.search(text) or len(notions) > _NOTIONS or not notions.isdisjoint(_OWN)
    legal = sum(len(one) for one in parts if READER.search(one) or say.LEGAL_NOTIONS.search(one.lower()))
    return bool(spoken) and legal >= _LEGAL_SHARE * sum(map(len, parts))
