from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.implementations import BOTH, one_of_both
from tests.peak import peak_below
from worker.text.sizes import measure_text
from worker.text.words import count_words, words


@pytest.fixture(scope="module", params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """All tests of this module run with the Python code and with the compiled part."""
    yield from one_of_both(request)


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
        ("Don't stop, don’t stop.", ["Don't", "stop", "don’t", "stop"]),
        ("An e-mail, a co‐op and 12‑year‑olds", ["An", "e-mail", "a", "co‐op", "and", "12‑year‑olds"]),
        ("3.14, 1,000.5 and v1.5-rc2.", ["3.14", "1,000.5", "and", "v1.5-rc2"]),
        ("1..2 1,a a,1 12:30 x.y", ["1", "2", "1", "a", "a", "1", "12", "30", "x", "y"]),
        ("पृष्ठ २५,३ और ३.१४", ["पृष्ठ", "२५,३", "और", "३.१४"]),
        ("ދިވެހި ބަސް", ["ދިވެހި", "ބަސް"]),
        ("ꯃꯅꯤꯄꯨꯔ ꯗꯥ", ["ꯃꯅꯤꯄꯨꯔ", "ꯗꯥ"]),
        ("𑄌𑄋𑄴𑄟𑄳𑄦 𞤀𞤣𞤤𞤢𞤥𞥄", ["𑄌𑄋𑄴𑄟𑄳𑄦", "𞤀𞤣𞤤𞤢𞤥𞥄"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("a\u200db", ["a\u200db"]),
        ("བོད་ཡིག", ["བོད", "ཡིག"]),
        ("❤️ 1️⃣", ["1️"]),
        ("– … ! #", []),
        ("", []),
    ],
)
def test_words_are_what_a_reader_would_count(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_chinese_or_japanese_character_is_a_word() -> None:
    assert words("大桥周一恢复通车。") == list("大桥周一恢复通车")
    assert words("橋を2023年に開通") == ["橋", "を", "2023", "年", "に", "開", "通"]


@pytest.mark.parametrize("text", ["𠮷野家", "ㄅㄆㄇ", "ꀀꀁꀂ", "ｱｲｳ", "人々〆"])
def test_each_letter_of_similar_scripts_is_a_word(text: str) -> None:
    assert words(text) == list(text)


def test_marks_between_ideographs_are_not_words() -> None:
    assert words("ジョン・スミス") == list("ジョンスミス")
    assert count_words("葛\U000e0100城、か\u3099") == 3


def test_four_thai_characters_are_a_word() -> None:
    assert words("สะพานเปิดแล้ว ok") == ["สะพา", "นเปิ", "ดแล้", "ว", "ok"]


@pytest.mark.parametrize("text", ["ພາສາລາວ", "မြန်မာ", "ភាសាខ្មែរ", "ᥖᥭᥰᥖᥬᥳ", "ꦧꦱꦗꦮ", "ᬪᬵᬱᬩᬮᬶ", "ꪼꪕꪼꪕ", "ᨲᩫ᩠ᩅᨾᩮᩬᩥᨦ"])
def test_four_letters_of_scripts_like_thai_are_a_word(text: str) -> None:
    assert words(text) == [text[at : at + 4] for at in range(0, len(text), 4)]


def test_digits_of_scripts_without_spaces_are_numbers() -> None:
    assert words("ปี ๒๕๖๗.๕ ๏") == ["ปี", "๒๕๖๗.๕"]


@given(st.text(st.one_of(st.sampled_from("a’-\n字สी\u200d "), st.characters())))
def test_the_count_equals_the_number_of_words(text: str) -> None:
    assert count_words(text) == sum(len(words(line)) for line in text.split("\n"))
    assert count_words(text) >= len([word for word in text.split() if word.isascii() and word.isalnum()])


@given(st.text(st.sampled_from("abc XYZ 12 éß’-.,\n")))
def test_plain_text_has_the_same_words_beside_rare_scripts(text: str) -> None:
    """One Chinese character makes the full pattern apply. It must agree with the fast one."""
    assert words(f"{text} 字")[:-1] == words(text)


@pytest.mark.parametrize("plane", range(2))
def test_every_character_has_the_same_words_in_a_plain_text_and_beside_rare_scripts(plane: int) -> None:
    for first in range(plane << 16, (plane + 1) << 16, 64):  # these share their first UTF-8 bytes
        text = " ".join(f"{char}a{char}1{char}" for char in map(chr, range(first, first + 64)))
        assert words(f"{text} 字")[:-1] == words(text)


@given(st.text(st.sampled_from("abc XYZ 12 éß’-.,\n字กहि\u0301\u200d가ꀀދި𠮷")))
def test_a_line_has_the_words_of_its_pieces_between_spaces(text: str) -> None:
    assert words(text) == [word for piece in text.split() for word in words(piece)]


@pytest.mark.cost
def test_counting_the_words_of_a_long_line_makes_no_list_of_them() -> None:
    line = "語" * 1_000_000
    with peak_below(10 << 20):
        assert count_words(line) == 1_000_000


@pytest.mark.cost
def test_counting_the_words_of_many_lines_makes_no_list_of_the_lines() -> None:
    text = "語語\n" * 1_000_000
    with peak_below(20 << 20):
        assert count_words(text) == 2_000_000


PLAIN = st.text(st.sampled_from("aZé0٣_.,'’-‐‑ \n–Жİ한ºﬁ語\u0301🌍\ud800"), max_size=60) | st.text(max_size=60)


@given(PLAIN, st.integers(1, 8))
def test_words_are_measured_as_they_are_found(text: str, most: int) -> None:
    found = words(text)
    sizes = measure_text(text, most)
    assert (sizes.words, sizes.chars) == (len(found), sum(map(len, found)))
    assert sizes.top_pair <= len(found[:most])
    assert (sizes.top_pair > 1) >= (len({*pairwise(found[:most])}) < len(found[1:most]))


def test_words_of_the_same_letters_are_different_words() -> None:
    text = "stop post spot tops opts pots a aa aaa ab ba a-b b-a a bc ab c stop post"
    assert (measure_text(text, 30).top_pair, measure_text(text, 30).top_triple) == (2, 1)
    assert (measure_text(f"{text} spot", 30).top_triple, measure_text(f"{text} spot", 12).top_triple) == (2, 1)


def test_case_does_not_tell_words_apart() -> None:
    assert measure_text("İki yol. ΟΔΟΣ ΜΟΥ, i̇ki Yol; οδος μου", 30).top_pair == 2
