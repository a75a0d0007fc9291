"""Articles that tell something else in the same words, and copies of them."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.training.real_articles import pages
from training.articles import TAUGHT, articles
from training.made_apart import COPIES, MIXED, apart, posts
from training.script_lookalikes import STORIES, script_lookalikes
from training.scripts import PLAIN, SCRIPTS


@cache
def made(seed: int = 1) -> tuple[dict[str, Any], ...]:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "pages"
        path.write_text("".join(json.dumps(page) + "\n" for page in pages(120, 12)))
        real = articles([path], TAUGHT)
        return tuple(apart(real, seed) + posts(real, seed))


def of(kind: str) -> list[tuple[list[str], list[str]]]:
    """The plain articles of this kind as lines, each with the article that it is made from."""
    told = [doc for doc in made() if doc["script"] == PLAIN]
    first = {doc["id"].split()[0]: lines(doc) for doc in told if doc["kind"].startswith("base")}
    return [(lines(doc), first[doc["id"].split()[0]]) for doc in told if doc["kind"] == kind]


def lines(doc: dict[str, Any]) -> list[str]:
    text: list[str] = doc["text"].split("\n")
    return [doc["title"], *text] if doc["title"] else text


def test_the_same_seed_gives_the_same_articles() -> None:
    first = made()
    made.cache_clear()
    assert made() == first != made(2)


def test_each_kind_is_made_in_each_script() -> None:
    kinds = Counter(doc["kind"] for doc in made())
    assert {*COPIES, *MIXED, "opposite", "opposite_headed", "framed"} < kinds.keys()
    assert {doc["script"] for doc in made()} == {*SCRIPTS}


def test_opposite_news_differs_in_title_and_lede_and_has_the_same_background() -> None:
    for kind in ("opposite", "opposite_headed"):
        for new, old in of(kind):
            assert new[0] != old[0]
            assert new[1] != old[1]
            assert new[2:] == old[2 : len(new)]


def test_mixed_articles_have_some_paragraphs_of_their_article_and_others() -> None:
    for kind in MIXED:
        for new, old in of(kind):
            shared = {*new} & {*old}
            assert shared
            assert shared < {*new}


def test_only_copies_are_in_the_cluster_of_another_article() -> None:
    first: set[str] = set()
    for doc in made():
        assert (doc["cluster"] in first) is (doc["kind"] in COPIES)
        first.add(doc["cluster"])


def test_posts_of_a_site_begin_and_end_alike() -> None:
    by_host: dict[str, list[list[str]]] = {}
    for doc in made():
        if doc["kind"] == "framed" and doc["script"] == PLAIN:
            by_host.setdefault(doc["host"], []).append(doc["text"].split("\n"))
    assert by_host
    for own in by_host.values():
        assert len({(text[0], text[-1]) for text in own}) == 1
        assert len({text[1] for text in own}) == len(own) == 3


def test_lookalikes_in_other_scripts_are_all_different() -> None:
    told = list(script_lookalikes(1))
    assert list(script_lookalikes(1)) == told
    assert {doc["script"] for doc in told} == {"ar", "he", "hi", "ja", "ko", "th", "zh"}
    assert set(Counter(doc["kind"] for doc in told).values()) == {STORIES}
    assert len({doc["text"] for doc in told}) > 0.95 * len(told)
