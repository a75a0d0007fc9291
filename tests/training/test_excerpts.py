"""Excerpts are parts of their article."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.training.real_articles import pages
from training.articles import TAUGHT, articles
from training.excerpts import EXCERPTS, KINDS, WHOLE, excerpts


@cache
def made(seed: int = 1) -> tuple[dict[str, Any], ...]:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "pages"
        path.write_text("".join(json.dumps(page) + "\n" for page in pages(120, 20)))
        return tuple(excerpts(articles([path], TAUGHT), seed))


def of(kind: str) -> list[tuple[str, str]]:
    """The excerpts of this kind, each with its article."""
    whole = {doc["cluster"]: doc["text"] for doc in made() if doc["kind"] in ("base", WHOLE)}
    return [(doc["text"], whole[doc["cluster"]]) for doc in made() if doc["kind"] in (kind, f"{kind}_first")]


def test_the_same_seed_gives_the_same_excerpts() -> None:
    made.cache_clear()
    first = made(1)
    made.cache_clear()
    assert made(1) == first != made(2)


def test_most_articles_come_before_their_excerpts_and_some_after_one() -> None:
    stories = defaultdict(list)
    for doc in made():
        stories[doc["cluster"]].append(doc["kind"])
    after = [kinds for kinds in stories.values() if kinds[-1] == WHOLE]
    before = [kinds for kinds in stories.values() if kinds[0] == "base"]
    assert len(after) + len(before) == len(stories)
    assert len(before) > len(after) > 0
    assert {len(kinds) for kinds in before} == {1 + EXCERPTS}
    assert {len(kinds) for kinds in after} == {2}


@pytest.mark.parametrize("kind", KINDS)
def test_an_excerpt_has_no_words_but_those_of_its_article(kind: str) -> None:
    assert of(kind)
    for text, whole in of(kind):
        assert all(part in whole.replace("\n", " ") for part in text.split("\n"))
        assert text != whole


@pytest.mark.parametrize("length", [40, 60, 90])
def test_a_passage_has_about_as_many_words_as_its_kind_says(length: int) -> None:
    for text, _ in of(f"passage{length}"):
        assert abs(len(text.split()) - length) <= 12


def test_two_paragraphs_stand_apart_in_the_article() -> None:
    for text, whole in of("two_apart"):
        assert text not in whole
        assert len(text.split("\n")) == 2


def test_the_first_quarter_has_about_a_quarter_of_the_words() -> None:
    for text, whole in of("cut75"):
        assert 0.24 < len(text.split()) / len(whole.split()) < 0.45
