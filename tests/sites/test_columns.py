"""The intro of a column and the line about an author stay, and what stands on all articles of a site goes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import pytest

from worker.messages import Article
from worker.sites.host import Host
from worker.sites.lines import sketch

LEAST = 5

COLUMNS = [
    "In this column, our gardener answers the questions that readers send her.",
    "Every Saturday, Ruth Almond writes about life with three children and one income.",
    "In dieser Kolumne schreibt Jana Reuter über das Leben auf dem Land.",
    "Chaque semaine, notre chroniqueur raconte une rue de Paris et ses habitants.",
    "En esta serie, los lectores cuentan el viaje que les cambió la vida.",
    "Ogni domenica lo scrittore racconta una parola che non si usa più.",
    "Nesta coluna, a economista explica as contas do mês em linguagem simples.",
    "В этой рубрике врач отвечает на вопросы читателей о здоровье.",
    "この連載では、地方の小さな駅を訪ね、そこで暮らす人々の声を伝えます。",
    "في هذه الزاوية يكتب سامي الحداد كل أسبوع عن كتاب قرأه وأحبه.",
]
AUTHORS = [
    "Ruth Almond is a reporter in the Berlin office and has written about energy since 2011.",
    "Tom Hale teaches history at a college in Leeds.",
    "Jana Reuter ist Redakteurin im Ressort Wirtschaft und lebt in Hamburg.",
    "Claire Masson est journaliste au service politique depuis dix ans.",
    "Lucía Ferrer es corresponsal en Bruselas y autora de dos novelas.",
    "Paolo Conti insegna diritto pubblico all'università di Bari.",
    "Ana Prado é repórter especial e cobre a Amazônia há quinze anos.",
    "Ольга Смирнова — корреспондент отдела культуры, живёт в Казани.",
    "山田花子は経済部の記者で、二〇一五年から物価の動きを取材している。",
    "Marek Nowak jest reporterem działu sportowego i pisze o kolarstwie.",
]
FURNITURE = [
    "Join the conversation with our readers on the town square.",
    "Our journalism is free because readers like you pay for it.",
    "We value your privacy and keep your data in this country.",
    "Diskutieren Sie mit anderen Lesern im Forum unter dem Artikel.",
    "Retrouvez toute l'actualité de la région dans notre édition du soir.",
    "Este diario es posible gracias al apoyo de sus socios.",
    "Le notizie della tua città ogni mattina sul telefono.",
    "Подпишитесь на наш канал, чтобы ничего не пропустить.",
    "最新のニュースを毎朝メールでお届けします。",
    "Czytaj nas codziennie w telefonie i na komputerze.",
]
SECTIONS = ("politics", "sport", "culture", "business")
WRITERS = ("Ada Frost", "Ben Moss", "Cleo Hart", "Dan Lowe", "Eve Stone")


def read(host: Host, number: int, lines: list[str], *, path: str = "", author: str = "") -> list[str]:
    """The lines that the site's next article loses."""
    url = f"https://example.com/{path}{number}"
    page = sketch(Article(url=url, text="\n".join(lines), authors=(author,) if author else ()), 0.0)
    assert page
    furniture = host.furniture(page, LEAST)
    host.learn(page, zlib.crc32(url.encode()))
    return [line for line, key in zip(page.lines, page.keys, strict=True) if key in furniture]


def story(number: int) -> list[str]:
    return [f"Story {number} has a paragraph {part} that no other story has, and it is long." for part in range(6)]


def ordinary(host: Host, numbers: Iterable[int], extra: tuple[str, ...] = (), *, known: bool = True) -> list[str]:
    """What the articles of all sections and writers lose, each with these lines at its end."""
    lost = []
    for number in numbers:
        path = f"{SECTIONS[number % 4]}/" if known else ""
        author = WRITERS[number % 5] if known else ""
        lost += read(host, number, [*story(number), *extra], path=path, author=author)
    return lost


