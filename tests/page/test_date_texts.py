from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.page.date_texts import before_change, dates_in

SECOND = date(2026, 3, 2)


@pytest.mark.parametrize(
    "line",
    [
        "March 2, 2026",
        "Mar. 2, 2026",
        "Published on Monday, March 2nd, 2026 at 10:15 by Jane Doe",
        "2 March 2026",
        "2nd of March 2026",
        "MARCH 2 2026",
        "2. März 2026, 18:00 Uhr",
        "2 de marzo de 2026",
        "2 mars 2026",
        "2 marzo 2026",
        "2 de março de 2026",
        "2 maart 2026",
        "2 marca 2026 r.",
        "2 марта 2026 г.",
        "2 березня 2026",
        "2 Mart 2026",
        "2. března 2026",
        "2. marts 2026",
        "2. maaliskuuta 2026",
        "2 martie 2026",
        "2026. március 2.",
        "2 Μαρτίου 2026",
        "2 Maret 2026",
        "2 مارس 2026",
        "2 मार्च 2026",
        "२ मार्च २०२६",
        "2 مارس، 2026",
        "الاثنين 2 آذار 2026",
        "٠٢-٠٣-٢٠٢٦",
        "2 במרץ 2026",
        "2 มีนาคม 2026",
        "Ngày 2 tháng 3 năm 2026",
        "02.mar.2026 às 10h15",
        "2-Mar-2026",
        "2026年3月2日",
        "2026년 3월 2일",
        "2026. 3. 2.",
        "2026-03-02T10:15:00Z",
        "2026/03/02",
        "02.03.2026 | 18:00",
        "2.3.2026",
        "02/03/2026",
        "2-3-2026",
    ],
)
def test_a_date_is_read_in_the_languages_of_news(line: str) -> None:
    assert dates_in(line, "de") == [SECOND]


def test_a_year_of_two_digits_is_read_in_german_only() -> None:
    assert dates_in("02.03.26, 14:05 Uhr", "de") == [SECOND]
    assert dates_in("02.03.26", "en") == []
    assert dates_in("Version 1.02.03.26", "de") == []


@pytest.mark.parametrize("language", ["en", None])
def test_day_and_month_are_ambiguous_in_english(language: str | None) -> None:
    assert dates_in("02/03/2026", language) == []
    assert dates_in("03-02-2026", language) == []
    assert dates_in("13/03/2026 or 03/13/2026", language) == [date(2026, 3, 13)] * 2
    assert dates_in("03/03/2026", language) == [date(2026, 3, 3)]
    assert dates_in("2.3.2026", language) == [SECOND]  # with full stops, the month is never first


@pytest.mark.parametrize(
    "line",
    [
        "",
        "March 2026",
        "2 apples 2026",
        "30 February 2026",
        "March 32, 2026",
        "2026-13-02",
        "12026-03-02",
        "2026-03-021",
        "1.2.3.2026",
        "192.168.2026",
        "March 2, 1826",
        "call 02 03 2026",
    ],
)
def test_other_numbers_are_not_dates(line: str) -> None:
    assert dates_in(line, "de") == []


def test_several_dates_keep_their_order() -> None:
    assert dates_in("Updated 4.3.2026, first 2 March 2026", "de") == [date(2026, 3, 4), SECOND]


@pytest.mark.parametrize(
    "line", ["1 " * 500_000, "1." * 500_000, "a" * 1_000_000, "1 a" * 300_000, "2026 a 1" * 100_000]
)
def test_a_hostile_line_takes_linear_time(line: str) -> None:
    begin = time.process_time()
    dates_in(line, "en")
    assert time.process_time() - begin < 3


@given(st.text(), st.none() | st.sampled_from(["en", "de"]))
def test_any_line_is_read(line: str, language: str | None) -> None:
    assert all(day.year >= 1900 for day in dates_in(line, language))


def test_a_year_of_two_digits_between_slashes_needs_a_known_order_and_its_own_line() -> None:
    assert dates_in("2/3/26 7:15am", "en", day_first=True) == [SECOND]
    assert dates_in("3/2/26", "en", day_first=False) == [SECOND]
    assert dates_in("2/3/26", "en") == []
    assert dates_in("a score of 2/3/26", "en", day_first=True) == []


def test_the_date_before_a_change_is_told_from_that_of_the_change() -> None:
    assert before_change("March 2, 2026 · Updated 3 hours ago") == "March 2, 2026 · "
    assert before_change("Updated March 2, 2026") == ""
    assert before_change("2026年3月2日 更新") == ""
