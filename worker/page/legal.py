"""Recognises the legal pages of a site: its terms, its privacy policy, its imprint."""

from __future__ import annotations

from typing import Final

from worker.page import notice_words as say
from worker.page.kind_words import says

_BEGINNING_CHARS: Final = 4000
_NOTIONS: Final = 2
_MANY_NOTIONS: Final = 4


def is_legal(lines: list[str], path: str, body: str, *, declared_article: bool) -> bool:
    """Whether the page's title and its address, or its title and its text, are those of a legal page.

    A story may have such a title, and be about such a page. `declared_article` says that the page declares an article.
    """
    placed = say.LEGAL_PATH.fullmatch(path) is not None
    if declared_article and not placed:
        return False
    titled = says(say.LEGAL, [line.lower() for line in lines])
    if not titled and not placed:
        return False
    beginning = body[:_BEGINNING_CHARS].lower()
    notions = len({match.lastgroup for match in say.LEGAL_NOTIONS.finditer(beginning)})
    if declared_article:
        return titled and placed and notions >= _NOTIONS
    return (titled and (placed or notions >= _NOTIONS)) or (placed and notions >= _MANY_NOTIONS)
