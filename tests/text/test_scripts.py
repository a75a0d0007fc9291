from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import worker
from worker.text.scripts import COMPLEX, COMPLEX_CLASS, IDEOGRAPHIC, IDEOGRAPHIC_CLASS

# How Unicode's names for the letters and marks of each kind begin.
IDEOGRAPHIC_NAMES = (
    *(
        "CJK UNIFIED IDEOGRAPH",
        "CJK COMPATIBILITY IDEOGRAPH",
        "IDEOGRAPHIC",
        "VERTICAL IDEOGRAPHIC",
        "HANGZHOU NUMERAL",
    ),
    *("HIRAGANA", "HENTAIGANA", "KATAKANA", "HALFWIDTH KATAKANA", "VERTICAL KANA", "MASU MARK", "BOPOMOFO"),
    *("YI SYLLABLE",),
)
COMPLEX_NAMES = (
    *("THAI", "LAO", "MYANMAR", "KHMER", "TAI LE", "NEW TAI LUE", "TAI THAM", "TAI VIET"),
    *("BALINESE", "BATAK", "JAVANESE", "CHAM"),
)
# Tone marks beside old Chinese, and notes of Balinese music.
PART_OF_NO_WORD = re.compile("IDEOGRAPHIC .* TONE MARK|BALINESE MUSICAL SYMBOL .*")
DELIBERATELY_OUT = (
    *("HANGUL", "TIBETAN", "TANGUT", "NUSHU", "KHITAN", "AHOM", "BRAHMI", "GRANTHA", "KAWI", "DIVES AKURU"),
    *("MAKASAR", "BUGINESE", "SUNDANESE", "REJANG", "LEPCHA", "MONGOLIAN", "ETHIOPIC", "DEVANAGARI", "CHAKMA"),
)

CODES = {code for codes in (*IDEOGRAPHIC, *COMPLEX) for code in codes}
PACKAGE = Path(worker.__file__).parent
SOURCES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
SOURCES.remove("text/scripts.py")


def names(codes: Iterable[int]) -> Iterator[str]:
    """The names of the letters, letter-like numbers and marks among the code points."""
    for code in codes:
        category = unicodedata.category(chr(code))
        if category[0] in "LM" or category == "Nl":
            yield unicodedata.name(chr(code), "")


@pytest.mark.parametrize(
    ("table", "beginnings"),
    [(IDEOGRAPHIC, IDEOGRAPHIC_NAMES), (COMPLEX, COMPLEX_NAMES)],
    ids=["ideographic", "complex"],
)
def test_the_table_has_exactly_the_letters_and_marks_that_unicode_names_after_these_scripts(
    table: tuple[range, ...], beginnings: tuple[str, ...]
) -> None:
    inside = set(names(code for codes in table for code in codes))
    outside = set(names(code for code in range(0x110000) if code not in CODES))
    assert {name for name in inside if not name.startswith(beginnings)} == set()
    assert {name for name in outside if name.startswith(beginnings) and not PART_OF_NO_WORD.fullmatch(name)} == set()
    assert all(any(name.startswith(beginning) for name in inside) for beginning in beginnings)


def test_the_table_has_no_digits_punctuation_or_symbols() -> None:
    categories = {unicodedata.category(chr(code)) for code in CODES}
    assert categories <= {"Lo", "Lm", "Mn", "Mc", "Nl", "Cn"}


@pytest.mark.parametrize("script", DELIBERATELY_OUT)
def test_other_scripts_are_deliberately_left_out(script: str) -> None:
    assert not any(name.startswith(script) for name in names(CODES))


def test_the_ranges_do_not_overlap() -> None:
    ranges = sorted((*IDEOGRAPHIC, *COMPLEX), key=lambda part: part.start)
    assert all(one.stop <= other.start for one, other in pairwise(ranges))


def test_the_classes_for_regular_expressions_match_the_ranges() -> None:
    every = "".join(map(chr, range(0x110000)))
    for ranges, inside in ((IDEOGRAPHIC, IDEOGRAPHIC_CLASS), (COMPLEX, COMPLEX_CLASS)):
        assert set(map(ord, re.findall(f"[{inside}]", every))) == {code for codes in ranges for code in codes}


def code_points(source: str) -> set[int]:
    """The code points that source text contains as numbers, as escapes, or as the ends of a class such as `[ก-๛]`."""
    numbers = re.findall(r"0x([\dA-Fa-f]{4,5})\b|\\u([\dA-Fa-f]{4})|\\U([\dA-Fa-f]{8})", source)
    ends = re.findall(r"([^\x00-\x7f])-([^\x00-\x7f])", source)
    return {int("".join(digits), 16) for digits in numbers} | {ord(end) for pair in ends for end in pair}


@pytest.mark.parametrize("source", [r"0x0E00 + 1, '\u4e00'", r"'[\U00020001]'", "[ก-๛]"])
def test_the_search_for_other_tables_finds_one(source: str) -> None:
    assert CODES & code_points(source)


@pytest.mark.parametrize("path", SOURCES)
def test_no_other_module_has_a_table_of_these_scripts(path: str) -> None:
    bounds_of_planes, voicing_marks = set(range(0, 0x110000, 0x10000)), {0xFF9E, 0xFF9F}
    assert code_points((PACKAGE / path).read_text(encoding="utf-8")) & CODES <= bounds_of_planes | voicing_marks
