"""Pages of a family look alike but are different articles, and some have copies."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from itertools import combinations
from statistics import mean
from typing import Any

import pytest
from rapidfuzz.distance import LCSseq

from training.family_facts import templates
from training.made_families import COPIED, COPIES, HERE, PAGES, PARTS, families, family_of

Doc = dict[str, Any]


@cache
def made(part: str, seed: int = 5) -> tuple[Doc, ...]:
    return tuple(families(seed, part))


def pages(part: str) -> dict[str, list[Doc]]:
    """The pages of each family, without copies."""
    found = defaultdict(list)
    for doc in made(part):
        if doc["kind"] not in COPIES:
            found[family_of(doc)].append(doc)
    return found


def in_common(one: Doc, other: Doc) -> float:
    """The share of the words that both have in the same order."""
    units = [list(doc["text"]) if doc["language"] == "ja" else doc["text"].split() for doc in (one, other)]
    return LCSseq.similarity(*units) / max(map(len, units))


@pytest.mark.parametrize("part", PARTS)
def test_the_same_seed_gives_the_same_pages_and_another_seed_gives_others(part: str) -> None:
    assert families(5, part) == list(made(part))
    assert not {doc["text"] for doc in made(part)} & {doc["text"] for doc in made(part, 6)}


def test_no_template_and_no_text_is_both_taught_and_judged() -> None:
    taught, judged = ({line for t in templates(HERE / f"{part}.txt") for line in t.lines} for part in PARTS)
    assert not {line for line in taught & judged if not line.lstrip("*~").startswith("= ")}
    assert not {doc["text"] for doc in made("taught")} & {doc["text"] for doc in made("judged")}


@pytest.mark.parametrize("part", PARTS)
def test_there_are_many_kinds_in_several_languages(part: str) -> None:
    assert len({doc["kind"] for doc in made(part)} - set(COPIES)) >= 26
    assert len({doc["language"] for doc in made(part)}) >= 7


@pytest.mark.parametrize("part", PARTS)
def test_a_family_has_one_host_and_no_two_pages_with_one_title_or_text(part: str) -> None:
    hosts = set()
    for family in pages(part).values():
        assert 5 <= len(family) <= PAGES[1]
        for field in ("title", "text", "url", "cluster", "id"):
            assert len({doc[field] for doc in family}) == len(family)
        (host,) = {doc["host"] for doc in family}
        assert host not in hosts
        hosts.add(host)


@pytest.mark.parametrize("part", PARTS)
def test_pages_of_a_family_have_most_words_in_common(part: str) -> None:
    shares = [
        mean(in_common(*pair) for pair in combinations(family[:5], 2)) for family in pages(part).values()
    ]  # fmt: skip
    assert min(shares) > 0.4
    assert 0.75 < mean(shares) < 0.9
    assert max(shares) < 0.97


@pytest.mark.parametrize("part", PARTS)
def test_no_template_syntax_is_left_in_a_page(part: str) -> None:
    for doc in made(part):
        assert not re.search(r"[][{}|@~*]|  ", f"{doc['title']}\n{doc['text']}"), doc
        assert doc["title"]
        assert all(doc["text"].split("\n"))


@pytest.mark.parametrize("part", PARTS)
def test_a_copy_comes_later_than_its_original_and_tells_most_of_it(part: str) -> None:
    originals: dict[str, Doc] = {}
    for doc in made(part):
        if doc["kind"] in COPIES:
            assert in_common(originals[doc["cluster"]], doc) > 0.4
        else:
            assert doc["cluster"] not in originals
            originals[doc["cluster"]] = doc
    assert Counter(doc["kind"] for doc in made(part) if doc["kind"] in COPIES) == dict.fromkeys(
        COPIES, COPIED * len(pages(part))
    )


@pytest.mark.parametrize("part", PARTS)
def test_only_a_syndicated_copy_has_another_site_and_another_title(part: str) -> None:
    originals = {doc["cluster"]: doc for doc in made(part) if doc["kind"] not in COPIES}
    for doc in made(part):
        if doc["kind"] in COPIES:
            original = originals[doc["cluster"]]
            own = doc["host"] == original["host"]
            assert own is (doc["kind"] != "syndicated")
            assert (doc["title"] == original["title"]) is own
            assert doc["url"].partition("//")[2] not in original["url"]
