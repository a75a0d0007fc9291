from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.example import Example, fold
from training.scores import overlap, score
from worker.extraction.blocks import Blocks
from worker.extraction.characters import count_characters
from worker.extraction.wording import hash_words

STORY = "The council voted on Monday to keep the old bridge open for another year " * 4
MENU = "Home news sport weather culture travel and many other sections of this paper"


def example(texts: list[str], gold: str | None, wanted: list[str], unwanted: list[str]) -> Example:
    empty = np.zeros((len(texts), 0), np.float32)
    words = hash_words(count_characters(texts))
    ones = np.ones(len(texts))
    blocks = replace(Blocks.empty(), texts=texts)
    return Example("id", "traf", 0, blocks, empty, ones, ones, words, gold, wanted, unwanted)


def test_the_same_text_scores_one_and_another_text_scores_zero() -> None:
    assert overlap(STORY, STORY) == (1, 1)
    assert overlap(STORY, MENU) == (0, 0)


def test_an_empty_text_has_no_precision() -> None:
    assert overlap(STORY, "") == (None, 0)
    assert overlap("", STORY) == (0, None)


def test_pages_are_averaged_and_snippets_are_counted() -> None:
    good = example([STORY, MENU], STORY, ["old bridge open"], ["Home news"])
    bad = example([STORY, MENU], STORY, ["old bridge open"], ["Home news"])
    result = score([(good, np.array([True, False])), (bad, np.array([True, True]))])
    assert result["pages"] == 2
    assert result["recall"] == 1
    assert result["precision"] == pytest.approx((1 + overlap(STORY, f"{STORY}\n{MENU}")[0]) / 2, abs=1e-4)  # type: ignore[operator]
    assert result["snippet_F"] == pytest.approx(2 * 2 / (2 * 2 + 1), abs=1e-4)


def test_pages_of_one_site_are_in_the_same_fold() -> None:
    assert fold("https://www.paper.example.co.uk/a") == fold("http://news.paper.example.co.uk/b?c")
    assert len({fold(f"https://paper{n}.example/") for n in range(100)}) == 4
