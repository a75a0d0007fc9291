from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.commands import word_diff as module
from worker.commands.word_diff import GAP, Run, changed_words, shortened, word_diff

SENTENCE = "The mayor said on Monday that the bridge over the river would open again. "


def diff(before: str, after: str) -> list[Run]:
    runs = word_diff(before, after)
    assert runs is not None
    return runs


def test_a_changed_word_is_deleted_and_inserted_between_what_stays() -> None:
    assert diff("The old mayor said so", "The new mayor said so") == [
        Run("same", "The "),
        Run("deleted", "old "),
        Run("inserted", "new "),
        Run("same", "mayor said so"),
    ]


def test_equal_texts_are_one_run_and_empty_texts_are_none() -> None:
    assert diff("the same", "the same") == [Run("same", "the same")]
    assert diff("", "") == []
    assert diff("", "new") == [Run("inserted", "new")]
    assert diff("old", "") == [Run("deleted", "old")]


def test_a_removed_line_is_one_deletion() -> None:
    assert diff(f"First line\n{SENTENCE}\nLast line", "First line\nLast line") == [
        Run("same", "First line\n"),
        Run("deleted", f"{SENTENCE}\n"),
        Run("same", "Last line"),
    ]


def test_a_word_at_the_end_of_a_line_is_the_same_word_as_within_it() -> None:
    assert diff("one two\nthree", "one two three")[0] == Run("same", "one two ")


def test_one_common_word_between_long_changes_is_no_island() -> None:
    runs = diff("alpha beta gamma the delta epsilon zeta", "un deux trois the quatre cinq six")
    assert [run.kind for run in runs] == ["deleted", "inserted"]


@pytest.mark.parametrize(("before", "after"), [("今日は雨です", "今日は雪です"), ("ฝนตกหนักมากวันนี้", "ฝนตกหนักมากพรุ่งนี้")])
def test_scripts_without_spaces_are_compared_in_small_pieces(before: str, after: str) -> None:
    runs = diff(before, after)
    assert runs[0].kind == "same"
    assert len(runs[1].text) < len(before)


@given(st.text(alphabet="ab \n", max_size=60), st.text(alphabet="ab \n", max_size=60))
def test_the_runs_make_up_both_texts(before: str, after: str) -> None:
    runs = diff(before, after)
    for text, other in ((before, "inserted"), (after, "deleted")):
        made = "".join(run.text for run in runs if run.kind != other)
        assert made.replace(" ", "") == text.replace(" ", "")


def test_words_are_counted_on_each_side() -> None:
    assert changed_words(diff("a b c\nd", "a x y z c\nd")) == (1, 3)


def test_only_words_near_a_change_are_left_of_a_long_text() -> None:
    long = SENTENCE * 20
    runs = shortened(diff(f"{long}old {long}", f"{long}new {long}"), 3)
    assert runs == [
        Run("same", "… would open again. "),
        Run("deleted", "old "),
        Run("inserted", "new "),
        Run("same", f"The mayor said{GAP}"),
    ]
    assert shortened(diff("one old two", "one new two"), 3)[0] == Run("same", "one ")


def test_texts_with_too_many_changed_words_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CELLS", 99)
    assert word_diff("a " * 10, "b " * 10) is None
    assert word_diff("a " * 9, "b " * 10) is not None
    assert word_diff(f"{SENTENCE * 1000}old", f"{SENTENCE * 1000}new") is not None
    monkeypatch.setattr(module, "MOST_CHARS", 99)
    assert word_diff("a" * 50, "b" * 50) is None


@pytest.mark.parametrize("unit", ["a", "a ", "\n", " ", "ab ", "中", "ก", "a\n", "\u00a0"])
def test_two_hostile_texts_of_a_megabyte_take_bounded_time(unit: str) -> None:
    made = random.Random(7)
    others = "".join(made.choices(["b", "c ", unit], k=(1 << 20) // len(unit)))
    begin = time.process_time()
    word_diff(unit * ((1 << 20) // len(unit)), others)
    assert time.process_time() - begin < 10
