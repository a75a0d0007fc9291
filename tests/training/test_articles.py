"""Articles to make copies of come from the collections, each in one of two halves."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.training.real_articles import MENU, pages
from training.articles import HALVES, RealArticle, articles, furniture, half_of, shortened
from training.pairs import TOLD_BEFORE


def in_halves(path: Path, found: list[dict[str, Any]]) -> dict[str, list[RealArticle]]:
    path.write_text("".join(json.dumps(page) + "\n" for page in found))
    return {half: articles([path], half) for half in HALVES}


def test_each_article_is_in_the_half_of_its_id(tmp_path: Path) -> None:
    halves = in_halves(tmp_path / "pages", pages(40))
    for half, found in halves.items():
        assert len(found) > 10
        assert {half_of(article.id) for article in found} == {half}
    assert sum(map(len, halves.values())) == 40


def test_an_article_has_the_title_of_its_page_without_the_name_of_the_site(tmp_path: Path) -> None:
    (article,) = [one for found in in_halves(tmp_path / "pages", pages(1)).values() for one in found]
    assert article.title == "Story 0 about the harbour"
    assert article.host == "paper0.example"
    assert "\n".join(article.paragraphs) == pages(1)[0]["gold"].replace("\n\n", "\n")


@pytest.mark.parametrize(
    "changed",
    [{"kind": "other"}, {"gold": None}, {"gold": "Too short"}, {"id": next(iter(TOLD_BEFORE))}],
    ids=["no_news", "no_text", "short", "a_copy"],
)
def test_some_pages_are_left_out(tmp_path: Path, changed: dict[str, Any]) -> None:
    halves = in_halves(tmp_path / "pages", [{**pages(1)[0], **changed}])
    assert not any(halves.values())


def test_furniture_is_what_a_page_has_besides_its_article(tmp_path: Path) -> None:
    (article,) = [one for found in in_halves(tmp_path / "pages", pages(1)).values() for one in found]
    (lines,) = furniture([article], 5, Random(1))
    assert lines == [f"{item} 0" for item in MENU]


def test_a_shortened_article_ends_with_a_whole_paragraph(tmp_path: Path) -> None:
    (article,) = [one for found in in_halves(tmp_path / "pages", pages(1, 30)).values() for one in found]
    short = shortened(article, 600)
    kept = len(short.paragraphs)
    assert short.paragraphs == article.paragraphs[:kept]
    assert sum(len(text.split()) for text in short.paragraphs[:-1]) < 600
    assert sum(len(text.split()) for text in short.paragraphs) >= 600
