"""The compiled part gives the same as the Python code, for any text."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.implementations import in_python, needs_compiled
from worker.dedup import match, word_codes
from worker.dedup.alignment import align
from worker.dedup.characters import describe
from worker.dedup.counts import PAIRS, Counts, OwnCounts
from worker.dedup.entries import Record, pack_record, unpack_words
from worker.dedup.match import Comparison
from worker.dedup.postings import best
from worker.dedup.profile import Profile
from worker.dedup.word_codes import MAX_WORDS, Words
from worker.store.damage import DamagedError

pytestmark = needs_compiled
RARE = "".join(map(chr, range(0x40000, 0xE0000, 256)))  # of some, nobody has asked what they are
CHARACTERS = st.sampled_from(
    [
        *"aZ09_.,-'’ \n/:é\u0301٣語한กİßﬁ\ufdfa\u00a0…\ud800\x00🌍𝟙𠀀",
        "Mr ",
        " 1,000.5",
        " Abc",
        " the ",
        "字字",
        "a.1",
        "1.a",
        ". The",
        "\U0010ffff",
    ]
)
MIXED = st.lists(CHARACTERS, max_size=80).map("".join) | st.text(st.characters())


@given(MIXED, MIXED, st.integers(0, 2**64 - 1))
@example("Word Name 12 " * 900, "Title " * 90, 3)
@example("Abc " * 3000, "", 1)
@example("字" * 5000, "字", 1)
def test_the_compiled_part_gives_the_same(text: str, title: str, seed: int) -> None:
    found = word_codes.words_of(text, title, "example.org", seed=seed)
    with in_python():
        assert found == word_codes.words_of(text, title, "example.org", seed=seed)


@pytest.mark.parametrize("plane", [0, 1, 2, 14])
def test_each_character_gives_the_same(plane: int) -> None:
    for first in range(plane << 16, (plane + 1) << 16, 64):
        text = " ".join(f"a{char}2 Abc{char}{char}d" for char in map(chr, range(first, first + 64)))
        found = word_codes.words_of(text, text[:9], seed=3)
        with in_python():
            assert found == word_codes.words_of(text, text[:9], seed=3), hex(first)


@pytest.mark.parametrize("text", ["…" * 20_000, "a… " * 9_000 + "b c", "x" * 32_767 + "…a", "a\u00a0B…\u00a0C 1…2"])
def test_characters_that_nfkc_replaces_give_the_same(text: str) -> None:
    found = word_codes.words_of(text, text, seed=3)
    with in_python():
        assert found == word_codes.words_of(text, text, seed=3)


def test_the_compiled_part_refuses_what_does_not_fit() -> None:
    module = word_codes.C_WORDS
    assert module
    with pytest.raises(ValueError, match="not a text between spaces"):
        module.read(" ", 0, 1, describe, 0)
    with pytest.raises(ValueError, match="not a block"):
        module.read(f" {RARE} ", 0, 1, lambda _: b"1234", 0)
    with pytest.raises(ZeroDivisionError):
        module.read(f" {RARE} ", 0, 1, lambda number: number // 0, 0)
    assert module.read(" e\u0301 ", 0, 1, describe, 1) is None
    assert module.read("aa", 5, 1, describe, 1)[6] == 0


FEW = st.binary(max_size=90).map(lambda text: bytes(byte % 3 + 31 for byte in text))
SEQUENCES = st.one_of(FEW, st.binary(max_size=90), st.binary(min_size=600, max_size=700))


@st.composite
def two_versions(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Two sequences of words, of which the second one may be an edited copy."""
    one = draw(SEQUENCES)
    start, end = draw(st.integers(0, len(one))), draw(st.integers(0, len(one)))
    return one, draw(SEQUENCES | st.just(one[:start] + draw(FEW) + one[end:]))


@given(two_versions(), st.binary(max_size=90), st.binary(max_size=90))
def test_two_articles_are_aligned_alike(both: tuple[bytes, bytes], names: bytes, others: bytes) -> None:
    new, old = (each or b"a" for each in both)
    found = align(new, old, names, others)
    with in_python():
        assert found == align(new, old, names, others)


