"""The compiled parts give the same as the Python code, for any lines."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.lexicons import BODY, PHRASES, read
from tests.implementations import COMPILED, in_python, needs_compiled
from worker.residue import candidates, shape, tables
from worker.residue.bits import CONCEPTS
from worker.residue.forms import FORMS, MARKS
from worker.residue.lexicon import lexicons, packed_word
from worker.residue.model import line_model
from worker.residue.packing import packed_lexicons, packed_signs, spelled
from worker.residue.place import PLACES, places
from worker.residue.reading import Reader, Reading
from worker.residue.tokens import has_tokens
from worker.residue.votes import SIGNS as SIGNS_OF_WORDS
from worker.residue.votes import Votes

pytestmark = needs_compiled

EXAMPLES = [line.text for line in read(PHRASES, "taught")]
_WORDS = sorted({word for line in EXAMPLES[::5] for word in line.split()})
_SPACES = (
    " ",
    "  ",
    "\t",
    "\x1c",
    "\x85",
    "\xa0",
    "\u1680",
    "\u2003",
    "\u2028",
    "\u202f",
    "\u205f",
    "\u3000",
    "\u200b",
)
_ODD = (
    "",
    "find",
    "out",
    "Sign",
    "up",
    "x" * 25,
    "é" * 25,
    "漢" * 30,
    "記事を読む",
    "a\0b",
    ":",
    "|",
    "-",
    "(c)",
    "10:30",
    "…",
)
_A_LINE = st.lists(st.sampled_from(_WORDS) | st.sampled_from(_ODD) | st.text(max_size=6), max_size=12)
LINES = st.lists(
    st.sampled_from(EXAMPLES) | st.tuples(st.sampled_from(_SPACES), _A_LINE).map(lambda parts: parts[0].join(parts[1])),
    max_size=9,
)
LANGUAGES = st.sampled_from(lexicons().languages[1:])


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """These tests compare the two, so both must be there."""
    assert COMPILED


def chosen(lines: Sequence[str], votes: Votes, thresholds: int = 61) -> list[list[tuple[int, bool]]]:
    """The lines that are chosen for each of many thresholds: so equal results mean nearly equal scores."""
    one, *others = line_model().terms
    added = np.linspace(-9, 9, thresholds)
    return [list(candidates._chosen(lines, votes, (one + more, *others))) for more in added]


def rows(lines: Sequence[str], language: int) -> bytes:
    """What is read of all lines with words: features, languages, and how many words follow a head."""
    worded = [at for at, line in enumerate(lines) if has_tokens(line)]
    texts = [lines[at].strip() for at in worded]
    found = shape.read(Reader(language), texts, places(lines, worded)) if worded else ()
    return b"".join(numbers.tobytes() for numbers in found)


def assert_same(lines: Sequence[str], language: str, thresholds: int = 61) -> None:
    """Scores and features are equal to the last bit."""
    number = lexicons().number[language]
    votes = line_model().votes(number)
    found = chosen(lines, votes, thresholds), rows(lines, number)
    with in_python():
        assert found == (chosen(lines, votes, thresholds), rows(lines, number))


@given(LINES, LANGUAGES)
def test_any_lines_give_the_same(lines: list[str], language: str) -> None:
    assert_same(lines, language)


@pytest.mark.parametrize("language", ["de", "en", "ja", "th", "ru"])
def test_lines_of_boilerplate_in_all_languages_give_the_same(language: str) -> None:
    assert_same([*BODY.split("\n"), *EXAMPLES], language, 3)


@pytest.mark.parametrize("space", _SPACES)
def test_words_are_split_at_the_same_white_space(space: str) -> None:
    assert_same([f"{space}Subscribe{space}{space}to our{space}newsletter{space}", space, f"by{space}x"], "en")


def entries(nth: int) -> list[str]:
    """Every nth entry of the lexicons: words, stems, parts of phrases, words with capitals."""
    found = tables.load()
    return sorted(entry.rstrip("*") for entry in {*found.masks, *found.phrases, *found.inner})[::nth]


_AROUND = (
    *(("", ""), ("", "x"), ("(", ".”"), ("un-", ""), ("", "-ing"), ("", "’s"), ("d'", "!"), ("“", "—now"), ("ال", "")),
    *(("", "-sign-up"), ("A", "-1"), ("", ".com"), ("x@", ".de"), ("וה", "…"), ("", "/read"), ("3", ""), ("", "ς")),
)


@pytest.mark.parametrize(
    ("around", "language"), list(zip(_AROUND, cycle(["en", "de", "ru", "ar", "he", "tr", "el", "zh"]), strict=False))
)
def test_words_like_those_of_the_lexicons_mean_the_same(around: tuple[str, str], language: str) -> None:
    """The compiled parts look up words themselves, except those that only Python can spell."""
    number = lexicons().number[language]
    votes = Votes(lexicons(), number, line_model().weights.tolist())
    words = [f"{around[0]}{entry}{around[1]}" for entry in entries(397 - 10 * _AROUND.index(around))]
    lines = [form(word) for word in words for form in (str, str.title, str.upper)]
    found = chosen(lines, votes), rows(lines, number)
    with in_python():
        assert found == (chosen(lines, votes), rows(lines, number))


_NUMBERS = st.text("0123456789.,:/-hkm %$", min_size=1, max_size=8)


@given(st.lists(_NUMBERS | st.from_regex(r"[0-9]{1,4}([.-][0-9]{1,4}){0,3}", fullmatch=True), max_size=9))
def test_numbers_dates_and_times_mean_the_same(words: list[str]) -> None:
    assert_same([*words, " ".join(["Updated", *words])], "en")


class Noting(Votes):
    """Votes that note what the compiled part asks."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.asked: list[str] = []

    def learn(self, text: str) -> tuple[float, bool, bytes | None]:
        self.asked.append(text)
        return super().learn(text)


