from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.page.bylines import MAX_NAMES, account_name, clean_names, is_credited, is_full_name, names_in_lines


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Jane Doe", ["Jane Doe"]),
        ("By Jane Doe", ["Jane Doe"]),
        ("BY JANE DOE", ["Jane Doe"]),
        ("Mgr. Jana Malá", ["Jana Malá"]),
        ("Jane Doe in Lincoln", ["Jane Doe"]),
        ("Jane Doe - BBC News", ["Jane Doe"]),
        ("Jane Doe - John Roe", ["Jane Doe - John Roe"]),
        ("jane@a.example (Jane Doe)", ["Jane Doe"]),
        ("أحمد السالم وليلى منصور", ["أحمد السالم", "ليلى منصور"]),
        ("محمد وليد حسن", ["محمد وليد حسن"]),
        ("by: Jane Doe", ["Jane Doe"]),
        ("Written by Jane Doe", ["Jane Doe"]),
        ("Von Anna Schmidt", ["Anna Schmidt"]),
        ("Par Maëlle Le Goff", ["Maëlle Le Goff"]),
        ("Por Rosa Quispe", ["Rosa Quispe"]),
        ("Von Miller", ["Von Miller"]),
        ("Byron Katz", ["Byron Katz"]),
        ("Jane Doe; John Roe", ["Jane Doe", "John Roe"]),
        ("Jane Doe and John Roe", ["Jane Doe", "John Roe"]),
        ("Jane Doe, John Roe and Ada Brandt", ["Jane Doe", "John Roe", "Ada Brandt"]),
        ("Jane Doe, John Roe, and Ada Brandt", ["Jane Doe", "John Roe", "Ada Brandt"]),
        ("Anna Schmidt und Jürgen von der Lippe", ["Anna Schmidt", "Jürgen von der Lippe"]),
        ("Laura Jordán / Javier Urbina", ["Laura Jordán", "Javier Urbina"]),
        ("April O'Mahony, Éric d’Arc", ["April O'Mahony", "Éric d’Arc"]),
        ("Jane Doe, Senior Editor", ["Jane Doe"]),
        ("Jane Doe, Fauna & Flora International", ["Jane Doe"]),
        ("Johnson and Johnson", ["Johnson and Johnson"]),
        ("Marks and Spencer", ["Marks and Spencer"]),
        ("Tax & Accounting", ["Tax & Accounting"]),
        ("Doe, Jane", ["Doe, Jane"]),
        ("Jane Doe, The Herald", ["Jane Doe"]),
        ("Jane Doe and John Roe, CNN", ["Jane Doe", "John Roe"]),
        ("Anna Schmidt und Jürgen Lippe, dpa", ["Anna Schmidt", "Jürgen Lippe"]),
        ("Jane Doe, Senior Editor, John Roe", ["Jane Doe", "John Roe"]),
        ("Fauna & Flora International, Jane Doe", ["Fauna & Flora International, Jane Doe"]),
        ("Autorin: Anna Schmidt", ["Anna Schmidt"]),
        ("A cura di Chiara Conti", ["Chiara Conti"]),
        ("Автор: Анна Иванова", ["Анна Иванова"]),
        ("La Toya Jackson", ["La Toya Jackson"]),
        ("AFP", ["AFP"]),
        ("The Editorial Board", ["The Editorial Board"]),
        ("黒澤明", ["黒澤明"]),
        ("  Jane \n Doe ", ["Jane Doe"]),
        ("Jane Doe |", ["Jane Doe"]),
        ("<a href='/jane'>Jane Doe</a>", ["Jane Doe"]),
        ("Ren&#233;e &amp; Sons", ["Renée & Sons"]),
        ("Jane Doe; jane doe", ["Jane Doe"]),
        ("https://www.facebook.com/jane", []),
        ("www.example.org", []),
        ("/author/jane-doe", []),
        ("@jane", []),
        ("jane@example.org", []),
        ("Example.com", []),
        ("admin", []),
        ("None", []),
        ("12", []),
        ("-", []),
        ("", []),
        ("x" * 101, []),
    ],
)
def test_bylines_become_names(byline: str, names: list[str]) -> None:
    assert list(clean_names([byline])) == names


