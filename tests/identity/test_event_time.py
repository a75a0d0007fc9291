from __future__ import annotations

from datetime import UTC, datetime

import pytest

from worker.identity.event_time import event_time_s
from worker.messages import Article, RawRecord, Source

NOW_S = 1_750_000_000.0
FETCHED = datetime(2025, 6, 1, tzinfo=UTC)
PUBLISHED = datetime(2009, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("timestamp_ms", "fetched_at", "expected_s"),
    [
        (1_740_000_000_123, FETCHED, 1_740_000_000.123),
        (None, FETCHED, FETCHED.timestamp()),
        (-1, FETCHED, FETCHED.timestamp()),
        (4_102_444_800_000, FETCHED, FETCHED.timestamp()),
        (0, None, None),
        (None, None, None),
        (4_102_444_800_000, None, None),
        (None, datetime(9999, 12, 31, tzinfo=UTC), None),
        (None, datetime(1, 1, 1, tzinfo=UTC), None),
    ],
)
def test_the_event_time_is_when_the_message_was_written_or_else_when_the_page_was_fetched(
    timestamp_ms: int | None, fetched_at: datetime | None, expected_s: float | None
) -> None:
    article = Article(url="https://example.com/a", published_at=PUBLISHED, fetched_at=fetched_at, text="Words.")
    record = RawRecord(Source("articles.raw", 0, 7, timestamp_ms), b"{}")
    assert event_time_s(article, record, NOW_S) == expected_s


@pytest.mark.parametrize(
    ("ahead_s", "expected_s"), [(-1, NOW_S - 1), (0, NOW_S), (5, NOW_S), (3600, NOW_S), (3601, None)]
)
def test_a_time_from_a_clock_that_is_a_little_ahead_becomes_now(ahead_s: int, expected_s: float | None) -> None:
    record = RawRecord(Source("articles.raw", 0, 7, int((NOW_S + ahead_s) * 1000)), b"{}")
    assert event_time_s(Article(), record, NOW_S) == expected_s