def test_most_words_need_no_python() -> None:
    votes = Noting(lexicons(), lexicons().number["en"], line_model().weights.tolist())
    chosen(["(Xyzzyk frobni-quuxl, “newsletter” 4711! don’t 61% $1,000 2.75 Schön Подпишитесь", "Updated 10:30"], votes)
    assert votes.asked == ["10:30"]


def test_a_line_with_half_a_character_gives_the_same() -> None:
    assert_same(["Subscribe to our newsletter", "Read \ud83d also", "Follow us"], "en")


def test_lines_of_any_length_give_the_same() -> None:
    assert_same(["a " * half + "©" * odd for half in range(118, 123) for odd in range(3)] + ["", "é" * 240], "en")


def test_more_words_than_are_remembered_give_the_same() -> None:
    votes = Votes(lexicons(), lexicons().number["en"], line_model().weights.tolist())
    votes.most = 7_000
    words = [f"w{number:x}q" for number in range(8_000)]
    lines = [" ".join(["newsletter", *words[at : at + 20]]) for at in range(0, len(words), 20)]
    found = chosen(lines, votes, 3)
    assert len(votes) == 0
    with in_python():
        assert found == chosen(lines, votes, 3)


def test_words_that_differ_only_at_the_end_take_no_longer_to_find() -> None:
    """The end of eight bytes could be chosen so that all words have their slots in one place of the table."""
    marks = [chr(code) for code in range(0x21, 0x7F)]
    words = [f"qz,3xk{one}{two}" for one in marks for two in marks]
    lines = [" ".join(words[at : at + 26]) for at in range(0, len(words), 26)]
    votes = Votes(lexicons(), lexicons().number["en"], line_model().weights.tolist())
    chosen(lines, votes, 1)
    begin = time.process_time()
    chosen(lines, votes, 20)
    assert time.process_time() - begin < 0.3  # 0.004 s; if the words are in one place, 1 s


def test_what_is_forgotten_changes_nothing() -> None:
    def votes(most: int) -> Votes:
        found = Votes(lexicons(), lexicons().number["en"], line_model().weights.tolist())
        found.most = most
        return found

    expected = chosen(EXAMPLES[:2000], votes(100_000), 5)
    assert chosen(EXAMPLES[:2000], votes(300), 5) == expected
    with in_python():
        assert chosen(EXAMPLES[:2000], votes(300), 5) == expected


