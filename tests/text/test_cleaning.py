"""Text is cleaned for output."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

import ftfy.bad_codecs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.implementations import BOTH, one_of_both
from tests.peak import peak_below
from worker.text.cleaning import (
    MAX_LINE_CHARS,
    MAX_URL_CHARS,
    clean_html,
    clean_line,
    clean_text,
    clean_url,
    looks_like_html,
    repair,
    scrub,
    unescaped,
)

ftfy.bad_codecs.ok()  # its import registered sloppy-windows-1252

ANY_TEXT = st.text(st.characters(), max_size=200)  # lone surrogates too


@pytest.fixture(scope="module", params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """All tests of this module run with the Python code and with the compiled part."""
    yield from one_of_both(request)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("a\x00b\x01c\x1fd", "abcd"),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\r\n\x00b", "a\nb"),
        ("a\r\r\nb\x07", "a\n\nb"),
        ("a\vb\fc", "a b c"),
        ("a\ud800b\udfffc", "abc"),
        ("\ud83d\ude00", ""),
        ("é\u2028“x”\x7f\x85", "é\u2028“x”"),
        ("a\x7fb", "ab"),
        ("é\x80\x9f\u00a0", "é\u00a0"),
        ("a\r\x9b2J\x7f\nb", "a\n2J\nb"),
        ("a\u202e\u202abc\u202c\u2066d\u2069", "abcd"),
        ("“\u200e\u200f\u061c\u202f\u2065\u206a”", "“\u200e\u200f\u061c\u202f\u2065\u206a”"),
        ("“" * 2000 + "\u202e", "“" * 2000),
        ("\u00a0" * 2000 + "\x9b", "\u00a0" * 2000),
        ("", ""),
    ],
)
def test_controls_and_lone_surrogates_are_removed_and_newlines_unified(text: str, clean: str) -> None:
    assert scrub(text) == clean


def test_clean_text_is_returned_as_the_same_object() -> None:
    text = "Größe “ok”\n" * 100
    assert scrub(text) is text


@given(ANY_TEXT)
def test_scrubbed_text_can_be_written_and_scrubbing_again_changes_nothing(text: str) -> None:
    clean = scrub(text)
    assert orjson.loads(orjson.dumps(clean)) == clean
    assert not any(map(is_unwanted, clean))
    assert scrub(clean) == clean


def is_unwanted(char: str) -> bool:
    """C0 controls except tab and newline, DEL, C1 controls, and bidirectional controls."""
    return (unicodedata.category(char) == "Cc" and char not in "\t\n") or unicodedata.bidirectional(char) in (
        *("LRE", "RLE", "LRO", "RLO", "PDF"),
        *("LRI", "RLI", "FSI", "PDI"),
    )


@given(st.text(st.characters(exclude_categories=["Cs"]).filter(lambda char: not is_unwanted(char))))
def test_scrubbing_leaves_other_characters_alone(text: str) -> None:
    assert scrub(text) == text


def test_extracted_text_has_one_paragraph_a_line() -> None:
    text = "  One.\r\n\r\nTwo,\u2028three.\x85\x0cFour.\u2029 \n"
    assert clean_text(text) == "One.\nTwo,\nthree.…\nFour."
    assert clean_text("One.\n\n\n Two. ") == "One.\nTwo."


def test_a_title_is_one_line() -> None:
    assert clean_line("  Bridge\n\treopens\u00a0today\x00 ") == "Bridge reopens today"
    assert clean_line("Bridge \x7f reopens \u202e") == "Bridge reopens"


@pytest.mark.parametrize("clean", [clean_line, clean_url])
def test_the_marks_on_a_letter_of_a_title_or_url_are_limited(clean: Callable[[str], str]) -> None:
    assert clean("e" + "\u0315\u0300" * 400 + "s") == "e" + "\u0315\u0300" * 15 + "s"


def test_a_url_loses_the_characters_that_browsers_ignore() -> None:
    assert clean_url(" \x1bhttps://e.org/a\r\n b\tc\x00 ") == "https://e.org/a bc"


@pytest.mark.parametrize("control", ["\0", "\x08", "\x1b", "\x1f", "\x7f", "\x80", "\x9f"])
def test_a_url_with_another_control_inside_is_not_a_url(control: str) -> None:
    assert clean_url(f"https://{control}[31m.example/") == ""
    assert clean_url(f"https://e.org/a{control}b") == ""


def test_an_overlong_url_is_treated_as_missing() -> None:
    longest = "https://e.org/".ljust(MAX_URL_CHARS, "a")
    assert clean_url(longest) == longest
    assert clean_url(f"{longest}a") == ""


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html>",
        "<html lang=en>",
        "x <p>y",
        "<br/>",
        "<IMG SRC='a'>",
        "a</div>",
        "<!-- c -->",
        "<?xml version='1'?>",
    ],
)
def test_common_tags_doctypes_and_comments_look_like_html(text: str) -> None:
    assert looks_like_html(text)


@pytest.mark.parametrize(
    "text",
    ["", "plain", "a < b > c", "2 <3 and 3> 2", "<john@example.com>", "<unknown>", "< p >", "if (a<b&&c>d)", "<"],
)
def test_other_uses_of_angle_brackets_do_not_look_like_html(text: str) -> None:
    assert not looks_like_html(text)


def test_only_the_beginning_of_a_text_is_searched_for_markup() -> None:
    assert looks_like_html("<" * (256 << 9) + "<p>")
    assert not looks_like_html("<" * (256 << 10) + "<p>")


GOOD = [
    "Café Zürich",
    "Don’t “quote” – he said…",
    "Привет, мир",
    "東京の天気",
    "José García niño",
    "25 °C in Málaga",
    "⭐⭐⭐ 5 €",
]


@pytest.mark.parametrize("good", GOOD)
@pytest.mark.parametrize("codec", ["latin-1", "sloppy-windows-1252"])
@pytest.mark.parametrize("layers", [1, 2])
def test_utf_8_that_was_read_as_latin_1_or_windows_1252_is_repaired(good: str, codec: str, layers: int) -> None:
    broken = good
    for _ in range(layers):
        broken = broken.encode().decode(codec)
    assert broken != good
    assert repair(broken) == good


@pytest.mark.parametrize(
    "text",
    [
        *GOOD,
        "SÃO PAULO",
        "A palavra AMANHÃ”",
        "“AMANHÔ",
        "à\u00a0Paris, voilà\u00a0!",
        "Ð and Þ are letters of Icelandic",
        "pâté, château, âge",
        "ÄÖÜ äöü ß",
        "Ã© next to é",
        "naïve façade",
        "ASCII only",
        "",
        "Việt Nam đã thắng",
    ],
)
def test_text_that_is_not_certainly_mojibake_is_left_unchanged(text: str) -> None:
    assert repair(text) == text
    assert clean_html(f"<p>{text}</p>") == f"<p>{text}</p>"


def test_each_line_is_judged_separately() -> None:
    assert clean_text("Donâ€™t mix\nCafé “x”\nZÃ¼rich") == "Don’t mix\nCafé “x”\nZürich"


def test_mojibake_of_a_whole_text_and_again_of_one_line_is_repaired() -> None:
    twice = "Zürich".encode().decode("latin-1")
    assert clean_text(f"Don’t\n{twice}".encode().decode("latin-1")) == "Don’t\nZürich"


def test_a_text_that_is_too_long_for_an_article_is_not_repaired() -> None:
    line = "ZÃ¼rich\n"
    assert clean_text(line * (1 << 17)).startswith("Zürich")
    assert clean_text(line * ((1 << 17) + 1)).startswith("ZÃ¼rich")


def test_c1_controls_become_the_windows_1252_characters_that_they_were() -> None:
    assert repair("\x93Quote\x94 \x96 it\x92s 5 \x80\x81") == "“Quote” – it’s 5 €"


def test_a_page_is_repaired_as_a_whole() -> None:
    page = "<p>Café “São José”.</p>"
    for codec in ("latin-1", "sloppy-windows-1252"):
        assert clean_html(page.encode().decode(codec)) == page
    broken = "<p>JosÃ©</p>"
    assert clean_html(broken + "<p>Café</p>") == broken + "<p>Café</p>"


def test_parts_of_a_page_with_c1_controls_are_repaired_separately() -> None:
    page = "<p>It’s “fine” – says José.</p>"
    broken = page.encode().decode("latin-1")
    assert clean_html(broken + "<p>Café</p>") == page + "<p>Café</p>"
    assert clean_html("<b>Ã© next to é</b><p>We\x92re back\x81</p>") == "<b>Ã© next to é</b><p>We’re back</p>"


def test_c1_controls_in_a_page_too_long_for_repair_become_windows_1252_characters() -> None:
    assert clean_html("é<p>Donâ\x80\x99t\x81" + " " * (1 << 20)).rstrip() == "é<p>Donâ€™t"
    assert clean_html("é<p>" * 60_000 + "\x92\x81").endswith("é<p>’")


@given(ANY_TEXT)
def test_cleaning_never_raises_and_always_gives_text_that_can_be_written(text: str) -> None:
    for clean in (clean_html, clean_text, clean_line, clean_url):
        assert orjson.dumps(clean(text))


WORDS = st.sampled_from(
    ["café", "Zürich", "don’t", "“quoted”", "señor", "Łódź", "Привет", "naïve", "東京", "plain", "5 €"]
)


@given(st.lists(WORDS, min_size=1, max_size=8), st.sampled_from(["latin-1", "sloppy-windows-1252"]))
def test_clean_words_stay_and_garbled_ones_are_restored(words: list[str], codec: str) -> None:
    text = " ".join(words)
    assert repair(text) == text
    assert repair(text.encode().decode(codec)) == text


def test_a_line_is_cut_after_spaces_and_mojibake_are_removed() -> None:
    assert clean_line("a" + " " * 2000 + "b") == "a b"
    assert clean_line("é" * MAX_LINE_CHARS) == "é" * MAX_LINE_CHARS
    assert clean_line(("é" * MAX_LINE_CHARS).encode().decode("latin-1")) == "é" * MAX_LINE_CHARS
    assert clean_line("word " * 1_000_000) == ("word " * 200).strip()


@pytest.mark.parametrize("digits", [4301, 5000, 100_000])
def test_an_entity_with_too_many_digits_for_python_is_kept(digits: int) -> None:
    long = f"&#{'1' * digits}"
    assert unescaped(f"a &amp; {long}; &lt; {long} &#65;{long}") == f"a & {long}; < {long} A{long}"
    assert unescaped(f"&#{'0' * 300}65; &amp;") == "A &"


@given(st.lists(st.sampled_from(["&", "#", "x", "&#", "&#x", "1" * 4300, "1" * 5000, "f" * 5000, "amp", ";", " "])))
def test_any_entity_can_be_read(parts: list[str]) -> None:
    assert isinstance(unescaped("".join(parts)), str)


@pytest.mark.cost
def test_cleaning_a_text_with_many_lines_makes_no_list_of_them() -> None:
    text = "ab \r\n" * 1_000_000
    with peak_below(40 << 20):
        assert clean_text(text) == "ab\n" * 999_999 + "ab"