@pytest.mark.parametrize("line", COLUMNS + AUTHORS)
@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_a_line_of_a_third_of_the_articles_stays_if_nothing_else_is_known(line: str, *, first: bool) -> None:
    host = Host()
    for number in range(0, 90, 3):
        lines = [line, *story(number)] if first else [*story(number), line]
        assert read(host, number, lines) == []
        assert ordinary(host, (number + 1, number + 2), known=False) == []


@pytest.mark.parametrize("line", COLUMNS)
@pytest.mark.parametrize("before", [0, 40])
def test_the_intro_of_a_column_stays_even_if_ten_of_its_articles_come_together(line: str, before: int) -> None:
    host = Host()
    ordinary(host, range(100, 100 + before))
    for number in range(10):
        author = WRITERS[number % 5]
        assert read(host, number, [line, *story(number)], path="columns/", author=author) == []


@pytest.mark.parametrize("line", AUTHORS)
@pytest.mark.parametrize("before", [0, 40])
def test_the_line_about_an_author_stays_even_if_ten_of_the_author_s_articles_come_together(
    line: str, before: int
) -> None:
    host = Host()
    ordinary(host, range(100, 100 + before))
    for number in range(10):
        path = f"{SECTIONS[number % 4]}/2026/11/"
        assert read(host, number, [*story(number), line], path=path, author="Ruth Almond") == []


@pytest.mark.parametrize("line", COLUMNS + AUTHORS)
def test_a_line_of_a_column_or_an_author_stays_beside_the_furniture_of_the_site(line: str) -> None:
    host, lost = Host(), []
    for number in range(60):
        ordinary(host, (number + 100,), (FURNITURE[0],))
        lost += read(host, number, [line, *story(number), FURNITURE[0]], path="columns/", author="Ruth Almond")
    assert lost == [FURNITURE[0]] * 58


@pytest.mark.parametrize("line", FURNITURE)
@pytest.mark.parametrize("known", [True, False], ids=["sections and authors", "nothing else known"])
def test_a_line_of_all_articles_is_removed_from_the_sixth_on(line: str, *, known: bool) -> None:
    assert ordinary(Host(), range(10), (line,), known=known) == [line] * 5


@pytest.mark.parametrize("line", FURNITURE)
def test_a_line_of_a_fifth_of_the_articles_of_all_sections_and_authors_is_removed(line: str) -> None:
    host, lost = Host(), []
    for number in range(100):
        lost += ordinary(host, (number,), (line,) if number % 9 < 2 else ())
    assert lost == [line] * 18


@pytest.mark.parametrize(("path", "author"), [("stories/", ""), ("", "Ruth Almond"), ("stories/", "Ruth Almond")])
def test_a_site_of_one_section_or_one_author_loses_a_line_of_all_its_articles_from_the_eleventh_on(
    path: str, author: str
) -> None:
    host = Host()
    lost = [read(host, number, [*story(number), FURNITURE[0]], path=path, author=author) for number in range(15)]
    assert lost == [[]] * 10 + [[FURNITURE[0]]] * 5


def test_a_line_of_one_section_of_several_is_removed_after_twenty_articles_in_a_row() -> None:
    host = Host()
    ordinary(host, range(100, 110))
    lost = [read(host, number, [*story(number), FURNITURE[0]], path="sport/") for number in range(25)]
    assert lost == [[]] * 20 + [[FURNITURE[0]]] * 5


@pytest.mark.parametrize("path", ["2026/11/", "11/", "en/", "p123/"])
def test_dates_numbers_and_languages_in_a_path_are_no_sections(path: str) -> None:
    host = Host()
    lost = [read(host, number, [*story(number), FURNITURE[0]], path=path) for number in range(10)]
    assert lost == [[]] * 5 + [[FURNITURE[0]]] * 5


def test_the_section_of_the_page_counts_before_that_of_the_url() -> None:
    pages = [sketch(Article(url="https://example.com/news/1", text="A.", section=name), 0.0) for name in ("", "Sport")]
    other = sketch(Article(url="https://example.com/sport/1", text="A."), 0.0)
    assert pages[0]
    assert pages[1]
    assert other
    assert pages[0].section != pages[1].section == other.section