def test_code_that_asks_for_votes_while_votes_are_added_up_is_answered() -> None:
    asked = []

    class Asking(Votes):
        def learn(self, text: str) -> tuple[float, bool, bytes | None]:
            asked.append(chosen(["Subscribe to our newsletter"], self))
            return super().learn(text)

    votes = Asking(lexicons(), lexicons().number["en"], line_model().weights.tolist())
    chosen(["Updated 10:30"], votes)
    assert chosen(["Subscribe to our newsletter"], votes) in asked


# -- What does not belong together -----------------------------------------------------------------------------------


def small_lexicon(packed: bytes | None = None) -> object:
    """A lexicon of one language with a word, a stem and a phrase."""
    assert candidates.C_VOTES
    return candidates.C_VOTES.lexicon(7, SMALL if packed is None else packed)


SMALL = packed_lexicons(
    tables.read(
        {"any": {"concepts": {"app": "Signal"}}, "ar": {"concepts": {"read": "see read* tap_he*"}, "prefixes": ["x"]}}
    )
).entries


class Wrong:
    """Says something else than `Votes`."""

    def __init__(self, learned: object, folded: object = "", of: object = (0, 0.0), spelled: object = None) -> None:
        self._said = learned, folded, of, spelled
        assert candidates.C_VOTES
        self.table = candidates.C_VOTES.table(7, small_lexicon())

    def spelled(self, _: str) -> object:
        return self._said[3]

    def learn(self, _: str) -> object:
        return self._said[0]

    def folded(self, _: str) -> object:
        return self._said[1]

    def of(self, _: list[str]) -> object:
        return self._said[2]


PHRASE = b"\0" * 8 + b"\x01\x00\x02up"


SIGNS = packed_signs((1.0,) * len(SIGNS_OF_WORDS))


def ask(
    votes: object, lines: object = ("10:30 üp",), most_chars: int = 240, signs: bytes = SIGNS, own: int = 1
) -> object:
    """Choose among lines. The default has a text that only Python can read, and a word that Python spells."""
    assert candidates.C_VOTES
    limits = most_chars, 60, 4, 2, 1 << 16
    weights = (1.0,) * 9 + (float(1 << 20), 1024.0)
    return candidates.C_VOTES.chosen(votes.table, votes, lines, weights, signs, own, limits, ".")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "votes",
    [
        *(Wrong(None), Wrong((1.0, True)), Wrong(("x", True, None)), Wrong((1.0, True, 3))),
        *(Wrong((1.0, True, PHRASE), None), Wrong((1.0, True, PHRASE), b"x"), Wrong((1.0, True, PHRASE), "\ud800")),
        *(Wrong((1.0, False, PHRASE), "up", None), Wrong((1.0, False, PHRASE), "up", (1.5, 0.0))),
    ],
)
def test_answers_of_another_kind_are_refused(votes: Wrong) -> None:
    with pytest.raises((TypeError, UnicodeEncodeError)):
        ask(votes)


@pytest.mark.parametrize("end", range(1, len(PHRASE)))
def test_phrases_that_end_too_early_are_none(end: int) -> None:
    assert ask(Wrong((1.0, True, PHRASE[:end]), "up"))


@pytest.mark.parametrize("lines", [7, (b"bytes",), ("one", None)])
def test_lines_that_are_no_strings_are_refused(lines: object) -> None:
    with pytest.raises(TypeError):
        ask(Wrong((1.0, True, None)), lines)


def test_longer_lines_than_there_is_room_for_are_refused() -> None:
    with pytest.raises(ValueError, match="too many characters"):
        ask(Wrong((1.0, True, None)), most_chars=256)


@pytest.mark.parametrize("signs", [b"", SIGNS[:31], SIGNS[:32], SIGNS[:-1], SIGNS[: 32 + 4 * 8], SIGNS + bytes(8 * 64)])
def test_weights_that_do_not_fit_the_signs_are_refused(signs: bytes) -> None:
    with pytest.raises(ValueError, match="weights of signs"):
        ask(Wrong((1.0, True, None)), signs=signs)


@pytest.mark.parametrize("own", [-1, 64])
def test_votes_in_a_language_that_is_none_are_refused(own: int) -> None:
    with pytest.raises(ValueError, match="language"):
        ask(Wrong((1.0, True, None)), own=own)


UP = spelled("üp")


