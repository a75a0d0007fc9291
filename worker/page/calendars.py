"""Dates of other calendars and in other digits, rewritten as dates of the Gregorian calendar in Western digits."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import Final

from worker.page.month_names import SOLAR_MONTHS
from worker.text.scripts import THAI_CLASS

# The scripts whose digits news write: Arabic, Persian, and those of India and South-East Asia, and the wide ones.
_ZEROS: Final = "٠۰०০੦૦୦௦౦೦൦๐໐၀០０"
_DIGITS: Final = {ord(zero) + n: str(unicodedata.decimal(chr(ord(zero) + n))) for zero in _ZEROS for n in range(10)}
_THAI: Final = re.compile(f"[{THAI_CLASS}]")
_THAI_MONTH: Final = re.compile(rf"([{THAI_CLASS}]{{1,2}})\.([{THAI_CLASS}])\.")
_BUDDHIST_YEAR: Final = re.compile(r"(?<!\d)(25[3-9]\d|26\d\d)(?!\d)")
_BUDDHA: Final = 543  # years
_ERA: Final = re.compile(r"(令和|平成|昭和)\s?(\d{1,2}|元)\s?(?=年)")
_ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925}  # the year before the first
_ARABIC_MONTH: Final = re.compile(r"(كانون|تشرين)\s(?=ال)")  # one month of two words
_SOLAR_YEAR: Final = r"(1[34]\d\d)(?!\d)"
_SOLAR: Final = re.compile(rf"(?<!\d)(\d{{1,2}})\s({'|'.join(SOLAR_MONTHS)})(?:\sماه)?،?\s{_SOLAR_YEAR}")
_SOLAR_NUMBERS: Final = re.compile(rf"(?<![\d/-]){_SOLAR_YEAR}([/-])(\d{{1,2}})\2(\d{{1,2}})(?!\d)")
# The calendar of Iran has eight leap years in 33 years. Its year 1403 ended on 20 March 2025.
_LEAP_YEARS: Final = (1, 5, 9, 13, 17, 22, 26, 30)
_KNOWN_YEAR, _KNOWN_DAY = 1404, date(2025, 3, 21)
_LONG_MONTHS: Final = 6  # have 31 days, the others 30


def western(line: str, language: str | None) -> str:
    """The line with its dates in the Gregorian calendar and in Western digits."""
    if language == "fa":
        line = _SOLAR_NUMBERS.sub(_from_numbers, line.translate(_DIGITS))
    if line.isascii():
        return _BUDDHIST_YEAR.sub(_from_buddhist, line) if language == "th" else line
    line = line.translate(_DIGITS)
    if "年" in line:
        return _ERA.sub(_from_era, line)
    if _THAI.search(line):
        return _BUDDHIST_YEAR.sub(_from_buddhist, _THAI_MONTH.sub(r"\1\2", line))
    return _SOLAR.sub(_from_solar, _ARABIC_MONTH.sub(r"\1", line))


def _from_buddhist(year: re.Match[str]) -> str:
    return str(int(year[1]) - _BUDDHA)


def _from_era(year: re.Match[str]) -> str:
    return str(_ERAS[year[1]] + (1 if year[2] == "元" else int(year[2])))


def _from_solar(day: re.Match[str]) -> str:
    return _gregorian(int(day[3]), SOLAR_MONTHS[day[2]], int(day[1]))


def _from_numbers(day: re.Match[str]) -> str:
    return _gregorian(int(day[1]), int(day[3]), int(day[4]))


def _gregorian(year: int, month: int, day: int) -> str:
    """The day of the calendar of Iran as `2026-03-04`; nothing if there is none such."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return ""
    days = 365 * (year - _KNOWN_YEAR) + _leap_years_before(year) - _leap_years_before(_KNOWN_YEAR)
    days += 30 * (month - 1) + min(month - 1, _LONG_MONTHS) + day - 1
    return (_KNOWN_DAY + timedelta(days)).isoformat()


def _leap_years_before(year: int) -> int:
    cycles, rest = divmod(year, 33)
    return len(_LEAP_YEARS) * cycles + sum(leap < rest for leap in _LEAP_YEARS)
