from __future__ import annotations

import random
import re
import time
from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.dedup.made_stream import LANGUAGES, Story, plain, stories
from tests.implementations import BOTH, one_of_both
from worker.dedup import word_codes
from worker.dedup.characters import MAX_CHARS, MAX_TITLE_CHARS
from worker.dedup.word_codes import (
    FUNCTION_WORDS,
    LEAST_PAIRS,
    LETTERS,
    MAX_NUMBERS,
    MAX_TITLE_WORDS,
    MAX_WORDS,
    MOST_MORE,
    MOST_PAIRS,
    NAMES_PER_KEY,
    PAIRS_PER_KEY,
    TITLE_HASH_BYTES,
    Words,
    bits,
    line_starts,
)
from worker.text.scripts import COMPLEX_CLASS, IDEOGRAPHIC_CLASS
from worker.text.words import words

words_of = partial(word_codes.words_of, seed=7)
NOTHING = Words(b"", frozenset(), b"")
PLAIN_WORDS = st.lists(st.text("abcdefghij", min_size=1, max_size=9), min_size=1, max_size=30)


@pytest.fixture(scope="module", params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """All tests of this module run with the Python code and with the compiled part."""
    yield from one_of_both(request)


def test_a_long_run_of_combining_marks_counts_as_its_first_30() -> None:
    run = "\u0315\u0300"
    assert words_of(f"One e{run * (MAX_CHARS // 4)} more") == words_of(f"One e{run * 15} more")


def sequence(text: str) -> bytes:
    return words_of(text).sequence


def is_content(word: str) -> bool:
    (byte,) = sequence(word)
    return byte >= FUNCTION_WORDS


def distinct_words(count: int, seed: int = 1) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=8)) for _ in range(count)]


# -- any text --------------------------------------------------------------------------------------------------------


@given(st.text(st.characters()))
@example("\ud800\udc00 lone \udfff")
@example("\x00")
@example("a\x00b")
@example("\U00020000字\U0010ffff")
@example("\u0378\u0379 unassigned \ufdd0\uffff")
@example("\ufdfa" * 3)
@example("\u0301\u0301 marks first")
@example("1,")
@example(".,.,1.,2,.")
def test_any_text_has_words(text: str) -> None:
    words = words_of(text)
    assert len(words.sequence) <= MAX_WORDS
    assert len(words.numbers) <= MAX_NUMBERS
    assert all(0 <= number < 1 << 16 for number in words.numbers)
    assert len(set(words.keys)) == len(words.keys) <= 2 * MOST_PAIRS
    assert all(0 <= key < 1 << 32 for key in words.keys)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "...,,,", "\x00\x00", "\ud800", "–—“”!", "\U0001f600\U0001f680"])
def test_a_text_without_words_gives_empty_fields(text: str) -> None:
    assert words_of(text) == NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "word and 17 others " * 600_000,
        "\x00" * 10_000_000,
        "x" * 10_000_000,
        "." * 10_000_000,
        "1,1." * 2_500_000,
        "字" * 10_000_000,
        "é ü " * 2_500_000,
        "\ufdfa" * 10_000_000,
        "\U0001f600" * 10_000_000,
        "Å\ud800" * 5_000_000,
    ],
    ids=["words", "nul", "one", "points", "digits", "han", "accents", "expanding", "beyond", "surrogates"],
)
def test_ten_million_characters_cost_as_much_as_the_first_few(text: str) -> None:
    words_of("é")  # the tables are made
    elapsed_s = []
    for _ in range(3):  # in one run, the machine may be busy with other things
        begin_s = time.perf_counter()
        words_of(text)
        elapsed_s.append(time.perf_counter() - begin_s)
    assert min(elapsed_s) < 0.2


def test_text_beyond_the_limit_is_not_read() -> None:
    for begin in ("a long story. ", "eine längere Geschichte. "):
        text = (begin * MAX_CHARS)[:MAX_CHARS]
        assert words_of(text)._replace(more=0) == words_of(text + " and more, 17")._replace(more=0)


def test_the_words_that_are_not_kept_are_counted() -> None:
    for count, more in ((1, 0), (MAX_WORDS, 0), (MAX_WORDS + 1, 1), (3000, 3000 - MAX_WORDS)):
        words = words_of(" ".join(distinct_words(count)), title="One title")
        assert (words.more, words.length) == (more, count)


