"""Dates of other calendars and in other digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.page.calendars import western


@pytest.mark.parametrize(
    ("line", "language", "shown"),
    [
        ("۱۳ اسفند ۱۴۰۴ - ۱۰:۳۰", "fa", "2026-03-04 - 10:30"),
        ("۱۴۰۴/۱۲/۱۳", "fa", "2026-03-04"),
        ("1399/12/30", "fa", "2021-03-20"),  # a leap year
        ("1400/01/01", "fa", "2021-03-21"),
        ("1400/13/01", "fa", ""),
        ("1400/01/01", "en", "1400/01/01"),
        ("๔ มีนาคม ๒๕๖๙", "th", "4 มีนาคม 2026"),
        ("4 มี.ค. 2569", None, "4 มีค 2026"),
        ("04/03/2569", "th", "04/03/2026"),
        ("Room 2569", "en", "Room 2569"),
        ("令和8年3月4日", "ja", "2026年3月4日"),
        ("平成元年1月8日", "ja", "1989年1月8日"),
        ("４ March ２０２６", "en", "4 March 2026"),
    ],
)
def test_dates_are_rewritten(line: str, language: str | None, shown: str) -> None:
    assert western(line, language) == shown


@given(st.text(), st.sampled_from(["fa", "th", "ja", "en", None]))
def test_no_text_is_an_error(line: str, language: str | None) -> None:
    western(line, language)
