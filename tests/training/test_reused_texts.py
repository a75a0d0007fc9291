"""The written texts reuse as much of their sources as their kinds say."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from training.articles import HALVES
from training.reused_texts import INDEPENDENT, REWRITTEN, SOURCE, reused_texts

DOCS = [doc for half in HALVES for doc in reused_texts(half)]
SOURCES = {doc["cluster"]: doc for doc in DOCS if doc["kind"] == SOURCE}


def triples(doc: dict[str, Any]) -> set[tuple[str, ...]]:
    words = doc["text"].lower().split()
    return {*zip(words, words[1:], words[2:], strict=False)}


def reused(doc: dict[str, Any]) -> float:
    """The share of the text's triples of words that its source has."""
    source = SOURCES[doc["id"].split()[0]]
    return len(triples(doc) & triples(source)) / len(triples(doc))


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [doc for doc in DOCS if doc["kind"] == kind]


@pytest.mark.parametrize("half", HALVES)
def test_each_half_has_texts_in_four_languages(half: str) -> None:
    languages = Counter(name.rsplit(".")[-1] for name in {doc["id"].split()[0] for doc in reused_texts(half)})
    assert languages == {"en": 8, "de": 1, "es": 1, "ru": 1}


def test_no_source_is_in_both_halves() -> None:
    taught, judged = ({doc["id"].split()[0] for doc in reused_texts(half)} for half in HALVES)
    assert not taught & judged


@pytest.mark.parametrize("name", SOURCES)
def test_each_source_comes_first_and_has_all_kinds_of_texts(name: str) -> None:
    kinds = [doc["kind"] for doc in DOCS if doc["id"].startswith(f"{name} ")]
    assert kinds[0] == SOURCE
    assert Counter(kinds) == {SOURCE: 1, "near": 2, "light": 2, "revised": 2, "heavy": 1, INDEPENDENT: 2}


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [("near", 0.3, 0.95), ("light", 0.3, 0.8), ("revised", 0, 0.2), ("heavy", 0, 0.05), (INDEPENDENT, 0, 0.05)],
)
def test_each_kind_of_text_reuses_its_share_of_the_source(kind: str, least: float, most: float) -> None:
    shares = {doc["id"]: reused(doc) for doc in of_kind(kind)}
    assert {name: share for name, share in shares.items() if not least <= share <= most} == {}


def test_copies_are_in_the_cluster_of_their_source_and_all_others_in_their_own() -> None:
    for doc in DOCS:
        name = doc["id"].split()[0]
        copied = doc["kind"] in (SOURCE, "near", "light")
        assert doc["cluster"] == (name if copied else doc["id"])
        assert doc.get("partial_of") == (name if doc["kind"] in REWRITTEN else None)


def test_a_title_is_no_part_of_the_text() -> None:
    for doc in DOCS:
        assert doc["text"].split("\n")[0] != doc["title"]
        assert doc["text"][-1] in '.»"'
    assert all(doc["title"] for doc in SOURCES.values())
