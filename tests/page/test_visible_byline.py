from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.page.visible_byline import find_byline

TITLE = "Old mill reopens"
TEXT = ["The old mill on the river is open again after thirty years, and the town has come to see it.", "Words"]


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        (["By Jane Doe"], ["Jane Doe"]),
        (["By Jane Doe and John Roe"], ["Jane Doe", "John Roe"]),
        (["By", "Jane Doe", "and", "John Roe", "3 May 2026"], ["Jane Doe", "John Roe"]),
        (["News", "Text by Jane Doe"], ["Jane Doe"]),
        (["Von Anna Schmidt, dpa"], ["Anna Schmidt"]),
        (["Von:", "Anna Schmidt"], ["Anna Schmidt"]),
        (["Par Maëlle Le Goff, le 15 septembre 2026"], ["Maëlle Le Goff"]),
        (["Por Rosa Quispe"], ["Rosa Quispe"]),
        (["Di Chiara Conti"], ["Chiara Conti"]),
        (["Автор: Анна Иванова"], ["Анна Иванова"]),
        (["文/王小明"], ["王小明"]),
        (["記者 王小明／台北報導"], ["王小明"]),
        (["November 11, 2026 By Jane Doe 1 Comment"], ["Jane Doe"]),
        (["19.6.2026 9:40 Uhr Anna Schmidt 71 Kommentare"], []),
        (["Anna Schmidt 19.6.2026"], ["Anna Schmidt"]),
        (["Dec 26, 2026 • Jane Doe in Mills"], ["Jane Doe"]),
        (["Jane Doe", "Words"], []),
        (["By Monday, the water had gone."], []),
        (["By the river"], []),
        (["Photo by Jane Doe"], []),
        (["Buying Guides 3 May 2026"], []),
        (["A A A 3 May 2026"], []),
        (["Jane Doe | Senior Writer | 3 May 2026"], ["Jane Doe"]),
        (["Jane Doe, born in Hull in 1961, is a dame."], []),
        (["Jane Doe, in 2024."], []),
        (["Jane Doe (1938-2026)"], []),
        (["Jane Doe, 3 May 2026."], []),
        (["Old Mill Fair 2026"], []),
        (["Por San Isidro, Madrid baila."], []),
        (["Par Saint Nicolas, quelle fête !"], []),
        (["بقلم نجيب محفوظ كتبت الرسالة."], []),
        (["Работы начнутся осенью, первые трамваи пойдут в 2031 году"], []),
        (["By Jane Doe and John Roe."], ["Jane Doe", "John Roe"]),
    ],
)
def test_the_byline_near_the_headline_is_found(byline: list[str], names: list[str]) -> None:
    assert list(find_byline(["Home", "News", TITLE, *byline, *TEXT], TITLE)) == names
    assert list(find_byline(["Home", *byline, TITLE, *TEXT], TITLE)) == names


def test_a_byline_after_the_headline_comes_before_one_above_it() -> None:
    assert find_byline(["By John Roe", TITLE, "By Jane Doe"], TITLE) == ("Jane Doe",)


def test_the_title_may_occur_before_the_headline() -> None:
    links = [f"Another story {number}" for number in range(30)]
    assert find_byline([TITLE, *links, TITLE, "By Jane Doe"], TITLE) == ("Jane Doe",)


def test_a_name_alone_is_a_byline_if_a_biography_follows() -> None:
    biography = "Jane Doe is a miller in the third generation and has written for us since 2019."
    assert find_byline([TITLE, "Jane Doe", *TEXT, biography], TITLE) == ("Jane Doe",)
    assert find_byline([TITLE, "Jane Doe", *TEXT, "Jane Doe Mills opened in 1901."], TITLE) == ()
    assert find_byline([TITLE, "Jane Doe", *TEXT], TITLE) == ()


def test_a_product_that_the_text_describes_is_no_author() -> None:
    assert find_byline([TITLE, "Millwright EMS", *TEXT, "Millwright EMS is a program for mills."], TITLE) == ()


def test_a_byline_far_from_the_headline_counts_only_if_it_is_a_signature() -> None:
    body = TEXT * 20
    assert find_byline([TITLE, *body, "By John Roe"], TITLE) == ()
    assert find_byline([TITLE, *body, "Posted by Jane Doe on 3 May 2026", "Posted by John Roe"], TITLE) == ("Jane Doe",)


@pytest.mark.parametrize("title", [None, "", "News"])
def test_without_a_title_only_a_signature_counts(title: str | None) -> None:
    assert find_byline(["News", "By John Roe"], title) == ()
    assert find_byline(["News", "Written by Jane Doe"], title) == ("Jane Doe",)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("line", [TITLE, "x" * 100_000, "By", "By A", "Jane Doe, 2026", "by a 1 " * 17, "1 by " * 24])
def test_a_long_page_is_read_quickly(line: str) -> None:
    begin = time.process_time()
    find_byline([TITLE, *[line] * 50_000], TITLE)
    assert time.process_time() - begin < 2


@given(st.lists(st.text() | st.sampled_from(["By", TITLE, "Jane Doe"])))
def test_any_lines_are_read(lines: list[str]) -> None:
    assert all(find_byline(lines, TITLE))


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Eva Jansen • 3 uur geleden", ("Eva Jansen",)),
        ("Jacobo Peláez | Publicado hace 3 horas", ("Jacobo Peláez",)),
        ("Eva Groß (dpa)", ("Eva Groß",)),
        ("김민수 기자 입력 2026. 3. 4. 18:20", ("김민수",)),
        ("प्रकाशित तिथि 4 मार्च 2026", ()),
        ("© dpa | Kay Nietfeld", ()),
        ("Cook Time 20 minutes", ()),
    ],
)
def test_an_age_or_an_agency_after_a_name_shows_a_byline(line: str, names: tuple[str, ...]) -> None:
    assert find_byline(["Old mill reopens", line, "Words of the story."], "Old mill reopens") == names