@pytest.mark.parametrize("word", ["word ", "wörd "])
def test_the_words_that_are_not_read_are_estimated(word: str) -> None:
    assert words_of(word * 20_000).length == pytest.approx(20_000, rel=0.001)
    assert words_of(word * 1_000_000).more == MOST_MORE


def test_only_the_first_words_are_kept_but_all_words_give_keys() -> None:
    text = " ".join(distinct_words(3000))
    assert sequence(text) == sequence(text[: MAX_WORDS * 9])
    assert words_of(text).keys != words_of(text[: MAX_WORDS * 9]).keys


# -- tokens ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The council voted.", 3),
        ("1,000.5 and 2.000,75", 3),
        ("12:30", 2),
        ("3. Then 4, and 5.", 5),
        ("1..2", 2),
        ("1,a", 2),
        ("v1.5", 1),
        ("U.S.A.", 3),
        ("don't", 2),
        ("snake_case", 1),
        ("half-time", 2),
        ("Ünïcödé ТЕКСТ", 2),
        ("１２３,４", 1),
        ("东京都", 3),
        ("東京tower東京", 5),
        ("2024年5月", 4),
        ("ひらがな", 4),
        ("カタカナ、と", 5),
        ("대한민국 정부는", 2),
        ("हिन्दी में समाचार", 3),
        ("أعلنت الحكومة", 2),
        ("مُحَمَّد", 1),
        ("ไทย", 3),
        ("ភាសា", 4),
        ("ꦧꦱꦗꦮ", 4),
        ("ㄅㄆㄇ", 3),
        ("ꀀꀁꀂ", 3),
        ("𠮷野家", 3),
        ("𞤀𞤣𞤤𞤢𞤥𞥄 𑄌𑄋𑄴𑄟𑄳𑄦", 2),
        ("葛\U000e0100 \U0001f600", 1),
    ],
)
def test_a_text_is_cut_into_words_numbers_and_characters_of_scripts_without_spaces(text: str, tokens: int) -> None:
    assert len(sequence(text)) == tokens


PIECES = [
    "a",
    "B",
    "1",
    "2",
    "é",
    "ж",
    "가",
    "字",
    "か",
    "𠮷",
    "ก",
    "ꦧ",
    "ꀀ",
    "हि",
    "ދި",
    "𞤀",
    "’",
    "-",
    ".",
    ",",
    "–",
    "\n",
]


@given(st.lists(st.sampled_from([*PIECES, " "])).map("".join))
def test_the_tokens_are_the_parts_of_words_that_worker_text_words_counts(text: str) -> None:
    letters = re.compile(f"[{IDEOGRAPHIC_CLASS}{COMPLEX_CLASS}]")
    parts = [part for word in words(text) for part in re.split("[’-]", word)]
    assert len(sequence(text)) == sum(len(part) if letters.match(part) else 1 for part in parts)


def test_letters_beyond_the_first_plane_have_a_lower_case() -> None:
    assert sequence("𞤀𞤁") == sequence("𞤢𞤣") != sequence("𞤢𞤤")


def test_numbers_are_distinguished_from_words_and_their_inner_points_count() -> None:
    assert len(words_of("1,000.5 people paid 17 in 2024 or 17").numbers) == 3
    assert words_of("nobody paid, not v2 nor x1").numbers == frozenset()
    assert words_of("1,000").numbers != words_of("1000").numbers != words_of("10.00").numbers
    assert words_of("rose 4.5.").numbers == words_of("4.5, it rose").numbers


def test_numbers_in_other_digits_are_numbers_too() -> None:
    for text in ("١٢٣ قتيلا", "पृष्ठ २५", "พ.ศ. ๒๕๖๗", "第１２回"):
        assert len(words_of(text).numbers) == 1


def test_the_first_numbers_are_kept() -> None:
    first = " ".join(str(number) for number in range(100, 100 + MAX_NUMBERS))
    assert words_of(f"{first} 7 8 9").numbers == words_of(first).numbers
    assert words_of(f"7 {first}").numbers != words_of(first).numbers


def test_short_words_are_function_words_and_long_ones_and_numbers_are_content() -> None:
    for word in ("a", "the", "und", "не"):
        assert not is_content(word)
    for word in ("goes", "Haus", "город", "7", "1.5", "경제", "字", "ไ"):
        assert is_content(word)
    assert not is_content("은")


