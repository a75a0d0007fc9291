"""When a message was written: the time by which the stores forget."""

from __future__ import annotations

from worker.messages import Article, RawRecord

CLOCKS_DIFFER_S = 3600
"""So far ahead of ours another clock may be; Kafka, too, refuses records that are dated further ahead by default."""


def event_time_s(article: Article, record: RawRecord, now_s: float) -> float | None:
    """When the message was written; else when the page was fetched. Seconds since 1970, never after `now_s`.

    None where neither is known, or only a time that cannot be: of 1970, or in the future.
    Not when the article was published: a crawl of an archive would fall out of the window at once.
    """
    written_ms, fetched_at = record.source.timestamp_ms, article.fetched_at
    times = (written_ms and written_ms / 1000, fetched_at and fetched_at.timestamp())
    for time_s in times:
        if time_s and 0 < time_s <= now_s + CLOCKS_DIFFER_S:  # Kafka says -1 where there is none
            return min(time_s, now_s)
    return None
