"""The made stream has each kind of copy equally often, and beside them articles that are no copies."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.training.real_articles import pages
from training import syndication
from training.articles import TAUGHT, RealArticle, articles
from training.changes import CHANGES
from training.syndication import COPIES, NEG_FOLLOWUP, NEG_SITE, ORIGINAL, Made, syndicated


@cache
def real_articles() -> tuple[RealArticle, ...]:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "pages"
        path.write_text("".join(json.dumps(page) + "\n" for page in pages(120)))
        return tuple(articles([path], TAUGHT))


@cache
def made(seed: int = 1, limit: int | None = None) -> tuple[Made, ...]:
    return tuple(syndicated(real_articles(), seed, limit))


def of_kind(kind: str) -> list[Made]:
    return [one for one in made() if one.kind == kind]


def test_the_same_seed_gives_the_same_stream_and_another_seed_gives_another() -> None:
    made.cache_clear()
    first = made(1)
    made.cache_clear()
    assert made(1) == first
    assert {one.story for one in made(2) if one.kind in CHANGES} != {one.story for one in first if one.kind in CHANGES}


def test_each_kind_of_copy_occurs_equally_often() -> None:
    counts = Counter(one.kind for one in made() if one.kind in CHANGES)
    assert counts.keys() == CHANGES.keys()
    assert max(counts.values()) - min(counts.values()) <= 1
    assert counts.total() == COPIES * len(of_kind(ORIGINAL))


def test_the_limit_bounds_the_originals() -> None:
    assert sum(one.kind == ORIGINAL for one in made(1, 7)) == 7


def test_an_original_comes_before_its_copies() -> None:
    seen = set()
    for one in made():
        if one.kind == ORIGINAL:
            seen.add(one.id)
        elif one.kind in CHANGES:
            assert one.cluster in seen


def test_a_copy_is_on_another_host_unless_it_is_a_page_for_printing() -> None:
    hosts = {one.id: one.site.host for one in of_kind(ORIGINAL)}
    for one in made():
        if one.kind in CHANGES:
            assert (one.site.host == hosts[one.cluster]) == (one.kind == "print_page")


def test_an_article_that_is_no_copy_is_on_a_site_that_has_copies_and_is_its_own_story() -> None:
    hosts = {one.site.host for one in made() if one.kind in CHANGES}
    others = [*of_kind(NEG_SITE), *of_kind(NEG_FOLLOWUP)]
    assert others
    assert sum(one.site.host in hosts for one in others) > len(others) / 2
    assert {one.cluster for one in others} == {one.id for one in others}
    assert not {one.id for one in others} & {one.cluster for one in made() if one.kind in CHANGES}


def test_a_follow_up_quotes_an_original_but_no_more_than_a_quarter_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syndication, "QUOTED_WORDS", (25, 200))
    for seed in range(8):
        stream = syndicated(real_articles(), seed)
        originals = " ".join(one.story.text for one in stream if one.kind == ORIGINAL)
        followups = [one for one in stream if one.kind == NEG_FOLLOWUP]
        assert followups
        for one in followups:
            quoted = [block.text for block in one.story.blocks if block.tag == "blockquote"]
            assert quoted
            assert all(text in originals for text in quoted)
            assert len(" ".join(quoted).split()) <= len(one.story.text.split()) / 4


def test_every_page_shows_its_story() -> None:
    for one in made():
        if one.kind != ORIGINAL:
            page = unescape(one.html)
            assert all(block.text in page for block in one.story.blocks)
            assert one.url in page


def test_an_article_without_its_page_has_the_fields_that_training_needs() -> None:
    for one in made():
        assert one.doc.keys() == {"id", "cluster", "kind", "host", "title", "text"}
    assert len({one.id for one in made()}) == len({one.url for one in made()}) == len(made())