@given(before=PLAIN_WORDS, word=st.text("abcdefghij0123456789éжह경", min_size=1, max_size=12), after=PLAIN_WORDS)
def test_a_word_has_the_same_byte_at_every_position(before: list[str], word: str, after: list[str]) -> None:
    placed = sequence(" ".join([*before, word, *after]))
    assert placed[len(before) : -len(after)] == sequence(word)


@given(words=PLAIN_WORDS)
def test_the_sequence_consists_of_the_bytes_of_the_single_words(words: list[str]) -> None:
    assert sequence(" ".join(words)) == b"".join(map(sequence, words))


def test_an_ideograph_is_hashed_with_the_next_one() -> None:
    """A single one says little."""
    assert sequence("東京大学")[0] == sequence("東京")[0] != sequence("東北")[0]
    assert sequence("東 京")[0] == sequence("東")[0] == sequence("東、京")[0]


def test_words_are_spread_over_all_bytes() -> None:
    many = b"".join(sequence(word) for word in distinct_words(4000))
    counts = [many.count(byte) for byte in range(FUNCTION_WORDS, 256)]
    assert min(counts) > 2
    assert max(counts) < 60


# -- differences that do not count -----------------------------------------------------------------------------------


def told_otherwise(text: str) -> Iterable[str]:
    """The same words, written differently."""
    yield text.upper()
    yield text.replace(" ", "\n\n  ")
    yield text.replace(" ", "\u00a0")
    yield text.replace(" ", " – ")
    yield f"“{text}”!"
    yield text.replace("e\u0301", "é")


@pytest.mark.parametrize(
    "text",
    [
        "the council voted for 1,000.5 new seats, it said in may",
        "le conseil a voté pour 1.000,5 sièges de plus, e\u0301crit-il",
        "дума приняла закон о бюджете на 2024 год",
        "η βουλή ενέκρινε τον νόμο",
    ],
)
def test_case_spaces_and_punctuation_do_not_count(text: str) -> None:
    wanted = words_of(text)
    for other in told_otherwise(text):
        assert (sequence(other), words_of(other).numbers) == (wanted.sequence, wanted.numbers)


@given(words=PLAIN_WORDS, gaps=st.lists(st.sampled_from([" ", "\n", ", ", "! – ", "…", "\u2003", "’"]), min_size=30))
def test_anything_between_words_does_not_count(words: list[str], gaps: list[str]) -> None:
    assert sequence("".join(map("".join, zip(words, gaps, strict=False)))) == sequence(" ".join(words))


@pytest.mark.parametrize("story", stories("en"))
def test_ascii_is_read_like_any_other_text(story: Story) -> None:
    """It takes a faster path."""
    text = plain(story).encode("ascii", "ignore").decode()
    assert words_of(f"{text} –") == words_of(text)


# -- names, title and site -------------------------------------------------------------------------------------------


def names_of(text: str) -> list[str]:
    """The words with a bit. Words are between single characters."""
    bits = np.unpackbits(np.frombuffer(words_of(text).names, np.uint8))
    return [word for word, bit in zip(re.findall(r"\w+", text), bits.tolist(), strict=False) if bit]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The mayor met Anna Smith in Paris", ["Anna", "Smith", "Paris"]),
        ("He left. Then Berlin fell. Markets rose", ["Then", "Berlin"]),
        ("He left\nMarkets rose", []),
        ("Yesterday, Markets rose", ["Markets"]),
        ("In 2024 the price was 7", ["2024", "7"]),
        ("the Franco-German plan, O’Neill's, and/or Lyon", ["Franco", "German", "Neill", "Lyon"]),
        ("он видел Москву", ["Москву"]),
        ("東京 の 市長", []),
        ("", []),
    ],
)
def test_a_word_is_a_name_if_a_capital_does_not_only_begin_its_sentence(text: str, names: list[str]) -> None:
    assert names_of(text) == names


@given(st.text(st.characters()))
def test_there_is_one_bit_for_each_word(text: str) -> None:
    words = words_of(text)
    assert len(words.names) == len(words.lines) == -(-len(words.sequence) // 8)
    assert len(words.codes) == 2 * len(words.sequence)
    assert len(words.letters) == LETTERS


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("One two\nthree\n\nfour five six", [0, 2, 3]),
        ("\n\nOne\n", [0]),
        ("One\n...\ntwo", [0, 1]),
        ("Größe eins\nzwei 字\n字", [0, 2, 4]),
        ("", []),
        ("...", []),
    ],
)
def test_the_words_that_begin_a_line_are_marked(text: str, starts: list[int]) -> None:
    told = words_of(text, title="Some title")
    assert line_starts(told).tolist() == starts
    assert np.flatnonzero(bits(told.lines, len(told.sequence))).tolist() == starts


