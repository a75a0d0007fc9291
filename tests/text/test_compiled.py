"""The compiled part gives the same as the Python code, for any text."""

from __future__ import annotations

from time import process_time
from timeit import repeat

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.implementations import in_python, needs_compiled
from worker.residue import place
from worker.residue.place import places
from worker.stages import glue
from worker.text import capitals, sizes
from worker.text.cleaning import clean_html, scrub
from worker.text.code_points import describe
from worker.text.search import holds
from worker.text.sizes import measure_text
from worker.text.words import count_words, count_words_up_to

RARE = "".join(map(chr, range(0x40000, 0xE0000, 256)))  # of some, nobody has asked what they are
ANY_TEXT = st.text(st.characters(), max_size=200)  # lone surrogates too
MOSTLY_CLEAN = st.lists(
    st.sampled_from(
        [
            *"aÃÂâàé\n\r\v\f\t \x00\x1f\x7f\x80\x9f\u00a0é“\u2029\u202a\u202e\u202f\u2065\u2066\u2069\u206a\ud800🌍",
            "\r\n",
        ]
    )
    | st.just("“" * 50),
    max_size=20,
).map("".join)

LINES = st.text(st.sampled_from("aé \t\r\n"), max_size=30)


@needs_compiled
@given(ANY_TEXT | MOSTLY_CLEAN | LINES)
def test_the_compiled_part_gives_the_same(text: str) -> None:
    found = scrub(text), clean_html(text), holds(text, "aa")
    with in_python():
        assert found == (scrub(text), clean_html(text), holds(text, "aa"))


TOLD = st.lists(
    st.sampled_from(
        [*"aZé0٣_.,'’\"»)-‐ \n–。？।۔…!?ЖİΣς한ºﬁ語กั\u0301\u200d\u3000🌍𝟙\ud800\x00", "\U000f0000", "\U00040000"]
    )
    | st.sampled_from(
        ["word ", "Word, ", "A sentence of a few words. ", "A line that is long enough;\n", "。」\n", "\nthen"]
    )
    | st.characters(),
    max_size=80,
).map("".join)


@needs_compiled
@given(TOLD, st.integers(0, 30))
@example("one two " * 40, 20)
@example("A line of several words comes twice\n" * 4, 7)
@example("".join(f"{number} is one more word, and another\n" for number in range(2000)), 4096)
def test_all_measures_of_a_text_are_the_same(text: str, most: int) -> None:
    found = measure_text(text, most), count_words(text), count_words_up_to(text, most)
    with in_python():
        assert found == (measure_text(text, most), count_words(text), count_words_up_to(text, most))


@needs_compiled
def test_lines_with_chosen_ends_take_no_longer_to_compare() -> None:
    """Characters that are far apart could be chosen so that the hashes of many lines have the same slot."""
    far_apart, neighbours = range(0x10000, 0x110000, 1 << 10), range(0x10000, 0x10400)
    assert _time_to_measure(far_apart) < 4 * _time_to_measure(neighbours)


@needs_compiled
def test_words_that_collide_in_a_polynomial_hash_are_not_the_same() -> None:
    """Two Thue-Morse words have the same value in every polynomial modulo a power of two."""
    bits = [number.bit_count() % 2 for number in range(2048)]
    first, second = ("".join(letters[bit] for bit in bits) for letters in ("ab", "ba"))
    text = f"one {first} before one {second} came"
    found = measure_text(text, 500)
    with in_python():
        assert found == measure_text(text, 500)


def _time_to_measure(ends: range) -> float:
    text = "\n".join(f"{number:x}{'y' * 198}{chr(end)}" for number in range(10, 14) for end in ends)
    measure_text(text, 10)  # asks for the characters
    return min(repeat(lambda: measure_text(text, 10), timer=process_time, repeat=9, number=1))


@needs_compiled
@pytest.mark.parametrize("plane", [0, 1, 2, 3, 14])
def test_every_character_has_the_same_measures(plane: int) -> None:
    for first in range(plane << 16, (plane + 1) << 16, 64):
        text = "\n".join(f"{char}a{char}1{char} {char}{char}b" for char in map(chr, range(first, first + 64)))
        found = measure_text(text, 500)
        with in_python():
            assert found == measure_text(text, 500), hex(first)


