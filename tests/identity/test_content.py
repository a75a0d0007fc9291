from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.implementations import BOTH, one_of_both
from tests.peak import peak_below
from worker.identity.content import content_hash


@pytest.fixture(scope="module", params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """All tests of this module run with the Python code and with the compiled part."""
    yield from one_of_both(request)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("up +3% today", "up -3% today"),
        ("it was -5 degrees", "it was 5 degrees"),
        ("$1.2 million", "€1.2 million"),
        ("£40,000", "¥40,000"),
        ("a rate of .5", "a rate of 5"),
        ("written in C", "written in C++"),
        ("written in C", "written in C#"),
        ("under > 40 bar", "under < 40 bar"),
        ("मीना", "मीनू"),
        ("เสือ", "เสื้อ"),
    ],
)
def test_signs_and_marks_that_change_what_is_said_matter(one: str, other: str) -> None:
    assert content_hash(one) != content_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("from 2010–2012", "from 2010-2012"),
        ("it was −5 degrees", "it was -5 degrees"),
        ("+++ Breaking +++", "Breaking"),
        ("a \u2764\ufe0f b", "a \u2764 b"),
        ("- one\n- two", "• one\n• two"),
    ],
)
def test_signs_that_are_only_typography_do_not_matter(one: str, other: str) -> None:
    assert content_hash(one) == content_hash(other)


@pytest.mark.parametrize("text", ["up +3% today", "a rate of .5", "written in C++", "of C# and 3+4", "Spaß +5 ß+"])
def test_invisible_characters_do_not_change_what_a_sign_means(text: str) -> None:
    assert content_hash("\u200b\u00ad".join(text)) == content_hash(text)


def test_a_long_run_of_combining_marks_counts_as_its_first_30() -> None:
    assert content_hash("One a" + "\u0315\u0300" * 200_000) == content_hash("one a" + "\u0315\u0300" * 15)


def test_a_text_of_many_pieces_has_the_hash_of_its_words() -> None:
    text = "Łódź, 10 JUNE – " * 20_000
    assert content_hash(text) == hashlib.sha256(" ".join(["łódź 10 june"] * 20_000).encode()).digest()


@pytest.mark.parametrize("space", ["", " "])
def test_characters_that_grow_to_18_do_not_fill_the_memory(space: str) -> None:
    text = f"\ufdfa{space}" * 300_000
    with peak_below(40 << 20):
        content_hash(text)


def test_the_content_hash_is_made_of_the_words_joined_by_a_space() -> None:
    """The hash is pinned, because changing it would make every known article new."""
    assert (
        content_hash("Zürich,  10\u00a0June – it’s “over”!\n")
        == hashlib.sha256("zürich 10 june it s over".encode()).digest()
    )


@pytest.mark.parametrize(
    "text",
    [
        "The office of Strasse 5",
        "  the\n\noffice\tof: STRASSE... 5!",
        "The o\ufb03ce of Straße 5",
        "The of\u00adfice of Stra\u200bsse 5\ufeff",
        "The office of Strasse \uff15",
    ],
)
def test_whitespace_punctuation_case_and_compatibility_forms_do_not_matter(text: str) -> None:
    assert content_hash(text) == content_hash("the office of strasse 5")


@pytest.mark.parametrize("text", ["the office of strasse 6", "office the of strasse 5", "theoffice of strasse 5", ""])
def test_words_their_order_and_their_boundaries_matter(text: str) -> None:
    assert content_hash(text) != content_hash("the office of strasse 5")


def test_different_texts_without_words_have_different_hashes() -> None:
    assert content_hash("☀☀☀") != content_hash("☂☂")


@given(st.text(st.characters()))
def test_any_text_has_a_hash_of_32_bytes(text: str) -> None:
    assert len(content_hash(text)) == 32
    assert content_hash(f"\n {text}\t") == content_hash(text)


def hash_the_long_way(text: str) -> bytes:
    visible = re.sub("[\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]", "", unicodedata.normalize("NFKC", text))
    folded = visible.casefold()
    kept = "".join(kept_of(folded, at) for at in range(len(folded)))
    return hashlib.sha256((" ".join(kept.split()) or text.strip()).encode()).digest()


def kept_of(text: str, at: int) -> str:
    """What counts of this character: itself, or a space."""
    char, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if is_of_word(char):
        return char
    if char in "-\u2212\u2013.,+" and before in ("", " ", "\n", "(") and "0" <= after <= "9":
        return "-" if char in "\u2212\u2013" else char
    letter = text[at - 2 : at - 1] if before == "+" else before
    return char if char in "+#" and is_of_word(letter) and letter not in "0123456789" else " "


def is_of_word(char: str) -> bool:
    return bool(char) and (
        char.isalnum() or char in "_%<>\u2264\u2265" or unicodedata.category(char) in ("Mn", "Mc", "Sc")
    )


_GROWING = "ßİ\u0587\u0149\u01f0"  # their folded forms have several characters
_FAR = "\U0001f600\U00010400\U0001e900\U0002f800"  # beyond the first 65,536 code points


@given(
    st.text(
        st.sampled_from(
            [*map(chr, range(128)), *"“”‘’–—…\u00a0•é€\u200b\u00adΣς\u0345\u0940\u2212\ufe0f", *_GROWING, *_FAR]
        )
    )
)
def test_the_short_cuts_give_the_same_hash(text: str) -> None:
    assert content_hash(text) == hash_the_long_way(text)


def test_every_character_has_the_hash_of_its_folded_form() -> None:
    for char in map(chr, range(0x3000)):
        assert content_hash(f"a{char}B") == hash_the_long_way(f"a{char}B"), hex(ord(char))
