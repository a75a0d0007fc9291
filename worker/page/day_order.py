"""Whether a page writes the day before the month: 02/03/2026 is 2 March in most countries, but 3 February in some."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

_LANG: Final = re.compile(r"<html[^<>]{0,500}?\slang\s?=\s?[\"']?en[-_](GB|AU|NZ|IE|IN|ZA)\b", re.IGNORECASE)
_MONTH_FIRST_LANG: Final = re.compile(r"<html[^<>]{0,500}?\slang\s?=\s?[\"']?en[-_](?:US|PH)\b", re.IGNORECASE)
_AMERICAN: Final = ("en_US", "en-US", "en_PH", "en-PH")
# What is in the language of the page, and not only of a link: `og:locale`, a header, JSON-LD.
_OF_PAGE: Final = re.compile(
    r"(?:(?:og:locale|content-language)[\"']?\scontent\s?=\s?[\"']?|\"inLanguage\"\s?:\s?\")\Z", re.IGNORECASE
)
_OF_PAGE_CHARS: Final = 40
_AMERICAN_ZONES: Final = ("EST", "EDT", "CDT", "MST", "MDT", "PST", "PDT")
_ZONE: Final = re.compile(r"\d\s?(?:[AaPp]\.?[Mm]\.?\s)?\Z")
_ZONE_CHARS: Final = 8
_MONTH_FIRST: Final = ("us", "ph")
_LANG_WITHIN: Final = 4_000
_HEAD_WITHIN: Final = 20_000
# Where English is written and the day comes first. English pages under other domains may come from anywhere.
_DAY_FIRST: Final = ("uk", "au", "nz", "ie", "in", "za", "ng", "ke", "sg", "my", "pk", "lk", "bd", "gh", "mt", "eu")
_YEAR: Final = re.compile(r"/(?:19|20)\d\d(?!\d)")
_DAY_AND_MONTH: Final = re.compile(r"(?<![\d/.-])(\d{1,2})/(\d{1,2})\Z")
_MOST_DATES: Final = 50


def day_first(html: str, near: str, url: str, language: str | None) -> bool | None:
    """Whether the day comes first, by the language and the country; None if nothing indicates it.

    For English pages of no certain country, the dates in `near` that can be read in one way only decide. Without any,
    pages in the English of the United States or the Philippines, or with a time zone of North America, write the month
    first.
    """
    if language not in (None, "en") or _LANG.search(html, 0, _LANG_WITHIN) or _domain(url) in _DAY_FIRST:
        return True
    # Beginning with the year takes a tenth of the time.
    years = islice(_YEAR.finditer(near), _MOST_DATES)
    found = filter(None, (_DAY_AND_MONTH.search(near, max(0, year.start() - 6), year.start()) for year in years))
    pairs = [(int(match[1]), int(match[2])) for match in found]
    days, months = any(one > 12 for one, _ in pairs), any(other > 12 for _, other in pairs)
    if days != months:
        return days
    is_american = (
        _domain(url) in _MONTH_FIRST
        or _MONTH_FIRST_LANG.search(html, 0, _LANG_WITHIN)
        or _follows(html[:_HEAD_WITHIN], _AMERICAN, _OF_PAGE, _OF_PAGE_CHARS)
        or _follows(near, _AMERICAN_ZONES, _ZONE, _ZONE_CHARS)
    )
    return False if is_american and not days else None


def _follows(text: str, words: tuple[str, ...], pattern: re.Pattern[str], chars: int) -> bool:
    """Whether the pattern, of so many characters, precedes one of the words where that first occurs."""
    places = (place for word in words if (place := text.find(word)) >= 0)
    return any(pattern.search(text, max(0, place - chars), place) for place in places)


def _domain(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rpartition(".")[2]
    except ValueError:
        return ""
