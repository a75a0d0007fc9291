"""Items of an agency differ in one word, a name or a day, or are copies."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

import pytest

from training.family_facts import templates
from training.made_newswire import COPIES, HERE, ROUNDS, newswire

Doc = dict[str, Any]
PARTS = ("taught", "judged")
NUMBER = re.compile(r"\d+")


@cache
def made(part: str, seed: int = 5) -> tuple[Doc, ...]:
    return tuple(newswire(seed, part))


def pairs(part: str, kind: str) -> list[tuple[Doc, Doc]]:
    """The two reports of each pair of this kind."""
    found = sorted(
        (doc["cluster"].rpartition(".")[0], int(doc["cluster"].rpartition(".")[2]), number)
        for number, doc in enumerate(made(part))
        if doc["kind"] == kind
    )
    docs = [made(part)[number] for *_, number in found]
    return list(zip(docs[::2], docs[1::2], strict=True))


def originals(part: str) -> dict[str, Doc]:
    return {doc["cluster"]: doc for doc in made(part) if doc["kind"] not in COPIES}


@pytest.mark.parametrize("part", PARTS)
def test_the_same_seed_gives_the_same_items_and_another_seed_gives_others(part: str) -> None:
    assert newswire(5, part) == list(made(part))
    shared = {doc["text"] for doc in made(part)} & {doc["text"] for doc in made(part, 6)}
    assert len(shared) < 0.01 * len(made(part))


def test_there_are_forty_templates_and_none_is_both_taught_and_judged() -> None:
    taught, judged = (list(templates(HERE / f"{part}.txt")) for part in PARTS)
    assert len(taught) + len(judged) >= 40
    lines = [{line for template in part for line in template.lines} for part in (taught, judged)]
    assert not lines[0] & lines[1]


@pytest.mark.parametrize("part", PARTS)
def test_no_template_syntax_is_left_in_an_item(part: str) -> None:
    for doc in made(part):
        assert not re.search(r"[][{}|@~*<>]|  ", doc["text"]), doc["text"]
        title, _, *lines = doc["text"].split("\n")
        assert title == doc["title"]
        assert lines
        assert all(lines)


@pytest.mark.parametrize("part", PARTS)
def test_opposite_news_has_the_same_numbers_and_other_words(part: str) -> None:
    """A few reports leave out a number, as there is nothing to pay."""
    assert pairs(part, "neg_opposite")
    for one, other in pairs(part, "neg_opposite"):
        numbers, others = set(NUMBER.findall(one["text"])), set(NUMBER.findall(other["text"]))
        assert numbers <= others or others <= numbers
        words, others = set(one["text"].lower().split()), set(other["text"].lower().split())
        assert len(words & others) > 0.5 * len(words)
        assert words != others


@pytest.mark.parametrize("part", PARTS)
def test_news_of_another_day_has_the_same_names_and_other_numbers(part: str) -> None:
    assert pairs(part, "neg_other_day")
    for one, other in pairs(part, "neg_other_day"):
        assert NUMBER.findall(one["text"]) != NUMBER.findall(other["text"])


@pytest.mark.parametrize("part", PARTS)
def test_news_about_others_may_have_the_same_numbers(part: str) -> None:
    same = [NUMBER.findall(one["text"]) == NUMBER.findall(other["text"]) for one, other in pairs(part, "neg_names")]
    assert all(same)
    some = [NUMBER.findall(a["text"]) == NUMBER.findall(b["text"]) for a, b in pairs(part, "neg_names_some")]
    assert not all(some)


@pytest.mark.parametrize("part", PARTS)
def test_each_story_has_one_cluster_with_at_most_one_copy_that_comes_later(part: str) -> None:
    seen: dict[str, list[str]] = {}
    for doc in made(part):
        seen.setdefault(doc["cluster"], []).append(doc["kind"])
    assert all(kinds[0] not in COPIES and len(kinds) <= 2 and kinds[-1] != "report" for kinds in seen.values())
    count = sum(1 for _ in templates(HERE / f"{part}.txt"))
    kinds = Counter(doc["kind"] for doc in made(part) if doc["kind"] in COPIES)
    assert kinds == dict.fromkeys(COPIES, ROUNDS * count)


@pytest.mark.parametrize("part", PARTS)
def test_copies_of_each_kind_differ_from_the_report_as_their_names_say(part: str) -> None:
    for doc in made(part):
        if doc["kind"] not in COPIES:
            continue
        _, _, *lines = originals(part)[doc["cluster"]]["text"].split("\n")
        title, _, *others = doc["text"].split("\n")
        match doc["kind"]:
            case "updated":
                assert set(lines) < set(others)
            case "corrected":
                assert len(others) == len(lines)
                assert others != lines
            case "shortened":
                assert len(" ".join(others)) < len(" ".join(lines))
                assert " ".join(lines).startswith(" ".join(others).rstrip("."))
            case "retitled":
                assert others == lines
                assert title != originals(part)[doc["cluster"]]["title"]
            case _:
                assert " ".join(others).endswith(" ".join(lines))
                assert doc["text"] != originals(part)[doc["cluster"]]["text"]
