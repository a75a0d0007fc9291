"""The publication date that a page declares. `visible_date` reads the dates that appear only in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from worker.page.declared import Declared
from worker.page.elsewhere import is_elsewhere
from worker.page.jsonld import LinkedData, text_of
from worker.text.times import Publication, parse_publication

DATE_NAMES: Final = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "article:first_published_time", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date",
    "dcterms.date", "citation_publication_date", "citation_online_date", "citation_date", "og:publish_date",
    "og:pubdate", "og:release_date", "pubdate", "pub_date", "publish_date", "publishdate", "published_time",
    "published", "publication_date", "publicationdate", "published-date", "date", "datecreated",
)  # fmt: skip
"""The meta tags that hold the date, the most reliable first."""

_DAY_FIRST: Final = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})\2(\d{4})(?:\D{1,5}(\d{1,2}:\d{2}))?.{0,10}")
_URL_DATE: Final = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/-]|$)")
_EARLIEST: Final = datetime(1970, 1, 3, tzinfo=UTC)  # earlier dates come from clocks that are not set
_CLOCK_SKEW: Final = timedelta(days=1)


def latest_possible(fetched_at: datetime | None) -> datetime | None:
    """The latest possible publication date, one day after the fetch. None if the time of the fetch is unknown."""
    try:
        return fetched_at + _CLOCK_SKEW if fetched_at else None
    except OverflowError:
        return None


def published(found: Declared, data: LinkedData, url: str, latest: datetime | None) -> Publication | None:
    """The first date that the page declares and that is not later than `latest`."""
    read = partial(_publication, day_first=_is_day_first(found))
    dates = filter(None, map(read, _texts(found, data, url)))
    return next((date for date in dates if date.at >= _EARLIEST and (latest is None or date.at <= latest)), None)


def _texts(found: Declared, data: LinkedData, url: str) -> Iterator[str]:
    yield text_of(data.article.get("datePublished"))
    yield from found.all(DATE_NAMES)
    yield text_of(data.page.get("datePublished"))
    yield text_of(data.article.get("dateCreated"))
    yield from found.dates
    # Comments and related articles have <time> too. If all show the same day, it is certainly the article's.
    if len({date.at.date() for text, _ in found.times if (date := _publication(text, day_first=False))}) == 1:
        yield from (text for text, element in found.times if not is_elsewhere(element.node))
    if match := _URL_DATE.search(url):
        yield "-".join(part.zfill(2) for part in match.groups())


def _is_day_first(found: Declared) -> bool:
    """Whether the page is in a language that writes the day before the month: any but English."""
    language = next(iter(found.languages), "").lower()
    return bool(language) and not language.startswith("en")


def _publication(text: str, *, day_first: bool) -> Publication | None:
    text = text.strip().removesuffix(" UTC")
    if match := _DAY_FIRST.fullmatch(text):
        day, mark, month, year, time = match.groups()
        if mark != "." and not day_first and int(day) <= 12:
            return None
        text = f"{year}-{month:0>2}-{day:0>2}T{time or '00:00'}"
    if found := parse_publication(text):
        return found
    # email.utils accepts "March 11, 2026" only with a time.
    return parse_publication(f"{text} 00:00") if text[-4:].isdigit() and len(text) > 8 else None