@needs_compiled
@pytest.mark.parametrize("most", [-1, 4097])
def test_the_compiled_part_refuses_what_does_not_fit(most: int) -> None:
    assert sizes.C_SIZES
    with pytest.raises(ValueError, match="too many words"):
        sizes.C_SIZES.measure("a", most, describe, 1)
    with pytest.raises(ValueError, match="not a block"):
        sizes.C_SIZES.count(RARE, lambda _: b"1234")
    with pytest.raises(ZeroDivisionError):
        sizes.C_SIZES.measure(RARE, 9, lambda number: number // 0, 1)


# -- Lines --------------------------------------------------------------------------------------------------------

PLACED = st.lists(
    st.lists(
        st.sampled_from(
            [
                *"-*•·▪–—✓✔✅1٣²xZ.):：|\t \x1c\x85\xa0\u2003\u3000\u200b\ud800\0é字🌍",
                " | ",
                "- Ad",
                "word " * 13,
                "x" * 60,
            ]
        )
        | st.characters(),
        max_size=6,
    ).map("".join)
    | st.sampled_from(["", " ", "- one", "1. two", "٣٤) three", "- ad -", "• ad •\u3000", "Label", "Label:", "x" * 61]),
    min_size=1,
    max_size=20,
)


@needs_compiled
@given(PLACED, st.data())
def test_lines_stand_in_the_same_places(lines: list[str], data: st.DataObject) -> None:
    candidates = data.draw(st.lists(st.integers(0, len(lines) - 1), max_size=len(lines)))
    found = places(lines, candidates)
    with in_python():
        assert found == places(lines, candidates)


@needs_compiled
@pytest.mark.parametrize("plane", [0, 1, 2, 14])
def test_every_character_makes_or_makes_no_item(plane: int) -> None:
    for first in range(plane << 16, (plane + 1) << 16, 512):
        chars = list(map(chr, range(first, first + 512)))
        lines = [line for char in chars for line in (f"{char} a", f"1{char}) b", f"-{char}c", f"- d{char}", char)]
        found = places(lines, range(len(lines)))
        with in_python():
            assert found == places(lines, range(len(lines))), hex(first)


@needs_compiled
def test_places_refuse_what_does_not_fit() -> None:
    assert place.C_LINES
    ask = place.kind_of
    for lines, candidates, error in (
        (["a"], [1], IndexError),
        (["a"], [-1], IndexError),
        (["a"], ["a"], TypeError),
        (["a"], [1 << 70], OverflowError),
        ([b"a"], [0], TypeError),
        (["a", None], [0], TypeError),
        (7, [0], TypeError),
        (["a"], 7, TypeError),
    ):
        with pytest.raises(error):
            place.C_LINES.places(lines, candidates, ask)
    for answer in (3, -1):
        with pytest.raises(ValueError, match="not a kind"):
            place.C_LINES.places(["٣. a"], [0], lambda _, answer=answer: answer)
    with pytest.raises(ZeroDivisionError):
        place.C_LINES.places(["a", "٣. a"], [0], lambda _: 0 // 0)


@needs_compiled
def test_lines_that_begin_alike_take_linear_time() -> None:
    """The count ends at a few lines; else each line would be compared with all others."""
    lines = [f"Same beginning {number}" for number in range(20_000)]
    begin = process_time()
    assert {row[place.PLACES.index("same beginning")] for row in places(lines, range(0, 20_000, 25))} == {4.0}
    assert process_time() - begin < 1.0  # 0.01 s


HINTED = st.lists(
    st.sampled_from(
        [*"aZé.?!…”’“‘„»ÄΣςİſ字한\ud800🌍\0 \n'\"1", "aZ", "é.Z", "“Z", "‘Z", "’Z", "word " * 7, "𝐀Z", "ᲐZ", "x" * 31]
    )
    | st.characters(),
    max_size=60,
).map("".join)


@needs_compiled
@given(HINTED)
def test_capitals_after_small_letters_are_found_at_the_same_places(text: str) -> None:
    found = list(glue._hints(text))
    with in_python():
        assert found == list(glue._hints(text))


@needs_compiled
def test_a_text_with_many_scripts_has_the_same_hints() -> None:
    text = "aB".join(map(chr, range(0xA1, 0x2FF, 3)))
    assert capitals.C_LINES
    assert capitals.C_LINES.capitals(text, 9) is None
    assert capitals.C_LINES.capitals("aB éB\ud800", 9) is None
    for some in (text, text.lower().replace("b", "B")):
        found = list(glue._hints(some))
        with in_python():
            assert found == list(glue._hints(some))


@needs_compiled
def test_only_so_many_capitals_are_noted() -> None:
    assert capitals.C_LINES
    assert capitals.C_LINES.capitals("aB" * 99 + "é", 3) == ([1, 3, 5], "é")
    with in_python():
        assert len(list(glue._hints("aB" * 20_000))) == 10_000