def test_the_first_word_begins_a_line_even_if_nothing_is_marked() -> None:
    assert line_starts(words_of("One two\nthree")._replace(lines=b"")).tolist() == [0]


def test_the_letters_are_counted_without_case_digits_and_title() -> None:
    counts = words_of("Abba 1234, c_a", title="zzz").letters
    assert [counts[ord(letter) & 31] for letter in "abcz"] == [3, 2, 1, 0]
    assert sum(counts) == 7  # the underscore is part of a word


def test_a_code_tells_words_apart_and_numbers_from_words() -> None:
    codes = np.frombuffer(words_of("seven 7 eleven 11 seven 7").codes, "<u2").tolist()
    assert codes[:2] == codes[4:]
    assert len(set(codes)) == 4
    assert [code & 1 for code in codes] == [0, 1] * 3


@given(title=st.text(st.characters()), text=st.text(st.characters()))
@example("字", "字")
@example("1.", "5 per cent")
@example("e", "\u0301")
@example("\ufdfa" * 99, "word")
def test_a_title_is_told_in_the_same_bytes_and_changes_nothing_else(title: str, text: str) -> None:
    assert words_of(text, title)._replace(title=b"") == words_of(text)
    assert words_of(text, title).title[TITLE_HASH_BYTES:] == sequence(title[:MAX_TITLE_CHARS])[:MAX_TITLE_WORDS]


def test_titles_whose_words_have_the_same_bytes_are_unequal() -> None:
    same = [word for word in distinct_words(2000) if sequence(word) == sequence("council")][:3]
    titles = [words_of("", f"The {word} voted").title for word in ("council", *same)]
    assert len({title[TITLE_HASH_BYTES:] for title in titles}) == 1
    assert len(set(titles)) == 1 + len(same) > 2


def test_the_site_depends_on_the_host_alone() -> None:
    assert words_of("one", None, "paper.example").site == words_of("other", "title", "paper.example").site
    assert words_of("one", None, "other.example").site != words_of("one", None, "paper.example").site
    assert words_of("one").site == words_of("one", host="").site == 0
    assert 0 < words_of("one", host="\ud800").site < 1 << 16


# -- keys ------------------------------------------------------------------------------------------------------------


def shared_keys(one: str, other: str) -> float:
    keys = set(words_of(one).keys), set(words_of(other).keys)
    return len(keys[0] & keys[1]) / min(map(len, keys))


def test_a_short_text_has_a_key_for_each_pair_and_a_long_one_for_a_share_of_them() -> None:
    assert len(words_of("council voted yesterday").keys) == 2
    assert words_of("council").keys == ()
    assert len(words_of(" ".join(distinct_words(100))).keys) == LEAST_PAIRS + 99 // PAIRS_PER_KEY
    assert len(words_of(" ".join(distinct_words(800))).keys) == LEAST_PAIRS + 800 // PAIRS_PER_KEY
    assert len(words_of(" ".join(distinct_words(3000))).keys) == MOST_PAIRS


def test_names_and_numbers_have_their_own_keys() -> None:
    plain_text = " ".join(distinct_words(100))
    named = plain_text.replace(" ", " Anna Smith 17 ", 1)
    assert len(words_of(named).keys) > len(words_of(plain_text).keys)
    assert len(words_of(" ".join(map(str.capitalize, distinct_words(100)))).keys) == (
        2 * LEAST_PAIRS + 99 // PAIRS_PER_KEY + 99 // NAMES_PER_KEY
    )


def test_another_seed_chooses_other_keys() -> None:
    text = " ".join(map(str.capitalize, distinct_words(600)))
    one, other = (word_codes.words_of(text, seed=seed) for seed in (1, 2))
    assert len(set(one.keys) & set(other.keys)) <= 1
    assert one._replace(keys=()) == other._replace(keys=())
    assert word_codes.words_of(text, seed=1) == one


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_keeps_its_keys_after_another_text_and_shares_few_with_it(language: str) -> None:
    first, *others = [plain(story) for story in stories(language)]
    kept = [shared_keys(text, f"{first}\n{text}") for text in others]
    assert min(kept) > 0.1
    assert sum(kept) / len(kept) > 0.3
    assert max(shared_keys(text, first) for text in others) < 0.1
