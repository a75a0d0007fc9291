"""Dates as people write them: `March 2, 2026`, `2. März 2026`, `02/03/2026`, `2026年3月2日`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

# One line a month, with names in the case that dates use. Languages: English, German, Spanish, French, Italian,
# Portuguese, Dutch, Polish, Russian, Ukrainian, Turkish, Czech, the Nordic languages, Romanian, Hungarian, Greek,
# Indonesian, Arabic, Hindi.
_MONTH_NAMES: Final = """
january jan januar jänner januari enero ene janvier janv gennaio gen janeiro stycznia sty января янв січня січ ocak oca
 ledna tammikuuta ianuarie ian január ιανουαρίου ιαν يناير जनवरी
february feb februar februari febrero février févr fév febbraio fevereiro fev lutego lut февраля фев лютого лют şubat
 şub února helmikuuta februarie február φεβρουαρίου φεβ فبراير फरवरी फ़रवरी
march mar märz mär mrz marzo mars março maart mrt marca marzec марта мар березня бер mart března maaliskuuta martie
 március marts μαρτίου μαρ maret مارس मार्च
april apr abril abr avril avr aprile kwietnia kwi апреля апр квітня кві nisan nis dubna huhtikuuta aprilie április
 απριλίου απρ أبريل अप्रैल
may mai mayo maggio mag maio mei maja maj мая травня тра mayıs května toukokuuta május μαΐου μαϊ مايو मई
june jun juni junio juin giugno giu junho czerwca cze июня июн червня чер haziran haz června kesäkuuta iunie június
 ιουνίου ιουν يونيو يونيه जून
july jul juli julio juillet juil luglio lug julho lipca lip июля июл липня лип temmuz tem července heinäkuuta iulie
 július ιουλίου ιουλ يوليو يوليه जुलाई
august aug agosto ago août aout augustus augusti sierpnia sie августа авг серпня сер ağustos ağu srpna elokuuta
 augusztus αυγούστου αυγ agustus أغسطس अगस्त
september sep sept septiembre septembre settembre set setembro września wrz сентября сен сент вересня вер eylül eyl září
 syyskuuta septembrie szeptember σεπτεμβρίου σεπ سبتمبر सितंबर सितम्बर
october oct oktober okt octubre octobre ottobre ott outubro out października paź октября окт жовтня жов ekim eki října
 lokakuuta octombrie október οκτωβρίου οκτ أكتوبر अक्टूबर अक्तूबर
november nov noviembre novembre novembro listopada lis ноября ноя листопада лис kasım kas listopadu marraskuuta
 noiembrie νοεμβρίου νοε نوفمبر नवंबर नवम्बर
december dec dezember dez diciembre dic décembre déc dicembre dezembro grudnia gru декабря дек грудня гру aralık ara
 prosince joulukuuta decembrie desember des δεκεμβρίου δεκ ديسمبر दिसंबर दिसम्बर
""".replace("\n ", " ")
_MONTHS: Final = {
    name: month for month, names in enumerate(_MONTH_NAMES.strip().split("\n"), 1) for name in names.split()
}

_YEAR: Final = r"((?:19|20)\d\d)(?!\d)"
_MONTH: Final = r"([^\W\d_][^\s\d.,/()]{1,13})\.?"
_ORDINAL: Final = r"(?:st|nd|rd|th|er|º|ª)?"
_YEAR_FIRST: Final = re.compile(r"(?<![\d./-])((?:19|20)\d\d)([-./])\s?(\d{1,2})\2\s?(\d{1,2})(?!\d)")
_YEAR_LAST: Final = re.compile(rf"(?<![\d./-])(\d{{1,2}})([-./])\s?(\d{{1,2}})\2\s?{_YEAR}")
_SHORT_YEAR: Final = re.compile(r"(?<![\d.])(\d\d)\.(\d\d)\.(\d\d)(?![\d.])")  # as in German
_DAY_MONTH: Final = re.compile(rf"(?<!\d)(\d{{1,2}}){_ORDINAL}[.,]?\s?(?:de\s|of\s)?{_MONTH},?\s(?:del?\s)?{_YEAR}")
_MONTH_DAY: Final = re.compile(rf"{_MONTH}\s(\d{{1,2}}){_ORDINAL},?\s{_YEAR}")
_YEAR_MONTH: Final = re.compile(rf"(?<!\d){_YEAR}\.?\s{_MONTH}\s(\d{{1,2}})(?!\d)")
_HAN: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")

_CHANGED: Final = (
    "updat", "modif", "revis", "aktualis", "geändert", "letzte", "actualiz", "actualis", "mis à jour", "mise à jour",
    "aggiorna", "atualiz", "bijgewerkt", "zaktual", "обновл", "оновл", "güncel", "uppdat", "opdater", "oppdater",
    "päivit", "frissít", "ενημερ", "更新", "업데이트",
)  # fmt: skip


def tells_change(text: str) -> bool:
    """Whether the text says that something was changed: its date is not that of the publication."""
    text = text.lower()
    return any(word in text for word in _CHANGED)  # a pattern that ignores case takes ten times as long


def dates_in(line: str, language: str | None, *, day_first: bool | None = None) -> list[date]:
    """The dates in a short line with single spaces, in order. Dates that do not exist are left out.

    02/03/2026 is 2 March with `day_first`, and 3 February if that is False. If that is None, it is 2 March too, but in
    English, or if the language is unknown, it is ambiguous and left out.
    """
    if "20" not in line and "19" not in line:
        return _short_dates(line) if language == "de" else []
    if day_first is None and language not in (None, "en"):
        day_first = True
    found = sorted(_year_month_day(line, day_first=day_first))
    return [day for _, *parts in found if (day := _date(*parts))]


def _short_dates(line: str) -> list[date]:
    """The dates such as 02.03.26 in a line without a full year."""
    found = (_date(2000 + int(match[3]), int(match[2]), int(match[1])) for match in _SHORT_YEAR.finditer(line))
    return list(filter(None, found))


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
    for match in _HAN.finditer(line):
        yield match.start(), int(match[1]), int(match[2]), int(match[3])


def _month(name: str) -> int:
    """1 to 12, or 0 for a word that is not a month. No date has month 0."""
    return _MONTHS.get(name.lower(), 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
