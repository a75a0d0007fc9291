from __future__ import annotations

import hashlib
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.peak import peak_below
from worker.identity.content import content_hash


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
    visible = re.sub("[\u00ad\u200b-\u200d\u2060\ufeff]", "", unicodedata.normalize("NFKC", text))
    words = " ".join(re.findall(r"\w+", visible.casefold())) or text.strip()
    return hashlib.sha256(words.encode()).digest()


_GROWING = "ßİ\u0587\u0149\u01f0"  # their folded forms have several characters
_FAR = "\U0001f600\U00010400\U0001e900\U0002f800"  # beyond the first 65,536 code points


@given(st.text(st.sampled_from([*map(chr, range(128)), *"“”‘’–—…\u00a0•é\u200b\u00adΣς\u0345", *_GROWING, *_FAR])))
def test_the_short_cuts_give_the_same_hash(text: str) -> None:
    assert content_hash(text) == hash_the_long_way(text)


def test_every_character_has_the_hash_of_its_folded_form() -> None:
    for char in map(chr, range(0x3000)):
        assert content_hash(f"a{char}B") == hash_the_long_way(f"a{char}B"), hex(ord(char))
