"""When a message was written. The stores use this time to decide what to forget."""

from __future__ import annotations

from worker.messages import Article, RawRecord

CLOCKS_DIFFER_S = 3600
"""Another clock may be this far ahead of ours. By default, Kafka refuses records that are dated further ahead."""


def event_time_s(article: Article, record: RawRecord, now_s: float) -> float | None:
    """When the message was written, or else when the page was fetched. Seconds since 1970, never after `now_s`.

    None if neither is known, or if the only time is impossible: in 1970, or in the future. The publication date does
    not count, because a crawl of an archive would leave the window at once.
    """
    written_ms, fetched_at = record.source.timestamp_ms, article.fetched_at
    times = (written_ms and written_ms / 1000, fetched_at and fetched_at.timestamp())
    for time_s in times:
        if time_s and 0 < time_s <= now_s + CLOCKS_DIFFER_S:  # Kafka uses -1 for a missing time
            return min(time_s, now_s)
    return None