@pytest.mark.parametrize("end", range(len(UP or b"") + 1))
def test_words_that_are_spelled_in_part_are_asked_for(end: int) -> None:
    assert UP
    assert ask(Wrong((1.0, True, None), spelled=UP[:end]))
    assert ask(Wrong((1.0, True, None), spelled=b"\xff" * end))


@pytest.mark.parametrize("end", range(len(SMALL)))
def test_lexicons_that_end_too_early_are_refused(end: int) -> None:
    with pytest.raises(ValueError, match="not packed lexicons"):
        small_lexicon(SMALL[:end])


@given(st.binary(max_size=6) | st.binary(min_size=250, max_size=260))
def test_words_that_are_no_text_have_no_entries(word: bytes) -> None:
    part, found = candidates.C_VOTES, small_lexicon()
    assert part
    assert part.place(found, b"\xff" + word) == 0
    assert part.stems(found, b"\xff" + word) == []


@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=3))
def test_damaged_lexicons_are_refused_or_read(changes: list[tuple[int, int]]) -> None:
    """Those of the build have a hash, so this only proves that nothing is read beyond the end."""
    damaged = bytearray(SMALL)
    for place, byte in changes:
        damaged[place] = byte
    votes = Wrong((1.0, True, None), spelled=UP)
    with suppress(ValueError):
        votes.table = candidates.C_VOTES.table(7, small_lexicon(bytes(damaged)))  # type: ignore[union-attr]
        assert ask(votes, ("Reader Signal tap here see xreading üp read-up-see", "tap he’s", "see also"))


def fill(
    text: object, place: object = (0.0,) * len(PLACES), features: int = len(PLACES), own: int = 1, **answers: Any
) -> None:
    """Read a text with a new table, while Python answers otherwise than it does."""
    assert shape.C_SHAPE
    asked = shape._Asked(Reader(lexicons().number["en"]))
    for name, answer in answers.items():
        setattr(asked, name, lambda *_, answer=answer: answer)
    table = shape.C_SHAPE.table(7, lexicons().compiled)
    found = np.empty((len(shape.NAMES) - len(PLACES) + features, 1), np.float32)
    shape.C_SHAPE.fill(found, np.empty((2, 1), np.int32), table, asked, own, lexicons().number["en"], [text], [place])


def fill_with(reading: object, numbers: object = (0.0,) * (len(FORMS) + len(MARKS))) -> None:
    """Read a text that only Python can read."""
    fill("関連記事を読む", described=(reading, 1, numbers))


def reading(**fields: Any) -> Reading:
    found = Reader(lexicons().number["en"]).read("Related: Minister opens bridge")
    assert found
    assert found.rest
    return found._replace(**fields)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"masks": []}, ValueError),
        ({"split": -1, "rest": ()}, ValueError),
        ({"split": 1, "rest": ()}, ValueError),
        ({"split": 1 << 70}, OverflowError),
        ({"masks": [1 << 128]}, OverflowError),
        ({"mask": -1}, OverflowError),
        ({"masks": ["word"]}, AttributeError),
        ({"masks": [1, 2]}, IndexError),
        ({"words": [None]}, AttributeError),
        ({"weights": ["1"]}, TypeError),
        ({"rest": [7]}, TypeError),
        ({"rest": [()]}, IndexError),
    ],
)
def test_readings_whose_parts_do_not_fit_are_refused(fields: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        fill_with(reading(**fields))


def test_other_numbers_of_features_are_refused() -> None:
    for place, features in (((0.0,), 2), ((), 1), ((0.0, 0.0), 1), ((), -1)):
        with pytest.raises(ValueError, match="not the features"):
            fill("Read also", place, features)
    with pytest.raises(ValueError, match="not the features"):
        fill_with(reading(), (0.0,))
    with pytest.raises(TypeError):
        fill_with(tuple(reading())[:8])


@pytest.mark.parametrize("kind", [-1, 1 << 40])
def test_other_kinds_of_first_characters_are_no_errors(kind: int) -> None:
    fill("„sign up“", first_kind=kind)


WORD = packed_word("sign", lexicons()["sign"])


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("10:30 up", {"written": None}),
        ("10:30 up", {"written": "text"}),
        ("10:30 up", {"written": WORD[:2]}),
        ("10:30 up", {"written": WORD[:-1]}),
        ("„sign up“", {"spaced": 7}),
        ("„sign up“", {"spaced": ()}),
        ("„sign up“", {"spaced": (["sign"], "0")}),
        ("„sign up“", {"spaced": (["sign"], 2)}),
        ("„sign up“", {"spaced": (["sign"], -1)}),
        ("„sign up“", {"spaced": ([b"sign"], 0)}),
        ("„sign up“", {"spaced": (7, 0)}),
        ("„sign up“", {"first_kind": "x"}),
        ("関連記事", {"described": 7}),
        ("関連記事", {"described": (1, "1", ())}),
        (7, {}),
        (b"sign up", {}),
    ],
)
def test_answers_about_lines_of_another_kind_are_refused(text: object, answers: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        fill(text, **answers)


@pytest.mark.parametrize("end", range(len(WORD)))
def test_words_that_are_written_in_part_are_refused_or_read(end: int) -> None:
    with suppress(TypeError):
        fill("10:30 up sign", written=WORD[:end])


def test_lines_with_too_many_or_too_long_tokens_are_read_by_python() -> None:
    lines = [" ".join("ab" * 300), "x" * 101, "x" * 240, "©" * 260, "é" * 200, "é." * 150, "(c)" * 90]
    assert_same(lines, "en")


def test_a_language_that_is_none_is_refused() -> None:
    for own in (-1, 256):
        with pytest.raises(ValueError, match="language"):
            fill("sign up", own=own)


def test_code_that_reads_lines_while_a_line_is_read_is_answered() -> None:
    found = []
    lines, asked = ["Sign up at 10:30"], shape._Asked

    class Asking(shape._Asked):
        @staticmethod
        def written(token: str) -> bytes:
            found.append(rows(lines, 1))
            return asked.written(token)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shape, "_Asked", Asking)
        shape._table.cache_clear()
        assert rows(lines, 1) in found