@given(two_versions())
def test_pairs_of_words_are_compared_and_counted_alike(both: tuple[bytes, bytes]) -> None:
    new, old = (Profile(Words(each, frozenset(), b"")) for each in both)
    counts, in_python_counts = OwnCounts(), OwnCounts()
    found = new.pairs_in(old).tolist()
    for profile in (new, old, new):
        counts.add_article(profile.content)
    with in_python():
        assert Profile(new.words).content == new.content
        for profile in (new, old, new):
            in_python_counts.add_article(profile.content)
        assert new.pairs_in(old).tolist() == found
    assert (counts.packed, counts.total, counts.own) == (
        in_python_counts.packed, in_python_counts.total, in_python_counts.own,
    )  # fmt: skip


def record_of(sequence: bytes, numbers: frozenset[int]) -> bytes:
    bits = bytes(-(-len(sequence) // 8))
    return pack_record(Record("0" * 32, "0" * 32, Words(sequence, numbers, bits, lines=bits)))


NUMBERS = st.frozensets(st.integers(0, 12) | st.integers(0, 0xFFFF), max_size=12)


@given(two_versions(), NUMBERS, NUMBERS)
def test_a_record_is_passed_over_only_if_it_is_clearly_no_copy(
    both: tuple[bytes, bytes], numbers: frozenset[int], others: frozenset[int]
) -> None:
    new, old = (Profile(Words(each, some, b"")) for each, some in zip(both, (numbers, others), strict=True))
    with patch("worker.dedup.match.align", side_effect=LookupError):
        comparison = Comparison(new, Counts())
        may, none = comparison.may_match([record_of(old.sequence, old.numbers), None])
        try:
            is_compared = comparison.with_all([old]) != [None]
        except LookupError:
            is_compared = True
    assert (may, none) == (is_compared, False)


@given(st.binary(max_size=60), st.data())
def test_a_damaged_record_is_not_passed_over(packed: bytes, data: st.DataObject) -> None:
    whole = record_of(b"some words", frozenset({1, 2}))
    at = data.draw(st.integers(0, 6))
    for each in (packed, whole[:at] + packed[:1] + whole[at + 1 :], whole[: -len(packed)]):
        try:
            unpack_words(each)
        except DamagedError:
            assert Comparison(Profile(Words(b"other words", frozenset(), b"")), Counts()).may_match([each]) == [True]


@given(st.lists(st.lists(st.integers(0, 9) | st.integers(0, 2**32 - 1), max_size=20, unique=True).map(tuple)))
def test_the_same_candidates_are_picked(holders: list[tuple[int, ...]]) -> None:
    found = best((), lambda _: holders)
    with in_python():
        assert best((), lambda _: holders) == found


def test_the_comparison_refuses_what_does_not_fit() -> None:
    for new, old in ((b"", b"a"), (b"a", b""), (b"a" * 8193, b"a"), (b"a", b"a" * 8193)):
        with pytest.raises(ValueError, match="no words"):
            align(new, old, b"", b"")
    assert match.C_COMPARE
    with pytest.raises(ValueError, match="no record"):
        match.C_COMPARE.best([(2**32,)])
    for damaged in ([(1,), 7], [(1, "a")], [(-1,)]):
        with pytest.raises((TypeError, OverflowError, SystemError)):
            match.C_COMPARE.best(damaged)
    counts = bytearray(2 * PAIRS)
    for one, other in ((bytearray(9), counts), (counts, bytearray(9))):
        with pytest.raises(ValueError, match="not the counts"):
            match.C_COMPARE.count_pairs(b"abc", one, other)
    with pytest.raises(BufferError):
        match.C_COMPARE.count_pairs(b"abc", counts, bytes(2 * PAIRS))
    with pytest.raises(ValueError, match="too many words"):
        match.C_COMPARE.content(bytes(MAX_WORDS + 1))
    assert match.C_COMPARE.may_match(b"", b"1", [None, 7, b""]) == [False, False, True]
