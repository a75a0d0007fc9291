"""What the memory learns about an article, and where its site's lines are removed."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.peak import peak_below
from worker.messages import Article
from worker.sites.lines import EDGE_LINES, SiteSketch, may_be_furniture, places, remove, sketch

STORY = [f"This is paragraph {number} of the story, and it says what happened." for number in range(8)]
CALL = "Join the conversation with our readers on the town square."
TEXTS = st.lists(st.text(st.characters(), max_size=40), max_size=200).map("\n".join)


def page_of(article: Article) -> SiteSketch:
    page = sketch(article, 0.0)
    assert page
    return page


def article(*lines: str) -> Article:
    return Article(url="https://www.example.com/a?utm_source=x", text="\n".join(lines))


def without(lines: list[str], furniture: list[str]) -> list[str]:
    """The lines that are left if these lines are known as furniture."""
    keys = page_of(article(*furniture)).keys
    cleaned = remove(article(*lines), page_of(article(*lines)), frozenset(keys))
    return (cleaned.text or "").split("\n")


def test_an_article_belongs_to_the_host_of_its_canonical_url() -> None:
    page = sketch(article(*STORY), 7.0)
    assert page
    assert (page.host, page.url, page.event_time_s) == ("example.com", "https://example.com/a", 7.0)
    assert page.chars == len("\n".join(STORY))


def test_the_site_is_the_one_after_redirects() -> None:
    page = page_of(Article(url="https://t.co/x", final_url="https://m.example.com:8080/a", text="Words."))
    assert page.host == "example.com"


@pytest.mark.parametrize(
    "nobodys", [{}, {"url": "junk"}, {"url": "https://example.com/a", "text": None}, {"url": "ftp://x/y"}]
)
def test_without_a_site_or_a_text_there_is_nothing_to_remember(nobodys: dict[str, Any]) -> None:
    assert sketch(Article(**{"text": "Words.", **nobodys}), 0.0) is None


def test_lines_with_different_numbers_are_different() -> None:
    """Goals and spectators are news, so no digit is folded."""
    keys = page_of(article("Goals: 3", "Goals: 4", "Goals: 3")).keys
    assert keys[0] == keys[2] != keys[1]


@pytest.mark.parametrize("place", [0, 1, 2, 6, 7, 8])
def test_a_sentence_is_removed_near_an_edge(place: int) -> None:
    lines = [*STORY[:place], CALL, *STORY[place:]]
    assert without(lines, [CALL]) == STORY


@pytest.mark.parametrize(("place", "is_near"), [(0, True), (2, True), (3, False), (5, False), (6, True), (8, True)])
def test_two_lines_of_the_story_may_be_between_a_site_s_line_and_the_edge(place: int, *, is_near: bool) -> None:
    lines = article(*STORY[:place], CALL, *STORY[place:])
    known = frozenset(page_of(article(CALL)).keys)
    assert places(page_of(lines), known, frozenset()) == ({place} if is_near else set())


@pytest.mark.parametrize(("place", "gone"), [(0, True), (1, False), (4, False), (7, False), (8, True)])
def test_a_heading_is_removed_only_before_any_line_of_the_story(place: int, *, gone: bool) -> None:
    lines = [*STORY[:place], "Key points", *STORY[place:]]
    assert without(lines, ["Key points"]) == (STORY if gone else lines)


def test_several_lines_at_an_edge_are_removed_together() -> None:
    lines = ["Politics", CALL, *STORY, CALL, "More", "Top"]
    assert without(lines, [CALL, "Politics", "More", "Top"]) == STORY


def test_lines_of_code_and_rows_of_tables_are_kept_however_often_they_recur() -> None:
    code, table = ("import numpy as np", "import pandas as pd"), ["Team | Points", "Hale | 3", "Cowley | 1"]
    page = replace(article(*code, *STORY, *table), code=code)
    recurring = frozenset(page_of(article(*code, *table[:2])).keys)
    assert remove(page, page_of(page), recurring).text == page.text
    assert remove(replace(page, code=()), page_of(replace(page, code=())), recurring).text != page.text


def test_code_and_tables_teach_the_memory_nothing() -> None:
    code, table = ("import numpy as np",), ["Team | Points", "Hale | 3", "Cowley | 1"]
    page = page_of(replace(article(*code, STORY[0], *table), code=code))
    assert [line for line in page.lines if line] == STORY[:1]


def test_within_the_story_a_sentence_is_removed_and_a_heading_is_kept() -> None:
    lines = [*STORY[:4], CALL, "Why it matters", *STORY[4:]]
    page = page_of(article(*lines))
    known = frozenset(page_of(article(CALL, "Why it matters")).keys)
    assert places(page, known, known) == {4}
    assert places(page, known, frozenset()) == set()


def test_a_line_that_is_removed_at_an_edge_is_kept_within_the_story() -> None:
    lines = [*STORY[:4], CALL, *STORY[4:]]
    assert without([*lines, CALL], [CALL]) == lines


def test_only_the_first_of_repeated_lines_near_an_edge_is_removed() -> None:
    assert without([CALL, CALL, *STORY], [CALL]) == [CALL, *STORY]
    assert without([*STORY, CALL, CALL], [CALL]) == [*STORY, CALL]


@pytest.mark.parametrize(
    ("line", "gone"),
    [("Read all our news", False), ("Read all of our news", True), ("字" * 11, False), ("字" * 12, True)],
)
def test_a_line_of_five_words_or_twelve_chinese_characters_is_a_sentence(line: str, *, gone: bool) -> None:
    lines = [*STORY[:4], line, *STORY[4:]]
    assert without(lines, [line]) == (STORY if gone else lines)


def test_scripts_without_spaces_have_sentences_too() -> None:
    call = "最新のニュースを毎朝メールでお届けします。"
    assert without([*STORY[:4], call, *STORY[4:]], [call]) == STORY
    assert without([*STORY[:4], "概要", *STORY[4:]], ["概要"]) == [*STORY[:4], "概要", *STORY[4:]]


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ("Don't miss the well-known news", True),
        ("News – Sport – Weather", False),
        ("Bundesausbildungsförderungsgesetz-Änderung", False),
        ("Подпишитесь", False),
        ("相关新闻报道和评论", False),
        ("訂閱我們的每日新聞電子報", True),
        ("สมัครรับข่าวสารทุกวัน", True),
        ("ข่าวอื่น ๆ", False),
    ],
)
def test_within_the_story_a_line_as_long_as_a_sentence_of_its_script_is_removed(line: str, *, gone: bool) -> None:
    lines = [*STORY[:4], line, *STORY[4:]]
    assert without(lines, [line]) == (STORY if gone else lines)


def test_what_was_removed_is_counted() -> None:
    lines = article(CALL, *STORY, CALL)
    cleaned = remove(lines, page_of(lines), frozenset(page_of(article(CALL)).keys))
    assert cleaned.removed == {"site_line": 2}
    assert remove(lines, page_of(lines), frozenset()) is lines
    assert remove(lines, page_of(lines), frozenset({1})) is lines


def test_only_the_ends_of_a_long_text_are_examined() -> None:
    middle = [f"Line number {number} of many." for number in range(1000)]
    page = page_of(article(*middle))
    assert len(page.keys) == len(page.lines) == 2 * EDGE_LINES
    assert without([CALL, *middle, CALL, "The end of it all was this."], [CALL]) == [
        *middle,
        "The end of it all was this.",
    ]


@pytest.mark.parametrize("place", [EDGE_LINES - 1, 1000 - EDGE_LINES])
def test_the_last_line_of_the_beginning_and_the_first_of_the_end_may_be_removed(place: int) -> None:
    lines = [f"Line number {number} of many." for number in range(1000)]
    lines[place] = CALL
    assert without(lines, [CALL]) == [line for line in lines if line != CALL]


@pytest.mark.parametrize("line", ["Share", "По теме", "続きを読む", "और पढ़ें", "- Ad -", "No"])
def test_a_short_line_with_letters_may_be_furniture(line: str) -> None:
    assert may_be_furniture(line)


@pytest.mark.parametrize("line", ["", "***", "1.", "12:30", "A:", "Q.", "word " * 61])
def test_a_ruler_a_number_an_interview_s_letter_and_a_paragraph_are_never_furniture(line: str) -> None:
    assert not may_be_furniture(line)


@given(TEXTS, st.sets(st.integers(0, 300)))
def test_removal_takes_whole_lines_and_changes_no_other(text: str, picked: set[int]) -> None:
    before = Article(url="https://example.com/a", text=text)
    page = sketch(before, 0.0)
    if page is None:
        return
    keys = frozenset(key for place, key in enumerate(page.keys) if place in picked)
    after = remove(before, page, keys)
    lines = text.split("\n")
    left = (after.text or "").split("\n") if after.text else []
    rest = iter(lines)
    assert all(line in rest for line in left)
    assert after.removed.get("site_line", 0) in (len(lines) - len(left), len(lines) - len(left) - 1)


@pytest.mark.parametrize("hostile", ["\n" * 2_000_000, "-" * 4_000_000, "A-" * 150, ("x\n" * 1_000_000)])
def test_hostile_text_takes_little_time(hostile: str) -> None:
    begin = time.process_time()
    page = page_of(article(hostile))
    remove(article(hostile), page, frozenset(page.keys))
    may_be_furniture(hostile)
    assert time.process_time() - begin < 2


def test_a_sketch_of_many_lines_makes_no_list_of_them() -> None:
    many = article("ab\n" * 1_000_000)
    with peak_below(20 << 20):
        page_of(many)
