"""Templates are filled with facts that stay the same within a page."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from training.family_facts import Facts, settle, templates, tidy

WORDS = {"town": ["Ash", "Elm", "Oak"], "who": ["@town man"]}


@pytest.mark.parametrize("seed", range(10))
def test_a_name_always_stands_for_the_same_fact_and_differs_from_other_facts(seed: int) -> None:
    first, other, again = Facts(Random(seed), WORDS).fill("@town, @town2, @town").split(", ")
    assert first == again != other


def test_facts_of_another_page_can_be_told_again() -> None:
    facts = Facts(Random(1), WORDS)
    line = "@town: @int(1,900), @int(1,900), @n(1,900), @n"
    assert Facts(Random(2), WORDS, facts.told).fill(line) != facts.fill(line)
    assert Facts(Random(3), WORDS, facts.told).fill(line) == Facts(Random(4), WORDS, facts.told).fill(line)


def test_a_number_with_a_name_is_repeated_and_others_are_not() -> None:
    named, again, *others = Facts(Random(5), {}).fill("@n(1,9000) @n @int(1,9000) @int(1,9000)").split()
    assert named == again
    assert len(set(others)) == 2


@pytest.mark.parametrize("seed", range(10))
def test_figures_are_within_their_limits(seed: int) -> None:
    whole, decimal, big = Facts(Random(seed), {}).fill("@int(-3,4) @dec(1,2,3) @big(2,3)").split()
    assert -3 <= int(whole) <= 4
    assert 1 <= float(decimal) <= 2
    assert len(decimal) == len("1.234")
    assert 2_000 <= int(big.replace(",", "")) <= 3_000
    assert big[1] == ","


def test_a_word_of_a_list_may_hold_facts_that_the_page_does_not_share() -> None:
    told = [Facts(Random(seed), WORDS).fill("@who / @town").split(" / ") for seed in range(20)]
    assert all(who.removesuffix(" man") in WORDS["town"] for who, _ in told)
    assert any(not who.startswith(town) for who, town in told)


def test_one_alternative_of_nested_choices_is_chosen() -> None:
    assert {settle("{a|b{c|d}} [e|f]", Random(seed)) for seed in range(60)} == {"a [e|f]", "bc [e|f]", "bd [e|f]"}


@pytest.mark.parametrize(
    ("text", "language", "tidied"),
    [
        ("a  old man ,  a 8 .", "en", "An old man, an 8."),
        ("a unit and a one-off", "en", "A unit and a one-off"),
        ("vamos a Elche a 8", "es", "Vamos a Elche a 8"),
    ],
)
def test_articles_are_corrected_in_english_only(text: str, language: str, tidied: str) -> None:
    assert tidy(text, language) == tidied


def test_a_template_has_marks_word_lists_and_lines(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("# one en\n@food = a|b\nTitle\nLine.\n\n# two de\nTitel\nZeile.\n")
    one, two = templates(tmp_path / "t.txt")
    assert (one.name, one.marks, one.words["food"], one.lines) == ("one", ("en",), ["a", "b"], ["Title", "Line."])
    assert (two.name, two.marks, two.lines) == ("two", ("de",), ["Titel", "Zeile."])
    assert "food" not in two.words
    assert two.words["town"]
