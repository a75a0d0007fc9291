"""news-please's articles. Dates are `str(datetime)`; a missing date is the string "None"."""

from __future__ import annotations

from worker.crawlers.base import Shape
from worker.crawlers.fields import Message

_BESIDE_MAINTEXT = frozenset({"date_download", "date_publish", "source_domain", "title_rss", "title_page", "localpath"})


def _fits(message: Message) -> bool:
    return "maintext" in message and not _BESIDE_MAINTEXT.isdisjoint(message)


SHAPE = Shape("news_please", _fits)
