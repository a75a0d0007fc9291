"""Made articles look alike but report different things."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

import pytest

from training.made_lookalikes import (
    FILES,
    FOLLOWED,
    FROZEN,
    RECAPPED,
    SERIAL,
    VARIED,
    lookalikes,
    template_of,
    templates,
)

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
TEMPLATES = [template for file in FILES for template in templates(file)]


@cache
def made(seed: int = 5) -> tuple[dict[str, Any], ...]:
    return tuple(lookalikes(seed))


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [doc for doc in made() if doc["kind"] == kind]


def test_the_same_seed_gives_the_same_articles_and_another_seed_gives_others() -> None:
    assert lookalikes(5) == list(made())
    assert not {doc["text"] for doc in made()} & {doc["text"] for doc in lookalikes(6)}


def test_each_article_is_its_own_story() -> None:
    assert len({doc["id"] for doc in made()}) == len(made())
    assert len({doc["cluster"] for doc in made()}) == len(made())
    assert len({doc["text"] for doc in made()}) == len(made())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_each_template_gives_articles_in_many_wordings_and_in_two_house_styles(template: Any) -> None:
    kinds = Counter(doc["kind"] for doc in made() if template_of(doc["cluster"]) == template.name)
    assert VARIED[0] <= kinds.pop(f"neg_{template.name}") <= VARIED[1]
    assert FROZEN[0] <= kinds.pop(f"neg_{template.name}_frozen") <= FROZEN[1]
    if template.serial:
        assert SERIAL // 2 < kinds.pop(f"neg_{template.name}_serial") <= SERIAL
    assert not kinds


def test_no_template_syntax_is_left_in_an_article() -> None:
    for doc in made():
        assert not re.search(r"[{}|@~*+]|  |----", doc["text"]), doc["text"]
        title, *paragraphs = doc["text"].split("\n\n")
        assert title
        assert all(paragraphs)
        assert paragraphs


def test_two_articles_of_a_house_share_words_but_not_numbers() -> None:
    first, second = (doc["text"] for doc in made() if doc["cluster"] in ("moneymarket80.f0", "moneymarket80.f2"))
    words, others = set(NUMBER.sub("", first).split()), set(NUMBER.sub("", second).split())
    assert len(words & others) > 0.7 * len(words | others)
    numbers, others = set(NUMBER.findall(first)), set(NUMBER.findall(second))
    assert len(numbers & others) < 0.5 * len(numbers)


def test_a_serial_report_has_the_same_company_with_new_figures() -> None:
    texts = {doc["cluster"]: doc["text"] for doc in made()}
    for doc in of_kind("neg_earnings80_serial"):
        first = texts[doc["cluster"].replace(".s", ".f")]
        assert re.findall(r"<[A-Z]+>", first) == re.findall(r"<[A-Z]+>", doc["text"])
        numbers, others = set(NUMBER.findall(first)), set(NUMBER.findall(doc["text"]))
        assert len(numbers & others) <= 0.5 * min(len(numbers), len(others))


def test_the_report_of_a_later_day_comes_later_and_may_repeat_a_sentence() -> None:
    places = {doc["cluster"]: place for place, doc in enumerate(made())}
    firsts = of_kind("event_first")
    assert len(firsts) == FOLLOWED * len(list(templates("followups")))
    assert all(places[doc["cluster"]] < places[f"{doc['cluster'][:-1]}b"] for doc in firsts)
    recaps = of_kind("neg_followup_recap")
    assert len(recaps) == RECAPPED * len(list(templates("followups")))
    for doc in recaps:
        repeated = doc["text"].split("\n\n")[-1].removesuffix(".")
        assert repeated in made()[places[f"{doc['cluster'][:-1]}a"]]["text"]
