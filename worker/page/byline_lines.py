"""Lines of a body that say nothing but what its metadata has: the headline, the byline, the date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from worker.page.bylines import is_labelled
from worker.page.calendars import western
from worker.page.date_texts import dates_in
from worker.page.month_names import MONTHS
from worker.text.labels import letters

_MOST_LINES: Final = 6  # at the start of a body
_MAX_CHARS: Final = 120
_GAPS: Final = re.compile(r"[\s.,،:;|/·•*()\[\]{}–—\-=+'’\"“”„«»、，。：・【】｜／年月日時分년월일시분]+")
_NUMBER: Final = re.compile(r"\d{1,4}(?:st|nd|rd|th|er|h\d{0,2}|[ap]m|z|t\d\d)?")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_WORD_LIST: Final = """
by words written posted published updated on at in from and with for last update story text reporter staff writer
correspondent editor ago hour hours min mins minute minutes day days today yesterday a an of the am pm m o p utc gmt
est edt et pst pdt cet cest bst ist wib ad read reading time von und mit aus um uhr veröffentlicht aktualisiert
stand vor stunde stunden minuten tag tagen heute gestern redaktion autor autorin autoren tekst par avec le la à il y
publié publiée mis mise jour heure heures auteur texte por e con em de del da do dos das el las às publicado
publicada actualizado actualizada atualizado atualizada hace há hora horas texto autora firma di alle ore pubblicato
aggiornato ultima modifica autore fa door op om en het bijgewerkt uur geleden gepubliceerd av af och og den kl
publicerad uppdaterad publisert oppdatert opdateret skriven skrevet sedan siden teksti kirjoittaja julkaistu
päivitetty klo przez i w dnia opublikowano aktualizacja godz oprac opracował opracowała r publikováno aktualizováno
v dne napsal napsala zverejnené írta szerző frissítve közzétéve publicat actualizat ora автор текст опубликовано
обновлено в и г года от час часов назад оновлено опубліковано о та року του της ο η και γράφει γράφουν οι συντάκτης
ενημέρωση δημοσίευση στις yazan yazar haber tarafından güncelleme güncellendi yayınlanma giriş tarihi saat önce ve
oleh penulis dan pada pukul jam lalu diperbarui tác giả bởi ngày tháng năm lúc cập nhật giờ trước đăng بقلم كتب كتبت
إعداد و في نشر تحديث آخر بتاريخ الساعة ص م منذ ساعة ساعات تاريخ النشر نویسنده تاریخ انتشار ساعت מאת פורסם עודכן בשעה
ב लेखक लेखिका द्वारा प्रकाशित अपडेट बजे को पर โดย เขียนโดย ผู้เขียน เผยแพร่ เมื่อ วันที่ เวลา น 文 作者 记者 記者
筆者 公開 更新 最終更新 配信 発布 发布 时间 発表 기자 글 입력 수정 등록 승인 오전 오후 monday tuesday wednesday
thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun montag dienstag mittwoch donnerstag
freitag samstag sonntag mo mi fr sa so lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles
jueves viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica segunda terça quarta quinta
sexta feira maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo måndag tisdag onsdag torsdag
fredag lördag söndag mandag tirsdag lørdag søndag lør maanantai tiistai keskiviikko torstai perjantai lauantai
sunnuntai ti ke to pe su poniedziałek wtorek środa czwartek piątek sobota niedziela pondělí úterý středa čtvrtek
pátek neděle po út st čt pá ne hétfő kedd szerda csütörtök péntek szombat vasárnap luni marți miercuri joi vineri
sâmbătă duminică понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс понеділок
вівторок середа четвер пʼятниця субота неділя δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή pazartesi salı
çarşamba perşembe cuma cumartesi pazar senin selasa rabu kamis jumat sabtu minggu thứ hai ba tư sáu bảy chủ الأحد
الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت شنبه یکشنبه دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه יום ראשון שני
שלישי רביעי חמישי שישי שבת सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार 月 火 水 木 金 土 曜日 월요일 화요일
수요일 목요일 금요일 토요일 일요일 reuters ap afp dpa efe ansa apa pap cnn bbc stt ntb čtk tasr mti anp dha belga
lusa dr prof mgr ing ph d
"""
_WORDS: Final = frozenset(_WORD_LIST.split()) | MONTHS.keys()
"""What a byline has beside names and numbers: labels, months, days of the week, agencies, titles; in lower case."""


def without_byline(text: str, title: str | None, authors: Sequence[str], day: date | None, language: str | None) -> str:
    """The body without the lines at its start that only repeat its metadata, nor a byline as its last line.

    After the first other line, only a byline with a label is certainly none of the article's own lines, and what
    follows it directly. A body of nothing else stays as it is. `day` is the day of the publication.
    """
    lines = text.split("\n")
    names = [name for author in authors if (name := _folded(author))]
    key = letters(title or "")
    kept: list[str] = []
    begins = True
    for line in lines[:_MOST_LINES]:
        is_title = begins and len(line) <= 2 * len(title or "") and letters(line) == key != ""
        may_be_byline = len(line) <= _MAX_CHARS and (begins or is_labelled(line))
        begins = is_title or (may_be_byline and _says_only(line, names, day, language))
        if not begins:
            kept.append(line)
    kept += lines[_MOST_LINES:]
    if (
        len(kept) > 1
        and len(kept[-1]) <= _MAX_CHARS
        and is_labelled(kept[-1])
        and _says_only(kept[-1], names, None, language)
    ):
        kept.pop()
    return text if not kept or len(kept) == len(lines) else "\n".join(kept)


def beyond_byline(line: str, names: Sequence[str], language: str | None = None) -> bool:
    """Whether a line says more than these names and what bylines have beside them."""
    rest = _folded(western(line, language))
    for name in names:
        rest = rest.replace(_folded(name), " ")
    return not all(part in _WORDS or _NUMBER.fullmatch(part) for part in filter(None, _GAPS.split(rest)))


def other_words(line: str, language: str | None) -> list[str]:
    """The words of a line that bylines and dates do not have, as they are written. What holds a digit is no word."""
    parts = _GAPS.split(western(line, language))
    return [part for part in parts if part and part.casefold() not in _WORDS and not any(map(str.isdigit, part))]


def _says_only(line: str, names: Sequence[str], day: date | None, language: str | None) -> bool:
    """Whether a short line names an author or the day, and holds nothing else but what bylines have."""
    if beyond_byline(line, names, language):
        return False
    folded = _folded(line)
    return any(name in folded for name in names) or (day is not None and _is_dated(line, day, language))


def _is_dated(line: str, day: date, language: str | None) -> bool:
    """Whether the line has the day in any form, even without a year."""
    whole = line if _YEAR.search(western(line, language)) else f"{line} {day.year}"
    orders = (True, False)
    found = (shown for text in (line, whole) for order in orders for shown in dates_in(text, language, day_first=order))
    return day in found


def _folded(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())
