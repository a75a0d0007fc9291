from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.peak import peak_below
from worker.text.words import count_words, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The bridge’s well-known, 12-year-old span (2023).",
            ["The", "bridge’s", "well-known", "12-year-old", "span", "2023"],
        ),
        ("«Où est l'été ?» — Là-bas…", ["Où", "est", "l'été", "Là-bas"]),
        ("Мост открыли в 2023 году.", ["Мост", "открыли", "в", "2023", "году"]),
        ("다리가 월요일에 다시 열렸다.", ["다리가", "월요일에", "다시", "열렸다"]),
        ("यह हिन्दी में है।", ["यह", "हिन्दी", "में", "है"]),
        ("הַגֶּשֶׁר נִפְתַּח", ["הַגֶּשֶׁר", "נִפְתַּח"]),
        ("الجِسْرُ مفتوح", ["الجِسْرُ", "مفتوح"]),
        ("cafe\u0301 re\u0301sume\u0301", ["cafe\u0301", "re\u0301sume\u0301"]),
        ("– … ! #", []),
        ("", []),
    ],
)
def test_words_are_what_a_reader_would_count(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_chinese_or_japanese_character_is_a_word() -> None:
    assert words("大桥周一恢复通车。") == list("大桥周一恢复通车")
    assert words("橋を2023年に開通") == ["橋", "を", "2023", "年", "に", "開", "通"]


def test_four_thai_characters_are_a_word() -> None:
    assert words("สะพานเปิดแล้ว ok") == ["สะพา", "นเปิ", "ดแล้", "ว", "ok"]


@given(st.text(st.one_of(st.sampled_from("a’-\n字สी\u200d "), st.characters())))
def test_counting_is_counting_the_words(text: str) -> None:
    assert count_words(text) == sum(len(words(line)) for line in text.split("\n"))
    assert count_words(text) >= len([word for word in text.split() if word.isascii() and word.isalnum()])


@given(st.text(st.sampled_from("abc XYZ 12 éß’-.,\n")))
def test_text_without_rare_scripts_gives_the_same_words_beside_them(text: str) -> None:
    """The fast pattern and the full one agree where both apply: one Chinese character makes the full one apply."""
    assert words(f"{text} 字")[:-1] == words(text)


def test_counting_the_words_of_a_long_line_makes_no_list_of_them() -> None:
    line = "語" * 1_000_000
    with peak_below(10 << 20):
        assert count_words(line) == 1_000_000


def test_counting_the_words_of_many_lines_makes_no_list_of_the_lines() -> None:
    text = "語語\n" * 1_000_000
    with peak_below(20 << 20):
        assert count_words(text) == 2_000_000