@pytest.mark.parametrize(
    ("byline", "name"),
    [
        ("Doe, Jane", "Jane Doe"),
        ("Chadha, Aman K.", "Aman K. Chadha"),
        ("van Dyke, Ada", "Ada van Dyke"),
        ("Jane Doe", "Jane Doe"),
        ("NOTICIAS EL COMERCIO", "NOTICIAS EL COMERCIO"),
    ],
)
def test_library_tags_have_the_surname_first(byline: str, name: str) -> None:
    assert clean_names([byline], inverted=True) == (name,)


def test_there_are_at_most_twenty_names() -> None:
    assert len(clean_names(f"Author Number {letter * 3}" for letter in "abcdefghijklmnopqrstuvwxyz")) == MAX_NAMES


@pytest.mark.parametrize("name", ["Jane Doe", "Jean-Luc D’Arc", "Ursula von der Leyen", "Ada B. Brandt", "Łukasz Żak"])
def test_full_names_are_recognised(name: str) -> None:
    assert is_full_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Jane",
        "jane doe",
        "link78 Le 12/02",
        "The News Desk",
        "The Herald",
        "",
        "a b c d e f g",
        "4 You",
        "Mill Media GmbH",
        "Old Mill Association",
    ],
)
def test_other_bylines_are_not_taken_for_full_names(name: str) -> None:
    assert not is_full_name(name)


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["By", "Jane Doe"], ["Jane Doe"]),
        (["By", "Jane Doe", "and", "John Roe", "Published March 3"], ["Jane Doe", "John Roe"]),
        (["Jane Doe,", "John Roe", "&", "Ada Brandt"], ["Jane Doe", "John Roe", "Ada Brandt"]),
        (["ByJane Doe"], ["Jane Doe"]),
        (["Byron Katz"], ["Byron Katz"]),
        (["Von:", "Anna Schmidt-Lange", "18. Okt 2026"], ["Anna Schmidt-Lange"]),
        (["Post written by Jane Doe."], ["Jane Doe"]),
        (["Posted by Jane Doe on September 24, 2026 | Permalink"], ["Jane Doe"]),
        (["By JANE DOE Associated Press"], ["Jane Doe"]),
        (["By JANE DOE Staff Writer"], ["Jane Doe"]),
        (["Door Jane Doe op 4 mei 2026"], ["Jane Doe"]),
        (["Rédaction : Jane Doe"], ["Jane Doe"]),
        (["Jane Doe and Dr John Roe"], ["Jane Doe", "John Roe"]),
        (["Автор Илья Репин не ответил"], []),
        (["Jane Doe May 3, 2026"], ["Jane Doe"]),
        (["Anna Schmidt (obe)"], ["Anna Schmidt"]),
        (["By Dr. Jane Doe, PhD"], ["Jane Doe"]),
        (["Jane Doe, MD, FACP"], ["Jane Doe"]),
        (["Updated", "May 3, 2026", "Written by", "Jane Doe", "Content Strategist"], ["Jane Doe"]),
        (["Jane Doe", "Senior Writer", "John Roe is a farmer"], ["Jane Doe"]),
        (["Written by", "The Mill Team", "Reviewed by", "John Roe"], []),
        (["Photo: John Roe"], []),
        (["Marketing Director"], []),
        (["Privacy Policy"], []),
        (["Olympische SpieleOlympia"], []),
        (["May 3, 2026"], []),
        (["By Monday, the water had gone"], []),
        (["Theresa May", "10 June"], ["Theresa May"]),
        (["Richard Read"], ["Richard Read"]),
        ([], []),
    ],
)
def test_names_are_found_in_the_lines_of_a_byline(lines: list[str], names: list[str]) -> None:
    assert list(names_in_lines(lines)) == names


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["By", "mill78"], "mill78"),
        (["By mill78"], "mill78"),
        (["Mill Archive"], "Mill Archive"),
        (["mill78", "May 3"], None),
        (["Read more"], None),
        (["Follow us"], None),
        (["admin"], None),
        (["Photo"], None),
        (["https://mill.example"], None),
        ([], None),
    ],
)
def test_a_byline_that_holds_only_an_account_names_it(lines: list[str], name: str | None) -> None:
    assert account_name(lines) == name


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["A ", "Aa-", "A B, ", "by ", "von ", "<a", "and ", "&", "d’", ";"])
def test_a_long_byline_is_read_quickly(piece: str) -> None:
    clean_names([piece * 200_000], inverted=True)
    names_in_lines([piece * 200_000] * 1000)
    account_name([piece * 2000] * 2)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("particle", ["du ", "dos ", "de la ", "d’", "y "])
