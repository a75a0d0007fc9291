from __future__ import annotations

import pytest

from worker.residue.bits import BIT
from worker.residue.candidates import language_of
from worker.residue.lexicon import lexicons
from worker.residue.reading import Reader, Reading


def read(line: str, language: str = "en") -> Reading:
    reading = Reader(lexicons().number[language]).read(line)
    assert reading is not None
    return reading


def has(reading: Reading, concept: str) -> bool:
    return bool(reading.mask & BIT[concept])


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Sign up for our newsletter", "en"),
        ("Lesen Sie auch: Der Minister eröffnet die Brücke", "de"),
        ("Читайте также: Министр открыл мост", "ru"),
        ("この記事をシェア", "ja"),
        ("相关阅读：部长为大桥剪彩", "zh"),
    ],
)
def test_a_line_is_read_in_the_language_that_knows_its_words(line: str, language: str) -> None:
    assert read(line).language == language


def test_the_head_tells_the_language_whatever_follows() -> None:
    reading = read("Lesen Sie auch: The mayor said on Monday that he would go")
    assert reading.language == "de"
    assert list(reading.tokens) == ["Lesen", "Sie", "auch"]
    assert len(reading.rest) == 9


def test_a_line_whose_words_are_all_known_is_not_cut_at_its_separator() -> None:
    reading = read("Updated: 14 June 2023, 10:42")
    assert reading.rest == ()
    assert has(reading, "month")
    assert has(reading, "time")


def test_a_time_is_no_head() -> None:
    assert read("10:30 Bridge").split == 0


def test_the_words_of_a_phrase_are_known() -> None:
    assert has(read("Sign up here"), "subscribe")
    assert not has(read("No sign of her"), "subscribe")


def test_a_line_without_words_is_not_read() -> None:
    assert Reader(lexicons().number["en"]).read("* * *") is None


def test_the_text_tells_the_language_of_an_article_that_does_not_say_it() -> None:
    german = ["Der Minister hat die Brücke am Montag für die Autos eröffnet."]
    assert language_of(german, None) == lexicons().number["de"]
    assert language_of(german, "fr") == lexicons().number["fr"]
    assert language_of(german, "xx") == lexicons().number["de"]
    assert language_of([], None) == lexicons().number["en"]
