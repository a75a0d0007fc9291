"""Notices in place of an article that any site may show: errors, checks for robots, blocks of countries or ad blockers.

A notice is recognised by its words, which must make up much of the text, by the scripts of the vendors that check for
robots, or by several signs together: it speaks to the reader, names a trouble and a way out, and the page is bare.
Articles write about these things too, but they quote a notice, in the midst of sentences that tell something else, or
report who said what.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from worker.page import notice_words as say
from worker.page import reader_words as speak
from worker.page.kind_words import CHECK, CONSENT, says
from worker.page.outline import Outline
from worker.text.words import count_words


class Notice(Enum):
    """What a notice is about."""

    ERROR = auto()
    BOT_CHECK = auto()
    GEO_BLOCK = auto()
    ADBLOCK = auto()
    CONSENT = auto()
    LOGIN = auto()


_LONGEST_WORDS: Final = 120
_SHORT: Final = 80  # words
_LONGEST_CHARS: Final = 1500
_FORM_CHARS: Final = 300  # a page with more text may have its captcha in the form for comments
_SHARE: Final = 0.2  # of the text in sentences that say what the page is
_SHARE_OF_LONGER: Final = 0.5  # the same in a longer text, or on a page that declares an article
_FEW_WORDS: Final = 40
_VERY_FEW_WORDS: Final = 25  # no article has so few
_UNADDRESSED: Final = 18  # words; a notice with more speaks to its reader
_HARDLY_ANY: Final = 12  # words beside a captcha
_LEAST_TOLD: Final = 4  # words of a sentence; the entries of a menu have fewer
_MOST: Final = 0.8  # of what the page shows; the rest need not be searched
_TOLD_WORDS: Final = 20  # about nothing that a notice speaks of
_WORD_CHARS: Final = 2.5  # in East Asia, where many words are as short as two characters
_FEW_CHARS: Final = 120  # in East Asia, forty words
_TITLE_SHARE: Final = 0.7  # of a title that is in the phrase
_TITLE_WORDS: Final = 8  # a longer one is a headline
_ADDRESSED: Final = 0.25  # of the text in sentences that speak to the reader
_CRASH_CHARS: Final = 200  # the text of a crash begins with it
_MARKUP_CHARS: Final = 100_000
_PATTERNS: Final = (
    # The first that matches counts: a check for robots may also ask for JavaScript, or the end of an ad blocker.
    (Notice.BOT_CHECK, say.BOT, say.BOT_MARKS),
    (Notice.GEO_BLOCK, say.GEO, say.GEO_MARKS),
    (Notice.ADBLOCK, say.ADBLOCK, say.ADBLOCK_MARKS),
    (Notice.BOT_CHECK, say.SCRIPT, say.SCRIPT_MARKS),
    (Notice.ERROR, say.ERROR, say.ERROR_MARKS),
)
_TOPICS: Final = (
    (Notice.CONSENT, speak.PARTNERS, speak.DEVICE),
    (Notice.BOT_CHECK, speak.MACHINE, speak.PUZZLE),
    (Notice.ADBLOCK, speak.ADS, speak.ALLOW),
    (Notice.GEO_BLOCK, speak.PLACE, speak.OUTSIDE),
    (Notice.ERROR, speak.GONE, speak.WAY_OUT),
)
_NO_STORY: Final = (say.BOT, say.GEO, say.ADBLOCK, say.SCRIPT, say.ERROR, CONSENT)


def find_notice(lines: list[str], body: str, words: int, outline: Outline, *, declared_article: bool) -> Notice | None:
    """What the page says in place of an article, or None.

    `lines` are its titles and headings. `body` is without quotations, `words` is its number of words, counted up to any
    limit.
    """
    if words >= _LONGEST_WORDS:
        return None
    shown = outline.shown(_LONGEST_CHARS)
    html = outline.html[:_MARKUP_CHARS]
    if shown is not None and (any(mark in html for mark in say.CHECKS) or say.TRACE.search(body)):
        return Notice.BOT_CHECK
    if words < _SHORT and not declared_article and say.CRASH.search((body or shown or "")[:_CRASH_CHARS].lower()):
        return Notice.ERROR
    notice = _guarding(lines, body, html, shown) or _worded(
        lines, body, words, outline, shown, declared_article=declared_article
    )
    return notice if notice and _is_addressed(lines, body) and not tells(body) else None


def _is_addressed(lines: list[str], body: str) -> bool:
    """Whether the page speaks to its reader, if it has the words to do so."""
    return size(body) < _UNADDRESSED or speak.READER.search("\n".join((*lines, body))) is not None


def tells(body: str) -> bool:
    """Whether the text tells a story of its own, besides what it says to the reader, or says who said it."""
    told = size(" ".join(one for one in speak.sentences(body) if not _is_notice(one)))
    return told >= _TOLD_WORDS or speak.REPORTED.search(body) is not None


def size(text: str) -> int:
    """The number of words in a text, or what a European language needs as many characters for."""
    return min(count_words(text), int(len(text) / _WORD_CHARS))


def _is_notice(sentence: str) -> bool:
    """Whether a sentence speaks to the reader, is about what notices are about, or is an entry of a menu."""
    if speak.READER.search(sentence) or count_words(sentence) < _LEAST_TOLD:
        return True
    sentence = sentence.lower()
    return any(pattern.search(sentence) for pattern in _NO_STORY)


def find_addressed(lines: list[str], body: str) -> Notice | None:
    """What a short page without any mark of an article tells its reader, by several signs together, or None."""
    addressed = sum(len(one) for one in speak.sentences(body) if speak.READER.search(one))
    title = lines[0] if lines else ""
    if addressed < _ADDRESSED * len(body) or len(title.split()) > _TITLE_WORDS or tells(body):
        return None
    for notice, thing, ask in _TOPICS:
        if thing.search(body) and ask.search(body):
            return notice
    return None


def _worded(
    lines: list[str], body: str, words: int, outline: Outline, shown: str | None, *, declared_article: bool
) -> Notice | None:
    if words < _SHORT and not declared_article and says(CHECK, lines):
        return Notice.BOT_CHECK
    if not body and not shown:
        return _without_text(lines, outline)
    is_long = words > _FEW_WORDS and len(body) > _FEW_CHARS
    is_strict = declared_article and not speak.READER.search(body)
    share = _SHARE_OF_LONGER if is_strict or is_long else _SHARE
    titles = [] if is_strict else [speak.unquoted(line.lower()) for line in lines]
    notice = _said(body.lower(), titles, share)
    if not notice and shown and len(body) < _MOST * len(shown):
        notice = _said(speak.unquoted(shown.lower()), [], share)
    notice = notice or _of_upkeep(body)
    if notice or is_strict or words >= _VERY_FEW_WORDS:
        return notice
    return _hinted((body or shown or "").lower())  # a title may be that of an article in the data of the scripts


def _of_upkeep(body: str) -> Notice | None:
    """Whether the site is under maintenance. In the news, bridges are."""
    lowered = body.lower()
    if not say.UPKEEP.search(lowered):
        return None
    is_own = speak.READER.search(body) and say.ABOUT_SITES.search(lowered)
    return Notice.ERROR if is_own or size(body) < _UNADDRESSED else None


def _guarding(lines: list[str], body: str, html: str, shown: str | None) -> Notice | None:
    """A check for robots, if the page holds the widget of one. Forms for comments and for newsletters hold them too."""
    if shown is None or len(shown) > _FORM_CHARS or not any(mark in html for mark in say.GUARDS):
        return None
    text = "\n".join((*lines, body))
    return Notice.BOT_CHECK if size(body) < _HARDLY_ANY or say.BOT.search(text.lower()) else None


def _without_text(lines: list[str], outline: Outline) -> Notice | None:
    """A page without a text may tell those who read its markup that it needs JavaScript."""
    html = outline.html[:_MARKUP_CHARS].lower()
    if any(mark in html for mark in say.SCRIPT_MARKS) and say.SCRIPT.search(html):
        return Notice.BOT_CHECK
    return _said("", [line.lower() for line in lines], 1)


def _hinted(text: str) -> Notice | None:
    """What a text of very few words is about, if it turns the reader away."""
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
    sentences = speak.sentences(text)
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
