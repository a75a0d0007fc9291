"""Dates as people write them: `March 2, 2026`, `2. März 2026`, `02/03/2026`, `2026年3月2日`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from worker.page.calendars import western
from worker.page.month_names import MONTHS

_YEAR: Final = r"((?:19|20)\d\d)(?!\d)"
_MONTH: Final = r"([^\W\d_][^\s\d.,،/()-]{1,14})\.?"
_ORDINAL: Final = r"(?:st|nd|rd|th|er|º|ª)?"
_YEAR_FIRST: Final = re.compile(r"(?<![\d./-])((?:19|20)\d\d)([-./])\s?(\d{1,2})\2\s?(\d{1,2})(?!\d)")
_YEAR_LAST: Final = re.compile(rf"(?<![\d./-])(\d{{1,2}})([-./])\s?(\d{{1,2}})\2\s?{_YEAR}")
_SHORT_YEAR: Final = re.compile(r"(?<![\d.])(\d\d)\.(\d\d)\.(\d\d)(?![\d.])")
_DOTTED: Final = frozenset({"de", "he", "ru", "uk", "bg", "pl", "cs", "sk", "ro", "tr", "fi", "no", "nb", "da", "it"})
"""Languages that write 02.03.26."""
_DAY_MONTH: Final = re.compile(
    rf"(?<!\d)(\d{{1,2}}){_ORDINAL}[.,/-]?\s?(?:de\s|of\s)?{_MONTH}(?:[,،]?\s(?:del?\s)?|[/-]|(?<=\.)){_YEAR}"
)
_MONTH_DAY: Final = re.compile(rf"{_MONTH}\s(\d{{1,2}}){_ORDINAL},?\s{_YEAR}")
_YEAR_MONTH: Final = re.compile(rf"(?<!\d){_YEAR}\.?\s{_MONTH}\s(\d{{1,2}})(?!\d)")
_HAN: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")

_VIETNAMESE: Final = re.compile(rf"(?<!\d)(\d{{1,2}})\stháng\s(\d{{1,2}})(?:,?\snăm|,)?\s{_YEAR}", re.IGNORECASE)
_SHORT_SLASHES: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d\d)(?:,?\s\d{1,2}:\d\d\s?(?:[ap]\.?m\.?)?)?", re.IGNORECASE)

_CHANGED: Final = (
    "updat", "modif", "revis", "aktualis", "geändert", "letzte", "actualiz", "actualis", "mis à jour", "mise à jour",
    "aggiorna", "atualiz", "bijgewerkt", "zaktual", "обновл", "оновл", "güncel", "uppdat", "opdater", "oppdater",
    "päivit", "frissít", "ενημερ", "更新", "업데이트", "수정", "अपडेट", "تحديث",
    "به‌روز", "cập nhật", "diperbarui", "עודכן", "แก้ไข", "อัปเดต",
)  # fmt: skip


_PUBLISHED: Final = (
    "publish", "publié", "publica", "pubblicat", "publice", "publiser", "publikov", "opublikow", "veröffentlich",
    "erschienen", "erscheinung", "erstellt", "pressemitteilung", "pressemeldung", "press release", "posted", "created",
    "julkaistu", "közzét", "megjelen", "yayın", "đăng", "xuất bản", "δημοσ", "terbit", "dipublikasi", "zveřejn",
    "zverejn", "objavlj", "публик", "публік", "פורסם", "प्रकाशित", "เผยแพร่", "公開", "公开", "发布", "發布", "配信",
    "掲載", "입력", "등록", "نشر", "انتشار",
)  # fmt: skip


def tells_publication(text: str) -> bool:
    """Whether the text is the label of a publication date, or has one."""
    text = text.lower()
    return any(word in text for word in _PUBLISHED)


def tells_change(text: str) -> bool:
    """Whether the text says that something was changed: its date is not that of the publication."""
    text = text.lower()
    return any(word in text for word in _CHANGED)  # a pattern that ignores case takes ten times as long


def before_change(line: str) -> str:
    """The part of "March 2, 2026 · Updated 3 hours ago" before the change, if what follows tells when that was."""
    text = line.lower()
    at = min((place for word in _CHANGED if (place := text.find(word)) > 0), default=-1)
    return line[:at] if at > 0 and any(map(str.isdecimal, line[at:])) else ""


def dates_in(line: str, language: str | None, *, day_first: bool | None = None) -> list[date]:
    """The dates in a short line with single spaces, in order. Dates that do not exist are left out.

    02/03/2026 is 2 March with `day_first`, and 3 February if that is False. If that is None, it is 2 March too, but in
    English, or if the language is unknown, it is ambiguous and left out.
    """
    line = western(line, language)
    if "20" not in line and "19" not in line:
        return _short_dates(line, language, day_first=day_first)
    if day_first is None and language not in (None, "en"):
        day_first = True
    found = sorted(_year_month_day(line, day_first=day_first))
    return [day for _, *parts in found if (day := _date(*parts))]


def _short_dates(line: str, language: str | None, *, day_first: bool | None) -> list[date]:
    """The dates in a line without a full year: 02.03.26 in German, a line 2/3/26 if its order is known."""
    if language in _DOTTED:
        found = (_date(2000 + int(match[3]), int(match[2]), int(match[1])) for match in _SHORT_YEAR.finditer(line))
        return list(filter(None, found))
    if day_first is None or not (match := _SHORT_SLASHES.fullmatch(line)):
        return []
    month, day = (match[2], match[1]) if day_first else (match[1], match[2])
    found_day = _date(2000 + int(match[3]), int(month), int(day))
    return [found_day] if found_day else []


def _year_month_day(line: str, *, day_first: bool | None) -> Iterator[tuple[int, int, int, int]]:
    """The position, year, month and day of each match, not yet validated."""
    for match in _YEAR_FIRST.finditer(line):
        yield match.start(), int(match[1]), int(match[3]), int(match[4])
    for match in _YEAR_LAST.finditer(line):
        first, second = int(match[1]), int(match[3])
        if match[2] == "." or day_first or first == second or first > 12:
            yield match.start(), int(match[4]), second, first
        elif day_first is False or second > 12:
            yield match.start(), int(match[4]), first, second
    for match in _DAY_MONTH.finditer(line):
        yield match.start(), int(match[3]), _month(match[2]), int(match[1])
    for match in _MONTH_DAY.finditer(line):
        yield match.start(), int(match[3]), _month(match[1]), int(match[2])
    for match in _YEAR_MONTH.finditer(line):
        yield match.start(), int(match[1]), _month(match[2]), int(match[3])
    for match in () if line.isascii() else _VIETNAMESE.finditer(line):
        yield match.start(), int(match[3]), int(match[2]), int(match[1])
    for match in _HAN.finditer(line):
        yield match.start(), int(match[1]), int(match[2]), int(match[3])


def _month(name: str) -> int:
    """1 to 12, or 0 for a word that is not a month. No date has month 0."""
    return MONTHS.get(name.lower(), 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
