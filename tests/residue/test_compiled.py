"""The compiled parts give the same as the Python code, for any lines."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.lexicons import BODY, PHRASES, read
from tests.implementations import COMPILED, in_python, needs_compiled
from worker.residue import candidates, shape
from worker.residue.bits import CONCEPTS
from worker.residue.forms import FORMS, MARKS
from worker.residue.lexicon import filter_for, lexicons
from worker.residue.model import line_model
from worker.residue.packing import packed_word
from worker.residue.place import PLACES, places
from worker.residue.reading import Reader, Reading
from worker.residue.tokens import has_tokens
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
    """The features of all lines with words."""
    worded = [at for at, line in enumerate(lines) if has_tokens(line)]
    texts = [lines[at].strip() for at in worded]
    return shape.features(Reader(language), texts, places(lines, worded)).tobytes() if worded else b""


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


@pytest.mark.parametrize("more", ["", "x", "-x", "-ing", ".", "”", ")", "-sign", "1"])
def test_words_that_nearly_mean_something_vote_the_same(more: str) -> None:
    """The compiled part judges most words without a meaning itself."""
    entries = sorted(lexicons().entries())[::97]
    words = [f"{before}{entry.rstrip('*')}{more}" for entry in entries for before in ("", "(", "un-")]
    votes = line_model().votes(lexicons().number["en"])
    lines = [form(word) for word in words for form in (str, str.title)]
    found = chosen(lines, votes)
    with in_python():
        assert found == chosen(lines, votes)


class Noting(Votes):
    """Votes that note what the compiled part asks."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.asked: list[str] = []

    def learn(self, text: str) -> tuple[float, bool, bytes | None]:
        self.asked.append(text)
        return super().learn(text)


def test_most_words_without_a_meaning_need_no_python() -> None:
    votes = Noting(lexicons(), lexicons().number["en"], line_model().weights.tolist())
    chosen(["(Xyzzyk frobni-quuxl, “blorpt” 4711! plughx’s"], votes)
    assert votes.asked == ["plughx’s"]


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


def test_a_full_table_keeps_the_words_that_mean_something() -> None:
    votes = Noting(lexicons(), lexicons().number["en"], line_model().weights.tolist())
    votes.most = 400
    meaning = [line for line in EXAMPLES[:30] if line.isascii()]
    first = chosen(meaning, votes, 1)
    known = len(votes.asked)
    assert 20 < known < 200
    chosen([f"xyzzyqu{chr(97 + one)}{chr(97 + two)}" for one in range(26) for two in range(26)], votes, 1)
    assert chosen(meaning, votes, 1) == first
    assert not set(votes.asked[known:]) & set(votes.asked[:known])


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
    assert chosen(["Subscribe to our newsletter"], votes) in asked


# -- What does not belong together -----------------------------------------------------------------------------------


class Wrong:
    """Says something else than `Votes`."""

    def __init__(self, learned: object, folded: object = "", of: object = (0, 0.0)) -> None:
        self._said = learned, folded, of
        assert candidates.C_VOTES
        self.table = candidates.C_VOTES.table(7, candidates.C_VOTES.filter(["sign", "up"]))

    def learn(self, _: str) -> object:
        return self._said[0]

    def folded(self, _: str) -> object:
        return self._said[1]

    def of(self, _: list[str]) -> object:
        return self._said[2]


PHRASE = b"\0" * 8 + b"\x01\x00\x02up"


def ask(votes: object, lines: object = ("sign up",), most_chars: int = 240) -> object:
    assert candidates.C_VOTES
    return candidates.C_VOTES.chosen(
        votes.table, votes, lines, (1.0,) * 9 + (float(1 << 20), 1024.0, 0.0, 0.0, 0.0), (most_chars, 60, 4, 2, 1 << 16), "."  # type: ignore[attr-defined]
    )  # fmt: skip


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


def fill(
    text: object, place: object = (0.0,) * len(PLACES), features: int = len(PLACES), own: int = 1, **answers: Any
) -> None:
    """Read a text with a new table, while Python answers otherwise than it does."""
    assert shape.C_SHAPE
    asked = shape._Asked(Reader(lexicons().number["en"]))
    for name, answer in answers.items():
        setattr(asked, name, lambda *_, answer=answer: answer)
    table = shape.C_SHAPE.table(7, filter_for(shape.C_SHAPE))
    found = np.empty((len(shape.NAMES) - len(PLACES) + features, 1), np.float32)
    shape.C_SHAPE.fill(found, table, asked, own, lexicons().number["en"], [text], [place])


def fill_with(reading: object, numbers: object = (0.0,) * (len(FORMS) + len(MARKS))) -> None:
    """Read a text that only Python can read."""
    fill("関連記事を読む", described=(reading, numbers))


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
        ("sign up", {"written": None}),
        ("sign up", {"written": "text"}),
        ("sign up", {"written": WORD[:2]}),
        ("sign up", {"written": WORD[:-1]}),
        ("„sign up“", {"spaced": 7}),
        ("„sign up“", {"spaced": ()}),
        ("„sign up“", {"spaced": (["sign"], "0")}),
        ("„sign up“", {"spaced": (["sign"], 2)}),
        ("„sign up“", {"spaced": (["sign"], -1)}),
        ("„sign up“", {"spaced": ([b"sign"], 0)}),
        ("„sign up“", {"spaced": (7, 0)}),
        ("„sign up“", {"first_kind": "x"}),
        ("関連記事", {"described": 7}),
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
        fill("sign up sign", written=WORD[:end])


def test_lines_with_too_many_or_too_long_tokens_are_read_by_python() -> None:
    lines = [" ".join("ab" * 300), "x" * 101, "x" * 240, "©" * 260, "é" * 200, "é." * 150, "(c)" * 90]
    assert_same(lines, "en")


def test_a_language_that_is_none_is_refused() -> None:
    for own in (-1, 256):
        with pytest.raises(ValueError, match="language"):
            fill("sign up", own=own)


def test_code_that_reads_lines_while_a_line_is_read_is_answered() -> None:
    found = []
    lines, asked = ["Zzyx-sign up here"], shape._Asked

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
            fill("„sign up“", **answers)
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
