"""When a message was written: the time by which the stores forget."""

from __future__ import annotations

from worker.messages import Article, RawRecord


def event_time_s(article: Article, record: RawRecord, now_s: float) -> float:
    """When the message was written; else when the page was fetched; else now. Seconds since 1970, never after `now_s`.

    Not when the article was published: a crawl of an archive would fall out of the window at once.
    """
    written_ms = record.source.timestamp_ms
    if written_ms is not None and written_ms > 0:  # Kafka says -1 where there is none
        return min(written_ms / 1000, now_s)
    if article.fetched_at is not None:
        return min(max(article.fetched_at.timestamp(), 0.0), now_s)
    return now_s
