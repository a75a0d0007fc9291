from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.implementations import BOTH, in_python, needs_compiled, one_of_both
from worker.residue.bits import BIT, mask_of
from worker.residue.entries import NOTHING, Entries
from worker.residue.lexicon import Lexicons, lexicons
from worker.residue.packing import packed_lexicons
from worker.residue.tables import read
from worker.residue.tokens import fold, tokens

SMALL_PACKED = packed_lexicons(
    read(
        {
            "any": {"concepts": {"agency": "ANI reuters", "rights": "©"}},
            "en": {"concepts": {"subscribe": "subscrib* sign_up", "photo": "photo", "read": "find_*_out q* é*"}},
            "he": {"prefixes": ["ב", "ה"], "concepts": {"newsletter": "עלון"}},
            "ja": {"matching": "substring", "concepts": {"related": "関連", "article": "記事", "share": "シェア"}},
        }
    )
)
SMALL = Lexicons(SMALL_PACKED)


def concepts(token: str, language: str) -> set[str]:
    word = SMALL[token]
    mask = word.masks.get(SMALL.number[language], 0) | word.everywhere
    return {concept for concept, bit in BIT.items() if mask & bit}


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Abonnés", "abonnes"),
        ("İZLE", "izle"),
        ("ΆΡΘΡΟ", "αρθρο"),
        ("Don’t", "don't"),
        ("أخبار", "اخبار"),
        ("soft\u00adhyphen", "softhyphen"),
        ("tin\u200b", "tin"),
    ],
)
def test_case_accents_and_invisible_marks_do_not_matter(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_the_tones_of_vietnamese_matter() -> None:
    assert fold("bạn") != fold("ban")


def test_a_stem_stands_for_all_words_that_begin_so() -> None:
    assert concepts("Subscribers", "en") == {"subscribe"}
    assert concepts("photos", "en") == set()


def test_a_word_in_capitals_is_an_agency_only_as_it_is_written() -> None:
    assert concepts("ANI", "he") == {"agency"}
    assert concepts("ani", "he") == set()


def test_a_prefix_of_letters_does_not_hide_a_word() -> None:
    assert concepts("בעלון", "he") == {"newsletter"}
    assert concepts("בעלון", "en") == set()


def test_the_parts_of_a_compound_are_looked_up() -> None:
    assert concepts("Reuters-Photo", "en") == {"agency", "photo"}


def test_a_run_without_spaces_is_split_into_entries_and_the_rest() -> None:
    pieces = list(SMALL.pieces(SMALL.number["ja"], "この関連記事です"))
    assert [piece for piece, _ in pieces] == ["この", "関連", "記事", "です"]
    assert [mask for _, mask in pieces] == [0, mask_of("related"), mask_of("article"), 0]


@pytest.mark.parametrize(
    ("token", "concept"),
    [("14", "number"), ("10:42", "time"), ("12.03.2024", "date"), ("2024-03-12", "date"), ("paper.example", "address")],
)
def test_numbers_times_dates_and_addresses_are_known_by_their_form(token: str, concept: str) -> None:
    assert concepts(token, "en") == {concept}


def test_text_is_split_into_words_numbers_addresses_and_symbols() -> None:
    assert tokens("📷 Don’t miss: 10:42, e-mail tips@paper.example!") == [
        *("📷", "Don’t", "miss", "10:42", "e-mail", "tips@paper.example"),
    ]
    assert tokens("LINE友だち登録") == ["LINE", "友だち登録"]


@pytest.fixture(params=BOTH)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    yield from one_of_both(request)


@pytest.mark.usefixtures("implementation")
@pytest.mark.parametrize(
    ("text", "stems", "is_entry"),
    [
        *(("", [], False), ("s", [], False), ("subscribing", ["subscrib*"], False), ("subscrib", ["subscrib*"], False)),
        *(("sign", [], True), ("עלון", [], True), ("q", ["q*"], False), ("qu", [], False), ("é", ["é*"], False)),
        *(("ée", [], False), ("subscrib\ud83d", ["subscrib*"], False), ("\udc00", [], False), ("x" * 300, [], False)),
    ],
)
def test_a_word_has_the_entries_of_its_stems_and_its_own(text: str, stems: list[str], is_entry: bool) -> None:
    """A stem of one letter matches only that letter, as a whole word."""
    entries = SMALL._entries
    *found, own = entries.beginning(text)
    assert found == [entries[stem] for stem in stems]
    assert own == entries[text]
    assert (own != NOTHING) == is_entry


class Counting(dict[str, int]):
    """Entries that count how often they are looked up."""

    asked = 0

    def get(self, text: str, default: Any = None) -> Any:
        self.asked += 1
        return super().get(text, default)


def test_a_stem_that_would_be_longer_than_all_entries_is_not_looked_up() -> None:
    """So a long word takes no more time than others."""
    with in_python():
        entries = Entries(SMALL_PACKED.entries)
        counting = Counting(entries._places)
        vars(entries)["_places"] = counting
        entries.beginning("x" * 240)
    assert counting.asked == len("subscrib*")


@needs_compiled
def test_a_long_word_takes_little_time() -> None:
    words = ["ولل" * 66 + "و" * number for number in range(40)] * 8
    found = lexicons()
    found._word("x")
    begin = time.process_time()
    for word in words:
        found._word(word)
    assert time.process_time() - begin < 0.12  # 0.03 s; if each of its beginnings is looked up by Python, 0.3 s


def test_what_a_word_means_is_remembered() -> None:
    assert SMALL["photo"] is SMALL["photo"]
    assert SMALL["unheard"] is SMALL["unseen"]


def test_all_lexicons_of_the_package_are_read() -> None:
    assert {"any", "en"} <= set(lexicons().languages)


def test_more_languages_than_there_is_room_for_are_refused_at_the_build() -> None:
    lexicons_ = {f"l{number}": {"concepts": {"photo": f"word{number}"}} for number in range(64)}
    with pytest.raises(ValueError, match="more languages or entries"):
        packed_lexicons(read({"any": {"concepts": {}}, **lexicons_}))
