"""Articles are made from templates with drawn facts and chosen words."""

from __future__ import annotations

from random import Random

import pytest

from training.made_facts import Draw

TITLE = "Quake near @city"


def made(*lines: str, seed: int = 1, house: int | None = None, first: str = "") -> str:
    facts = Random(seed)
    style = facts if house is None else Random(house)
    return Draw(facts, style, first).article([TITLE, *lines])


@pytest.mark.parametrize("seed", range(20))
def test_a_name_always_stands_for_the_same_fact_and_differs_from_other_facts(seed: int) -> None:
    text = made("In @city: @city2, @city.", seed=seed)
    title, rest = text.split("In ")[0], text.split("In ")[1]
    named, (other, again) = rest.split(": ")[0], rest.split(": ")[1].removesuffix(".").split(", ")
    assert named == again != other
    assert f"near {named}" in title


def test_a_fact_that_is_set_first_is_used() -> None:
    assert made("It lasted @n seconds, yes, @n.", first="n=7").endswith("It lasted 7 seconds, yes, 7.")


def test_one_alternative_of_nested_choices_is_chosen() -> None:
    texts = {made("{a|b{c|d}} b", seed=seed).split()[-2].lower() for seed in range(60)}
    assert texts == {"a", "bc", "bd"}


def test_optional_lines_may_be_dropped_and_free_lines_come_in_any_order() -> None:
    texts = [made("Start.", "*One.", "*Two.", "~Three.", seed=seed) for seed in range(60)]
    assert {text.index("One") < text.index("Two") for text in texts} == {True, False}
    assert {"Three" in text for text in texts} == {True, False}
    assert all(text.index("Start") < min(text.index("One"), text.index("Two")) for text in texts)


def test_a_house_has_a_standing_paragraph_and_words_all_its_articles_alike() -> None:
    lines = ("{A|B|C|D} @int(100,999) {e|f|g|h}.", "+All figures are provisional.")
    assert "provisional" not in made(*lines)
    texts = [made(*lines, seed=seed, house=4) for seed in range(9)]
    assert all("All figures are provisional." in text for text in texts)
    assert len({text.split("All")[0].split()[-3][-1] + text.split("All")[0].split()[-1] for text in texts}) == 1


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("It rose a 8 pct.", "It rose an 8 pct."),
        ("A 11-day row.", "An 11-day row."),
        ("A 80-year-old.", "An 80-year-old."),
        ("A 1,800 crowd.", "A 1,800 crowd."),
        ("The 1th, 12th and 23th.", "The 1st, 12th and 23rd."),
        ("so  it  went , at last .", "So it went, at last."),
    ],
)
def test_indefinite_articles_ordinals_and_spaces_are_corrected(line: str, told: str) -> None:
    assert made(line).endswith(told)


@pytest.mark.parametrize("seed", range(10))
def test_figures_are_within_their_limits(seed: int) -> None:
    text = made("x @int(-3,4) @dec(1,2,3) @big(2,3) @big(0,1) @frac(7,8)", seed=seed)
    whole, decimal, big, small, eighths = text.split()[-5:]
    assert -3 <= int(whole) <= 4
    assert 1 <= float(decimal) < 3
    assert len(decimal) == len("1.234")
    assert 2_000_000 <= int(big.replace(",", "")) < 3_000_000
    assert 1_100 <= int(small.replace(",", "")) <= 990_000
    assert eighths[0] in "78"


def test_an_agency_of_the_1980s_puts_no_place_name_before_the_text() -> None:
    for seed in range(40):
        rng = Random(seed)
        text = Draw(rng, rng, "").article([TITLE, "Start."], old=True)
        assert text.endswith("\n\nStart.")
