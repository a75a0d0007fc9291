"""How much an update changed."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dedup.made_stream import LANGUAGES, stories
from tests.dedup.sketches import SEED
from worker.dedup.changes import difference_of
from worker.dedup.entries import Record, pack_record, unpack_words
from worker.dedup.word_codes import MAX_WORDS, Words, words_of
from worker.messages import Change

MINOR, MAJOR = Change.MINOR, Change.MAJOR
FIRST = "The central bank cuts its main rate to 3.5 percent, governor Maria Lopez announced in Lisbon on Tuesday."
SECOND = "Analysts had expected the decision, which takes effect on 1 June and does not apply to older contracts."
THIRD = "Shares of the largest lenders rose after the announcement, while the currency remained almost unchanged."


def told(*lines: str) -> Words:
    return words_of("\n".join(lines), seed=SEED)


def stored(words: Words) -> Words:
    """The words as the index remembers them."""
    return unpack_words(pack_record(Record("0" * 32, "0" * 32, words)))


def change(new: Words, old: Words) -> Change:
    return difference_of(new, stored(old))[0]


def edited(old: str, new: str, *, line: str = FIRST) -> Change:
    assert old in line
    return change(told(line.replace(old, new), SECOND, THIRD), told(line, SECOND, THIRD))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Read more: Storm closes three harbours", "Read more: Festival opens with a record crowd"),
        ("Updated 10:45", "Updated 11:20"),
        ("Last update: 4 May 2026, 10:45", "Last update: 5 May 2026, 08:02"),
        ("Markets: wheat 214.50, corn 187.25", "Weather: sunny, 24 degrees, light wind"),
    ],
)
def test_a_line_beside_the_story_that_changes_is_a_minor_change(old: str, new: str) -> None:
    assert change(told(FIRST, new, SECOND, THIRD), told(FIRST, old, SECOND, THIRD)) is MINOR


def test_a_short_line_beside_the_story_may_come_and_go() -> None:
    line = "Listen to our podcast every Friday"
    assert change(told(FIRST, line, SECOND, THIRD), told(FIRST, SECOND, THIRD)) is MINOR
    assert change(told(FIRST, SECOND, THIRD), told(FIRST, line, SECOND, THIRD)) is MINOR


@pytest.mark.parametrize(
    ("old", "new"),
    [("announced", "anounced"), ("governor", "govenror"), ("central", "centraal"), ("announced", "annouced")],
)
def test_a_word_spelled_in_another_way_is_a_minor_change(old: str, new: str) -> None:
    assert edited(old, new) is MINOR
    assert edited(new, old, line=FIRST.replace(old, new)) is MINOR


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cuts", "raises"),
        ("cuts its main", "leaves its main"),
        ("3.5", "4.5"),
        ("Lopez", "Gomez"),
        ("Lisbon", "Lisboa"),
        ("announced", "denied"),
        ("announced", "has not announced"),
        ("central", "commercial"),
        ("on Tuesday", ""),
        ("cuts", "cats"),
    ],
)
def test_another_word_number_or_name_and_a_negation_are_major_changes(old: str, new: str) -> None:
    assert edited(old, new) is MAJOR


@pytest.mark.parametrize(
    "line",
    [
        "The bank later said that the main rate would fall again in autumn, Maria Lopez confirmed.",
        "Correction: the decision takes effect on 1 July.",
        "Police arrested two men near the harbour after a chase that lasted for more than an hour and ended at a bridge",
    ],
)
def test_a_paragraph_more_is_a_major_change(line: str) -> None:
    assert change(told(FIRST, SECOND, line, THIRD), told(FIRST, SECOND, THIRD)) is MAJOR


def test_a_paragraph_that_is_gone_is_a_major_change() -> None:
    assert change(told(FIRST, THIRD), told(FIRST, SECOND, THIRD)) is MAJOR


def test_a_typo_beside_a_changed_line_is_a_major_change_because_the_letters_of_the_line_are_unknown() -> None:
    old = told(FIRST, "Read more: Storm closes three harbours", SECOND)
    new = told(FIRST.replace("announced", "anounced"), "Read more: Festival opens with a crowd", SECOND)
    assert change(new, old) is MAJOR


def test_what_differs_beyond_the_compared_words_is_a_major_change() -> None:
    rng = Random(1)
    long = [" ".join(rng.choices(FIRST.split(), k=20)) for _ in range(MAX_WORDS // 15)]
    assert change(told(*long, "rates fall"), told(*long, "rates climb")) is MAJOR
    assert change(told(*long, "rates fall!"), told(*long, "rates fall.")) is MINOR


def test_versions_without_words_differ_in_an_unknown_way() -> None:
    assert difference_of(told("!"), told("?")) == (MAJOR, 0.0)


def test_the_similarity_is_the_share_of_common_words() -> None:
    half = " ".join(["word"] * 10)
    assert difference_of(told(FIRST), told(FIRST))[1] == 1
    assert difference_of(told(f"{half} {half}"), told(half))[1] == pytest.approx(2 / 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rotating_line_is_a_minor_change_in_every_language(language: str) -> None:
    for story in stories(language):
        one, two, *_ = sorted(story.furniture, key=len)
        before, after = story.paragraphs[:1], story.paragraphs[1:]
        assert change(told(*before, one, *after), told(*before, two, *after)) is MINOR


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_update_of_a_story_is_a_major_change_in_every_language(language: str) -> None:
    for story in stories(language):
        before, after = story.paragraphs[:1], story.paragraphs[1:]
        assert change(told(*before, *story.update, *after), told(*before, *after)) is MAJOR


TEXTS = st.lists(st.sampled_from([FIRST, SECOND, THIRD, "Updated 10:45", "Updated 11:20", "Read more", "!", ""]))


@given(new=TEXTS, old=TEXTS)
def test_any_two_versions_can_be_compared(new: list[str], old: list[str]) -> None:
    _, similarity = difference_of(told(*new), stored(told(*old)))
    assert 0 <= similarity <= 1