def test_a_name_with_many_particles_is_read_quickly(particle: str) -> None:
    assert not is_full_name("Jane " + particle * 1000)
    assert is_full_name(f"Jane {particle * 1000}Doe")


@given(st.lists(st.text(), max_size=5), st.booleans())
def test_names_from_any_byline_can_be_written_as_json(bylines: list[str], inverted: bool) -> None:
    names = clean_names(bylines, inverted=inverted)
    orjson.dumps(names)
    assert all(name and name == " ".join(name.split()) for name in names)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ein Kommentar von Anna Müller", ["Anna Müller"]),
        ("Gastbeitrag von Anna Müller", ["Anna Müller"]),
        ("Par Anne d'Ornano avec AFP", ["Anne d'Ornano"]),
        ("Propos recueillis par Émile Zay", ["Émile Zay"]),
        ("Door onze redacteur Jan van den Berg", ["Jan van den Berg"]),
        ("Haber: Ayşe Yılmaz", ["Ayşe Yılmaz"]),
        ("Írta: Nagy Éva", ["Nagy Éva"]),
        ("Της Μαρίας Παπαδοπούλου", ["Μαρίας Παπαδοπούλου"]),
        ("By Jane Doe in Paris and John Roe in London", ["Jane Doe", "John Roe"]),
        ("By Jane Doe jane@herald.example", ["Jane Doe"]),
        ("By Jane Doe with additional reporting by John Roe", ["Jane Doe", "John Roe"]),
        ("Written by Jane Doe. Edited by Sam Fox", ["Jane Doe"]),
        ("记者 王小明", ["王小明"]),
        ("文・山田太郎", ["山田太郎"]),
        ("山田太郎 記者", ["山田太郎"]),
        ("社会部 山田太郎", ["山田太郎"]),
        ("김민수 기자 minsu@herald.example", ["김민수"]),
        ("كتب: محمد علي", ["محمد علي"]),
        ("लेखक: राहुल शर्मा", ["राहुल शर्मा"]),
        ("记者 5月9日", []),
    ],
)
def test_labels_around_the_names_of_a_visible_byline_are_no_part_of_them(line: str, names: list[str]) -> None:
    assert list(names_in_lines([line])) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Γράφει ο Νίκος Ράπτης", ("Νίκος Ράπτης",)),
        ("Szerző: Dr. Nagy Piroska", ("Nagy Piroska",)),
        ("Text: Eva Lind Foto: Olle Berg", ("Eva Lind",)),
        ("Reporter: Budi Santo | Editor: Sri Ayu", ("Budi Santo",)),
        ("Reviewed by Dr Sam Ives. Written by Mia Holt", ("Mia Holt",)),
        ("INÉS SOTO / EFE", ("Inés Soto",)),
        ("Aino Laakso, STT", ("Aino Laakso",)),
        ("द्वारा: राज वर्मा", ("राज वर्मा",)),
        ("โดย สมชาย ใจดี", ("สมชาย ใจดี",)),
        ("كتب - سامي ندى", ("سامي ندى",)),
        ("लेखक के बारे में", ()),
    ],
)
def test_labels_agencies_and_names_of_other_languages_are_known(line: str, names: tuple[str, ...]) -> None:
    assert names_in_lines([line]) == names


def test_an_agency_or_a_role_at_the_end_shows_a_byline() -> None:
    assert is_credited("Eva Groß (dpa)")
    assert is_credited("Luc Petit, envoyé spécial à Brest")
    assert not is_credited("Testing Governance in APA")
    assert not is_credited("© dpa | Kay Nietfeld")
