"""English texts look to the index as if they were written in other scripts."""

from __future__ import annotations

import pytest

from training.pairs import Doc
from training.scripts import PLAIN, SCRIPTS, in_other_scripts, written
from worker.dedup.profile import Profile
from worker.dedup.word_codes import words_of

TEXT = "On Monday Anna Smith of Kelmscar said that 17 houses had burned.\nThe fire began at noon."
OTHERS = [script for script in SCRIPTS if script != PLAIN]


def profile(script: str) -> Profile:
    return Profile(words_of(SCRIPTS[script](TEXT), seed=1))


@pytest.mark.parametrize("script", OTHERS)
def test_other_scripts_have_neither_names_nor_numbers(script: str) -> None:
    assert not profile(PLAIN).is_nameless
    assert profile(script).is_nameless


@pytest.mark.parametrize(("script", "unspaced"), [("caseless", False), ("unspaced", True), ("joined", True)])
def test_some_scripts_have_no_spaces(script: str, unspaced: bool) -> None:
    assert profile(script).is_unspaced is unspaced
    assert not profile(PLAIN).is_unspaced


@pytest.mark.parametrize("script", OTHERS)
def test_a_word_is_always_written_alike_and_lines_stay(script: str) -> None:
    write = SCRIPTS[script]
    assert write("Fire") == write("fire") != write("water")
    assert write(TEXT).count("\n") == 1


def test_articles_are_in_clusters_of_their_script_and_name_their_story() -> None:
    doc: Doc = {"id": "1", "cluster": "fire", "kind": "base", "text": TEXT}
    (one,) = written([doc], "caseless")
    assert (one["id"], one["cluster"], one["script"], one["story"]) == (
        "1 caseless",
        "fire caseless",
        "caseless",
        "fire",
    )
    copies = in_other_scripts([doc, {**doc, "id": "2"}])
    assert [pair.label for pair in copies.pairs] == [True] * len(OTHERS)
