"""Notices in place of an article that any site may show: errors, checks for robots, blocks of countries or ad blockers.

A notice is recognised by its words, which must make up much of the text, or by the scripts of the vendors that check
for robots. Articles write about these things too, but in the midst of other sentences.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from worker.page import notice_words as say
from worker.page.kind_words import CHECK, says
from worker.page.outline import Outline


class Notice(Enum):
    """What a notice is about."""

    ERROR = auto()
    BOT_CHECK = auto()
    GEO_BLOCK = auto()
    ADBLOCK = auto()


_LONGEST_WORDS: Final = 120
_SHORT: Final = 80  # words
_LONGEST_CHARS: Final = 1500
_FORM_CHARS: Final = 300  # a page with more text may have its captcha in the form for comments
_SHARE: Final = 0.2  # of the text in sentences that say what the page is
_SHARE_OF_LONGER: Final = 0.5  # the same in a longer text, or on a page that declares an article
_FEW_WORDS: Final = 40
_VERY_FEW_WORDS: Final = 25  # no article has so few
_FEW_CHARS: Final = 120  # in East Asia, forty words
_TITLE_SHARE: Final = 0.7  # of a title that is in the phrase
_MARKUP_CHARS: Final = 100_000
_PATTERNS: Final = (
    # The first that matches counts: a check for robots may also ask for JavaScript, or the end of an ad blocker.
    (Notice.BOT_CHECK, say.BOT, say.BOT_MARKS),
    (Notice.GEO_BLOCK, say.GEO, say.GEO_MARKS),
    (Notice.ADBLOCK, say.ADBLOCK, say.ADBLOCK_MARKS),
    (Notice.BOT_CHECK, say.SCRIPT, say.SCRIPT_MARKS),
    (Notice.ERROR, say.ERROR, say.ERROR_MARKS),
)
_SENTENCE: Final = re.compile(r"[^.!?。！？\n]+")


def find_notice(lines: list[str], body: str, words: int, outline: Outline, *, declared_article: bool) -> Notice | None:
    """What the page says in place of an article, or None.

    `lines` are its titles and headings. `words` is the number of words of the body, counted up to any limit.
    """
    if words >= _LONGEST_WORDS:
        return None
    shown = outline.shown(_LONGEST_CHARS)
    if shown is not None and _is_guarded(outline.html, shown):
        return Notice.BOT_CHECK
    if words < _SHORT and not declared_article and says(CHECK, lines):
        return Notice.BOT_CHECK
    if not body and not shown:
        return _without_text(lines, outline)
    is_long = words > _FEW_WORDS and len(body) > _FEW_CHARS
    share = _SHARE_OF_LONGER if declared_article or is_long else _SHARE
    titles = [] if declared_article else [line.lower() for line in lines]
    notice = _said(body.lower(), titles, share) or _said((shown or "").lower(), [], share)
    if notice or declared_article or words >= _VERY_FEW_WORDS:
        return notice
    return _hinted((body or shown or "").lower())  # a title may be that of an article in the data of the scripts


def _is_guarded(html: str, shown: str) -> bool:
    """Whether the page is the check of a vendor."""
    html = html[:_MARKUP_CHARS]
    marks = (*say.CHECKS, *say.GUARDS) if len(shown) <= _FORM_CHARS else say.CHECKS
    return any(mark in html for mark in marks)


def _without_text(lines: list[str], outline: Outline) -> Notice | None:
    """A page without a text may tell those who read its markup that it needs JavaScript."""
    html = outline.html[:_MARKUP_CHARS].lower()
    if any(mark in html for mark in say.SCRIPT_MARKS) and say.SCRIPT.search(html):
        return Notice.BOT_CHECK
    return _said("", [line.lower() for line in lines], 1)


def _hinted(text: str) -> Notice | None:
    """What a text of very few words is about, if it denies the reader something."""
    if say.ABOUT_BOTS.search(text):
        return Notice.BOT_CHECK
    if "adblock" in text or "ad block" in text or "ad-block" in text:
        return Notice.ADBLOCK
    if not say.DENIALS.search(text):
        return None
    if any(mark in text for mark in say.GEO_MARKS):
        return Notice.GEO_BLOCK
    return Notice.ERROR if say.ABOUT_PAGES.search(text) else None


def _said(text: str, titles: list[str], share: float) -> Notice | None:
    sentences = _SENTENCE.findall(text)
    least, whole = share * sum(map(len, sentences)), "\n".join((text, *titles))
    for notice, pattern, marks in _PATTERNS:
        if not any(mark in whole for mark in marks):
            continue
        said = sum(len(sentence) for sentence in sentences if pattern.search(sentence))
        if said and said >= least:
            return notice
        if any((match := pattern.search(title)) and len(match[0]) >= _TITLE_SHARE * len(title) for title in titles):
            return notice
    return None