def test_masks_that_do_not_fit_the_classes_are_refused() -> None:
    assert shape.C_SHAPE
    sound = b"\0" * 144, b"\0" * 16, b"\0" * 16, b"", b"\0" * 16 + b"\x02" + b"\0" * 7, b"\0" * 16 + b"\x02" + b"\0" * 7
    for number, wrong in enumerate((b"\0" * 16, b"\0" * 17, b"", b"\0" * 15, b"\0" * 24, b"\0" * 25)):
        masks = [wrong if at == number else right for at, right in enumerate(sound)]
        with pytest.raises(ValueError, match="of the classes"):
            shape.C_SHAPE.bind(len(CONCEPTS), *masks)
    with pytest.raises(ValueError, match="of the classes"):
        shape.C_SHAPE.bind(129, *sound)
    shape._bind(shape.C_SHAPE)
    assert_same(EXAMPLES[:50], "en")


# -- Memory -----------------------------------------------------------------------------------------------------------


def _use_everything() -> None:
    """Judge lines with new words, and fail in every way that can be provoked."""
    votes = Votes(lexicons(), lexicons().number["en"], line_model().weights.tolist())
    chosen(EXAMPLES[:40], votes)
    fill_with(reading())
    fill("Xyzzy: „sign up“")
    for wrong in (Wrong(None), Wrong((1.0, True, PHRASE), None), Wrong((1.0, False, PHRASE), "up", None)):
        with suppress(TypeError):
            ask(wrong)
    for fields in ({"masks": ["word"]}, {"rest": [7]}, {"words": [None]}, {"mask": -1}):
        with suppress(TypeError, AttributeError, OverflowError):
            fill_with(reading(**fields))
    for answers in ({"written": None}, {"spaced": ([b"sign"], 0)}, {"first_kind": "x"}):
        with suppress(TypeError):
            fill("10:30 „sign up“", **answers)
    with suppress(ValueError):
        shape.C_SHAPE.bind(1, b"", b"", b"", b"", b"", b"")  # type: ignore[union-attr]
    shape._bind(shape.C_SHAPE)


def test_no_memory_is_lost_even_by_failures() -> None:
    tracemalloc.start()
    try:
        before = _memory_after(600)  # by then Python has all the tuples and numbers that it keeps to use them again
        assert _memory_after(400) - before < 40_000
    finally:
        tracemalloc.stop()


def _memory_after(times: int) -> int:
    for _ in range(times):
        _use_everything()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
