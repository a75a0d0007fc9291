"""Normalising hostile text, which is made to stall the process or fill its memory."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import worker
from tests.peak import peak_below
from worker.text.normal_forms import MAX_MARKS, MAX_PIECE_CHARS, is_stable, nfc, nfkc, pieces, stream_safe

MARKS = "\u0315\u0300"  # in the wrong order, so that normalising sorts them


@pytest.mark.parametrize(
    "pair",
    [MARKS, "\u0327\u0f73", "\u0315\uff9e", "\u05c1\u05b0", "\U0001d16d\U0001d165", "\u0e4a\u0e38"],
)
@pytest.mark.parametrize("before", ["a", "", "😀"])
def test_a_run_of_marks_is_cut_after_the_30th(pair: str, before: str) -> None:
    assert stream_safe(f"{before}{pair * 15}!") == f"{before}{pair * 15}!"
    assert stream_safe(f"{before}{pair * 200_000}x{pair * 16}") == f"{before}{pair * 15}x{pair * 15}"


@pytest.mark.parametrize(
    "text", ["plain", "é" * 99, "कि" * 99, "שָׁ" * 99, "ệ" * 99, "한국어" * 99, "👍🏽️" * 99, "𝐛" * 99]
)
def test_text_in_real_languages_is_returned_as_the_same_object(text: str) -> None:
    assert stream_safe(text) is text


@given(st.text(st.sampled_from("aé가 ,\u0300\u0315\u0327\u0f73\uff9e\ufdfa\U0001d165"), max_size=200))
def test_text_without_long_runs_is_normalised_as_unicode_specifies(text: str) -> None:
    safe = stream_safe(text)
    assert nfc(text) == unicodedata.normalize("NFC", safe)
    assert nfkc(text) == unicodedata.normalize("NFKC", safe)


def test_every_character_that_normalising_sorts_counts_as_a_mark() -> None:
    def is_sorted(char: str) -> bool:
        return unicodedata.combining(unicodedata.normalize("NFKD", char)[0]) > 0

    chars = (chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF)
    assert [char for char in filter(is_sorted, chars) if len(stream_safe(char * 99)) != MAX_MARKS] == []


def test_long_texts_are_cut_between_words() -> None:
    text = "Łódź, Zürich。東京\n" * 20_000
    cut = list(pieces(text))
    assert "".join(cut) == text
    assert max(map(len, cut)) <= MAX_PIECE_CHARS
    assert all(piece[-1] in ",。\n" for piece in cut[:-1])
    assert nfc(text) is not None
    assert "".join(map(nfkc, cut)) == nfkc(text)


def test_an_endless_word_is_cut() -> None:
    assert [len(piece) for piece in pieces("x" * (2 * MAX_PIECE_CHARS + 1))] == [MAX_PIECE_CHARS, MAX_PIECE_CHARS, 1]


def test_a_long_text_is_composed_piece_by_piece() -> None:
    assert nfc("e\u0301 " * MAX_PIECE_CHARS) == "é " * MAX_PIECE_CHARS


@pytest.mark.parametrize("word", ["\ufdfa", "\ufdfa ", "\u0390\u0340"])
def test_characters_that_grow_in_nfkc_do_not_fill_the_memory(word: str) -> None:
    text = word * (1_000_000 // len(word))
    with peak_below(20 << 20):
        for piece in pieces(text):
            nfkc(piece)


@pytest.mark.parametrize("phrase", ["\ufdfa", "\ufdfb"])
def test_a_phrase_in_one_character_is_spelled_out_unless_there_are_thousands(phrase: str) -> None:
    """A text of nothing else once took 3 s."""
    assert nfkc(phrase * 1000) == unicodedata.normalize("NFKC", phrase) * 1000
    assert nfkc("a" + phrase * 1001 + "b") == "a" + " " * 1001 + "b"


def test_thousands_of_a_character_that_becomes_eight_or_more_are_dropped() -> None:
    chars = [chr(code) for code in range(0x110000) if len(unicodedata.normalize("NFKC", chr(code))) >= 8]
    assert len(chars) > 1
    assert [char for char in chars if nfkc(char * 1001).strip()] == []


def test_no_other_module_normalises_text() -> None:
    """The exceptions normalise single letters when they are loaded."""
    package = Path(worker.__file__).parent
    files = [path for path in package.rglob("*.py") if re.search(r"\b(?:normalize|is_normalized)\b", path.read_text())]
    names = {path.relative_to(package).as_posix() for path in files}
    assert names == {"text/normal_forms.py", "residue/tokens.py"}


def test_no_mark_is_missed_because_of_its_bytes() -> None:
    for code in range(0x300, 0x20000):
        if unicodedata.category(chr(code))[0] == "M":
            assert stream_safe(f"a{chr(code) * 31}") == f"a{chr(code) * 30}", hex(code)


def test_a_stable_character_combines_with_none_before_it() -> None:
    pairs = (unicodedata.decomposition(chr(code)).split() for code in range(0x110000))
    seconds = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and pair[0][0] != "<"}
    assert [char for char in {*seconds, *map(chr, range(0x1161, 0x1200))} if is_stable(char)] == []
    assert all(is_stable(char) for char in "aé한語\u00a0…“")


@given(st.text(st.characters().filter(is_stable)))
def test_a_text_of_stable_characters_is_normalised(text: str) -> None:
    assert nfkc(text) == text.replace("\u00a0", " ").replace("…", "...")
